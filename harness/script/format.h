// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>
#include <string_view>

#include "script/token.h"

namespace volley::script {

/// The canonical form of a file without mistakes: one step a line, four spaces a block, one space between items, lines
/// of at most `line_width` bytes where there is a place to break them, at most one blank line, comments where they
/// stood. Of a step that has to be broken, a text that ends in a line end ends a line, too. It is decided by the
/// tokens, the comments and the blank lines alone, so that formatting again changes nothing, and what a line break or a
/// space says to the lexer is the same before and after.
std::string format(const source::Source& source, const Tokens& tokens);

/// Whether two sources say the same: tokens with the same meaning in the same order, and the same comments. Line ends
/// are looked at as far as one stands where a step ends.
bool have_same_tokens(const source::Source& one, const source::Source& other);

/// Whether two sources without mistakes are read as the same tree but for comments: also a gap may tell two steps
/// apart.
bool are_read_alike(const source::Source& one, const source::Source& other);

inline constexpr std::size_t line_width = 120;

/// `"…"` with the shortest escapes for what cannot stand in a text as it is.
std::string quoted_text(std::string_view bytes);
/// The same without the quotes: a piece of a text. `is_inserted_behind`: a `${` follows it.
std::string escaped_text(std::string_view bytes, bool is_inserted_behind = false);
/// A piece as it was written, with the shortest escapes. Bytes over 0x7f stay as they are, letters or `\xHH`: the one
/// speaks of a text, the other of its bytes.
std::string rewritten_text(std::string_view written, bool is_inserted_behind);

}  // namespace volley::script
