// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <optional>
#include <string>
#include <string_view>

#include "judge/verdict.h"
#include "plan/plan.h"
#include "program/command_line.h"

namespace volley::program {

/// Why it says nothing new to run a variation of a scenario that came to this as written; empty if it does.
std::string_view tells_enough(judge::Outcome as_written);

/// Why a plan cannot run here: what it needs is not there, or --target cannot give it. Nullopt if it can.
std::optional<std::string> unfit(const plan::Plan& plan, const RunOptions& options);

}  // namespace volley::program
