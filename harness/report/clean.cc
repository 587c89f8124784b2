// SPDX-License-Identifier: Apache-2.0
#include "report/clean.h"

#include <fmt/format.h>

#include "source/utf8.h"

namespace volley::report {
namespace {

void append_escaped(std::string& text, char byte) {
  switch (byte) {
    case '\n':
      text += "\\n";
      return;
    case '\r':
      text += "\\r";
      return;
    case '\t':
      text += "\\t";
      return;
    default:
      text += fmt::format("\\x{:02x}", static_cast<unsigned char>(byte));
  }
}

}  // namespace

std::string clean(std::string_view bytes) {
  std::string text;
  text.reserve(bytes.size());
  while (!bytes.empty()) {
    const auto [code, length] = source::first_character(bytes);
    const auto character = bytes.substr(0, length == 0 ? 1 : length);
    if (length != 0 && source::is_printable(code)) {
      text += character;
    } else {
      for (const char byte : character) append_escaped(text, byte);
    }
    bytes.remove_prefix(character.size());
  }
  return text;
}

std::string cut(std::string text, std::size_t width) {
  if (text.size() <= width) return text;
  std::size_t end = width;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80) --end;
  text.resize(end);
  return text + "…";
}

}  // namespace volley::report
