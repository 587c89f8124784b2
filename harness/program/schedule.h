// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <chrono>
#include <functional>
#include <vector>

#include "program/brake.h"
#include "program/command_line.h"
#include "program/interrupt.h"
#include "program/ledger.h"
#include "program/suite.h"
#include "report/case.h"
#include "target/supervisor.h"

namespace volley::program {

/// What came of running a suite.
struct Finished {
  /// In the order of path and line; what is wrong with a file's targets after its scenarios.
  std::vector<report::Case> cases;
  std::chrono::nanoseconds duration{};
};

/// What the rounds of a run share.
struct Course {
  Interrupt& interrupt;
  Brake& brake;
  std::size_t round = 0;  ///< As in `report::Case`.
};

/// Runs a suite's lanes, `options.jobs` of them at once, on as many threads with an event loop each as there are
/// processors (none but the caller's if one lane at a time is in flight). A lane never changes its thread. `print` is
/// called for each case in order as soon as its turn has come, on the calling thread; `watch` is told of it at once.
/// After a signal, or once the brake has been pulled, what has not begun is skipped.
///
/// `supervisor` may be null if no target has to be started. Error: an event loop could not be made.
Result<Finished> run_suite(const Suite& suite, const RunOptions& options, const target::Supervisor* supervisor,
                           const Course& course, std::function<void(const report::Case&)> print,
                           Ledger::Watch watch = {});

}  // namespace volley::program
