// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "engine/trace.h"
#include "program/case_runs.h"
#include "report/case.h"

namespace volley::program {

/// How long a target may take to die, in milliseconds, after a run that ended so; 0 if nothing hints at a death. `runs`
/// is at that run.
int patience_after(const engine::Trace& trace, const CaseRuns& runs);

/// The case of a run that has ended: what it came to, how long it took, and how its programs ended. That a server
/// `ended_badly` is allowed by no level, and known of none. `one` has its source; `as_written` is what became of the
/// scenario as it is written, if that is known and `one` is a variation of it.
report::Case concluded(report::Case one, engine::Trace trace, const CaseRuns& runs, bool ended_badly,
                       std::optional<judge::Outcome> as_written);

/// What the outcome is for who asks for strictness, or not: then advice that was not taken, and a deviation that has
/// vanished, are failures.
judge::Outcome settled(judge::Outcome outcome, bool is_strict);

}  // namespace volley::program
