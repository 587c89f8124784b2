// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <expected>
#include <string>
#include <string_view>

#include "engine/trace.h"

namespace volley::engine {

/// A trace as one JSON value: times in ns, bytes as hex, endpoints as text. `trace_from_json` gives the same trace
/// back, so that it can be judged again elsewhere.
std::string to_json(const Trace& trace);

/// Reads what `to_json` wrote. Error: why the text is no trace.
std::expected<Trace, std::string> trace_from_json(std::string_view text);

}  // namespace volley::engine
