// SPDX-License-Identifier: Apache-2.0
#include <string>

#include "catch.h"
#include "plan/expression.h"

namespace volley::plan {
namespace {

Expression integer(Integer value) {
  return Expression::literal(value);
}
Expression bytes(std::string value) {
  return Expression::literal(std::move(value));
}
Expression make(Op op, std::vector<Expression> operands) {
  return Expression{.op = op, .value = {}, .operands = std::move(operands), .span = {}};
}
Expression encode(Integer value, std::uint8_t width, bool is_signed, bool is_little) {
  auto expression = make(Op::encode, {integer(value)});
  expression.width = width;
  expression.is_signed = is_signed;
  expression.is_little = is_little;
  return expression;
}

std::string shown(const Expression& expression) {
  const auto value = evaluate(expression, Scope{});
  return value ? to_display(*value) : "fault: " + value.error().what;
}

}  // namespace

TEST_CASE("arithmetic is exact in 64 bits, signed or unsigned, and says when it is not") {
  struct Row {
    Op op;
    Integer a, b;
    const char* result;
  };
  const Row rows[] = {
      {Op::add, 2, 3, "5"},
      {Op::subtract, 2, 3, "-1"},
      {Op::add, UINT64_MAX, 1, "fault: 18446744073709551615 + 1 does not fit in 64 bits"},
      {Op::subtract, INT64_MIN, 1, "fault: -9223372036854775808 - 1 does not fit in 64 bits"},
      {Op::multiply, 4294967296, 4294967296, "fault: 4294967296 * 4294967296 does not fit in 64 bits"},
      {Op::multiply, UINT64_MAX, UINT64_MAX,
       "fault: 18446744073709551615 * 18446744073709551615 does not fit in 64 bits"},
      {Op::divide, 7, 2, "3"},
      {Op::divide, 7, 0, "fault: 7 / 0"},
      {Op::modulo, 7, 0, "fault: 7 % 0"},
      {Op::modulo, 7, 4, "3"},
      {Op::bit_and, 0xF0, 0x3C, "48"},
      {Op::bit_or, 0xF0, 0x0F, "255"},
      {Op::bit_xor, 0xFF, 0x0F, "240"},
      {Op::shift_left, 1, 63, "9223372036854775808"},
      {Op::shift_left, 2, 63, "fault: 2 << 63 does not fit in 64 bits"},
      {Op::shift_left, 1, 64, "fault: a shift by 64 bits is not one by 0 to 63"},
      {Op::shift_right, 256, 4, "16"},
      {Op::shift_right, 1, -1, "fault: a shift by -1 bits is not one by 0 to 63"},
  };
  for (const auto& row : rows) CHECK(shown(make(row.op, {integer(row.a), integer(row.b)})) == row.result);
}

TEST_CASE("integers are encoded in their width, order and sign, and must fit") {
  CHECK(shown(encode(443, 2, false, false)) == R"(x"01 bb")");
  CHECK(shown(encode(443, 2, false, true)) == R"(x"bb 01")");
  CHECK(shown(encode(-2, 1, true, false)) == R"(x"fe")");
  CHECK(shown(encode(0x010203, 3, false, false)) == R"(x"01 02 03")");
  CHECK(shown(encode(UINT64_MAX, 8, false, false)) == R"(x"ff ff ff ff ff ff ff ff")");
  CHECK(shown(encode(256, 1, false, false)) == "fault: 256 does not fit in u8");
  CHECK(shown(encode(-1, 2, false, false)) == "fault: -1 does not fit in u16");
  CHECK(shown(encode(128, 1, true, false)) == "fault: 128 does not fit in i8");
  CHECK(shown(encode(UINT64_MAX, 8, true, false)) == "fault: 18446744073709551615 does not fit in i64");
}

TEST_CASE("int reads whole numbers only") {
  CHECK(shown(make(Op::to_int, {bytes("0042")})) == "42");
  CHECK(shown(make(Op::to_int, {bytes("-7")})) == "-7");
  CHECK(shown(make(Op::to_int, {bytes("ff"), integer(16)})) == "255");
  CHECK(shown(make(Op::to_int, {bytes("")})) == "fault: \"\" is no number in base 10");
  CHECK(shown(make(Op::to_int, {bytes("-")})) == "fault: \"-\" is no number in base 10");
  CHECK(shown(make(Op::to_int, {bytes("12a")})) == "fault: \"12a\" is no number in base 10");
  CHECK(shown(make(Op::to_int, {bytes(" 1")})) == "fault: \" 1\" is no number in base 10");
  CHECK(shown(make(Op::to_int, {bytes("18446744073709551616")})) ==
        "fault: \"18446744073709551616\" does not fit in 64 bits");
  CHECK(shown(make(Op::to_int, {bytes("-9223372036854775809")})) ==
        "fault: \"-9223372036854775809\" does not fit in 64 bits");
  CHECK(shown(make(Op::to_int, {bytes("1"), integer(37)})) == "fault: 37 is no base from 2 to 36");
}

TEST_CASE("functions over bytes give what their standards say") {
  CHECK(shown(make(Op::len, {bytes("abc")})) == "3");
  CHECK(shown(make(Op::hex, {bytes("\xde\xad")})) == "\"dead\"");
  CHECK(shown(make(Op::crc32, {bytes("123456789")})) == "3421780262");  // ITU-T V.42: 0xCBF43926
  CHECK(shown(make(Op::internet_checksum, {bytes(std::string("\0\1\xf2\3\xf4\xf5\xf6\xf7", 8))})) ==
        "8717");  // RFC 1071 §3
  CHECK(shown(make(Op::xor_bytes, {bytes("\x0f\xf0"), bytes("\xff\xff")})) == R"(x"f0 0f")");
  CHECK(shown(make(Op::xor_bytes, {bytes("a"), bytes("bc")})) == "fault: xor of 1 and 2 bytes: the lengths differ");
  CHECK(shown(make(Op::repeat, {integer(3), bytes("ab")})) == "\"ababab\"");
  CHECK(shown(make(Op::repeat, {integer(-1), bytes("ab")})) == "fault: -1 is no count");
  CHECK(shown(make(Op::zero, {integer(1 << 30)})) == "fault: 1073741824 times 1 bytes are over the limit of 64 MiB");
}

TEST_CASE("endpoints are made of an address and a port, and give them back") {
  const auto made = make(Op::endpoint, {Expression::literal(IpAddress(Ipv4Address({127, 0, 0, 1}))), integer(80)});
  CHECK(shown(made) == "127.0.0.1:80");
  CHECK(shown(make(Op::port, {made})) == "80");
  CHECK(shown(make(Op::packed, {make(Op::address, {made})})) == R"(x"7f 00 00 01")");
  CHECK(shown(make(Op::endpoint, {make(Op::address, {made}), integer(65536)})) ==
        "fault: 65536 is no port from 0 to 65535");
}

TEST_CASE("'and' and 'or' look at their right side only if it matters") {
  const auto yes = Expression::literal(true);
  const auto no = Expression::literal(false);
  const auto broken = make(Op::equal, {make(Op::divide, {integer(1), integer(0)}), integer(1)});
  CHECK(shown(make(Op::logical_or, {yes, broken})) == "true");
  CHECK(shown(make(Op::logical_and, {no, broken})) == "false");
  CHECK(shown(make(Op::logical_and, {yes, broken})) == "fault: 1 / 0");
  CHECK(shown(make(Op::logical_not, {no})) == "true");
}

TEST_CASE("durations add, subtract, scale and divide") {
  using namespace std::chrono_literals;
  const auto time = [](std::chrono::nanoseconds value) { return Expression::literal(value); };
  CHECK(shown(make(Op::subtract, {time(2s), time(500ms)})) == "1500ms");
  CHECK(shown(make(Op::multiply, {integer(3), time(20ms)})) == "60ms");
  CHECK(shown(make(Op::divide, {time(1s), time(20ms)})) == "50");
  CHECK(shown(make(Op::greater_equal, {time(1s), time(999ms)})) == "true");
  CHECK(shown(make(Op::multiply, {time(2000000h), integer(2)})) == "fault: a duration of more than 292 years");
}

TEST_CASE("random bytes depend on the seed and the place alone") {
  const auto at = [](std::uint32_t place) {
    auto expression = make(Op::random, {integer(16)});
    expression.span = {place, place + 10};
    return expression;
  };
  const Scope one{.slots = {}, .peers = {}, .places = {}, .seed = 1};
  const Scope two{.slots = {}, .peers = {}, .places = {}, .seed = 2};
  CHECK(evaluate_bytes(at(5), one) == evaluate_bytes(at(5), one));
  CHECK_FALSE(evaluate_bytes(at(5), one) == evaluate_bytes(at(5), two));
  CHECK_FALSE(evaluate_bytes(at(5), one) == evaluate_bytes(at(6), one));
}

}  // namespace volley::plan
