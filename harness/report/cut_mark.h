// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>

#include "engine/trace.h"

namespace volley::report {

/// What stands on both sides of a cut, `"PING\r" | "\n"`, or as hex where it is no text, `00 1d | 12 34`.
std::string sides_of_cut(const engine::Trace& trace, const engine::Event& cut);

/// The first cut of a run, or null.
const engine::Event* first_cut(const engine::Trace& trace);

}  // namespace volley::report
