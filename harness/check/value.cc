// SPDX-License-Identifier: Apache-2.0
#include "check/value.h"

#include <fmt/format.h>

#include <array>
#include <limits>

namespace volley::check {
namespace {

using script::Operator;

constexpr Wide least_signed = std::numeric_limits<std::int64_t>::min();
constexpr Wide most_unsigned = std::numeric_limits<std::uint64_t>::max();

Folded checked(Wide value) {
  if (!fits_64_bits(value)) return {.value = {}, .mistake = "the result does not fit in 64 bits"};
  return {.value = value, .mistake = {}};
}

Folded shift(Operator op, Wide left, Wide right) {
  if (right < 0 || right > 63) return {.value = {}, .mistake = "a shift is by 0 to 63 bits"};
  const auto factor = Wide(1) << static_cast<int>(right);
  return op == Operator::shift_left ? checked(left * factor) : checked(left >> static_cast<int>(right));
}

}  // namespace

std::string_view to_text(Type type) {
  constexpr std::array<std::string_view, 7> texts{"something unknown", "an integer", "bytes",    "an endpoint",
                                                  "an address",        "a duration", "a boolean"};
  return texts[static_cast<std::size_t>(type)];
}

bool fits_64_bits(Wide value) {
  return value >= least_signed && value <= most_unsigned;
}

Range range_of(const script::IntegerItem& item) {
  if (!item.is_signed) return {0, (Wide(1) << item.bits) - 1};
  return {-(Wide(1) << (item.bits - 1)), (Wide(1) << (item.bits - 1)) - 1};
}

std::string_view to_text(Operator op) {
  constexpr std::array<std::string_view, 20> texts{"+",  "-",  "*", "/",  "%", "&",  "|",   "^",  "<<",  ">>",
                                                   "==", "!=", "<", "<=", ">", ">=", "and", "or", "not", "-"};
  return texts[static_cast<std::size_t>(op)];
}

std::string to_text(const script::IntegerItem& item) {
  return fmt::format("{}{}{}", item.is_signed ? 'i' : 'u', item.bits, item.order == ByteOrder::little ? "le" : "");
}

Folded fold(Operator op, Wide left, Wide right) {
  const bool divides = op == Operator::divide || op == Operator::modulo;
  if (divides && right == 0) return {.value = {}, .mistake = "division by zero"};
  switch (op) {
    case Operator::add:
      return checked(left + right);
    case Operator::subtract:
      return checked(left - right);
    case Operator::multiply:
      // Two unsigned operands of 64 bits are too much even for a Wide.
      if (right != 0 && (left > most_unsigned / (right < 0 ? -right : right) + 1)) return checked(most_unsigned + 1);
      return checked(left * right);
    case Operator::divide:
      return checked(left / right);
    case Operator::modulo:
      return checked(left % right);
    case Operator::bit_and:
      return checked(left & right);
    case Operator::bit_or:
      return checked(left | right);
    case Operator::bit_xor:
      return checked(left ^ right);
    case Operator::shift_left:
    case Operator::shift_right:
      return shift(op, left, right);
    case Operator::negate:
      return checked(-left);
    default:
      return {};
  }
}

}  // namespace volley::check
