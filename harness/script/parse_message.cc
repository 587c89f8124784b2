// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <utility>

#include "script/parser.h"
#include "script/words.h"

namespace volley::script {

void Parser::message(File& file) {
  const auto begin = at_;
  take();
  auto remarks = std::move(remarks_);
  Message message;
  message.name = any_name("the name of the message");
  if (!failed_ && !is_message_name(message.name.text)) {
    findings_.add(Rule::bad_name, message.name.span,
                  fmt::format("{} is no name of a message", source::quote(message.name.text)),
                  "messages begin with a capital: message Frame { … }");
  }
  const auto brace = peek().span;
  if (!accept(Kind::use_brace)) require(Kind::left_brace, "'{'");
  if (failed_) return;
  remember_fields();
  in_message_ = is_whole_ = true;
  fields(message.fields, message.name, brace, 0);
  in_message_ = false;
  message.is_whole = is_whole_;
  message.span = span_from(begin);
  complete(remarks, true);
  message.remarks = std::move(remarks);
  file.messages.push_back(std::move(message));
}

/// An expression may name a field that stands further down, and a field may be called by a word of the language.
void Parser::remember_fields() {
  fields_.clear();
  std::size_t open = 1;
  for (std::size_t i = 0; open > 0 && peek(i).kind != Kind::end; ++i) {
    const auto kind = peek(i).kind;
    if (kind == Kind::left_brace || kind == Kind::use_brace) ++open;
    if (kind == Kind::right_brace) --open;
    if (kind == Kind::word && peek(i + 1).kind == Kind::colon) fields_.emplace(word(i));
  }
}

/// Whether the word here is a field of the message in whose definition it stands.
bool Parser::names_field() const {
  const bool is_call = peek(1).kind == Kind::left_paren && is_glued(1);
  return in_message_ && !is_call && fields_.contains(std::string(word()));
}

void Parser::fields(std::vector<Field>& fields, const Name& owner, Span brace, std::size_t depth) {
  for (skip_newlines(); block_goes_on("message", brace); skip_newlines()) {
    const auto begin = at_;
    auto remarks = remarks_before();
    while (!at_step_end() && !failed_) {
      auto read = field(depth);
      if (at_step_end()) complete(remarks, read.is_group);
      read.remarks = std::exchange(remarks, {});
      if (!failed_) fields.push_back(std::move(read));
    }
    if (!failed_) continue;
    is_whole_ = false;
    recover(begin);
  }
  if (fields.empty() && is_whole_) {
    findings_.add(Rule::no_extent, owner.span, fmt::format("{} has no fields", source::quote(owner.text)),
                  "a field is 'name: EXTENT', for example kind: u8");
  }
}

Field Parser::field(std::size_t depth) {
  const auto begin = at_;
  operators_ = 0;
  Field field;
  field.name = any_name("a field");
  require(Kind::colon, "':'");
  if (!failed_ && !is_name(field.name.text)) {
    findings_.add(Rule::bad_name, field.name.span, fmt::format("{} is no name", source::quote(field.name.text)),
                  "names have lower case letters, digits and underscores, a letter first");
  }
  field_extent(field, depth);
  if (!field.is_group) field_rule(field);
  if (accept_word("when")) field.when.push_back(value());
  if (failed_) return field;
  field.span = span_from(begin);
  if (!at_step_end() && !at_field()) fail_expected("the next field or the end of the line");
  return field;
}

void Parser::field_extent(Field& field, std::size_t depth) {
  const auto begin = at_;
  if (is_message_name(word()) && peek(1).kind != Kind::use_brace) {
    auto name = any_name("a message");
    field.extent = make(span_from(begin), MessageName{std::move(name)});
    return;
  }
  if (!at(Kind::left_brace)) {
    at_extent_ = true;
    auto extent = value();
    at_extent_ = false;
    if (accept_word("of")) extent = list_of(begin, std::move(extent));
    field.extent = std::move(extent);
  }
  if (!at(Kind::left_brace)) return;
  const auto brace = take().span;
  if (depth >= deepest) {
    return fail(Rule::too_deep, brace, fmt::format("groups nested more than {} deep", deepest),
                "a message of its own gives a part a name");
  }
  field.is_group = true;
  fields(field.fields, field.name, brace, depth + 1);
}

Expression Parser::list_of(std::size_t begin, Expression size) {
  std::vector<Expression> operands;
  operands.push_back(std::move(size));
  auto name = any_name("the message that the list has");
  return make(span_from(begin), ListOf{std::move(name)}, std::move(operands));
}

/// `= VALUE` or `default VALUE`.
void Parser::field_rule(Field& field) {
  if (accept(Kind::assign)) {
    field.rule = Field::Rule::law;
  } else if (accept_word("default")) {
    field.rule = Field::Rule::by_default;
  } else {
    return;
  }
  field.value = items("a value");
}

/// `Name{field: value, field as x, …}`
Expression Parser::message_use() {
  const auto begin = at_;
  MessageUse use;
  use.message = any_name("a message");
  take();
  if (depth_ >= deepest) {
    fail(Rule::too_deep, use.message.span, fmt::format("nested more than {} deep", deepest),
         "'let' gives a part a name");
    return {};
  }
  ++depth_;
  std::vector<Expression> operands;
  while (!at(Kind::right_brace) && !failed_) {
    operands.push_back(entry(use));
    if (!accept(Kind::comma)) break;
  }
  if (at(Kind::word) || at(Kind::colon)) fail_expected("',' or '}'", "fields are parted by commas");
  require(Kind::right_brace, "'}'");
  --depth_;
  return make(span_from(begin), std::move(use), std::move(operands));
}

/// What is said of one field.
Expression Parser::entry(MessageUse& use) {
  using Says = MessageUse::Entry::Kind;
  auto name = any_name("a field");
  if (!accept(Kind::colon)) {
    auto own = make(name.span, OwnExtent{});
    suffixes(own);
    if (!failed_ && !own.as && !own.regex && own.pattern.empty() && own.where.empty()) fail_expected("':'");
    use.entries.push_back({std::move(name), Says::extent});
    return own;
  }
  const bool is_any = at_word("any") && word(1) == "order";
  const bool is_has = at_word("has") && peek(1).kind == Kind::left_paren;
  if (is_any) take();
  if (is_any || is_has) {
    take();
    use.entries.push_back({std::move(name), is_any ? Says::any_order : Says::has});
    if (!at(Kind::left_paren)) fail_expected("'('", "any order ( … ) has the elements in brackets");
    return failed_ ? Expression() : group();
  }
  use.entries.push_back({std::move(name), Says::value});
  const auto value_at = at_;
  auto value = items("a value");
  if (failed_) return {};
  return value.size() == 1 ? std::move(value.front())
                           : make(span_from(value_at), Group{.is_bracketed = false}, std::move(value));
}

/// `leb128`, `leb128(7)`
Expression Parser::leb128() {
  const auto begin = at_;
  take();
  std::vector<Expression> value;
  const bool has_value = (at(Kind::left_paren) || at(Kind::unclosed_paren)) && is_glued(0);
  if (has_value) value = arguments();
  if (failed_) return {};
  if (has_value && value.size() != 1) {
    fail(Rule::argument_count, span_from(begin), fmt::format("an integer has one value, not {}", value.size()));
    return {};
  }
  return make(span_from(begin), Leb128{}, std::move(value));
}

/// `dns_name(MESSAGE)`
Expression Parser::dns_name() {
  const auto begin = at_;
  take();
  require(Kind::left_paren, "'('");
  auto message = any_name("the message from whose start its pointers count");
  require(Kind::right_paren, "')'");
  if (failed_) return {};
  return make(span_from(begin), DnsName{std::move(message)});
}

}  // namespace volley::script
