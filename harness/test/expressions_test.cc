// SPDX-License-Identifier: Apache-2.0
#include "plan/expressions.h"

#include <string>
#include <vector>

#include "compiled.h"

namespace volley::plan {
namespace {

/// How often expressions of a kind are visited.
std::size_t visits(Plan plan, Op op) {
  std::size_t count = 0;
  each_expression(plan, [&](const Expression& expression) { count += expression.op == op ? 1U : 0U; });
  return count;
}

}  // namespace

TEST_CASE("each expression of a step is visited once, wherever it stands") {
  const std::string begin =
      "listen door tcp\nconnect a tcp door\naccept b from door\nbind u udp\n"
      "let n = len(\"ab\")\n";
  const char* rows[] = {
      "let m = n",
      "expect n == 2",
      "expect \"ab\" ~ (bytes(n))",
      "expect \"ab\" ~ (rest where n == 2)",
      "expect \"ab\" ~ ((bytes(1) where n == 2) rest)",
      "repeat n {\nwait 1ms\n}",
      "repeat until n == 2 {\nwait 1ms\n}",
      "repeat until true at most n {\nwait 1ms\n}",
      "parallel n {\nwait 1ms\n}",
      "any order {\n{\na < bytes(n)\n}\n{\nb < nothing for 1ms\n}\n}",
      "one of {\n{\na < bytes(n)\n}\n{\nb < nothing for 1ms\n}\n}",
      "always {\nlet m = len(\"ab\")\nexpect m == 2\n}",
      "listen c tcp endpoint(door.local.address, n)",
      "listen c tcp with backlog = n",
      "bind c udp endpoint(door.local.address, n)",
      "bind c udp with rcvbuf = n",
      "connect c tcp endpoint(door.local.address, n)",
      "connect c tcp door from endpoint(door.local.address, n)",
      "connect c tcp door with rcvbuf = n",
      "accept c from door sending zero(n)",
      "set a rcvbuf = n",
      "a > \"${n}\"",
      "a > zero(n)",
      "a > n * (\"ab\")",
      "a > \"ab\" in segments of n",
      "u > \"ab\" to endpoint(door.local.address, n)",
      "a < \"${n}\"",
      "a < zero(n)",
      "a < n * (\"ab\")",
      "a < bytes(1) where n == 2",
      "a < \"x\" skipping bytes(n)",
      "u < \"ab\" from endpoint(door.local.address, n)",
      "u < \"ab\" buffer n",
      "start p \"cat\" \"${n}\"",
      "link l to endpoint(door.local.address, n) {\ndelay 1ms\n}",
      "link l to u {\ndrop n there\n}",
      "link l to u {\nduplicate n back\n}",
      "link l to u {\nreorder n there\n}",
      "link l to u {\ncorrupt n back\n}",
      "link l to u {\nloss 1%\nseed n\n}",
      "link l to door {\nreset after n there\n}",
      "link l to door {\nstall after n back\n}",
  };
  for (const auto* row : rows) {
    CAPTURE(row);
    CHECK(visits(compile_steps(begin + row).plan(), Op::slot) == 1);
  }
}

TEST_CASE("each expression of a message, and of what is said of one, is visited once") {
  const auto scenario = [](std::string_view steps) {
    return "scenario \"test\" {\nlisten door tcp\nconnect a tcp door\nlet n = len(\"ab\")\n" + std::string(steps) +
           "\n}\n";
  };
  const std::string item = "message Item { key: u8\n value: u8 }\n";
  const std::string laws[] = {
      "message M { size: u8\n more: u8 = size }\n",
      "message M { size: u8\n more: u8 default size }\n",
      "message M { size: u8\n more: bytes(size) }\n",
      "message M { size: u8\n more: u8 when size == 1 }\n",
      "message M { size: u8\n more: size of Item }\n",
      "message M { size: u8\n more: bytes(size) of Item }\n",
      "message M { size: u8\n more: bytes(size) { x: u8 } }\n",
  };
  for (const auto& law : laws) {
    CAPTURE(law);
    CHECK(visits(compile(item + law + scenario("a < M{}")).plan(), Op::field) == 1);
  }
  const std::string holder = item + "message M { one: Item\n many: 2 of Item\n end: until \";\" }\n";
  const char* said[] = {
      "a > Item{key: n, value: 1}",
      "a < Item{key: n}",
      "a < Item{key as k where n == 2}",
      "a < M{one: Item{key: n}}",
      "a < M{many: Item{key: 1} Item{value: n}}",
      "a < M{end ~ (bytes(n))}",
  };
  for (const auto* one : said) {
    CAPTURE(one);
    CHECK(visits(compile(holder + scenario(one)).plan(), Op::slot) == 1);
  }
}

TEST_CASE("what is visited may be changed, its operands too") {
  auto plan = compile_steps("let n = len(\"ab\")\nexpect n + 1 == 3").plan();
  each_expression(plan, [](Expression& expression) {
    if (auto* number = std::get_if<Integer>(&expression.value); number && *number == 3) *number = 4;
    if (expression.op == Op::add) expression.operands.push_back(Expression::literal(Integer{3}));
  });
  const auto& sum = std::get<Expect>(plan.steps[1].action).condition.operands[0];
  CHECK(sum.operands.back().value == Value(Integer{4}));
}

}  // namespace volley::plan
