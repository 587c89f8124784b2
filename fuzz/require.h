// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <volley/error.h>

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <source_location>
#include <string_view>

/// Ends the process with the line of the property that does not hold; the fuzzer keeps the input.
inline void require(bool holds, const std::source_location& where = std::source_location::current()) {
  if (holds) return;
  std::fprintf(stderr, "%s:%u: this property does not hold\n", where.file_name(), static_cast<unsigned>(where.line()));
  std::abort();
}

/// What stands before the offset of a ParseError is right: cut off there, the text is read, or only needs more.
template <class Parse>
void require_true_offset(Parse parse, std::string_view text, const volley::ParseError& error) {
  require(error.offset <= text.size());
  require(!error.what.empty());
  const auto cut = parse(text.substr(0, error.offset));
  require(cut.has_value() || cut.error().offset == error.offset);
}

inline std::string_view as_text(const std::uint8_t* data, std::size_t size) {
  return {reinterpret_cast<const char*>(data), size};
}
