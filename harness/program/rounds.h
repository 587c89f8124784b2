// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <vector>

#include "program/schedule.h"

namespace volley::program {

/// What came of all rounds of a run.
struct Rounds {
  /// Of all rounds, one after another; with `repeat_until_fail` of the last one only, since there may be very many.
  std::vector<report::Case> cases;
  report::Summary summary;  ///< Of all rounds in either case.
};

/// `run_suite`, as often as the options ask for, each time with new instances of all targets: `options.repeat` rounds
/// or one; with `repeat_until_fail`, until a case fails the run. A signal, or a failure with `fail_fast`, makes the
/// round in which it comes the last, and so does a round in which nothing ran. Errors: those of `run_suite`.
Result<Rounds> run_rounds(const Suite& suite, const RunOptions& options, const target::Supervisor* supervisor,
                          Interrupt& interrupt, const std::function<void(const report::Case&)>& print,
                          const Ledger::Watch& watch);

}  // namespace volley::program
