// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "script/format.h"
#include "script/parse.h"
#include "script/piece.h"
#include "script/print.h"

namespace volley::script {
namespace {

/// The pieces of a source with their comments; what formatting is free to change is as it leaves it.
std::vector<Piece> pieces_of(const source::Source& source) {
  Findings findings;
  auto pieces = spell(source, lex(source, findings));
  set_lines(pieces);
  return pieces;
}

bool is_same(const Piece& one, const Piece& other) {
  return one.kind == other.kind && one.text == other.text && one.begins_line == other.begins_line &&
         std::ranges::equal(one.notes, other.notes, {}, &Note::text, &Note::text);
}

/// The gap in front of a bracket tells a call from two items.
bool has_same_text(const Piece& one, const Piece& other) {
  const bool has_same_gap = one.kind != Token::Kind::left_paren || one.is_glued == other.is_glued;
  return one.kind == other.kind && one.text == other.text && has_same_gap;
}

/// The tokens of the tree that a source is read as. Comments and blank lines may stand elsewhere in a tree, whose
/// declarations are put in order.
std::vector<Piece> tree_of(const source::Source& source) {
  return pieces_of(source::Source(source.path(), print(parse(source).file)));
}

}  // namespace

bool are_read_alike(const source::Source& one, const source::Source& other) {
  return std::ranges::equal(tree_of(one), tree_of(other), has_same_text);
}

bool have_same_tokens(const source::Source& one, const source::Source& other) {
  return std::ranges::equal(pieces_of(one), pieces_of(other), is_same);
}

}  // namespace volley::script
