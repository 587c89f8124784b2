// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <algorithm>
#include <charconv>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace volley::planted {

/// In small letters (ASCII).
inline std::string lower(std::string_view text) {
  std::string result(text);
  std::ranges::transform(result, result.begin(),
                         [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
  return result;
}

/// In capitals (ASCII).
inline std::string upper(std::string_view text) {
  std::string result(text);
  std::ranges::transform(result, result.begin(),
                         [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c; });
  return result;
}

/// A decimal number of digits only.
inline std::optional<std::size_t> number_of(std::string_view text) {
  std::size_t value = 0;
  const auto* end = text.data() + text.size();
  const auto [at, wrong] = std::from_chars(text.data(), end, value);
  return wrong != std::errc() || at != end ? std::nullopt : std::optional(value);
}

inline std::string repeated(std::string_view text, std::size_t times) {
  std::string result;
  result.reserve(text.size() * times);
  for (std::size_t i = 0; i < times; ++i) result += text;
  return result;
}

}  // namespace volley::planted
