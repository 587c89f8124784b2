// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "engine/trace.h"
#include "judge/verdict.h"
#include "plan/plan.h"
#include "source/source.h"

/// What was found, as text for people and for machines. Pure functions from cases to bytes: they open no file and read
/// no clock.
namespace volley::report {

using std::chrono::nanoseconds;

/// What a target, or a program of the scenario, had come to when a case that used it was over.
struct TargetEnd {
  std::string name;
  std::string status;  ///< `was killed by SIGSEGV`; empty while it ran on.
  std::string output;  ///< The end of its stderr, or a sanitizer's report. A stranger's bytes: never print them raw.
  bool is_report = false;  ///< `output` is a sanitizer's report: its beginning tells most.
  friend bool operator==(const TargetEnd&, const TargetEnd&) = default;
};

/// One finished case: a scenario, or a target that did not stop as asked. A value, but for two pointers that the suite
/// owns and that must outlive it.
///
/// A case of several runs tells of the one that failed, or else of the last.
///
/// A scenario that has been tried more than once is one case. If it failed each time, or is flaky, then the verdict's
/// explanation, the trace, and what is told of programs are those of the first attempt: the others ran after it.
struct Case {
  std::string path;  ///< Of its file, as it was given.
  std::string name;
  std::string variation;  ///< Under which it ran; empty: as written.
  std::string server;     ///< The member of a family that it ran against; empty: there is no family.
  /// Of a failure under a variation: what of it the variation did, and what became of the scenario as it is written;
  /// `passes whole, fails when cut after byte 7`.
  std::string difference;
  std::size_t runs = 1;      ///< Of how many runs it consists: those that a variation asks for, up to one that failed.
  std::size_t all_runs = 1;  ///< How many there would be if nothing failed, and but for a limit,
  std::size_t left_out = 0;  ///< and how many of them a limit leaves out.
  std::size_t round = 0;     ///< Of a run that does everything several times, from 1; 0 in one that does not.
  std::size_t attempts = 1;  ///< How often it was tried in this round.
  bool is_last_attempt = false;  ///< It shows the last one, in which a server died, not the first.
  std::size_t line = 0;
  std::vector<std::string> tags;
  judge::Verdict verdict;
  std::string reason;                          ///< Why it was skipped, or why it is an error if no step is to blame.
  const plan::Plan* plan = nullptr;            ///< None for a target.
  std::shared_ptr<const plan::Plan> own_plan;  ///< Keeps `plan` if that is of this case alone: a run of several.
  const source::Source* source = nullptr;
  engine::Trace trace;  ///< Empty if it did not run.
  nanoseconds duration{};
  std::chrono::sys_time<nanoseconds> began{};  ///< When its run began; the epoch if it did not.
  std::optional<TargetEnd> target;             ///< Told with a failure,
  std::vector<TargetEnd> programs;             ///< as are these.
  std::vector<std::string> kept;               ///< Directories that stay, absolute.
  std::string repeat;  ///< The command that runs exactly this case again; empty if there is none.
};

/// What tells a case from the others of its file: as `plan::title`, or `NAME [split] [round 2]`.
std::string title(const Case& one);

/// `PATH › NAME`, as `plan::identity`, or `PATH › NAME [round 2]`.
std::string identity(const Case& one);

/// How many cases came to what, and how long all of it took.
struct Summary {
  std::size_t passed = 0;
  std::size_t failed = 0;
  std::size_t skipped = 0;
  std::size_t errors = 0;
  std::size_t advice = 0;       ///< A `should` that was not met.
  std::size_t information = 0;  ///< The same of a `may`.
  std::size_t flaky = 0;        ///< Passed, but not at the first attempt.
  std::size_t known = 0;        ///< Deviations that scenarios know of their servers,
  std::size_t vanished = 0;     ///< and those of them that do not show any more.
  std::size_t rounds = 1;       ///< How often everything ran.
  nanoseconds duration{};

  void count(judge::Outcome outcome);
  /// Whether anything ran at all: a skipped case has not.
  bool anything_ran() const { return total() > skipped; }
  std::size_t total() const {
    return passed + failed + skipped + errors + advice + information + flaky + known + vanished;
  }
  friend bool operator==(const Summary&, const Summary&) = default;
};

}  // namespace volley::report
