// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

#include "script/parser.h"
#include "script/words.h"

namespace volley::script {

bool Parser::starts_item() const {
  constexpr auto starts = std::to_array<Kind>({Kind::number, Kind::duration, Kind::quantity, Kind::text,
                                               Kind::text_head, Kind::hex, Kind::regex, Kind::endpoint,
                                               Kind::left_paren, Kind::unclosed_paren, Kind::minus, Kind::broken});
  if (in_message_ && at(Kind::word)) {
    if (at_field() || word() == "when" || word() == "default") return false;
    if (names_field()) return true;
  }
  if (at(Kind::word)) return !contains(clause_words, word()) && word() != "and" && word() != "or";
  return std::ranges::find(starts, peek().kind) != starts.end();
}

Expression Parser::item() {
  auto expression = value();
  suffixes(expression);
  return expression;
}

/// `as NAME`, `~ /re/`, `where CONDITION`, each once and in this order.
void Parser::suffixes(Expression& expression) {
  const auto begin = expression.span.begin;
  if (accept_word("as")) expression.as = new_name("a name for what is captured");
  if (accept(Kind::tilde)) {
    if (at(Kind::left_paren) || at(Kind::unclosed_paren)) {
      expression.pattern = group().operands;
    } else {
      expression.regex = regex();
    }
  }
  if (accept_word("where")) expression.where.push_back(value());
  if (failed_) return;
  expression.span = {begin, tokens_.list[at_ - 1].span.end};
  if (at_word("as") || at(Kind::tilde) || at_word("where")) {
    fail(Rule::suffix_order, peek().span, fmt::format("{} does not stand here", found()),
         "an extent has 'as', then '~', then 'where', each at most once");
  }
}

Expression Parser::word_item() {
  const auto span = peek().span;
  const auto text = word();
  const bool is_call = (peek(1).kind == Kind::left_paren || peek(1).kind == Kind::unclosed_paren) && is_glued(1);
  const bool is_extent = std::exchange(at_extent_, false) && (contains(extent_words, text) || integer_word(text));
  const auto is_in = [text](const auto& words) { return words.contains(std::string(text)); };
  if (!is_call && (is_in(misnamed_here_) || is_in(misnamed_))) return make(span, Reference{any_name("a name").text});
  if (peek(1).kind == Kind::use_brace) return message_use();
  if (!is_extent && names_field()) return make(span, Reference{any_name("a field").text});
  const bool is_switch = text == "on" || text == "off";
  if (is_switch || text == "true" || text == "false") {
    take();
    return make(span, Boolean{text == "true" || text == "on", is_switch});
  }
  if (integer_word(text)) return integer_item();
  if (text == "bytes") return counted();
  if (text == "until" || text == "line" || text == "cstring") return until();
  if (text == "file" && is_call) return file_bytes();
  if (text == "rest") {
    take();
    return make(span, Rest{});
  }
  if (text == "leb128") return leb128();
  if (text == "dns_name") return dns_name();
  // `${endpoint}` and `${endpoint.NAME}` in a target's texts.
  const auto next = peek(1).kind;
  const bool is_inserted = next == Kind::text_middle || next == Kind::text_tail || next == Kind::dot;
  if (text == "endpoint" && is_inserted) return make(span, Reference{any_name("a name").text});
  if (contains(function_words, text) || (is_call && !is_reserved(text))) return call();
  if (is_reserved(text)) {
    fail_expected("a value");
    return {};
  }
  return make(span, Reference{any_name("a name").text});
}

Expression Parser::integer_item() {
  const auto begin = at_;
  const auto integer = *integer_word(word());
  check_width(peek().span);
  take();
  std::vector<Expression> value;
  if ((at(Kind::left_paren) || at(Kind::unclosed_paren)) && is_glued(0)) value = arguments();
  if (failed_) return {};
  if (at_ > begin + 1 && value.size() != 1) {
    fail(Rule::argument_count, span_from(begin), fmt::format("an integer has one value, not {}", value.size()));
    return {};
  }
  const IntegerItem item{.bits = static_cast<std::uint8_t>(integer.bits),
                         .is_signed = integer.is_signed,
                         .order = integer.is_little ? ByteOrder::little : ByteOrder::big};
  return make(span_from(begin), item, std::move(value));
}

/// Integers of 1 to 64 bits. Whether those beside each other fill whole bytes is for the checker to see.
void Parser::check_width(Span span) {
  const auto integer = *integer_word(source_.text(span));
  const auto name = source_.text(span);
  if (integer.bits == 0 || integer.bits > 64) {
    return fail(Rule::bad_width, span, fmt::format("'{}' has {} bits", name, integer.bits),
                "integers have 1 to 64 bits");
  }
  if (integer.bits % 8 == 0) return;
  if (integer.is_little) {
    return fail(Rule::bad_width, span, fmt::format("'{}' is little endian and no whole bytes", name),
                "only whole bytes have an order");
  }
}

/// `bytes(N)`, `bytes(u16)`
Expression Parser::counted() {
  const auto begin = at_;
  take();
  auto operands = arguments();
  if (failed_) return {};
  if (operands.size() != 1) {
    fail(Rule::argument_count, span_from(begin), fmt::format("'bytes' takes one length, not {}", operands.size()),
         "for example bytes(10) or bytes(u16)");
    return {};
  }
  return make(span_from(begin), Counted{}, std::move(operands));
}

Expression Parser::until() {
  const auto begin = at_;
  const auto word = source_.text(take().span);
  if (word == "line") return make(span_from(begin), Until{Until::Word::line, "\r\n"});
  if (word == "cstring") return make(span_from(begin), Until{Until::Word::cstring, std::string(1, '\0')});
  const auto delimiter = peek();
  if (delimiter.kind == Kind::text_head) {
    std::vector<Expression> operands;
    operands.push_back(text());
    return make(span_from(begin), Until{}, std::move(operands));
  }
  auto bytes = delimiter.kind == Kind::hex ? tokens_.strings[take().value] : plain_text("a delimiter as a text");
  if (!failed_ && bytes.empty()) {
    findings_.add(Rule::empty_delimiter, delimiter.span, "the delimiter is empty", "for example until \"\\r\\n\"");
  }
  return make(span_from(begin), Until{Until::Word::until, std::move(bytes)});
}

/// `file("path")`
Expression Parser::file_bytes() {
  const auto begin = at_;
  take();
  require(Kind::left_paren, "'('");
  const auto span = peek().span;
  auto path = plain_text("the path of a file as a text");
  require(Kind::right_paren, "')'");
  return make(span_from(begin), FileBytes{std::move(path), source_.content_at(span.begin)});
}

}  // namespace volley::script
