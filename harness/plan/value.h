// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <volley/endpoint.h>
#include <volley/ip_address.h>

#include <chrono>
#include <cstdint>
#include <string>
#include <variant>

namespace volley::plan {

/// An integer of a scenario: any value of int64_t or uint64_t. Held wider, so that arithmetic can see an overflow.
__extension__ using Integer = __int128;
inline constexpr Integer min_integer = INT64_MIN;
inline constexpr Integer max_integer = UINT64_MAX;

using Bytes = std::string;

/// What a name can stand for. `monostate`: not bound yet. Durations include times of day of the run (`now`).
using Value = std::variant<std::monostate, Integer, Bytes, Endpoint, IpAddress, std::chrono::nanoseconds, bool>;

/// What `${value}` inserts: decimal for integers, raw bytes, `a:p` or `[a]:p`, an address' text, `1500ms`, `true`.
Bytes to_text(const Value& value);

/// How a value is shown in a message: as `to_text`, but bytes quoted and escaped as a scenario writes them.
std::string to_display(const Value& value);

/// Bytes as a scenario would write them: `"GET /\r\n"`, or `x"de ad"` where fewer than three in four bytes are
/// printable. Bytes of peers are safe to print only through this or a hexdump.
std::string to_literal(std::string_view bytes);

/// Whether quoted text reads better than hex: at least three in four bytes are printable.
bool is_mostly_text(std::string_view bytes);

/// What `to_literal` puts between the quotes of a text, whatever the bytes are: printable ASCII only.
std::string escaped(std::string_view bytes);

}  // namespace volley::plan
