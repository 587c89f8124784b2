// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>
#include <cassert>
#include <utility>

#include "plan/names.h"

namespace volley::plan {
namespace {

struct Function {
  std::string_view name;
  Op op;
  Type gives;
};
constexpr std::array functions{
    Function{"len", Op::len, Type::integer},
    Function{"int", Op::to_int, Type::integer},
    Function{"text", Op::to_text, Type::bytes},
    Function{"hex", Op::hex, Type::bytes},
    Function{"endpoint", Op::endpoint, Type::endpoint},
    Function{"now", Op::now, Type::duration},
    Function{"zero", Op::zero, Type::bytes},
    Function{"random", Op::random, Type::bytes},
    Function{"crc32", Op::crc32, Type::integer},
    Function{"internet_checksum", Op::internet_checksum, Type::integer},
    Function{"xor", Op::xor_bytes, Type::bytes},
    Function{"packed", Op::packed, Type::bytes},
    Function{"count", Op::count, Type::integer},
    Function{"sha1", Op::sha1, Type::bytes},
    Function{"sha256", Op::sha256, Type::bytes},
    Function{"hmac_sha1", Op::hmac_sha1, Type::bytes},
    Function{"base64", Op::base64, Type::bytes},
};

Expression make(Op op, std::vector<Expression> operands, source::Span span) {
  return Expression{.op = op, .value = {}, .operands = std::move(operands), .span = span};
}

/// Whether the value depends on nothing but literal operands.
bool is_constant(const Expression& expression) {
  switch (expression.op) {
    case Op::slot:
    case Op::local:
    case Op::remote:
    case Op::place:
    case Op::now:
    case Op::random:
    case Op::file:
    case Op::option:
    case Op::option_is_on:
    case Op::pending:
    case Op::sent:
    case Op::field:
    case Op::field_size:
    case Op::field_count:
    case Op::message:
    case Op::named:
    case Op::list:
      return false;
    default:
      return std::ranges::all_of(expression.operands, [](const auto& operand) { return operand.op == Op::literal; });
  }
}

/// Computes what can be computed now. What would be large stays as it is (`zero(1MiB)` is an item, not a megabyte of
/// plan), and so does what has no value: it is the run that says so, with its place.
Expression fold(Expression expression) {
  constexpr std::size_t large = 4096;
  if (expression.op == Op::literal || !is_constant(expression)) return expression;
  if (expression.op == Op::zero || expression.op == Op::repeat) {
    const auto count = std::get<Integer>(expression.operands[0].value);
    const Integer unit = expression.op == Op::zero ? 1 : Integer(std::get<Bytes>(expression.operands[1].value).size());
    if (count * unit > Integer{large}) return expression;
  }
  auto value = evaluate(expression, Scope{});
  if (!value) return expression;
  return Expression::literal(*std::move(value), expression.span);
}

Op operation(script::Operator op) {
  using script::Operator;
  static constexpr std::array<std::pair<Operator, Op>, 20> table{{
      {Operator::add, Op::add},
      {Operator::subtract, Op::subtract},
      {Operator::multiply, Op::multiply},
      {Operator::divide, Op::divide},
      {Operator::modulo, Op::modulo},
      {Operator::bit_and, Op::bit_and},
      {Operator::bit_or, Op::bit_or},
      {Operator::bit_xor, Op::bit_xor},
      {Operator::shift_left, Op::shift_left},
      {Operator::shift_right, Op::shift_right},
      {Operator::equal, Op::equal},
      {Operator::not_equal, Op::not_equal},
      {Operator::less, Op::less},
      {Operator::less_equal, Op::less_equal},
      {Operator::greater, Op::greater},
      {Operator::greater_equal, Op::greater_equal},
      {Operator::logical_and, Op::logical_and},
      {Operator::logical_or, Op::logical_or},
      {Operator::logical_not, Op::logical_not},
      {Operator::negate, Op::negate},
  }};
  return std::ranges::find(table, op, &std::pair<Operator, Op>::first)->second;
}

struct LowerNode {
  const script::Expression& expression;
  Names& names;

  std::vector<Expression> operands() const {
    std::vector<Expression> lowered;
    for (const auto& operand : expression.operands) lowered.push_back(lower_value(operand, names));
    return lowered;
  }
  /// What a socket is asked.
  Expression read(Op op, PeerId peer, const script::OptionRow* option = nullptr) const {
    auto asked = make(op, {}, expression.span);
    asked.index = peer;
    if (option) asked.width = static_cast<std::uint8_t>(script::option_of(*option));
    return asked;
  }
  Expression literal(Value value) const { return Expression::literal(std::move(value), expression.span); }

  Expression operator()(const script::Number& node) const { return literal(Integer{node.value}); }
  Expression operator()(const script::Duration& node) const { return literal(node.value); }
  Expression operator()(const script::Boolean& node) const { return literal(node.value); }
  Expression operator()(const script::Hex& node) const { return literal(node.bytes); }
  Expression operator()(const script::EndpointLiteral& node) const { return literal(node.endpoint); }

  Expression operator()(const script::FileBytes& node) const {
    auto file = make(Op::file, {}, expression.span);
    file.content = node.content;
    return file;
  }

  Expression operator()(const script::Text& node) const {
    std::vector<Expression> parts;
    for (std::size_t i = 0; i < node.literals.size(); ++i) {
      if (i > 0) parts.push_back(lower_value(expression.operands[i - 1], names));
      if (!node.literals[i].empty()) parts.push_back(literal(node.literals[i]));
    }
    return fold(make(Op::text, std::move(parts), expression.span));
  }

  /// The field of the definition in which the expression stands.
  std::optional<Expression> field(Op op, const script::Expression& named) const {
    const auto* reference = std::get_if<script::Reference>(&named.node);
    if (!reference || !names.definition()) return {};
    const auto found = names.definition()->ids.find(reference->name);
    if (found == names.definition()->ids.end()) return {};
    return Expression{.op = op, .value = {}, .index = found->second, .operands = {}, .span = expression.span};
  }

  Expression operator()(const script::Reference& node) const {
    if (auto of_message = field(Op::field, expression)) return *std::move(of_message);
    if (const auto* slot = names.slot(node.name)) {
      return Expression{.op = Op::slot, .value = {}, .index = *slot, .operands = {}, .span = expression.span};
    }
    const auto* constant = names.constant(node.name);
    if (!constant && node.name == "dir") return names.dir(expression.span);
    assert(constant);
    // It stands outside of the message that uses it.
    return names.within(nullptr, [&] { return lower_values(constant->value, names, expression.span); });
  }

  Expression operator()(const script::Member& node) const {
    const auto& base = expression.operands[0];
    if (const auto* reference = std::get_if<script::Reference>(&base.node)) {
      if (const auto* peer = names.peer(reference->name)) {
        if (const auto* option = script::find_option(node.member.text)) return read(Op::option, *peer, option);
        if (node.member.text == "pending") return read(Op::pending, *peer);
        if (node.member.text == "sent") return read(Op::sent, *peer);
        return node.member.text == "local" ? names.local(*peer, expression.span) : names.remote(*peer, expression.span);
      }
    }
    const auto op = node.member.text == "address" ? Op::address : node.member.text == "port" ? Op::port : Op::path;
    return fold(make(op, operands(), expression.span));
  }

  Expression operator()(const script::Call& node) const {
    const bool is_of_one = expression.operands.size() == 1;
    if (is_of_one && (node.function.text == "len" || node.function.text == "count")) {
      const auto op = node.function.text == "len" ? Op::field_size : Op::field_count;
      if (auto of_message = field(op, expression.operands[0])) return *std::move(of_message);
    }
    const auto function = std::ranges::find(functions, node.function.text, &Function::name);
    assert(function != functions.end());
    return fold(make(function->op, operands(), expression.span));
  }

  Expression operator()(const script::Operation& node) const {
    auto lowered = operands();
    if (lowered.size() == 2) ask_for_switch(lowered[0], lowered[1]);
    const bool repeats = node.op == script::Operator::multiply && type_of(lowered[1], names) == Type::bytes;
    return fold(make(repeats ? Op::repeat : operation(node.op), std::move(lowered), expression.span));
  }

  /// `linger == off` asks whether it lingers, not how long.
  void ask_for_switch(Expression& left, Expression& right) const {
    if (left.op == Op::option && type_of(right, names) == Type::boolean) left.op = switch_of(left);
    if (right.op == Op::option && type_of(left, names) == Type::boolean) right.op = switch_of(right);
  }
  static Op switch_of(const Expression& option) {
    return script::Option{option.width} == script::Option::linger ? Op::option_is_on : Op::option;
  }

  Expression operator()(const script::Group&) const {
    return lower_values(expression.operands, names, expression.span);
  }

  Expression operator()(const script::Leb128&) const { return lower_nameless(std::span(&expression, 1), names); }
  Expression operator()(const script::MessageUse&) const { return lower_use(expression, names); }

  Expression operator()(const script::IntegerItem& node) const {
    auto encoded = make(Op::encode, operands(), expression.span);
    encoded.width = static_cast<std::uint8_t>(node.bits / 8);
    encoded.is_signed = node.is_signed;
    encoded.is_little = node.order == ByteOrder::little;
    return fold(std::move(encoded));
  }

  // Extents without content: `check` lets them stand in patterns only.
  Expression operator()(const script::Counted&) const { return lower_value(expression.operands.back(), names); }
  Expression operator()(const script::Until&) const { return literal(Bytes{}); }
  Expression operator()(const script::Rest&) const { return literal(Bytes{}); }
  Expression operator()(const script::DnsName&) const { return literal(Bytes{}); }
  Expression operator()(const script::MessageName&) const { return literal(Bytes{}); }
  Expression operator()(const script::ListOf&) const { return literal(Bytes{}); }
  Expression operator()(const script::OwnExtent&) const { return literal(Bytes{}); }
};

Type type_of_option(script::Option option) {
  using Takes = script::OptionRow::Takes;
  const auto takes = script::row_of(option).takes;
  if (takes == Takes::flag) return Type::boolean;
  return takes == Takes::off_or_time ? Type::duration : Type::integer;
}

Type type_of_value(const Value& value) {
  constexpr std::array types{Type::bytes,   Type::integer,  Type::bytes,  Type::endpoint,
                             Type::address, Type::duration, Type::boolean};
  return types[value.index()];
}

}  // namespace

Expression lower_value(const script::Expression& expression, Names& names) {
  return std::visit(LowerNode{expression, names}, expression.node);
}

Expression lower_path(Expression bytes, Names& names) {
  const auto span = bytes.span;
  const auto* literal = std::get_if<Bytes>(&bytes.value);
  const bool is_whole = literal && (literal->starts_with('/') || literal->starts_with('@'));
  std::vector<Expression> operands;
  operands.push_back(std::move(bytes));
  if (!is_whole) operands.push_back(names.dir(span));
  return fold(make(Op::unix_place, std::move(operands), span));
}

Expression lower_values(const script::Items& items, Names& names, source::Span span) {
  if (items.size() == 1) return lower_value(items.front(), names);
  std::vector<Expression> operands;
  for (std::span<const script::Expression> left = items; !left.empty();) {
    const auto run = bit_run(left);
    operands.push_back(run > 0 ? lower_nameless(left.first(run), names) : lower_value(left.front(), names));
    left = left.subspan(std::max<std::size_t>(run, 1));
  }
  if (operands.size() == 1) return std::move(operands.front());
  return fold(make(Op::join, std::move(operands), span));
}

Type type_of(const Expression& expression, const Names& names) {
  switch (expression.op) {
    case Op::literal:
      return type_of_value(expression.value);
    case Op::slot:
      return names.type(expression.index);
    case Op::local:
    case Op::remote:
    case Op::place:
    case Op::unix_place:
      return Type::endpoint;
    case Op::path:
      return Type::bytes;
    case Op::address:
      return Type::address;
    case Op::port:
    case Op::pending:
    case Op::sent:
      return Type::integer;
    case Op::option:
      return type_of_option(script::Option{expression.width});
    case Op::option_is_on:
      return Type::boolean;
    case Op::field_size:
    case Op::field_count:
      return Type::integer;
    case Op::field:
      return names.definition()->types[expression.index];
    case Op::message:
    case Op::named:
    case Op::list:
    case Op::text:
    case Op::join:
    case Op::repeat:
    case Op::encode:
    case Op::file:
      return Type::bytes;
    default:
      break;
  }
  if (expression.op >= Op::equal && expression.op <= Op::logical_not) return Type::boolean;
  if (const auto function = std::ranges::find(functions, expression.op, &Function::op); function != functions.end()) {
    return function->gives;
  }
  const auto is_duration = [&](const Expression& operand) { return type_of(operand, names) == Type::duration; };
  const auto durations = std::ranges::count_if(expression.operands, is_duration);
  return durations == 0 || (durations == 2 && expression.op == Op::divide) ? Type::integer : Type::duration;
}

}  // namespace volley::plan
