// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>

#include "report/case.h"

namespace volley::report {

/// The text of a case with its first word in the colour of the outcome, as terminals understand it (ECMA-48 SGR).
std::string painted(std::string text, judge::Outcome outcome);
/// The text of a summary, green if nothing failed, else red.
std::string painted(const std::string& text, const Summary& summary);

}  // namespace volley::report
