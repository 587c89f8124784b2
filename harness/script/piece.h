// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>
#include <vector>

#include "script/token.h"

namespace volley::script {

/// A comment in front of a token.
struct Note {
  std::string text;
  bool is_on_own_line = false;
  bool is_after_blank = false;
};

/// A token as it is printed, and how it stands to the one before it.
struct Piece {
  Token::Kind kind = Token::Kind::end;
  std::string text;
  std::vector<Note> notes;      ///< Comments between the piece before and this one.
  bool is_after_blank = false;  ///< A blank line stands in front of it, behind its last note.
  bool is_glued = false;        ///< Nothing parts it from the piece before it in the source.
  bool begins_line = false;
  bool has_space = false;    ///< A space parts it from the piece before it, if both are printed on one line.
  bool is_block = false;     ///< The brace of a block, not of a message's use.
  bool is_in_text = false;   ///< Part of what a text inserts, which no line end may part.
  std::size_t brackets = 0;  ///< How many brackets of its line are open in front of it.
};

/// The tokens of a file without mistakes, spelt canonically; the last one is `end`. Line ends are no pieces.
std::vector<Piece> spell(const source::Source& source, const Tokens& tokens);

/// Finds where lines begin: behind line ends, at both ends of a block, and in a message at each field.
void set_lines(std::vector<Piece>& pieces);

/// Finds where a space stands.
void set_spaces(std::vector<Piece>& pieces);

}  // namespace volley::script
