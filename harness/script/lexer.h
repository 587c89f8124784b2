// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string_view>
#include <vector>

#include "script/token.h"

namespace volley::script {

/// Reads a source from its first byte to its last. The one place that needs to know what stood before is `/`: a
/// division after an operand, else the start of a regular expression.
class Lexer {
  using Span = source::Span;

 public:
  /// Reads what stands in `file`, one of the source's.
  Lexer(const source::Source& source, Span file, Findings& findings)
      : source_(source), text_(source.bytes().substr(0, file.end)), findings_(findings), file_(file), at_(file.begin) {}
  Tokens run();

 private:
  using Kind = Token::Kind;

  /// A `${` whose `}` has not come yet.
  struct Insertion {
    Span opened;
    std::size_t head = 0;  ///< Index of the token that ends with it.
    std::size_t open_braces = 0;
  };

  // lexer.cc
  void token();
  void new_line();
  void backslash();
  void word();
  void unix_endpoint(std::size_t begin);
  void symbol();
  void brace(char which);
  void unknown_character();
  std::string cure_of(std::size_t begin) const;
  bool goes_on() const;
  bool operand_may_stand() const;

  // lex_text.cc
  void text();
  void text_piece(std::size_t begin, Kind closed, Kind opened);
  void escape(std::string& bytes);
  void hex();
  void regex();
  void regex_goes_on(std::string& bytes);
  void slip_comment();
  bool at_slip_comment() const;
  void close_insertions();

  // lex_number.cc
  void number();
  void hexadecimal();
  void dotted();
  void with_unit(std::size_t unit_at);
  void rate(std::size_t unit_at, std::size_t end);
  void bracketed_endpoint();

  bool at_end() const { return at_ >= text_.size(); }
  char peek(std::size_t ahead = 0) const { return at_ + ahead < text_.size() ? text_[at_ + ahead] : '\0'; }
  bool at_line_end() const { return at_end() || text_[at_] == '\n'; }
  Span span_from(std::size_t begin) const {
    return {static_cast<std::uint32_t>(begin), static_cast<std::uint32_t>(at_)};
  }
  void push(Kind kind, std::size_t begin, std::uint64_t value = 0) {
    tokens_.list.push_back({kind, span_from(begin), value});
  }
  void push_bytes(Kind kind, std::size_t begin, std::string bytes);
  template <class Predicate>
  void skip_while(Predicate predicate) {
    while (!at_end() && predicate(text_[at_])) ++at_;
  }

  const source::Source& source_;
  std::string_view text_;
  Findings& findings_;
  Span file_;
  std::size_t at_;
  std::vector<Insertion> insertions_;
  Tokens tokens_;
};

/// Reports the first byte that is no UTF-8 and the first control byte, once each: the rest are more of the same.
void check_bytes(const source::Source& source, source::Span file, Findings& findings);

constexpr bool is_digit(char c) {
  return c >= '0' && c <= '9';
}
constexpr bool is_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}
constexpr bool is_word_part(char c) {
  return is_letter(c) || is_digit(c);
}
/// 0 to 15, or -1.
constexpr int hex_digit(char c) {
  if (is_digit(c)) return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

}  // namespace volley::script
