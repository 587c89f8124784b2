// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>
#include <string_view>

namespace volley::plan {

/// What tells a case from the others of its file: `NAME[ [VARIATION]][ [SERVER]]`. What is empty is left out.
std::string title(std::string_view name, std::string_view variation, std::string_view server);

}  // namespace volley::plan
