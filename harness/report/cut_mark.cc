// SPDX-License-Identifier: Apache-2.0
#include "report/cut_mark.h"

#include <fmt/format.h>

#include <algorithm>

#include "plan/value.h"

namespace volley::report {
namespace {

/// As much as a row of a hexdump shows on each side.
constexpr std::size_t hex_bytes = 8;

std::string hex(std::string_view bytes) {
  std::string text;
  for (const char c : bytes) text += fmt::format("{}{:02x}", text.empty() ? "" : " ", static_cast<unsigned char>(c));
  return text;
}

}  // namespace

std::string sides_of_cut(const engine::Trace& trace, const engine::Event& cut) {
  auto before = trace.head(cut.bytes);
  auto after = trace.tail(cut.bytes);
  if (plan::is_mostly_text(before) && plan::is_mostly_text(after)) {
    return fmt::format("{} | {}", plan::to_literal(before), plan::to_literal(after));
  }
  if (before.size() > hex_bytes) before.remove_prefix(before.size() - hex_bytes);
  return fmt::format("{} | {}", hex(before), hex(after.substr(0, hex_bytes)));
}

const engine::Event* first_cut(const engine::Trace& trace) {
  const auto found = std::ranges::find(trace.events, engine::Event::Kind::cut, &engine::Event::kind);
  return found == trace.events.end() ? nullptr : &*found;
}

}  // namespace volley::report
