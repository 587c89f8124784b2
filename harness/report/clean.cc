// SPDX-License-Identifier: Apache-2.0
#include "report/clean.h"

#include <fmt/format.h>

#include <algorithm>

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

namespace {

bool is_graphic(char c) {
  return c > ' ' && c < '\x7f';
}

/// Whether a `[` follows `##` and a word.
bool opens_command(std::string_view after) {
  const auto end = std::ranges::find_if_not(after, [](char c) { return c >= 'a' && c <= 'z'; });
  return end != after.end() && *end == '[';
}

void append_inert(std::string& text, std::string_view line) {
  // What is not ASCII may be white space too, or nothing at all to a comparison by culture.
  const auto first = static_cast<std::size_t>(std::ranges::find_if(line, is_graphic) - line.begin());
  for (std::size_t i = 0; i < line.size(); ++i) {
    const bool is_command = line[i] == '#' && i > 0 && line[i - 1] == '#' && opens_command(line.substr(i + 1));
    if (is_command || (i == first && line[i] == ':')) {
      append_escaped(text, line[i]);
    } else {
      text += line[i];
    }
  }
}

}  // namespace

std::string inert(std::string_view text) {
  std::string harmless;
  harmless.reserve(text.size());
  while (!text.empty()) {
    const auto length = std::min(text.find('\n'), text.size() - 1) + 1;
    append_inert(harmless, text.substr(0, length));
    text.remove_prefix(length);
  }
  return harmless;
}

std::string one_line(std::string_view source) {
  std::string line;
  for (std::size_t i = 0; i < source.size(); ++i) {
    if (source[i] != '\n') {
      line += source[i];
      continue;
    }
    while (!line.empty() && (line.back() == ' ' || line.back() == '\r')) line.pop_back();
    line += ' ';
    while (i + 1 < source.size() && (source[i + 1] == ' ' || source[i + 1] == '\t')) ++i;
  }
  return clean(line);
}

std::string cut(std::string text, std::size_t width) {
  if (text.size() <= width) return text;
  std::size_t end = width;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80) --end;
  text.resize(end);
  return text + "…";
}

}  // namespace volley::report
