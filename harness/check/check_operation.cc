// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "check/checker.h"
#include "script/words.h"

namespace volley::check {
namespace {

using script::Operator;

constexpr Value of(Type type) {
  return {.type = type, .constant = {}};
}

struct Function {
  std::string_view name;
  std::size_t least;  ///< arguments
  std::size_t most;
  std::array<Type, 2> takes;
  Type gives;
};
constexpr std::array functions{
    Function{"len", 1, 1, {Type::bytes}, Type::integer},
    Function{"int", 1, 2, {Type::bytes, Type::integer}, Type::integer},
    Function{"text", 1, 1, {Type::integer}, Type::bytes},
    Function{"hex", 1, 1, {Type::bytes}, Type::bytes},
    Function{"endpoint", 2, 2, {Type::address, Type::integer}, Type::endpoint},
    Function{"now", 0, 0, {}, Type::duration},
    Function{"zero", 1, 1, {Type::integer}, Type::bytes},
    Function{"random", 1, 1, {Type::integer}, Type::bytes},
    Function{"crc32", 1, 1, {Type::bytes}, Type::integer},
    Function{"internet_checksum", 1, 1, {Type::bytes}, Type::integer},
    Function{"xor", 2, 2, {Type::bytes, Type::bytes}, Type::bytes},
    Function{"packed", 1, 1, {Type::address}, Type::bytes},
    Function{"count", 2, 2, {Type::bytes, Type::bytes}, Type::integer},
    Function{"sha1", 1, 1, {Type::bytes}, Type::bytes},
    Function{"sha256", 1, 1, {Type::bytes}, Type::bytes},
    Function{"hmac_sha1", 2, 2, {Type::bytes, Type::bytes}, Type::bytes},
    Function{"base64", 1, 1, {Type::bytes}, Type::bytes},
};

constexpr Range any_count{0, (Wide(1) << 63) - 1};

/// Constants that a function refuses.
struct Limit {
  std::string_view function;
  std::size_t argument;
  Range range;
  std::string_view what;
};
constexpr std::array limits{
    Limit{"int", 1, {2, 36}, "a base"},
    Limit{"endpoint", 1, {0, 65535}, "a port"},
    Limit{"zero", 0, any_count, "a count"},
    Limit{"random", 0, any_count, "a count"},
};

bool is_logical(Operator op) {
  return op >= Operator::logical_and && op <= Operator::logical_not;
}
bool is_comparison(Operator op) {
  return op >= Operator::equal && op <= Operator::greater_equal;
}

}  // namespace

Value Checker::operation(const Expression& expression, Operator op) {
  const auto& operands = expression.operands;
  const auto left = value(operands[0]);
  if (is_logical(op)) {
    const auto by = fmt::format("'{}'", to_text(op));
    bool is_right = require(operands[0], left.type, Type::boolean, by);
    if (operands.size() > 1) is_right &= require(operands[1], value(operands[1]).type, Type::boolean, by);
    return of(is_right ? Type::boolean : Type::unknown);
  }
  if (op == Operator::multiply && left.type != Type::duration && left.type != Type::bytes) {
    const auto right = value(operands[1]);
    if (right.type == Type::bytes) return repetition(expression, left);
    return arithmetic(expression, op, left, right);
  }
  if (operands.size() == 1) return arithmetic(expression, op, left, left);
  const auto right = value(operands[1]);
  return is_comparison(op) ? comparison(expression, op, left, right) : arithmetic(expression, op, left, right);
}

/// Equality within one type, order among integers and among durations.
Value Checker::comparison(const Expression& expression, Operator op, Value left, Value right) {
  if (left.type == Type::unknown || right.type == Type::unknown) return of(Type::boolean);
  const bool is_ordered = left.type == Type::integer || left.type == Type::duration;
  const bool is_equality = op == Operator::equal || op == Operator::not_equal;
  if (is_equality && compares_linger(expression, left, right)) return of(Type::boolean);
  if (left.type != right.type) {
    const bool is_digits = (left.type == Type::bytes && right.type == Type::integer) ||
                           (left.type == Type::integer && right.type == Type::bytes);
    findings_.add(Rule::type_mismatch, expression.span,
                  fmt::format("'{}' compares {} with {}", to_text(op), to_text(left.type), to_text(right.type)),
                  is_digits ? "int(…) reads bytes as a number" : "");
  } else if (!is_ordered && !is_equality) {
    findings_.add(Rule::type_mismatch, expression.span,
                  fmt::format("'{}' does not order {}", to_text(op), to_text(left.type)),
                  "integers and durations have an order");
  }
  return of(Type::boolean);
}

/// Among integers; sums of durations, and durations by numbers.
Value Checker::arithmetic(const Expression& expression, Operator op, Value left, Value right) {
  if (left.type == Type::unknown || right.type == Type::unknown) return {};
  const bool is_sum =
      op == Operator::add || op == Operator::subtract || op == Operator::negate || op == Operator::modulo;
  if (left.type == Type::integer && right.type == Type::integer) {
    if (!left.constant || !right.constant) return of(Type::integer);
    const auto folded = fold(op, *left.constant, *right.constant);
    if (!folded.value) findings_.add(Rule::bad_arithmetic, expression.span, std::string(folded.mistake));
    return {.type = Type::integer, .constant = folded.value};
  }
  if (left.type == Type::duration && right.type == Type::duration) {
    if (is_sum) return of(Type::duration);
    if (op == Operator::divide) return of(Type::integer);
  }
  const bool is_scaled =
      (op == Operator::multiply && left.type != right.type) || (op == Operator::divide && left.type == Type::duration);
  const auto is_scale = [](Type type) { return type == Type::integer || type == Type::duration; };
  if (is_scaled && is_scale(left.type) && is_scale(right.type)) return of(Type::duration);
  const auto wrong = left.type == Type::integer ? right.type : left.type;
  findings_.add(Rule::type_mismatch, expression.span,
                fmt::format("'{}' takes integers, not {}", to_text(op), to_text(wrong)),
                wrong == Type::bytes && op == Operator::add ? "bytes are joined by standing side by side" : "");
  return {};
}

/// `N * (…)`
Value Checker::repetition(const Expression& expression, Value count) {
  const auto& operands = expression.operands;
  if (!std::holds_alternative<script::Group>(operands[1].node)) {
    findings_.add(Rule::type_mismatch, operands[1].span, "'*' takes integers, not bytes",
                  "repeated bytes stand in brackets: 3 * (\"ab\")");
  } else if (require(operands[0], count.type, Type::integer, "'*'")) {
    within(operands[0], count, any_count, "a count");
  }
  return of(Type::bytes);
}

/// `count(LIST)`: how many elements a field of the definition has.
Value Checker::count(const Expression& expression) {
  const auto* named =
      expression.operands.size() == 1 ? std::get_if<script::Reference>(&expression.operands[0].node) : nullptr;
  const auto* field = named ? definition_->find(named->name) : nullptr;
  if (named && !field) value(expression.operands[0]);
  if (!field || !is_list(*field->field)) {
    findings_.add(Rule::not_a_list, expression.span, "'count' takes a field that is a list",
                  "for example count: u16 = count(answers), where answers: count of Answer");
  } else if (field->index >= readable_) {
    value(expression.operands[0]);
  }
  return of(Type::integer);
}

Value Checker::call(const Expression& expression, const script::Call& call) {
  const auto& name = call.function.text;
  if (name == "count" && expression.operands.size() == 1 && definition_) return count(expression);
  const auto function = std::ranges::find(functions, name, &Function::name);
  const auto& arguments = expression.operands;
  if (function == functions.end()) {
    findings_.add(Rule::unknown_function, call.function.span, fmt::format("unknown function {}", source::quote(name)),
                  script::did_you_mean(name, script::together(script::function_words, {})));
    for (const auto& each : arguments) value(each);
    return {};
  }
  if (arguments.size() < function->least || arguments.size() > function->most) {
    const auto wanted = function->least == function->most ? fmt::format("{}", function->least)
                                                          : fmt::format("{} or {}", function->least, function->most);
    findings_.add(Rule::argument_count, expression.span,
                  fmt::format("'{}' takes {} argument{}, not {}", name, wanted, function->most == 1 ? "" : "s",
                              arguments.size()));
    return of(function->gives);
  }
  if (is_constant_only_ && (name == "now" || name == "random")) {
    findings_.add(Rule::not_constant, expression.span, fmt::format("'{}' differs from use to use", name),
                  is_law_ ? "a law is computed by who receives, too; a default may differ"
                          : "a let of the file has one value; a scenario may have a let of its own");
  }
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    const auto found = value(arguments[i]);
    if (!require(arguments[i], found.type, function->takes[i], fmt::format("'{}'", name))) continue;
    for (const auto& limit : limits) {
      if (limit.function == name && limit.argument == i) within(arguments[i], found, limit.range, limit.what);
    }
  }
  return of(function->gives);
}

}  // namespace volley::check
