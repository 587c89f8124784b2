// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <optional>
#include <vector>

#include "program/schedule.h"

namespace volley::program {

/// What came of all rounds of a run.
struct Rounds {
  /// Of all rounds, one after another; with `repeat_until_fail` of the last one only, since there may be very many.
  /// Where no report asks for all of them, they have no traces, and rounds after the first only those that failed or
  /// were slow.
  std::vector<report::Case> cases;
  report::Summary summary;     ///< Of all rounds in either case.
  std::optional<Error> error;  ///< Why there was no other round.
};

/// `run_suite`, as often as the options ask for, each time with new instances of all targets: `options.repeat` rounds
/// or one; with `repeat_until_fail`, until a case fails the run. A signal, or a failure with `fail_fast`, makes the
/// round in which it comes the last, and so do a round in which nothing ran and an error of `run_suite`.
Rounds run_rounds(const Suite& suite, const RunOptions& options, const target::Supervisor* supervisor,
                  Interrupt& interrupt, const std::function<void(const report::Case&)>& print,
                  const Ledger::Watch& watch);

}  // namespace volley::program
