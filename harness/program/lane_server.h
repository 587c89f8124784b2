// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

#include "engine/trace.h"
#include "plan/plan.h"
#include "program/command_line.h"
#include "program/suite.h"
#include "report/case.h"
#include "target/supervisor.h"
#include "target/target.h"

namespace volley::program {

/// A target of a file, as far as one lane has come with it: its instance, which may be started again, and what cases
/// tell of it. For one thread at a time.
class LaneServer {
 public:
  /// The target of the file's recipe `recipe`, not started yet; one that `--target` gives serves already. `round` as
  /// in `report::Case`. The references must outlive this.
  LaneServer(const SuiteFile& file, std::size_t recipe, const RunOptions& options, std::size_t round,
             const IpAddress& host);

  const IpAddress& host() const { return host_; }
  const std::string& name() const { return file_.recipes[recipe_].name; }
  bool is_external() const { return is_external_; }
  /// Whether it has been started, if it had to be: `target` may be asked for.
  bool is_started() const { return target_.has_value(); }
  /// Whether it has been started and has not died.
  bool serves() const { return target_ && target_->alive(); }
  const target::Target& target() const { return *target_; }

  /// Starts an instance; one that is there is stopped before, and what is wrong with it becomes a case. `user`: the
  /// scenario that has it for itself, empty if several share it. `cancel`: as of `target::Target::Wish`. Blocks.
  std::optional<report::Case> start(const target::Supervisor& supervisor, std::string user, int cancel);
  /// Whether a start has failed: there will be no other.
  bool has_failed() const { return failure_.has_value(); }
  /// What becomes of a scenario that needed it, after a start that failed.
  report::Case unstarted(report::Case one);

  /// After a scenario that used it: whether it has died or reported an error of a sanitizer. Then a run that passed
  /// has not, which the trace is made to say. How it is, is told by the case, unless another's end stands there.
  bool blame(report::Case& one, engine::Trace& trace, const plan::Plan& plan);
  /// Its directory stays, and the case tells it.
  void keep_dir(report::Case& one);

  /// Stops the instance, if it is ours. What is wrong becomes a case, unless cases have told it before. Blocks.
  std::optional<report::Case> stop();

 private:
  std::string which_instance() const;
  std::string complaint(const target::Target::Stopped& stopped, const target::Output& output) const;

  const SuiteFile& file_;
  std::size_t recipe_;  // into the file's recipes
  const RunOptions& options_;
  std::size_t round_;
  IpAddress host_;  // where it is to serve
  bool is_external_ = false;
  std::optional<target::Target> target_;
  std::string user_;           // of this instance
  std::size_t instances_ = 0;  // that have been started for this user
  std::optional<target::Target::Failure> failure_;
  std::chrono::nanoseconds failed_after_{};  // what the failed start took; told by the first case after it
  struct Told {
    bool end = false;           ///< A step has expected its end, or a case has told it.
    std::uint64_t reports = 0;  ///< Of sanitizers.
  };
  Told told_;             // of this instance
  bool is_kept_ = false;  // its directory
};

}  // namespace volley::program
