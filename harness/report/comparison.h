// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>
#include <vector>

#include "judge/verdict.h"

namespace volley::report {

/// Expected above received, at most some 80 bytes wide, and below them a caret at the first byte that differs with its
/// number: as escaped text where both are text, else as a row of a hexdump. Where what was due is not known byte for
/// byte it is the source text of the item. Three lines, without indentation.
std::vector<std::string> side_by_side(const judge::Comparison& comparison);

}  // namespace volley::report
