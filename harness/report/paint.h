// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>

#include "report/case.h"

namespace volley::report {

/// The text of a case with its first word in the colour of the outcome, as terminals understand it (ECMA-48 SGR).
std::string painted(std::string text, judge::Outcome outcome);
/// The text of a summary, its first line green if the run is a success, else red.
std::string painted(const std::string& text, bool is_success);

}  // namespace volley::report
