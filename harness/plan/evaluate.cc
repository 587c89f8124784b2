// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>
#include <volley/byte_order.h>
#include <volley/checksum.h>
#include <zlib.h>

#include <algorithm>
#include <cassert>

#include "plan/digest.h"
#include "plan/message.h"

namespace volley::plan {
namespace {

using std::chrono::nanoseconds;
using Outcome = std::expected<Value, Fault>;

/// No expression makes more bytes than this: a count that came from a peer must not make us use memory without bound.
constexpr Integer max_made_bytes = 64 << 20;

std::unexpected<Fault> fault(const Expression& expression, std::string what) {
  return std::unexpected(Fault{expression.span, std::move(what)});
}

std::string_view symbol(Op op) {
  switch (op) {
    case Op::add:
      return "+";
    case Op::subtract:
      return "-";
    case Op::multiply:
      return "*";
    case Op::divide:
      return "/";
    case Op::modulo:
      return "%";
    case Op::bit_and:
      return "&";
    case Op::bit_or:
      return "|";
    case Op::bit_xor:
      return "^";
    case Op::shift_left:
      return "<<";
    default:
      return ">>";
  }
}

/// The exact result where __int128 holds it; nullopt on overflow even there.
std::optional<Integer> exact(Op op, Integer a, Integer b) {
  Integer result = 0;
  switch (op) {
    case Op::add:
      return a + b;
    case Op::subtract:
      return a - b;
    case Op::multiply:
      return __builtin_mul_overflow(a, b, &result) ? std::nullopt : std::optional(result);
    case Op::divide:
      return a / b;
    case Op::modulo:
      return a % b;
    case Op::bit_and:
      return a & b;
    case Op::bit_or:
      return a | b;
    case Op::bit_xor:
      return a ^ b;
    case Op::shift_left:
      return __builtin_mul_overflow(a, Integer{1} << static_cast<int>(b), &result) ? std::nullopt
                                                                                   : std::optional(result);
    default:
      return a >> static_cast<int>(b);
  }
}

Outcome arithmetic(const Expression& expression, Integer a, Integer b) {
  const Op op = expression.op;
  if ((op == Op::divide || op == Op::modulo) && b == 0) return fault(expression, fmt::format("{} {} 0", a, symbol(op)));
  if ((op == Op::shift_left || op == Op::shift_right) && (b < 0 || b > 63)) {
    return fault(expression, fmt::format("a shift by {} bits is not one by 0 to 63", b));
  }
  const auto result = exact(op, a, b);
  if (!result || *result < min_integer || *result > max_integer) {
    return fault(expression, fmt::format("{} {} {} does not fit in 64 bits", a, symbol(op), b));
  }
  return Value(*result);
}

/// Durations add, subtract and scale; everything else is integers.
Outcome calculate(const Expression& expression, const Value& a, const Value& b) {
  const auto* time_a = std::get_if<nanoseconds>(&a);
  const auto* time_b = std::get_if<nanoseconds>(&b);
  if (!time_a && !time_b) return arithmetic(expression, std::get<Integer>(a), std::get<Integer>(b));
  const auto raw = [](const Value& value, const nanoseconds* time) {
    return time ? Integer{time->count()} : std::get<Integer>(value);
  };
  if (expression.op == Op::divide && raw(b, time_b) == 0) {
    return fault(expression, fmt::format("{} / {}", to_display(a), to_display(b)));
  }
  const auto result = arithmetic(expression, raw(a, time_a), raw(b, time_b));
  if (!result) return fault(expression, "a duration of more than 292 years");
  const Integer count = std::get<Integer>(*result);
  if (count > INT64_MAX || count < INT64_MIN) return fault(expression, "a duration of more than 292 years");
  if (time_a && time_b && expression.op == Op::divide) return Value(count);
  return Value(nanoseconds(static_cast<std::int64_t>(count)));
}

bool compare(Op op, const Value& a, const Value& b) {
  switch (op) {
    case Op::equal:
      return a == b;
    case Op::not_equal:
      return a != b;
    case Op::less:
      return a < b;
    case Op::less_equal:
      return a <= b;
    case Op::greater:
      return a > b;
    default:
      return a >= b;
  }
}

Outcome encode(const Expression& expression, const Value& value) {
  const Integer number = std::get<Integer>(value);
  const std::size_t width = expression.width;
  const bool fits = expression.is_signed ? number <= INT64_MAX && fits_signed(static_cast<std::int64_t>(number), width)
                                         : number >= 0 && fits_unsigned(static_cast<std::uint64_t>(number), width);
  if (!fits) {
    return fault(expression,
                 fmt::format("{} does not fit in {}{}", number, expression.is_signed ? 'i' : 'u', width * 8));
  }
  Bytes bytes(width, '\0');
  store_uint(std::as_writable_bytes(std::span(bytes)), static_cast<std::uint64_t>(number),
             expression.is_little ? ByteOrder::little : ByteOrder::big);
  return Value(std::move(bytes));
}

Outcome read_integer(const Expression& expression, std::string_view text, Integer base) {
  if (base < 2 || base > 36) return fault(expression, fmt::format("{} is no base from 2 to 36", base));
  const bool negative = text.starts_with('-');
  Integer value = 0;
  bool any = false;
  for (const char c : text.substr(negative ? 1 : 0)) {
    const int lower = c | 0x20;
    const int digit = c >= '0' && c <= '9' ? c - '0' : lower >= 'a' && lower <= 'z' ? lower - 'a' + 10 : 36;
    if (digit >= base) return fault(expression, fmt::format("{} is no number in base {}", to_literal(text), base));
    value = value * base + digit;
    any = true;
    if (value > max_integer) return fault(expression, fmt::format("{} does not fit in 64 bits", to_literal(text)));
  }
  if (!any) return fault(expression, fmt::format("{} is no number in base {}", to_literal(text), base));
  if (negative && -value < min_integer)
    return fault(expression, fmt::format("{} does not fit in 64 bits", to_literal(text)));
  return Value(negative ? -value : value);
}

Outcome made_bytes(const Expression& expression, Integer count, std::size_t unit) {
  if (count < 0) return fault(expression, fmt::format("{} is no count", count));
  if (count * static_cast<Integer>(unit) > max_made_bytes) {
    return fault(expression, fmt::format("{} times {} bytes are over the limit of 64 MiB", count, unit));
  }
  return Value(Bytes{});
}

Outcome repeat(const Expression& expression, Integer count, const Bytes& unit) {
  auto result = made_bytes(expression, count, unit.size());
  if (!result) return result;
  if (unit.empty()) return result;  // however often
  auto& bytes = std::get<Bytes>(*result);
  bytes.reserve(static_cast<std::size_t>(count) * unit.size());
  for (Integer i = 0; i < count; ++i) bytes += unit;
  return result;
}

/// The output of splitmix64 (Steele, Lea, Flood 2014): a case is repeated by its seed alone, on any machine.
Outcome random_bytes(const Expression& expression, Integer count, std::uint64_t seed) {
  auto result = made_bytes(expression, count, 1);
  if (!result) return result;
  auto& bytes = std::get<Bytes>(*result);
  std::uint64_t state = seed ^ (std::uint64_t{expression.span.begin} << 32 | expression.span.end);
  while (bytes.size() < static_cast<std::size_t>(count)) {
    state += 0x9E3779B97F4A7C15;
    std::uint64_t word = state;
    word = (word ^ (word >> 30)) * 0xBF58476D1CE4E5B9;
    word = (word ^ (word >> 27)) * 0x94D049BB133111EB;
    bytes += static_cast<char>((word ^ (word >> 31)) & 0xFF);
  }
  return result;
}

Outcome make_endpoint(const Expression& expression, const Value& address, const Value& port) {
  const Integer number = std::get<Integer>(port);
  if (number < 0 || number > 65535) return fault(expression, fmt::format("{} is no port from 0 to 65535", number));
  return Value(Endpoint(std::get<IpAddress>(address), static_cast<std::uint16_t>(number)));
}

Outcome xor_bytes(const Expression& expression, const Bytes& a, const Bytes& b) {
  if (a.size() != b.size()) {
    return fault(expression, fmt::format("xor of {} and {} bytes: the lengths differ", a.size(), b.size()));
  }
  Bytes bytes = a;
  for (std::size_t i = 0; i < bytes.size(); ++i) bytes[i] = static_cast<char>(bytes[i] ^ b[i]);
  return Value(std::move(bytes));
}

Bytes hex_digits(std::string_view bytes) {
  constexpr std::string_view digits = "0123456789abcdef";
  Bytes text;
  text.reserve(2 * bytes.size());
  for (const char c : bytes) {
    const auto value = static_cast<unsigned char>(c);
    text += {digits[value >> 4], digits[value & 15]};
  }
  return text;
}

Bytes packed(const Value& value) {
  const auto* endpoint = std::get_if<Endpoint>(&value);
  const auto& address = endpoint ? endpoint->address() : std::get<IpAddress>(value);
  const auto octets = address.bytes();
  return Bytes(octets.begin(), octets.end());
}

/// How often `needle` stands in `bytes`, without overlap.
Outcome count(const Expression& expression, std::string_view bytes, std::string_view needle) {
  if (needle.empty()) return fault(expression, "nothing cannot be counted");
  Integer found = 0;
  for (auto at = bytes.find(needle); at != bytes.npos; at = bytes.find(needle, at + needle.size())) ++found;
  return Value(found);
}

Integer crc32_of(const Bytes& bytes) {
  return ::crc32_z(0, reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size());
}

Outcome part_of(const Expression& expression, const Endpoint& endpoint) {
  const bool is_path = expression.op == Op::path;
  if (endpoint.is_ip() == is_path) {
    const auto* what = is_path ? "path" : expression.op == Op::port ? "port" : "address";
    return fault(expression, fmt::format("{} has no {}", endpoint.to_string(), what));
  }
  if (is_path) return Value(Bytes(endpoint.path()));
  if (expression.op == Op::address) return Value(endpoint.address());
  return Value(Integer{endpoint.port()});
}

Outcome unix_place(const Expression& expression, const Bytes& text, const Bytes& dir) {
  const bool is_abstract = text.starts_with('@');
  const bool is_whole = is_abstract || text.starts_with('/');
  const auto path = is_abstract ? text.substr(1) : is_whole ? text : dir + "/" + text;
  auto endpoint = is_abstract ? Endpoint::unix_abstract(path) : Endpoint::unix_path(path);
  if (!endpoint || text.empty())
    return fault(expression, fmt::format("{} is no path of a unix socket", to_literal(path)));
  return Value(*std::move(endpoint));
}

Outcome call(const Expression& expression, const std::vector<Value>& arguments, const Scope& scope) {
  const auto bytes = [&](std::size_t i) -> const Bytes& { return std::get<Bytes>(arguments[i]); };
  const auto integer = [&](std::size_t i) { return std::get<Integer>(arguments[i]); };
  switch (expression.op) {
    case Op::address:
    case Op::port:
    case Op::path:
      return part_of(expression, std::get<Endpoint>(arguments[0]));
    case Op::unix_place:
      return unix_place(expression, bytes(0), arguments.size() > 1 ? bytes(1) : Bytes());
    case Op::repeat:
      return repeat(expression, integer(0), bytes(1));
    case Op::encode:
      return encode(expression, arguments[0]);
    case Op::negate:
      return arithmetic(Expression{.op = Op::subtract, .value = {}, .operands = {}, .span = expression.span}, 0,
                        integer(0));
    case Op::logical_not:
      return Value(!std::get<bool>(arguments[0]));
    case Op::len:
      return Value(Integer{bytes(0).size()});
    case Op::to_int:
      return read_integer(expression, bytes(0), arguments.size() > 1 ? integer(1) : Integer{10});
    case Op::to_text:
      return Value(to_text(arguments[0]));
    case Op::hex:
      return Value(hex_digits(bytes(0)));
    case Op::endpoint:
      return make_endpoint(expression, arguments[0], arguments[1]);
    case Op::zero:
      return repeat(expression, integer(0), Bytes(1, '\0'));
    case Op::random:
      return random_bytes(expression, integer(0), scope.seed);
    case Op::crc32:
      return Value(crc32_of(bytes(0)));
    case Op::internet_checksum:
      return Value(Integer{internet_checksum(std::as_bytes(std::span(bytes(0))))});
    case Op::xor_bytes:
      return xor_bytes(expression, bytes(0), bytes(1));
    case Op::packed:
      return Value(packed(arguments[0]));
    case Op::count:
      return count(expression, bytes(0), bytes(1));
    case Op::sha1:
      return Value(sha1(bytes(0)));
    case Op::sha256:
      return Value(sha256(bytes(0)));
    case Op::hmac_sha1:
      return Value(hmac_sha1(bytes(0), bytes(1)));
    case Op::base64:
      return Value(base64(bytes(0)));
    default:
      return calculate(expression, arguments[0], arguments[1]);
  }
}

bool is_comparison(Op op) {
  return op >= Op::equal && op <= Op::greater_equal;
}

Outcome joined(const Expression& expression, const Scope& scope, Fields* fields) {
  Bytes bytes;
  for (const auto& operand : expression.operands) {
    auto value = evaluate(operand, scope, fields);
    if (!value) return value;
    bytes += to_text(*value);
  }
  return Value(std::move(bytes));
}

/// `and` and `or` look at their right side only if the left one leaves the answer open.
Outcome logical(const Expression& expression, const Scope& scope, Fields* fields) {
  const auto left = evaluate_condition(expression.operands[0], scope, fields);
  if (!left) return std::unexpected(left.error());
  if (*left == (expression.op == Op::logical_or)) return Value(*left);
  return evaluate(expression.operands[1], scope, fields);
}

/// What a definition reads of its message.
Outcome of_field(const Expression& expression, Fields* fields) {
  if (!fields) return fault(expression, "no message is being made or read");
  if (expression.op == Op::field) return fields->value(expression.index);
  const auto number =
      expression.op == Op::field_size ? fields->size(expression.index) : fields->count(expression.index);
  if (!number) return std::unexpected(number.error());
  return Value(*number);
}

Outcome name_of(const std::optional<Endpoint>& name, const Expression& expression) {
  if (!name) return fault(expression, "the socket has no such name");
  return Value(*name);
}

Outcome asked(const Expression& expression, const Scope& scope) {
  if (scope.sockets) {
    auto value = scope.sockets->read(expression);
    if (!value) return fault(expression, std::move(value.error()));
    return *std::move(value);
  }
  const auto known = std::ranges::find_if(scope.readings, [&](const Reading& reading) {
    return reading.peer == expression.index && reading.op == expression.op && reading.option == expression.width;
  });
  if (known == scope.readings.end()) return fault(expression, "the socket was not asked");
  return known->value;
}

template <class T>
std::expected<T, Fault> as(Outcome value) {
  if (!value) return std::unexpected(std::move(value.error()));
  return std::get<T>(*std::move(value));
}

}  // namespace

std::expected<Value, Fault> evaluate(const Expression& expression, const Scope& scope, Fields* fields) {
  switch (expression.op) {
    case Op::literal:
      return expression.value;
    case Op::slot:
      if (std::holds_alternative<std::monostate>(scope.slots[expression.index])) {
        return fault(expression, "a value is not bound: no round of its loop was run");
      }
      return scope.slots[expression.index];
    case Op::local:
      return name_of(scope.peers[expression.index].local, expression);
    case Op::remote:
      return name_of(scope.peers[expression.index].remote, expression);
    case Op::place:
      return Value(scope.places[expression.index]);
    case Op::now:
      return Value(scope.now);
    case Op::file:
      return Value(expression.content ? *expression.content : Bytes());
    case Op::option:
    case Op::option_is_on:
    case Op::pending:
    case Op::sent:
      return asked(expression, scope);
    case Op::field:
    case Op::field_size:
    case Op::field_count:
      return of_field(expression, fields);
    case Op::message:
      return encode(expression, scope, fields);
    case Op::named:
      return evaluate(expression.operands[0], scope, fields);
    case Op::text:
    case Op::join:
    case Op::list:
      return joined(expression, scope, fields);
    case Op::logical_and:
    case Op::logical_or:
      return logical(expression, scope, fields);
    default:
      break;
  }
  std::vector<Value> arguments;
  arguments.reserve(expression.operands.size());
  for (const auto& operand : expression.operands) {
    auto value = evaluate(operand, scope, fields);
    if (!value) return value;
    arguments.push_back(*std::move(value));
  }
  if (is_comparison(expression.op)) return Value(compare(expression.op, arguments[0], arguments[1]));
  return call(expression, arguments, scope);
}

std::expected<bool, Fault> evaluate_condition(const Expression& expression, const Scope& scope, Fields* fields) {
  return as<bool>(evaluate(expression, scope, fields));
}
std::expected<Bytes, Fault> evaluate_bytes(const Expression& expression, const Scope& scope, Fields* fields) {
  return as<Bytes>(evaluate(expression, scope, fields));
}
std::expected<Integer, Fault> evaluate_integer(const Expression& expression, const Scope& scope, Fields* fields) {
  return as<Integer>(evaluate(expression, scope, fields));
}
std::expected<Endpoint, Fault> evaluate_endpoint(const Expression& expression, const Scope& scope) {
  return as<Endpoint>(evaluate(expression, scope));
}
std::expected<std::uint64_t, Fault> evaluate_size(const Expression& count, std::size_t unit, const Scope& scope,
                                                  Fields* fields) {
  const auto value = evaluate_integer(count, scope, fields);
  if (!value) return std::unexpected(value.error());
  if (*value < 0) return fault(count, fmt::format("{} is no count", *value));
  const Integer total = *value * static_cast<Integer>(unit);
  if (total > max_integer) return fault(count, fmt::format("{} times {} bytes do not fit in 64 bits", *value, unit));
  return static_cast<std::uint64_t>(total);
}

std::string_view zeros() {
  static const std::string chunk(64 << 10, '\0');
  return chunk;
}

}  // namespace volley::plan
