// SPDX-License-Identifier: Apache-2.0
#include "program/case_runs.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "program/seed.h"
#include "report/cut_mark.h"

namespace volley::program {

CaseRuns::CaseRuns(const plan::Plan& suite_plan, const vary::Limits& limits)
    : suite_plan_(suite_plan), runs_(vary::runs_of(suite_plan, limits)) {
  begin_run();
}

void CaseRuns::begin_run() {
  own_plan_ = run().cut ? std::make_shared<const plan::Plan>(vary::plan_of(suite_plan_, run())) : nullptr;
  traces_.clear();
}

std::uint64_t CaseRuns::seed(std::uint64_t of_case, std::size_t trace) const {
  return run().has_own_seed ? case_seed(of_case, fmt::format("{} {}", index_, trace)) : of_case;
}

std::optional<engine::Trace> CaseRuns::add(engine::Trace trace) {
  traces_.push_back(std::move(trace));
  if (traces_.size() < at_once()) return {};
  const auto stopped =
      std::ranges::find_if(traces_, [](const engine::Trace& one) { return one.stop.reason != engine::Reason::none; });
  return std::move(stopped == traces_.end() ? traces_.back() : *stopped);
}

bool CaseRuns::goes_on(const report::Case& one) {
  if (one.verdict.outcome != judge::Outcome::passed || is_last()) return false;
  duration_ += one.duration;
  ++index_;
  begin_run();
  return true;
}

void CaseRuns::tell(report::Case& one) const {
  one.duration += duration_;
  one.runs = index_ + 1;
  one.left_out = runs_.left_out;
  if (one.verdict.outcome == judge::Outcome::passed) return;
  one.own_plan = own_plan_;
  one.plan = &plan();
}

std::string CaseRuns::condition(const report::Case& one) const {
  if (!run().condition.empty()) return std::string(run().condition);
  if (!run().cut) return std::string(vary::find(suite_plan_.variation)->condition);
  const auto* cut = report::first_cut(one.trace);
  if (cut == nullptr) return fmt::format("before anything is cut (run {})", index_ + 1);
  const auto line = one.source->position(plan().steps[cut->step].span.begin).line;
  return fmt::format("when cut after byte {} (line {})", cut->offset, line);
}

std::string CaseRuns::difference(const report::Case& one, std::optional<judge::Outcome> as_written) const {
  const auto* variation = vary::find(suite_plan_.variation);
  if (variation == nullptr) return {};
  const auto fails = "fails " + condition(one);
  if (as_written == judge::Outcome::passed || as_written == judge::Outcome::vanished)
    return fmt::format("passes {}, {}", variation->as_written, fails);
  if (as_written == judge::Outcome::flaky) return fmt::format("is flaky {}, {}", variation->as_written, fails);
  return fails;
}

}  // namespace volley::program
