// SPDX-License-Identifier: Apache-2.0
#include "report/shell.h"

#include <fmt/format.h>

#include <algorithm>

#include "report/clean.h"

namespace volley::report {
namespace {

bool is_safe(char c) {
  const bool is_alphanumeric = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
  return is_alphanumeric || std::string_view("_-./:=@%+,").contains(c);
}

std::string in_single_quotes(std::string_view bytes) {
  std::string word = "'";
  for (const char c : bytes) {
    if (c == '\'') {
      word += "'\\''";
    } else {
      word += c;
    }
  }
  return word + "'";
}

/// Octal, with always three digits: a hex escape would swallow hex digits that follow it.
std::string in_ansi_quotes(std::string_view bytes) {
  std::string word = "$'";
  for (const char c : bytes) {
    if (c == '\'' || c == '\\') {
      word += '\\';
      word += c;
    } else if (c >= ' ' && c <= '~') {
      word += c;
    } else {
      word += fmt::format("\\{:03o}", static_cast<unsigned char>(c));
    }
  }
  return word + "'";
}

}  // namespace

std::string shell_word(std::string_view bytes) {
  if (!bytes.empty() && std::ranges::all_of(bytes, is_safe)) return std::string(bytes);
  return clean(bytes) == bytes ? in_single_quotes(bytes) : in_ansi_quotes(bytes);
}

}  // namespace volley::report
