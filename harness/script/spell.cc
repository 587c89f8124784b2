// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "script/format.h"
#include "script/piece.h"

namespace volley::script {
namespace {

using Kind = Token::Kind;

/// Hexadecimal digits as they are written canonically.
std::string lower_case(std::string_view digits) {
  std::string lower(digits);
  for (auto& c : lower) {
    if (c >= 'A' && c <= 'F') c = static_cast<char>(c - 'A' + 'a');
  }
  return lower;
}

/// `x"DEAD  beef"`: how the digits are grouped says something, how far the groups are apart does not.
std::string hex_text(std::string_view written) {
  std::string text = "x\"";
  for (const char c : lower_case(written.substr(2, written.size() - 3))) {
    const bool is_space = c == ' ' || c == '\t' || c == '\r';
    if (is_space && (text.back() == ' ' || text.back() == '"')) continue;
    text += is_space ? ' ' : c;
  }
  if (text.back() == ' ') text.pop_back();
  return text + "\"";
}

std::string spelt(const source::Source& source, const Token& token) {
  const auto written = source.text(token.span);
  switch (token.kind) {
    case Kind::text:
    case Kind::text_tail:
      return written[0] + rewritten_text(written.substr(1, written.size() - 2), false) + "\"";
    case Kind::text_head:
    case Kind::text_middle:
      return written[0] + rewritten_text(written.substr(1, written.size() - 3), true) + "${";
    case Kind::hex:
      return hex_text(written);
    case Kind::number:
      if (written.starts_with("0x") || written.starts_with("0X")) return "0x" + lower_case(written.substr(2));
      return std::string(written);
    default:
      return std::string(written);
  }
}

/// Finds comments and blank lines in what stands between tokens.
class Gaps {
 public:
  Gaps(const source::Source& source, const Tokens& tokens)
      : source_(source), next_(tokens.comments.begin()), end_(tokens.comments.end()) {}

  /// Fills in what stands in front of `token`, and goes on behind it.
  void read(Piece& piece, const Token& token) {
    for (; next_ != end_ && next_->begin < token.span.begin; ++next_) {
      const auto lines = line_ends(next_->begin);
      auto text = source_.text(*next_);
      text = text.substr(0, text.find_last_not_of(" \t\r") + 1);
      piece.notes.push_back({std::string(text), lines > 0, lines > 1});
      at_ = next_->end;
    }
    piece.is_after_blank = line_ends(token.span.begin) > 1;
    piece.is_glued = piece.notes.empty() && at_ == token.span.begin;
    at_ = token.span.end;
  }

 private:
  /// The start of the file counts as a line end, so that a comment there stands on a line of its own.
  std::ptrdiff_t line_ends(std::size_t end) const {
    const auto between = source_.bytes().substr(at_, end - at_);
    return std::ranges::count(between, '\n') + (at_ == 0 ? 1 : 0);
  }

  const source::Source& source_;
  std::vector<source::Span>::const_iterator next_;
  std::vector<source::Span>::const_iterator end_;
  std::size_t at_ = 0;
};

}  // namespace

std::vector<Piece> spell(const source::Source& source, const Tokens& tokens) {
  std::vector<Piece> pieces;
  Gaps gaps(source, tokens);
  bool is_behind_line_end = true;
  for (const auto& token : tokens.list) {
    if (token.kind == Kind::newline) {
      is_behind_line_end = true;
      continue;
    }
    Piece piece;
    piece.kind = token.kind;
    piece.text = spelt(source, token);
    piece.begins_line = is_behind_line_end;
    gaps.read(piece, token);
    pieces.push_back(std::move(piece));
    is_behind_line_end = false;
  }
  return pieces;
}

}  // namespace volley::script
