// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstddef>
#include <string_view>

namespace volley::source {

/// One character of a UTF-8 text (RFC 3629): its code point and how many bytes it takes.
struct Utf8Character {
  char32_t code = 0;
  std::size_t length = 0;  ///< 0: the bytes are no UTF-8, or `text` is empty.
};

/// The first character of `text`. Overlong forms, surrogates and what is over U+10FFFF are no UTF-8.
Utf8Character first_character(std::string_view text);

/// Whether a terminal may be shown the character: no control (C0, C1, DEL), no mark that turns the direction of
/// writing, none that has no width.
bool is_printable(char32_t code);

}  // namespace volley::source
