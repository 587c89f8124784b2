// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <volley/error.h>

#include <string_view>

namespace volley {

/// What is wrong with a text that is no IPv6 address. Slower than reading one, which is why `Ipv6Address::parse` reads
/// first and asks afterwards.
std::unexpected<ParseError> diagnose_ipv6(std::string_view text);

}  // namespace volley
