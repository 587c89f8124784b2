// SPDX-License-Identifier: Apache-2.0
// What it costs to say an exchange as a scenario: reading the file, and running its plan with trace and verdict beside
// a hand-written loop of the same system calls.
#include <arpa/inet.h>
#include <benchmark/benchmark.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cstdlib>
#include <string>

#include "check/check.h"
#include "engine/loop.h"
#include "interleave.h"
#include "judge/verdict.h"
#include "plan/plan.h"
#include "script/parse.h"

namespace volley::bench {
namespace {

const std::string exchange = R"(scenario "a trivial exchange" {
    listen  door tcp
    connect a    tcp door
    accept  b    from door
    a > "hello"
    b < "hello"
    b > "world"
    a < "world"
}
)";

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

void require(bool holds) {
  if (!holds) std::abort();
}

void no_delay(int fd) {
  const int on = 1;
  require(::setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on) == 0);
}

void end_by_reset(int fd) {
  const linger now{.l_onoff = 1, .l_linger = 0};
  require(::setsockopt(fd, SOL_SOCKET, SO_LINGER, &now, sizeof now) == 0);
  ::close(fd);
}

/// The exchange as one would write it by hand: the calls without which it would not be the same exchange, each checked.
void exchange_by_hand() {
  sockaddr_in place{};
  place.sin_family = AF_INET;
  place.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t length = sizeof place;
  auto* address = reinterpret_cast<sockaddr*>(&place);
  const int on = 1;
  const int door = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  no_delay(door);
  require(::setsockopt(door, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on) == 0);
  require(::bind(door, address, length) == 0 && ::listen(door, SOMAXCONN) == 0);
  require(::getsockname(door, address, &length) == 0);
  const int a = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  no_delay(a);
  require(::connect(a, address, length) == 0);
  const int b = ::accept4(door, address, &length, SOCK_CLOEXEC);
  char buffer[64];
  require(::send(a, "hello", 5, MSG_NOSIGNAL) == 5 && ::recv(b, buffer, sizeof buffer, 0) == 5);
  require(std::string_view(buffer, 5) == "hello");
  require(::send(b, "world", 5, MSG_NOSIGNAL) == 5 && ::recv(a, buffer, sizeof buffer, 0) == 5);
  require(std::string_view(buffer, 5) == "world");
  end_by_reset(a);
  end_by_reset(b);
  ::close(door);
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
