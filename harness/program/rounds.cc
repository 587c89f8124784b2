// SPDX-License-Identifier: Apache-2.0
#include "program/rounds.h"

#include <algorithm>
#include <iterator>
#include <limits>
#include <utility>

namespace volley::program {
namespace {

/// How many rounds there are at most.
std::size_t most_rounds(const RunOptions& options) {
  if (options.repeat) return *options.repeat;
  return options.repeat_until_fail ? std::numeric_limits<std::size_t>::max() : 1;
}

}  // namespace

Result<Rounds> run_rounds(const Suite& suite, const RunOptions& options, const target::Supervisor* supervisor,
                          Interrupt& interrupt, const std::function<void(const report::Case&)>& print,
                          const Ledger::Watch& watch) {
  const auto most = most_rounds(options);
  Rounds rounds;
  Brake brake;
  std::size_t round = 0;
  for (bool goes_on = true; goes_on;) {
    ++round;
    auto finished = run_suite(suite, options, supervisor, {interrupt, brake, most == 1 ? 0 : round}, print, watch);
    if (!finished) return std::unexpected(std::move(finished.error()));
    rounds.summary.duration += finished->duration;
    for (const auto& one : finished->cases) rounds.summary.count(one.verdict.outcome);
    const bool has_failed = std::ranges::any_of(
        finished->cases, [&](const report::Case& one) { return fails_run(one.verdict.outcome, options.strict); });
    if (options.repeat_until_fail) rounds.cases.clear();
    std::ranges::move(finished->cases, std::back_inserter(rounds.cases));
    const bool is_over = has_failed && (options.repeat_until_fail || options.fail_fast);
    goes_on = round < most && !is_over && interrupt.signal() == 0 && rounds.summary.anything_ran();
  }
  rounds.summary.rounds = round;
  return rounds;
}

}  // namespace volley::program
