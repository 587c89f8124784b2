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
  collect_remarks(one);
  ++index_;
  begin_run();
  return true;
}

/// Those of a run of which no case is told, and of the traces that do not count, too.
void CaseRuns::collect_remarks(const report::Case& one) {
  const auto collect = [this](std::vector<std::string> remarks) {
    for (auto& remark : remarks) {
      if (std::ranges::find(remarks_, remark) == remarks_.end()) remarks_.push_back(std::move(remark));
    }
  };
  for (const auto& trace : traces_) collect(judge::remarks(plan(), trace, *one.source));
  collect(one.verdict.remarks);
}

void CaseRuns::tell(report::Case& one) {
  collect_remarks(one);
  if (!runs_.remark.empty()) remarks_.emplace_back(runs_.remark);
  one.verdict.remarks = std::move(remarks_);
  one.duration += duration_;
  one.runs = index_ + 1;
  one.all_runs = runs_.runs.size() + runs_.left_out;
  one.left_out = runs_.left_out;
  if (one.verdict.outcome == judge::Outcome::passed) return;
  one.own_plan = own_plan_;
  one.plan = &plan();
}

std::string CaseRuns::condition(const report::Case& one, bool has_run_as_written) const {
  if (!has_run_as_written && !run().condition_alone.empty()) return std::string(run().condition_alone);
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
  const auto fails = "fails " + condition(one, as_written.has_value());
  if (as_written == judge::Outcome::passed || as_written == judge::Outcome::vanished)
    return fmt::format("passes {}, {}", variation->as_written, fails);
  if (as_written == judge::Outcome::flaky) return fmt::format("is flaky {}, {}", variation->as_written, fails);
  return fails;
}

}  // namespace volley::program
