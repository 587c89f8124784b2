// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>

#include "stop.h"

namespace volley {

/// The bounds of a decimal number, and what to say of one beyond them.
struct DecimalRange {
  std::uint32_t min;
  std::uint32_t max;
  std::string_view what;  ///< A literal, such as "a port is at most 65535".
};

inline bool is_decimal_digit(char byte) {
  return byte >= '0' && byte <= '9';
}

/// Reads all of `text`, which starts at `base` in the text that the user sees, as a decimal number: digits alone, no
/// sign, no leading zero. A number out of range is wrong from its first digit on.
inline Parsed<std::uint32_t> read_decimal(std::string_view text, std::size_t base, const DecimalRange& range) {
  if (text.empty()) return stop(base, "a decimal digit was expected");
  std::uint64_t value = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (!is_decimal_digit(text[i])) return stop(base + i, "a decimal digit was expected");
    if (i > 0 && text[0] == '0') return stop(base, "a number has no leading zero");
    value = value * 10 + static_cast<std::uint64_t>(text[i] - '0');
    if (value > range.max) return stop(base, range.what);
  }
  if (value < range.min) return stop(base, range.what);
  return static_cast<std::uint32_t>(value);
}

inline constexpr DecimalRange port_range{0, 65535, "a port is at most 65535"};

}  // namespace volley
