// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "script/rule.h"
#include "source/source.h"

namespace volley::script {

/// The smallest piece of a scenario file that has a meaning. A text with insertions is several: `"a${` is its head,
/// `}b${` a middle, `}c"` its tail, and what stands between them are tokens like any other.
struct Token {
  enum class Kind : std::uint8_t {
    end,
    newline,  ///< Ends a step. Line ends after which the step goes on leave no token.
    broken,   ///< Something that is no token, and for which a diagnostic has been given.
    word,
    number,
    duration,
    quantity,  ///< A number with a unit that only `link` knows: `10%`, `1MB/s`.
    text,
    text_head,
    text_middle,
    text_tail,
    hex,
    regex,
    endpoint,
    left_paren,
    unclosed_paren,  ///< A `(` whose `)` is missing.
    right_paren,
    left_brace,
    use_brace,  ///< The `{` of `Name{`.
    right_brace,
    comma,
    colon,
    dot,
    range,
    assign,
    equal,
    not_equal,
    less,
    less_equal,
    greater,
    greater_equal,
    shift_left,
    shift_right,
    plus,
    minus,
    star,
    slash,
    percent,
    ampersand,
    caret,
    bar,
    tilde,
  };

  Kind kind = Kind::end;
  source::Span span;
  /// Of a number its value, of a duration its nanoseconds, of texts, hex and regex the index of its bytes in
  /// `Tokens::strings`.
  std::uint64_t value = 0;
};

struct Tokens {
  std::vector<Token> list;             ///< The last one is `end`.
  std::vector<source::Span> comments;  ///< From their '#' to the end of their lines.
  std::vector<std::string>
      strings;  ///< Texts with their escapes resolved, hex as bytes, regexes with their slashes unescaped.
};

/// Cuts a source into tokens, without the files that it uses. Never stops at a mistake.
Tokens lex(const source::Source& source, Findings& findings);
/// The same for one of its files.
Tokens lex(const source::Source& source, source::Span file, Findings& findings);

/// Finds the bracket that closes each `(` and `Name{`, and drops the line ends between them. A bracket that nothing
/// closes before the next step or the end of the block becomes `unclosed_paren`, so that one slip does not swallow the
/// file.
void join_bracketed_lines(Tokens& tokens, const source::Source& source);

}  // namespace volley::script
