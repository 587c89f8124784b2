// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "engine/trace.h"
#include "report/case.h"
#include "vary/variation.h"

namespace volley::program {

/// The runs of which a case consists, one after another up to the first that does not pass, and the one case that is
/// told of all of them.
class CaseRuns {
 public:
  /// `suite_plan` must outlive this and the cases that it makes.
  CaseRuns(const plan::Plan& suite_plan, const vary::Limits& limits);

  const plan::Plan& plan() const { return own_plan_ ? *own_plan_ : suite_plan_; }
  bool is_first() const { return index_ == 0; }
  bool is_last() const { return index_ + 1 == runs_.runs.size(); }
  /// How many traces the run that is under way will give.
  std::size_t at_once() const { return run().at_once; }
  /// The seed of its trace number `trace`, from that of the case.
  std::uint64_t seed(std::uint64_t of_case, std::size_t trace) const;

  /// Takes the traces of a run one by one. When all are there it gives the one that counts: the first that stopped, or
  /// the last.
  std::optional<engine::Trace> add(engine::Trace trace);

  /// What the run that has ended came to. True if it passed and there is another one, which is under way now.
  bool goes_on(const report::Case& one);
  /// Makes the case of the last run that of all of them.
  void tell(report::Case& one);
  /// What the variation has to do with a failure: `fails when cut after byte 7 (line 12)`, with what became of the
  /// scenario as written in front of it. `one` has its plan, its trace and its source.
  std::string difference(const report::Case& one, std::optional<judge::Outcome> as_written) const;

 private:
  const vary::Run& run() const { return runs_.runs[index_]; }
  std::string condition(const report::Case& one, bool has_run_as_written) const;
  void collect_remarks(const report::Case& one);
  void begin_run();

  const plan::Plan& suite_plan_;
  vary::Runs runs_;
  std::size_t index_ = 0;
  std::shared_ptr<const plan::Plan> own_plan_;  // of the run, if it is not the suite's
  std::vector<engine::Trace> traces_;
  std::vector<std::string> remarks_;     // each once,
  std::chrono::nanoseconds duration_{};  // and how long they took: of the runs before this one
};

}  // namespace volley::program
