// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <optional>
#include <string_view>
#include <vector>

namespace volley::script {

/// The signal that a scenario calls `term`, `kill`, `segv`: SIGTERM and its like without SIG, in lower case.
std::optional<int> signal_number(std::string_view name);
std::vector<std::string_view> signal_names();

}  // namespace volley::script
