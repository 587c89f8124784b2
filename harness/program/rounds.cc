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

bool is_asked_for_all(const RunOptions& options) {
  return std::ranges::any_of(
      options.reports, [](const ReportRequest& request) { return request.format == ReportRequest::Format::junit; });
}

/// What the end of a run tells of a case that has been told.
bool is_memorable(const report::Case& one, const RunOptions& options) {
  return fails_run(one.verdict.outcome, options.strict) || one.duration >= options.slow;
}

}  // namespace

Rounds run_rounds(const Suite& suite, const RunOptions& options, const target::Supervisor* supervisor,
                  Interrupt& interrupt, const std::function<void(const report::Case&)>& print,
                  const Ledger::Watch& watch) {
  const auto most = most_rounds(options);
  const bool keeps_all = is_asked_for_all(options);
  Rounds rounds;
  Brake brake;
  std::size_t round = 0;
  for (bool goes_on = true; goes_on;) {
    ++round;
    auto finished = run_suite(suite, options, supervisor, {interrupt, brake, most == 1 ? 0 : round}, print, watch);
    if (!finished) {
      rounds.error = std::move(finished.error());
      break;
    }
    rounds.summary.duration += finished->duration;
    for (const auto& one : finished->cases) rounds.summary.count(one.verdict.outcome);
    const bool has_failed = std::ranges::any_of(
        finished->cases, [&](const report::Case& one) { return fails_run(one.verdict.outcome, options.strict); });
    if (options.repeat_until_fail) rounds.cases.clear();
    for (auto& one : finished->cases) {
      const bool is_known = round > 1 && !options.repeat_until_fail;
      if (is_known && !keeps_all && !is_memorable(one, options)) continue;
      if (!keeps_all) one.trace = {};
      rounds.cases.push_back(std::move(one));
    }
    const bool is_over = has_failed && (options.repeat_until_fail || options.fail_fast);
    goes_on = round < most && !is_over && interrupt.signal() == 0 && rounds.summary.anything_ran();
  }
  rounds.summary.rounds = round;
  return rounds;
}

}  // namespace volley::program
