// SPDX-License-Identifier: Apache-2.0
// What it costs to say an exchange as a scenario: reading the file, and running its plan with trace and verdict beside
// a hand-written loop of the same system calls.
#include <benchmark/benchmark.h>

#include <cstdlib>
#include <string>

#include "check/check.h"
#include "engine/loop.h"
#include "exchange.h"
#include "interleave.h"
#include "judge/verdict.h"
#include "plan/plan.h"
#include "script/parse.h"

namespace volley::bench {
namespace {

/// A file of about forty lines: five such exchanges under names of their own.
source::Source forty_lines() {
  std::string text = "let word = \"hello\"\n";
  for (int i = 0; i < 5; ++i) {
    auto scenario = exchange;
    scenario.replace(scenario.find("trivial"), 7, "scenario " + std::to_string(i) + " of");
    text += scenario;
  }
  return source::Source("forty.volley", std::move(text));
}

plan::Suite compile(const source::Source& source) {
  const auto checked = check::check(script::parse(source));
  if (!checked) std::abort();
  return plan::lower(*checked, source);
}

constexpr int exchanges_a_slice = 20;

void run_trivial_exchange(benchmark::State& state) {
  const source::Source source("exchange.volley", exchange);
  const auto suite = compile(source);
  const auto& plan = suite.plans.front();
  auto loop = engine::Loop::open();
  require(loop.has_value());
  const auto ours = [&] {
    for (int i = 0; i < exchanges_a_slice; ++i) {
      (*loop)->start(plan, {}, [&](const engine::Trace& trace) {
        require(judge::judge(plan, trace, source).outcome == judge::Outcome::passed);
      });
      require((*loop)->run().has_value());
    }
  };
  const auto by_hand = [] {
    for (int i = 0; i < exchanges_a_slice; ++i) exchange_by_hand();
  };
  interleave(state, exchanges_a_slice, ours, by_hand);
}
BENCHMARK(run_trivial_exchange)->UseManualTime()->Unit(benchmark::kMicrosecond);

void read_a_file(benchmark::State& state) {
  const auto source = forty_lines();
  for ([[maybe_unused]] const auto& iteration : state) benchmark::DoNotOptimize(compile(source));
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(source.bytes().size()));
  state.counters["lines"] = static_cast<double>(source.line_count());
}
BENCHMARK(read_a_file)->Unit(benchmark::kMicrosecond);

}  // namespace
}  // namespace volley::bench
