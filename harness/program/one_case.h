// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>

#include "plan/plan.h"
#include "program/command_line.h"
#include "program/suite.h"
#include "report/case.h"

namespace volley::program {

/// The case of a scenario before anything is known of its run: named with its round, with the command that repeats it.
report::Case new_case(const Suite& suite, const Suite::Member& member, const RunOptions& options, std::size_t round);
/// The same for a target of a file, `index` in its recipes. `which` tells its instances apart, empty for the first that
/// scenarios share.
report::Case new_target_case(const SuiteFile& file, std::size_t index, const std::string& which, std::size_t round);

report::Case skipped(report::Case one, std::string reason);
/// The system refused us something.
report::Case in_error(report::Case one, std::string reason);

/// `volley run PATH:LINE --seed N`, with what chooses this of all cases of the scenario, and what else of the options
/// changes the run or its exit status; each word as a shell needs it.
std::string repeat_command(const plan::Plan& plan, const RunOptions& options);

}  // namespace volley::program
