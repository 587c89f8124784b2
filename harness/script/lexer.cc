// SPDX-License-Identifier: Apache-2.0
#include "script/lexer.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "script/words.h"
#include "source/utf8.h"

namespace volley::script {
namespace {

using Kind = Token::Kind;

struct Symbol {
  std::string_view text;
  Kind kind;
};
// The longer before the shorter.
constexpr std::array symbols{
    Symbol{"..", Kind::range},
    Symbol{"==", Kind::equal},
    Symbol{"!=", Kind::not_equal},
    Symbol{"<=", Kind::less_equal},
    Symbol{">=", Kind::greater_equal},
    Symbol{"<<", Kind::shift_left},
    Symbol{">>", Kind::shift_right},
    Symbol{"(", Kind::left_paren},
    Symbol{")", Kind::right_paren},
    Symbol{",", Kind::comma},
    Symbol{":", Kind::colon},
    Symbol{".", Kind::dot},
    Symbol{"=", Kind::assign},
    Symbol{"<", Kind::less},
    Symbol{">", Kind::greater},
    Symbol{"+", Kind::plus},
    Symbol{"-", Kind::minus},
    Symbol{"*", Kind::star},
    Symbol{"/", Kind::slash},
    Symbol{"%", Kind::percent},
    Symbol{"&", Kind::ampersand},
    Symbol{"^", Kind::caret},
    Symbol{"|", Kind::bar},
    Symbol{"~", Kind::tilde},
};

/// Symbols after which a step goes on with the next line.
constexpr bool wants_operand(Kind kind) {
  return kind == Kind::comma || (kind >= Kind::assign && kind <= Kind::tilde);
}

constexpr bool is_control(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return (byte < 0x20 && c != '\t' && c != '\n') || byte == 0x7F;
}

/// A character of ASCII that may stand anywhere.
constexpr bool is_plain(char c) {
  return (c >= ' ' && c <= '~') || c == '\n' || c == '\t';
}

}  // namespace

Tokens Lexer::run() {
  check_bytes(source_, file_, findings_);
  while (!at_end()) token();
  new_line();
  push(Kind::end, at_);
  return std::move(tokens_);
}

void Lexer::token() {
  const char c = text_[at_];
  if (c == '\n') {
    new_line();
    ++at_;
  } else if (c == ' ' || c == '\t' || is_control(c)) {
    ++at_;
  } else if (c == '#') {
    const auto begin = at_;
    skip_while([](char other) { return other != '\n'; });
    tokens_.comments.push_back(span_from(begin));
  } else if (c == '\\') {
    backslash();
  } else if (c == '"') {
    text();
  } else if (c == 'x' && peek(1) == '"') {
    hex();
  } else if (is_letter(c)) {
    word();
  } else if (is_digit(c)) {
    number();
  } else if (c == '[') {
    bracketed_endpoint();
  } else if (at_slip_comment()) {
    slip_comment();
  } else if (c == '/' && operand_may_stand()) {
    regex();
  } else if (c == '{' || c == '}') {
    brace(c);
  } else {
    symbol();
  }
}

void Lexer::new_line() {
  close_insertions();
  const auto& list = tokens_.list;
  if (list.empty() || list.back().kind == Kind::newline) return;
  if (!goes_on()) push(Kind::newline, at_);
}

/// Whether the step needs the next line: the last token is an infix operator or a comma, and not the arrow of `NAME <`.
bool Lexer::goes_on() const {
  const auto& list = tokens_.list;
  const auto last = list.back();
  if (last.kind == Kind::word) {
    const auto text = source_.text(last.span);
    return text == "and" || text == "or";
  }
  const bool is_arrow = (last.kind == Kind::less || last.kind == Kind::greater) && list.size() > 1 &&
                        (list.size() == 2 || list[list.size() - 3].kind == Kind::newline);
  return !is_arrow && wants_operand(last.kind);
}

/// `//` is an empty regular expression only behind a `~`.
bool Lexer::at_slip_comment() const {
  const auto& list = tokens_.list;
  return peek() == '/' && peek(1) == '/' && (list.empty() || list.back().kind != Kind::tilde);
}

/// Skipped like a comment, once it is reported.
void Lexer::slip_comment() {
  const auto begin = at_;
  at_ += 2;
  findings_.add(Rule::unknown_character, span_from(begin), "'//' means nothing here", "comments begin with #");
  skip_while([](char other) { return other != '\n'; });
}

void Lexer::backslash() {
  const auto begin = at_++;
  while (peek() == ' ' || peek() == '\t' || peek() == '\r') ++at_;
  if (at_line_end()) {
    ++at_;
    at_ = std::min(at_, text_.size());
    return;
  }
  at_ = begin + 1;
  findings_.add(Rule::unknown_character, span_from(begin), "a backslash stands in the middle of a line",
                "at the end of a line it says that the step goes on");
  push(Kind::broken, begin);
}

void Lexer::word() {
  const auto begin = at_;
  skip_while(is_word_part);
  const bool is_unix = source_.text(span_from(begin)) == "unix" && peek() == ':';
  if (is_unix && (peek(1) == '/' || peek(1) == '@' || peek(1) == '.')) return unix_endpoint(begin);
  push(Kind::word, begin);
}

/// `unix:/path` or `unix:@name`, up to white space or what may end a value.
void Lexer::unix_endpoint(std::size_t begin) {
  skip_while([](char c) { return !is_control(c) && std::string_view(" \t\n,)}\"").find(c) == std::string_view::npos; });
  push(Kind::endpoint, begin);
}

void Lexer::brace(char which) {
  const auto begin = at_++;
  if (which == '{') {
    const auto& list = tokens_.list;
    const bool is_glued = !list.empty() && list.back().kind == Kind::word && list.back().span.end == begin;
    const bool is_use = is_glued && is_message_name(source_.text(list.back().span));
    if (!insertions_.empty()) ++insertions_.back().open_braces;
    push(is_use ? Kind::use_brace : Kind::left_brace, begin);
  } else if (!insertions_.empty() && insertions_.back().open_braces == 0) {
    insertions_.pop_back();
    text_piece(begin, Kind::text_tail, Kind::text_middle);
  } else {
    if (!insertions_.empty()) --insertions_.back().open_braces;
    push(Kind::right_brace, begin);
  }
}

void Lexer::symbol() {
  const auto rest = text_.substr(at_);
  const auto symbol = std::ranges::find_if(symbols, [rest](const Symbol& s) { return rest.starts_with(s.text); });
  if (symbol == symbols.end()) return unknown_character();
  const auto begin = at_;
  at_ += symbol->text.size();
  push(symbol->kind, begin);
}

void Lexer::unknown_character() {
  const auto begin = at_;
  const auto character = source::first_character(text_.substr(at_));
  at_ += std::max<std::size_t>(character.length, 1);
  push(Kind::broken, begin);
  if (character.length == 0) return;  // reported as no UTF-8
  const auto shown = source::is_printable(character.code)
                         ? fmt::format("'{}'", source_.text(span_from(begin)))
                         : fmt::format("U+{:04X}", static_cast<unsigned>(character.code));
  findings_.add(Rule::unknown_character, span_from(begin), fmt::format("the character {} means nothing here", shown),
                cure_of(begin));
  const auto closed = text_.find_first_of("'\n", at_);
  if (shown == "'''" && closed != text_.npos && text_[closed] == '\'') at_ = closed + 1;
}

/// What whoever wrote the unknown character at `begin` may have meant.
std::string Lexer::cure_of(std::size_t begin) const {
  constexpr std::size_t longest_name = 60;
  auto rest = text_.substr(begin, longest_name + 3);
  if (rest.starts_with("$")) {
    rest.remove_prefix(rest.starts_with("${") ? 2 : 1);
    const auto is_past = [](char c) { return !is_word_part(c) && c != '.'; };
    const auto end = std::ranges::find_if(rest, is_past);
    const auto name = rest.substr(0, static_cast<std::size_t>(end - rest.begin()));
    if (!name.empty() && name.size() <= longest_name) return fmt::format("in a text: \"${{{}}}\"", name);
  }
  return rest.starts_with("'") ? "texts stand in \"" : "it may stand in texts and comments";
}

/// Whether a `/` here begins a regular expression: what stands before it is nothing that could be divided.
bool Lexer::operand_may_stand() const {
  if (tokens_.list.empty()) return true;
  const auto& last = tokens_.list.back();
  if (last.kind == Kind::word) {
    constexpr auto no_numbers = std::to_array<std::string_view>(
        {"and", "cstring", "expect", "line", "not", "or", "output", "rest", "until", "where"});
    return contains(no_numbers, source_.text(last.span));
  }
  constexpr auto divisible = std::to_array<Kind>(
      {Kind::number, Kind::duration, Kind::quantity, Kind::right_paren, Kind::right_brace, Kind::colon, Kind::broken});
  return std::ranges::find(divisible, last.kind) == divisible.end();
}

void Lexer::push_bytes(Kind kind, std::size_t begin, std::string bytes) {
  push(kind, begin, tokens_.strings.size());
  tokens_.strings.push_back(std::move(bytes));
}

void check_bytes(const source::Source& source, source::Span file, Findings& findings) {
  const auto text = source.bytes().substr(0, file.end);
  bool is_controlled = false;
  for (std::size_t at = file.begin; at < text.size();) {
    if (is_plain(text[at])) {
      ++at;
      continue;
    }
    const auto begin = static_cast<std::uint32_t>(at);
    const auto character = source::first_character(text.substr(at));
    if (character.length == 0) {
      findings.add(Rule::not_utf8, {begin, begin + 1},
                   fmt::format("byte 0x{:02x} is not UTF-8", static_cast<unsigned char>(text[at])),
                   "in a text any byte is written '\\xHH'");
      return;
    }
    const bool is_line_end = text.substr(at, 2) == "\r\n";
    if (is_control(text[at]) && !is_line_end && !is_controlled) {
      is_controlled = true;
      findings.add(Rule::control_byte, {begin, begin + 1},
                   fmt::format("control byte 0x{:02x} in a scenario file", static_cast<unsigned char>(text[at])),
                   "in a text any byte is written '\\xHH'");
    }
    at += character.length;
  }
}

Tokens lex(const source::Source& source, Findings& findings) {
  return lex(source, source.files().back(), findings);
}

Tokens lex(const source::Source& source, source::Span file, Findings& findings) {
  auto tokens = Lexer(source, file, findings).run();
  join_bracketed_lines(tokens, source);
  return tokens;
}

}  // namespace volley::script
