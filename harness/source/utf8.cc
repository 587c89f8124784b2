// SPDX-License-Identifier: Apache-2.0
#include "source/utf8.h"

#include <algorithm>
#include <array>

namespace volley::source {
namespace {

struct Range {
  char32_t first;
  char32_t last;
};

/// Cf, Zl, Zp and Co of the Unicode character database, as far as terminals obey them, and the noncharacters.
constexpr std::array unprintable{
    Range{0x00, 0x1F},     Range{0x7F, 0x9F},     Range{0xAD, 0xAD},     Range{0x061C, 0x061C},
    Range{0x180E, 0x180E}, Range{0x200B, 0x200F}, Range{0x2028, 0x202E}, Range{0x2060, 0x206F},
    Range{0xE000, 0xF8FF}, Range{0xFEFF, 0xFEFF}, Range{0xFFF0, 0xFFFF}, Range{0xE0000, 0x10FFFF},
};

constexpr std::size_t length_by(unsigned char lead) {
  if (lead < 0x80) return 1;
  if (lead >= 0xC2 && lead <= 0xDF) return 2;
  if (lead >= 0xE0 && lead <= 0xEF) return 3;
  if (lead >= 0xF0 && lead <= 0xF4) return 4;
  return 0;
}

}  // namespace

Utf8Character first_character(std::string_view text) {
  if (text.empty()) return {};
  const auto lead = static_cast<unsigned char>(text[0]);
  const auto length = length_by(lead);
  if (length == 0 || text.size() < length) return {};
  if (length == 1) return {lead, 1};
  auto code = static_cast<char32_t>(lead & (0x7F >> length));
  for (std::size_t i = 1; i < length; ++i) {
    const auto byte = static_cast<unsigned char>(text[i]);
    if ((byte & 0xC0) != 0x80) return {};
    code = code << 6 | (byte & 0x3F);
  }
  constexpr std::array<char32_t, 5> least{0, 0, 0x80, 0x800, 0x10000};
  const bool is_surrogate = code >= 0xD800 && code <= 0xDFFF;
  if (code < least[length] || is_surrogate || code > 0x10FFFF) return {};
  return {code, length};
}

bool is_printable(char32_t code) {
  if (code < 0x7F) return code >= 0x20;  // nearly all that is asked for
  return std::ranges::none_of(unprintable, [code](Range range) { return code >= range.first && code <= range.last; });
}

}  // namespace volley::source
