// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

#include "script/format.h"
#include "script/lexer.h"
#include "source/utf8.h"

namespace volley::script {
namespace {

struct Escape {
  char byte;
  std::string_view written;
};
constexpr std::array escapes{Escape{'\r', "\\r"}, Escape{'\n', "\\n"},  Escape{'\t', "\\t"},
                             Escape{'\0', "\\0"}, Escape{'\\', "\\\\"}, Escape{'"', "\\\""}};

constexpr std::array read_escapes{Escape{'\r', "r"},  Escape{'\n', "n"}, Escape{'\t', "t"}, Escape{'\0', "0"},
                                  Escape{'\\', "\\"}, Escape{'"', "\""}, Escape{'$', "$"}};

std::string hex_escape(char byte) {
  return fmt::format("\\x{:02x}", static_cast<unsigned char>(byte));
}

/// The first character of `rest` as it is printed, and how many bytes it takes.
std::pair<std::string, std::size_t> printed(std::string_view rest, bool is_inserted_behind) {
  const auto escape = std::ranges::find(escapes, rest[0], &Escape::byte);
  if (escape != escapes.end()) return {std::string(escape->written), 1};
  const bool opens = rest == "$" ? is_inserted_behind : rest.starts_with("${");
  if (opens) return {"\\$", 1};
  const auto character = source::first_character(rest);
  if (character.length == 0 || !source::is_printable(character.code)) return {hex_escape(rest[0]), 1};
  return {std::string(rest.substr(0, character.length)), character.length};
}

/// The byte that an escape without its backslash stands for, and how long it is.
std::pair<char, std::size_t> unescaped(std::string_view rest) {
  if (rest.starts_with('x') && rest.size() > 2) {
    return {static_cast<char>(hex_digit(rest[1]) << 4 | hex_digit(rest[2])), 3};
  }
  const auto known = std::ranges::find(read_escapes, rest.substr(0, 1), &Escape::written);
  return {known == read_escapes.end() ? '\0' : known->byte, 1};
}

}  // namespace

std::string escaped_text(std::string_view bytes, bool is_inserted_behind) {
  std::string text;
  while (!bytes.empty()) {
    const auto [shown, length] = printed(bytes, is_inserted_behind);
    text += shown;
    bytes.remove_prefix(length);
  }
  return text;
}

std::string rewritten_text(std::string_view written, bool is_inserted_behind) {
  std::string text;
  std::string bytes;  // since the last byte that stays an escape
  while (!written.empty()) {
    const bool is_escape = written[0] == '\\' && written.size() > 1;
    const auto [byte, length] = is_escape ? unescaped(written.substr(1)) : std::pair(written[0], std::size_t{0});
    written.remove_prefix(length + 1);
    if (is_escape && static_cast<unsigned char>(byte) > 0x7F) {
      text += escaped_text(bytes) + hex_escape(byte);
      bytes.clear();
    } else {
      bytes += byte;
    }
  }
  return text + escaped_text(bytes, is_inserted_behind);
}

std::string quoted_text(std::string_view bytes) {
  return fmt::format("\"{}\"", escaped_text(bytes));
}

}  // namespace volley::script
