// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "script/file.h"

namespace volley::check {

/// What a value is, as far as it is known before a run. `unknown` is the type of what could not be read: nothing is
/// said about it.
enum class Type : std::uint8_t { unknown, integer, bytes, endpoint, address, duration, boolean };

/// With its article, for messages: "an integer", "bytes".
std::string_view to_text(Type type);

/// Wide enough for every result of one operation on 64-bit operands.
__extension__ typedef __int128 Wide;

struct Value {
  Type type = Type::unknown;
  std::optional<Wide> constant;  ///< Of an integer that no run changes.
};

/// Integers of a scenario are signed or unsigned 64-bit ones, as needed.
bool fits_64_bits(Wide value);

struct Range {
  Wide least = 0;
  Wide most = 0;
};
Range range_of(const script::IntegerItem& item);

/// As it is written: "u16", "i32le", "==".
std::string_view to_text(script::Operator op);
std::string to_text(const script::IntegerItem& item);

/// The result, or why there is none.
struct Folded {
  std::optional<Wide> value;
  std::string_view mistake;  ///< A literal; empty if there is a value.
};
/// An arithmetic operation on constants; `right` is ignored by `negate`.
Folded fold(script::Operator op, Wide left, Wide right);

}  // namespace volley::check
