// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>

#include "script/piece.h"
#include "script/words.h"

namespace volley::script {
namespace {

using Kind = Token::Kind;

/// Whether an operator that follows stands between two values: if not, a `-` there is the sign of a number.
bool ends_value(const Piece& piece) {
  constexpr auto ends = std::to_array<Kind>({Kind::number, Kind::duration, Kind::quantity, Kind::text, Kind::text_tail,
                                             Kind::hex, Kind::regex, Kind::endpoint, Kind::right_paren});
  constexpr auto values =
      std::to_array<std::string_view>({"cstring", "eof", "false", "leb128", "line", "now", "rest", "true"});
  if (piece.kind == Kind::word) {
    return !is_reserved(piece.text) || integer_word(piece.text) || contains(values, piece.text);
  }
  return std::ranges::find(ends, piece.kind) != ends.end() || (piece.kind == Kind::right_brace && !piece.is_block);
}

/// Words that take their arguments with or without a gap. Behind an integer or a name the gap makes two items of one.
bool is_function(const Piece& piece) {
  constexpr auto extents = std::to_array<std::string_view>({"bytes", "dns_name"});
  return piece.kind == Kind::word && (contains(function_words, piece.text) || contains(extents, piece.text));
}

/// Words behind which a bracket is a value of its own, glued to them or not.
bool takes_value(const Piece& piece) {
  constexpr auto operators = std::to_array<std::string_view>({"and", "not", "or"});
  return contains(operators, piece.text) || contains(clause_words, piece.text) || contains(step_words, piece.text);
}

bool is_open(const Piece& piece) {
  return piece.kind == Kind::left_paren || (piece.kind == Kind::use_brace) || piece.kind == Kind::text_head ||
         piece.kind == Kind::text_middle;
}

/// `before` is the piece in front of `left`.
bool parts(const Piece* before, const Piece& left, const Piece& right) {
  if (is_open(left) || left.kind == Kind::dot || left.kind == Kind::range) return false;
  if (left.kind == Kind::minus && (!before || !ends_value(*before))) return false;
  switch (right.kind) {
    case Kind::right_paren:
    case Kind::comma:
    case Kind::dot:
    case Kind::range:
    case Kind::text_middle:
    case Kind::text_tail:
    case Kind::use_brace:
    case Kind::colon:
      return false;
    case Kind::right_brace:
      return false;
    case Kind::left_paren:
      if (left.kind != Kind::word) return true;
      if (is_function(left)) return false;
      return !right.is_glued || takes_value(left);
    default:
      break;
  }
  const bool is_scheme = left.kind == Kind::colon && before && before->text == "unix";
  return !is_scheme || !right.is_glued;
}

}  // namespace

void set_spaces(std::vector<Piece>& pieces) {
  for (std::size_t i = 1; i < pieces.size(); ++i) {
    const auto* before = i > 1 && !pieces[i - 1].begins_line ? &pieces[i - 2] : nullptr;
    pieces[i].has_space = parts(before, pieces[i - 1], pieces[i]);
  }
}

}  // namespace volley::script
