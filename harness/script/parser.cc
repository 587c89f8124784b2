// SPDX-License-Identifier: Apache-2.0
#include "script/parser.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "script/words.h"

namespace volley::script {
namespace {

constexpr Token stop{Token::Kind::newline, {}, 0};

}  // namespace

const Token& Parser::peek(std::size_t ahead) const {
  if (failed_) return stop;
  return tokens_.list[std::min(at_ + ahead, tokens_.list.size() - 1)];
}

std::string_view Parser::word(std::size_t ahead) const {
  const auto& token = peek(ahead);
  return token.kind == Kind::word ? source_.text(token.span) : std::string_view();
}

bool Parser::at_step_end() const {
  return at(Kind::newline) || at(Kind::end) || at(Kind::right_brace);
}

bool Parser::is_glued(std::size_t ahead) const {
  return peek(ahead).span.begin == peek(ahead - 1).span.end;
}

Token Parser::take() {
  const auto token = peek();
  if (!failed_ && token.kind != Kind::end) ++at_;
  return token;
}

bool Parser::accept(Kind kind) {
  if (!at(kind)) return false;
  take();
  return true;
}

bool Parser::accept_word(std::string_view text) {
  if (!at_word(text)) return false;
  take();
  return true;
}

void Parser::require(Kind kind, std::string_view what) {
  if (!accept(kind)) fail_expected(what);
}

void Parser::fail(Rule rule, Span span, std::string what, std::string hint) {
  if (!failed_) findings_.add(rule, span, std::move(what), std::move(hint));
  failed_ = true;
}

void Parser::fail_expected(std::string_view what, std::string hint) {
  if (failed_) return;
  if (at(Kind::unclosed_paren))
    return fail(Rule::unclosed_bracket, peek().span, "'(' is not closed", "a ')' closes it");
  if (at(Kind::broken)) {
    failed_ = true;  // reported by the lexer
    return;
  }
  fail(Rule::expected, peek().span, fmt::format("expected {}, found {}", what, found()), std::move(hint));
}

std::string Parser::found() const {
  switch (peek().kind) {
    case Kind::newline:
      return "the end of the line";
    case Kind::end:
      return "the end of the file";
    case Kind::text:
    case Kind::text_head:
      return "a text";
    case Kind::text_middle:
    case Kind::text_tail:
      return "'}'";
    default:
      return source::quote(source_.text(peek().span));
  }
}

void Parser::end_of_step() {
  if (!at_step_end()) fail_expected("the end of the line");
}

/// Goes on behind the line on which the mistake was found, and behind the block that opens on it. Stops in front of a
/// brace that closes the block around it.
void Parser::recover(std::size_t begin) {
  failed_ = false;
  depth_ = 0;
  auto uses = open_uses(begin);
  std::size_t open = 0;
  for (; !at(Kind::end); take()) {
    if (at(Kind::left_brace) || at(Kind::use_brace)) ++open;
    if (at(Kind::right_brace) && open == 0 && uses-- == 0) break;
    if (at(Kind::right_brace) && open > 0) --open;
    if (at(Kind::newline) && open == 0) break;
  }
  remember_skipped(begin);
}

/// How many `Name{` since `begin` wait for their brace.
std::size_t Parser::open_uses(std::size_t begin) const {
  std::vector<Kind> open;
  for (auto i = begin; i < at_; ++i) {
    const auto kind = tokens_.list[i].kind;
    if (kind == Kind::left_brace || kind == Kind::use_brace) open.push_back(kind);
    if (kind == Kind::right_brace && !open.empty()) open.pop_back();
  }
  const auto uses = std::ranges::find(open.rbegin(), open.rend(), Kind::left_brace);
  return static_cast<std::size_t>(uses - open.rbegin());
}

void Parser::skip_newlines() {
  while (accept(Kind::newline)) continue;
}

/// What was not understood may have bound any of its names; whoever looks for one later must not be told that it is
/// unknown.
void Parser::remember_skipped(std::size_t begin) {
  constexpr std::string_view group = "(?P<";
  for (auto i = begin; i < at_; ++i) {
    const auto& token = tokens_.list[i];
    const auto text = source_.text(token.span);
    if (token.kind == Kind::word && (is_name(text) || is_message_name(text)))
      skipped_.push_back({std::string(text), token.span});
    if (token.kind != Kind::regex) continue;
    for (auto from = text.find(group); from != text.npos; from = text.find(group, from + 1)) {
      const auto name = text.substr(from + group.size());
      skipped_.push_back({std::string(name.substr(0, name.find('>'))), token.span});
    }
  }
}

Span Parser::span_from(std::size_t begin) const {
  const auto first = tokens_.list[begin].span.begin;
  return {first, at_ > begin ? tokens_.list[at_ - 1].span.end : first};
}

/// A name that the step binds.
Name Parser::new_name(std::string_view what) {
  auto name = any_name(what);
  if (failed_) return name;
  if (is_reserved(name.text)) {
    findings_.add(Rule::reserved_name, name.span, fmt::format("{} is a word of the language", source::quote(name.text)),
                  "another name is needed");
    misnamed_here_.insert(name.text);
  } else if (!is_name(name.text)) {
    findings_.add(Rule::bad_name, name.span, fmt::format("{} is no name", source::quote(name.text)),
                  "names have lower case letters, digits and underscores, a letter first");
  }
  return name;
}

Name Parser::any_name(std::string_view what) {
  if (!at(Kind::word)) {
    fail_expected(what);
    return {};
  }
  const auto token = take();
  return {std::string(source_.text(token.span)), token.span};
}

nanoseconds Parser::duration() {
  if (at(Kind::number)) {
    fail(Rule::duration_without_unit, peek().span, fmt::format("{} is no duration", found()),
         "a duration has a unit: us, ms or s");
    return {};
  }
  if (!at(Kind::duration)) {
    fail_expected("a duration");
    return {};
  }
  return nanoseconds(static_cast<nanoseconds::rep>(take().value));
}

/// `within` is taken already.
Within Parser::within() {
  const auto begin = at_ - 1;
  Within within;
  within.most = duration();
  if (accept(Kind::range)) {
    within.least = within.most;
    within.most = duration();
  }
  if (failed_) return within;
  within.span = span_from(begin);
  if (within.least && *within.least >= within.most) {
    findings_.add(Rule::range_reversed, within.span, "the range does not end after its begin",
                  "the earlier time comes first: within 100ms..150ms");
  }
  return within;
}

/// A text without insertions.
std::string Parser::plain_text(std::string_view what) {
  if (at(Kind::text_head)) {
    fail(Rule::expected, peek().span, fmt::format("expected {} without '${{…}}'", what), "'\\$' is a plain dollar");
    return {};
  }
  if (!at(Kind::text)) {
    fail_expected(what);
    return {};
  }
  return tokens_.strings[take().value];
}

RegexLiteral Parser::regex() {
  if (!at(Kind::regex)) {
    fail_expected("a regular expression between slashes");
    return {};
  }
  const auto token = take();
  return {tokens_.strings[token.value], token.span};
}

}  // namespace volley::script
