// SPDX-License-Identifier: Apache-2.0
#include "plan/value.h"

#include <fmt/format.h>

#include <algorithm>

namespace volley::plan {
namespace {

bool is_printable(char c) {
  return c >= ' ' && c <= '~';
}

std::string hex_literal(std::string_view bytes) {
  std::string text = "x\"";
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    if (i != 0) text += ' ';
    text += fmt::format("{:02x}", static_cast<unsigned char>(bytes[i]));
  }
  return text + '"';
}

std::string escape(char c, bool before_brace) {
  switch (c) {
    case '\r':
      return "\\r";
    case '\n':
      return "\\n";
    case '\t':
      return "\\t";
    case '\0':
      return "\\0";
    case '\\':
      return "\\\\";
    case '"':
      return "\\\"";
    case '$':
      return before_brace ? "\\$" : "$";
    default:
      return is_printable(c) ? std::string(1, c) : fmt::format("\\x{:02x}", static_cast<unsigned char>(c));
  }
}

std::string duration_text(std::chrono::nanoseconds time) {
  const auto count = time.count();
  if (count % 1'000'000'000 == 0) return fmt::format("{}s", count / 1'000'000'000);
  if (count % 1'000'000 == 0) return fmt::format("{}ms", count / 1'000'000);
  return fmt::format("{}us", count / 1000);
}

struct ToText {
  Bytes operator()(std::monostate) const { return {}; }
  Bytes operator()(Integer value) const { return fmt::format("{}", value); }
  Bytes operator()(const Bytes& value) const { return value; }
  Bytes operator()(const Endpoint& value) const { return value.to_string(); }
  Bytes operator()(const IpAddress& value) const { return value.to_string(); }
  Bytes operator()(std::chrono::nanoseconds value) const { return duration_text(value); }
  Bytes operator()(bool value) const { return value ? "true" : "false"; }
};

}  // namespace

Bytes to_text(const Value& value) {
  return std::visit(ToText{}, value);
}

std::string to_display(const Value& value) {
  if (const auto* bytes = std::get_if<Bytes>(&value)) return to_literal(*bytes);
  return to_text(value);
}

std::string to_literal(std::string_view bytes) {
  if (!is_mostly_text(bytes)) return hex_literal(bytes);
  return '"' + escaped(bytes) + '"';
}

bool is_mostly_text(std::string_view bytes) {
  const auto readable =
      std::ranges::count_if(bytes, [](char c) { return is_printable(c) || c == '\r' || c == '\n' || c == '\t'; });
  return static_cast<std::size_t>(readable) * 4 >= bytes.size() * 3;
}

std::string escaped(std::string_view bytes) {
  std::string text;
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    text += escape(bytes[i], i + 1 < bytes.size() && bytes[i + 1] == '{');
  }
  return text;
}

}  // namespace volley::plan
