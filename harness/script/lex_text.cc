// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "script/lexer.h"
#include "source/utf8.h"

namespace volley::script {
namespace {

struct Escape {
  char written;
  char byte;
};
constexpr std::array escapes{Escape{'r', '\r'},  Escape{'n', '\n'}, Escape{'t', '\t'}, Escape{'0', '\0'},
                             Escape{'\\', '\\'}, Escape{'"', '"'},  Escape{'$', '$'}};

}  // namespace

void Lexer::text() {
  const auto begin = at_++;
  text_piece(begin, Kind::text, Kind::text_head);
}

/// From after the quote or brace at `begin` to the next quote or `${`.
void Lexer::text_piece(std::size_t begin, Kind closed, Kind opened) {
  std::string bytes;
  while (!at_line_end()) {
    const char c = text_[at_];
    if (c == '"') {
      ++at_;
      return push_bytes(closed, begin, std::move(bytes));
    }
    if (c == '$' && peek(1) == '{') {
      at_ += 2;
      insertions_.push_back({.opened = span_from(at_ - 2), .head = tokens_.list.size()});
      return push_bytes(opened, begin, std::move(bytes));
    }
    if (c == '\\') {
      escape(bytes);
    } else {
      bytes += c;
      ++at_;
    }
  }
  if (insertions_.empty()) {  // else what is missing is the '}' of the insertion
    findings_.add(Rule::unterminated_text, span_from(begin), "the text does not end in its line",
                  "a '\"' ends it; a line end inside it is written '\\n'");
  }
  push_bytes(closed, begin, std::move(bytes));
}

void Lexer::escape(std::string& bytes) {
  const auto begin = at_++;
  if (at_line_end()) return;  // the text is reported as unterminated
  const char c = text_[at_];
  if (c == 'x') {
    const int high = hex_digit(peek(1));
    const int low = high < 0 ? -1 : hex_digit(peek(2));
    if (low >= 0) {
      bytes += static_cast<char>(high << 4 | low);
      at_ += 3;
      return;
    }
    ++at_;
    findings_.add(Rule::unknown_escape, span_from(begin), "'\\x' takes two hexadecimal digits", "for example '\\x0a'");
    return;
  }
  at_ += std::max<std::size_t>(source::first_character(text_.substr(at_)).length, 1);
  const auto known = std::ranges::find(escapes, c, &Escape::written);
  if (known != escapes.end()) {
    bytes += known->byte;
    return;
  }
  findings_.add(Rule::unknown_escape, span_from(begin),
                fmt::format("unknown escape '{}'", source_.text(span_from(begin))),
                "escapes are \\r \\n \\t \\0 \\\\ \\\" \\$ and \\xHH");
}

void Lexer::hex() {
  const auto begin = at_;
  at_ += 2;
  const auto digits_at = at_;
  skip_while([](char c) { return c != '"' && c != '\n'; });
  const auto digits = text_.substr(digits_at, at_ - digits_at);
  if (at_line_end()) {
    findings_.add(Rule::unterminated_text, span_from(begin), "the hex text does not end in its line", "a '\"' ends it");
  } else {
    ++at_;
  }
  std::string bytes;
  int high = -1;
  for (std::size_t i = 0; i < digits.size(); ++i) {
    if (digits[i] == ' ' || digits[i] == '\t' || digits[i] == '\r') continue;
    const int digit = hex_digit(digits[i]);
    if (digit < 0) {
      const auto place = static_cast<std::uint32_t>(digits_at + i);
      const auto length = std::max<std::size_t>(source::first_character(digits.substr(i)).length, 1);
      const Span bad{place, place + static_cast<std::uint32_t>(length)};
      findings_.add(Rule::bad_hex, bad, fmt::format("'{}' is no hexadecimal digit", source_.text(bad)));
      return push_bytes(Kind::hex, begin, std::move(bytes));
    }
    if (high >= 0) bytes += static_cast<char>(high << 4 | digit);
    high = high < 0 ? digit : -1;
  }
  if (high >= 0)
    findings_.add(Rule::bad_hex, span_from(begin), "the number of hexadecimal digits is odd", "a byte has two digits");
  push_bytes(Kind::hex, begin, std::move(bytes));
}

void Lexer::regex() {
  const auto begin = at_++;
  std::string bytes;
  while (!at_line_end() && peek() != '/') {
    const bool is_pair = peek() == '\\' && at_ + 1 < text_.size() && peek(1) != '\n';
    if (is_pair && peek(1) != '/') bytes += '\\';
    if (is_pair) ++at_;
    bytes += text_[at_++];
  }
  if (at_line_end()) {
    findings_.add(Rule::unterminated_regex, span_from(begin), "the regular expression does not end in its line",
                  "a '/' ends it; a slash inside it is written '\\/'");
  } else {
    ++at_;
    regex_goes_on(bytes);
  }
  push_bytes(Kind::regex, begin, std::move(bytes));
}

/// Behind the slash that ends a regular expression: a slash inside it without its backslash, if what follows is glued
/// to it. The expression is then taken to end at the last slash of the line, so that its groups are known.
void Lexer::regex_goes_on(std::string& bytes) {
  constexpr std::string_view operators = "/.[(*?+^|";
  if (at_end() || (!is_word_part(peek()) && operators.find(peek()) == operators.npos)) return;
  findings_.add(Rule::unterminated_regex, span_from(at_ - 1), "the regular expression goes on behind its end",
                "a slash inside it is written '\\/'");
  const auto line = text_.substr(at_, text_.find('\n', at_) - at_);
  const auto last = line.rfind('/');
  if (last == line.npos) return skip_while(is_word_part);
  bytes.append("/").append(line.substr(0, last));
  at_ += last + 1;
}

/// Nothing of what stands behind a `${` without its `}` can be trusted: it becomes one broken token.
void Lexer::close_insertions() {
  if (insertions_.empty()) return;
  findings_.add(Rule::unclosed_bracket, insertions_.back().opened, "'${' is not closed in its line", "a '}' closes it");
  auto& list = tokens_.list;
  const auto begin = list[insertions_.front().head].span.begin;
  list.resize(insertions_.front().head);
  insertions_.clear();
  push(Kind::broken, begin);
}

}  // namespace volley::script
