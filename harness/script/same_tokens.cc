// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "script/format.h"
#include "script/piece.h"

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

}  // namespace

bool have_same_tokens(const source::Source& one, const source::Source& other) {
  return std::ranges::equal(pieces_of(one), pieces_of(other), is_same);
}

}  // namespace volley::script
