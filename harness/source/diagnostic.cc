// SPDX-License-Identifier: Apache-2.0
#include "source/diagnostic.h"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>
#include <utility>

#include "source/utf8.h"

namespace volley::source {
namespace {

constexpr std::size_t window = 160;

/// What a terminal shows in one column, and the byte of the text that it stands for.
struct Cell {
  std::string_view shown;
  std::size_t offset = 0;
};

std::vector<Cell> cells_of(std::string_view text) {
  std::vector<Cell> cells;
  for (std::size_t at = 0; at < text.size();) {
    const auto character = first_character(text.substr(at));
    const bool is_shown = character.length > 0 && is_printable(character.code);
    if (text[at] == '\t') {
      cells.push_back({" ", at});
    } else {
      cells.push_back({is_shown ? text.substr(at, character.length) : std::string_view("."), at});
    }
    at += is_shown ? character.length : 1;
  }
  return cells;
}

std::string shown(std::string_view text) {
  std::string result;
  for (const auto& cell : cells_of(text)) result += cell.shown;
  return result;
}

/// The columns [begin, end) of a line that are shown: all, or a window in which the caret stands in the middle if it
/// can.
std::pair<std::size_t, std::size_t> visible(const std::vector<Cell>& cells, std::size_t caret) {
  if (cells.size() <= window) return {0, cells.size()};
  const auto begin = std::min(caret > window / 2 ? caret - window / 2 : 0, cells.size() - window);
  return {begin, begin + window};
}

std::size_t column_of(const std::vector<Cell>& cells, std::size_t offset) {
  const auto past = std::ranges::upper_bound(cells, offset, {}, &Cell::offset);
  const bool is_past_the_end = past == cells.end() && (cells.empty() || offset > cells.back().offset);
  return is_past_the_end ? cells.size() : static_cast<std::size_t>(past - cells.begin()) - 1;
}

constexpr char lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

/// Edit distance in which a swap of neighbours counts once (optimal string alignment), in rows of the usual table.
std::size_t distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> before, above(b.size() + 1), row(b.size() + 1);
  std::iota(above.begin(), above.end(), std::size_t{0});
  for (std::size_t i = 1; i <= a.size(); ++i) {
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      row[j] = std::min({above[j] + 1, row[j - 1] + 1, above[j - 1] + (lower(a[i - 1]) == lower(b[j - 1]) ? 0 : 1)});
      const bool is_swap = i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1];
      if (is_swap) row[j] = std::min(row[j], before[j - 2] + 1);
    }
    before = std::exchange(above, row);
  }
  return above[b.size()];
}

}  // namespace

std::string excerpt(const Source& source, Span span) {
  const auto position = source.position(span.begin);
  const auto line = source.line_at(span.begin);
  const auto begin = position.column - 1;
  const auto length = std::max<std::size_t>(span.end - std::min(span.begin, span.end), 1);
  // A line of megabytes is looked at only around the caret: a character has at most four bytes.
  const auto from = begin > 4 * window ? begin - 4 * window : 0;
  const auto cells = cells_of(line.substr(std::min(from, line.size()), 8 * window));
  const auto caret = column_of(cells, begin - from);
  const auto past = std::max(column_of(cells, begin - from + length - 1) + 1, caret + 1);
  const auto [first, last] = visible(cells, caret);
  std::string text;
  for (auto i = first; i < last; ++i) text += cells[i].shown;
  const auto marks = std::min(past, std::max(last, caret + 1)) - caret;
  return fmt::format("{}\n{:>{}}{}\n", text, "^", caret - first + 1, std::string(marks - 1, '~'));
}

std::string render(const Source& source, const Diagnostic& diagnostic) {
  const auto position = source.position(diagnostic.span.begin);
  auto text = fmt::format("{}:{}:{}: error: {} [{}]\n", shown(source.path(diagnostic.span.begin)), position.line,
                          position.column, shown(diagnostic.what), diagnostic.id);
  text += excerpt(source, diagnostic.span);
  auto hint = diagnostic.hint;
  if (diagnostic.other) {
    const auto other = source.position(diagnostic.other->begin);
    hint += fmt::format(" {}:{}:{}", source.path(diagnostic.other->begin), other.line, other.column);
  }
  if (!hint.empty()) text += fmt::format("hint: {}\n", shown(hint));
  return text;
}

std::string quote(std::string_view text) {
  constexpr std::size_t longest = 60;
  if (text.size() <= longest) return fmt::format("'{}'", text);
  return fmt::format("'{}…'", text.substr(0, longest));
}

std::string_view closest(std::string_view word, const std::vector<std::string_view>& candidates) {
  constexpr std::size_t longest_word = 64;  // the cost is a product of lengths, and nobody mistypes a longer one
  if (word.size() > longest_word) return {};
  std::string_view best;
  auto least = std::max<std::size_t>(word.size() / 3, 1) + 1;
  for (const auto candidate : candidates) {
    if (candidate == word || candidate.size() > longest_word) continue;
    const auto edits = distance(word, candidate);
    // Every letter is one edit away from every other: that is no typing error.
    if (edits >= least || edits >= word.size()) continue;
    least = edits;
    best = candidate;
  }
  return best;
}

}  // namespace volley::source
