// SPDX-License-Identifier: Apache-2.0
#include "report/comparison.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <string_view>

#include "plan/value.h"
#include "report/clean.h"

namespace volley::report {
namespace {

constexpr std::size_t bytes_before = 24;   ///< Shown in front of the difference,
constexpr std::size_t columns_after = 40;  ///< and behind it.
constexpr std::size_t row_bytes = 16;
constexpr std::size_t pattern_width = 100;

/// The bytes on both sides of an offset.
struct Halves {
  std::string_view before;
  std::string_view after;
};

Halves halves(std::string_view bytes, std::size_t at) {
  at = std::min(at, bytes.size());
  return {bytes.substr(0, at), bytes.substr(at)};
}

/// One side as text, and the column of the difference in it.
struct TextSide {
  std::string line;
  std::size_t column = 0;
};

TextSide text_side(Halves halves, bool is_cut) {
  std::string line = "\"";
  std::size_t column = 1;
  if (halves.before.size() > bytes_before) {
    halves.before.remove_prefix(halves.before.size() - bytes_before);
    line = "… \"";
    column = 3;  // columns, while the ellipsis is three bytes
  }
  const auto before = plan::escaped(halves.before);
  line += before;
  column += before.size();
  auto shown = halves.after.substr(0, columns_after);
  while (plan::escaped(shown).size() > columns_after) shown.remove_suffix(1);
  line += plan::escaped(shown) + "\"";
  if (is_cut || shown.size() < halves.after.size()) line += " …";
  return {std::move(line), column};
}

/// A row of a hexdump; `offset` is that of `row` from the start of the pattern.
std::string hex_row(std::uint64_t offset, std::string_view row) {
  std::string hex;
  std::string text;
  for (std::size_t i = 0; i < row_bytes; ++i) {
    if (i == row_bytes / 2) hex += ' ';
    if (i >= row.size()) {
      hex += "   ";
      continue;
    }
    hex += fmt::format("{:02x} ", static_cast<unsigned char>(row[i]));
    text += row[i] >= ' ' && row[i] <= '~' ? row[i] : '.';
  }
  return fmt::format("{:06x}  {} |{}|", offset, hex, text);
}

std::size_t hex_column(std::size_t i) {
  return 8 + 3 * i + (i >= row_bytes / 2 ? 1 : 0);
}

std::string_view from(std::string_view bytes, std::size_t offset) {
  return bytes.substr(std::min(offset, bytes.size()));
}

constexpr std::string_view expected_label = "expected  ";
constexpr std::string_view received_label = "received  ";

/// Both sides with their labels, and a caret below them at a column of theirs.
std::vector<std::string> lines(const std::string& expected, const std::string& received, std::size_t column,
                               std::string_view caret, std::uint64_t byte) {
  return {std::string(expected_label) + expected, std::string(received_label) + received,
          fmt::format("{:>{}}{} byte {}", "", received_label.size() + column, caret, byte)};
}

}  // namespace

std::vector<std::string> side_by_side(const judge::Comparison& comparison) {
  const std::string_view received = comparison.received;
  const auto& expected = comparison.expected;
  const auto at = static_cast<std::size_t>(comparison.differs_at - std::min(comparison.differs_at, comparison.origin));
  const auto unknown = comparison.pattern.empty() ? "nothing" : cut(clean(comparison.pattern), pattern_width);
  const bool is_text = plan::is_mostly_text(received) && (!expected || plan::is_mostly_text(*expected));
  if (is_text) {
    const auto [line, column] = text_side(halves(received, at), comparison.received_is_cut);
    return lines(expected ? text_side(halves(*expected, at), false).line : unknown, received.empty() ? "nothing" : line,
                 column, "^", comparison.differs_at);
  }
  const auto offset = std::max(comparison.origin, comparison.differs_at - comparison.differs_at % row_bytes);
  const auto begin = static_cast<std::size_t>(offset - comparison.origin);
  const auto row = [&](std::string_view bytes) { return hex_row(offset, from(bytes, begin).substr(0, row_bytes)); };
  return lines(expected ? row(*expected) : unknown, row(received), hex_column(at - begin), "^^", comparison.differs_at);
}

}  // namespace volley::report
