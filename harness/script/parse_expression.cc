// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "script/parser.h"
#include "script/words.h"

namespace volley::script {
namespace {

using Kind = Token::Kind;

struct Infix {
  Kind kind;
  Operator op;
  int binds;  ///< The higher, the tighter.
};
constexpr std::array infixes{
    Infix{Kind::equal, Operator::equal, 3},
    Infix{Kind::not_equal, Operator::not_equal, 3},
    Infix{Kind::less, Operator::less, 3},
    Infix{Kind::less_equal, Operator::less_equal, 3},
    Infix{Kind::greater, Operator::greater, 3},
    Infix{Kind::greater_equal, Operator::greater_equal, 3},
    Infix{Kind::bar, Operator::bit_or, 4},
    Infix{Kind::caret, Operator::bit_xor, 5},
    Infix{Kind::ampersand, Operator::bit_and, 6},
    Infix{Kind::shift_left, Operator::shift_left, 7},
    Infix{Kind::shift_right, Operator::shift_right, 7},
    Infix{Kind::plus, Operator::add, 8},
    Infix{Kind::minus, Operator::subtract, 8},
    Infix{Kind::star, Operator::multiply, 9},
    Infix{Kind::slash, Operator::divide, 9},
    Infix{Kind::percent, Operator::modulo, 9},
};
constexpr Infix either{Kind::word, Operator::logical_or, 0};
constexpr Infix both{Kind::word, Operator::logical_and, 1};
constexpr int binds_not = 2;

const Infix* infix_of(Kind kind, std::string_view word) {
  if (word == "or") return &either;
  if (word == "and") return &both;
  const auto* const found = std::ranges::find(infixes, kind, &Infix::kind);
  return found == infixes.end() ? nullptr : found;
}

}  // namespace

Number::Form number_form(std::string_view written) {
  using Form = Number::Form;
  if (written.starts_with("0x") || written.starts_with("0X")) return Form::hexadecimal;
  if (written.ends_with("KiB")) return Form::kibibytes;
  if (written.ends_with("MiB")) return Form::mebibytes;
  if (written.ends_with("GiB")) return Form::gibibytes;
  if (written.ends_with("kB")) return Form::kilobytes;
  if (written.ends_with("MB")) return Form::megabytes;
  return written.ends_with("B") ? Form::bytes : Form::decimal;
}

/// Items side by side, at least one.
Items Parser::items(std::string_view what) {
  Items items;
  if (!starts_item()) fail_expected(what);
  while (starts_item()) items.push_back(item());
  return items;
}

Expression Parser::value() {
  return binary(0);
}

/// Operators that bind at least as tightly as `lowest`; of one strength they go from left to right.
Expression Parser::binary(int lowest) {
  const auto begin = at_;
  auto left = unary();
  while (true) {
    const auto* const infix = infix_of(peek().kind, word());
    if (!infix || infix->binds < lowest || at_field() || too_deep()) return left;
    take();
    std::vector<Expression> operands;
    operands.push_back(std::move(left));
    operands.push_back(binary(infix->binds + 1));
    left = make(span_from(begin), Operation{infix->op}, std::move(operands));
  }
}

/// Counts an operator or a bracket; whether there are too many.
bool Parser::too_deep() {
  if (depth_ > deepest) {
    fail(Rule::too_deep, peek().span, fmt::format("nested more than {} deep", deepest), "'let' gives a part a name");
  } else if (++operators_ > most_operators && in_target_) {
    fail(Rule::too_deep, peek().span,
         fmt::format("more than {} operators and names with '.' in one line of a target", most_operators),
         "each '${port.NAME}' counts as one");
  } else if (operators_ > most_operators) {
    fail(Rule::too_deep, peek().span, fmt::format("more than {} operators in one step", most_operators),
         "'let' gives a part a name");
  }
  return failed_;
}

Expression Parser::unary() {
  const bool is_not = at_word("not");
  if (!is_not && !at(Kind::minus)) return postfix();
  const auto begin = at_;
  if (too_deep()) return {};
  take();
  ++depth_;
  std::vector<Expression> operands;
  operands.push_back(is_not ? binary(binds_not) : unary());
  --depth_;
  return make(span_from(begin), Operation{is_not ? Operator::logical_not : Operator::negate}, std::move(operands));
}

Expression Parser::postfix() {
  const auto begin = at_;
  auto expression = primary();
  while (at(Kind::dot) && !too_deep()) {
    take();
    auto member = any_name("the name of a member");
    std::vector<Expression> operands;
    operands.push_back(std::move(expression));
    expression = make(span_from(begin), Member{std::move(member)}, std::move(operands));
  }
  return expression;
}

Expression Parser::primary() {
  if (depth_ > deepest) {
    too_deep();
    return {};
  }
  const auto& token = peek();
  switch (token.kind) {
    case Kind::number:
      return make(token.span, Number{take().value, number_form(source_.text(token.span))});
    case Kind::duration:
      return make(token.span, Duration{nanoseconds(static_cast<nanoseconds::rep>(take().value))});
    case Kind::hex:
      return make(token.span, Hex{tokens_.strings[take().value]});
    case Kind::text:
    case Kind::text_head:
      return text();
    case Kind::endpoint:
      return endpoint();
    case Kind::left_paren:
      return group();
    case Kind::word:
      return word_item();
    case Kind::regex:
      fail(Rule::pattern_without_extent, token.span, "a pattern without an extent",
           "a regular expression constrains an extent: line ~ /…/");
      return {};
    case Kind::quantity:
      fail(Rule::pattern_in_value, token.span, fmt::format("{} is no value", source::quote(source_.text(token.span))),
           "shares and rates stand in the block of a 'link'");
      return {};
    default:
      fail_expected("a value");
      return {};
  }
}

Expression Parser::make(Span span, decltype(Expression::node) node, std::vector<Expression> operands) {
  Expression expression;
  expression.span = span;
  expression.node = std::move(node);
  expression.operands = std::move(operands);
  return expression;
}

Expression Parser::text() {
  const auto begin = at_;
  Text text;
  std::vector<Expression> operands;
  text.literals.push_back(tokens_.strings[peek().value]);
  bool goes_on = take().kind == Kind::text_head;
  ++depth_;
  while (goes_on) {
    operands.push_back(value());
    const auto piece = peek();
    if (piece.kind != Kind::text_middle && piece.kind != Kind::text_tail) fail_expected("'}'");
    if (failed_) return {};
    take();
    text.literals.push_back(tokens_.strings[piece.value]);
    goes_on = piece.kind == Kind::text_middle;
  }
  --depth_;
  return make(span_from(begin), std::move(text), std::move(operands));
}

Expression Parser::endpoint() {
  const auto span = peek().span;
  auto endpoint = Endpoint::parse(source_.text(span));
  if (!endpoint) {
    const auto place = span.begin + static_cast<std::uint32_t>(endpoint.error().offset);
    fail(Rule::bad_endpoint, {std::min(place, span.end), span.end},
         fmt::format("no endpoint: {}", endpoint.error().what),
         source_.text(span).starts_with("unix:") ? "for example unix:/run/name or unix:@name"
                                                 : "for example 127.0.0.1:80 or [::1]:80");
    return {};
  }
  take();
  return make(span, EndpointLiteral{*std::move(endpoint)});
}

Expression Parser::group() {
  const auto begin = at_;
  take();
  ++depth_;
  auto inner = items("a value");
  require(Kind::right_paren, "')'");
  --depth_;
  return make(span_from(begin), Group{}, std::move(inner));
}

/// What stands between the brackets of a call; several items side by side are one argument.
std::vector<Expression> Parser::arguments() {
  std::vector<Expression> arguments;
  require(Kind::left_paren, "'('");
  ++depth_;
  while (!at(Kind::right_paren) && !failed_) {
    const auto begin = at_;
    auto side_by_side = items("a value");
    const auto span = span_from(begin);
    const bool is_one = side_by_side.size() == 1;
    arguments.push_back(is_one ? std::move(side_by_side.front()) : make(span, Group{false}, std::move(side_by_side)));
    if (!accept(Kind::comma)) break;
  }
  require(Kind::right_paren, "')'");
  --depth_;
  return arguments;
}

Expression Parser::call() {
  const auto begin = at_;
  auto function = any_name("a function");
  auto operands = function.text == "now" ? std::vector<Expression>() : arguments();
  return make(span_from(begin), Call{std::move(function)}, std::move(operands));
}

}  // namespace volley::script
