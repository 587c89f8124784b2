// SPDX-License-Identifier: Apache-2.0
// Messages in whole runs: what the judge says of them, and in reports.
#include <string>

#include "compiled.h"
#include "engine/trace_json.h"
#include "judge/verdict.h"

namespace volley {
namespace {

const std::string opening = R"(
message Tagged { length: u16 = len(body)  kind: u8  request: u32  body: bytes(length) }
message Pair { a: u8  b: u8 }
scenario "test" {
listen door tcp
connect a tcp door
accept b from door
)";

struct Ran {
  Compiled compiled;
  engine::Trace trace;
  judge::Verdict verdict;
};

Ran run_pair(const std::string& steps) {
  auto compiled = compile(opening + steps + "\n}\n");
  auto trace = run_once(compiled);
  auto verdict = judge::judge(compiled.plan(), trace, compiled.source);
  return {std::move(compiled), std::move(trace), std::move(verdict)};
}

std::string explain(const std::string& steps) {
  const auto ran = run_pair(steps);
  if (!ran.verdict.explanation) return "passed";
  std::string text = ran.verdict.explanation->what;
  for (const auto& note : ran.verdict.explanation->notes) text += "\n" + note;
  return text;
}

}  // namespace

TEST_CASE("a message goes from one end to the other, and what it captured goes back") {
  CHECK(explain(R"(a > Tagged{kind: 7, request: 0xdecafbad, body: "how many?"}
b < Tagged{kind: 7, request as id, body as question}
b > Tagged{kind: 8, request: id, body: "${len(question)}"}
a < Tagged{kind: 8, request: 0xdecafbad, body: "9"}
let whole = Tagged{kind: 1, request: 2, body: ""}
a > whole "${Pair{a: 1, b: 2}}"
b < Tagged{kind: 1} Pair{b: 2}
expect whole ~ (Tagged{request: 2}) )") == "passed");
}

TEST_CASE("the judge names the field, what was expected and what came") {
  struct Row {
    const char* steps;
    const char* text;
  };
  const Row rows[] = {
      {R"(a > Tagged{kind: 8, request: 5, body: ""}
b < Tagged{kind: 7})",
       "Tagged.kind: expected 7, received 8 (byte 2)"},
      {R"(a > "xx" Tagged{kind: 8, request: 5, body: "abc"}
b < "xx" Tagged{body: "abd"})",
       R"(Tagged.body: expected "abd", received "abc" (byte 11))"},
      {R"(a > Tagged{kind: 8, request: 5, body: "abc", length: 9}
b < Tagged{} within 20ms)",
       "only 10 bytes came within 20ms\nTagged.body waits for 6 more bytes"},
      {"b < Tagged{} within 20ms", "nothing came within 20ms\nTagged.length waits for 2 more bytes"},
      {R"(a > x"00 05 01"
close a
b < Tagged{})",
       "the connection was closed after 3 bytes: Tagged.request waits for 4 more bytes"},
      {R"(a > Pair{a: 1, b: 2}
b < Pair{b as n where n > 2})",
       "Pair.b is 2, which its 'where' refuses (byte 1)"},
      {R"(a > Pair{a: 1, b: 2}
b < Pair{a as n} where n == 2)",
       "what came at byte 0 does not satisfy Pair{a as n} where n == 2\nn is 1"},
      {"expect \"abc\" ~ (Pair{b: 3} u8)", "the value does not match: Pair.b: expected 3, received 98\nit is \"abc\""},
      {"expect \"abc\" ~ (Pair{})",
       "the value does not match: the value has 3 bytes, and the pattern 2\nit is \"abc\""},
      {"a > u8(1)\nb < u8 as n\na > Pair{a: n * 256, b: 2}", "Pair.a is 256, which does not fit in u8"},
  };
  for (const auto& row : rows) {
    CAPTURE(row.steps);
    CHECK(explain(row.steps) == row.text);
  }
}

TEST_CASE("the bytes of a message are shown as far as they are known") {
  const auto known = run_pair(R"(a > Tagged{kind: 8, request: 5, body: "abc"}
b < Tagged{kind: 8, request: 6, body: "abc"})");
  REQUIRE(known.verdict.explanation);
  REQUIRE(known.verdict.explanation->comparison);
  CHECK(known.verdict.explanation->comparison->expected == std::string("\0\3\x8\0\0\0\6abc", 10));
  CHECK(known.verdict.explanation->comparison->differs_at == 6);
  const auto unknown = run_pair(R"(a > Tagged{kind: 8, request: 5, body: "abc"}
b < Tagged{kind: 7})");
  CHECK_FALSE(unknown.verdict.explanation->comparison->expected);
  CHECK(unknown.verdict.explanation->comparison->pattern == "Tagged{kind: 7}");
}

TEST_CASE("a run with messages gives the same verdict when it is read back") {
  const auto ran = run_pair(R"(a > Tagged{kind: 8, request: 5, body: "abc"}
b < Tagged{kind: 7})");
  const auto read = engine::trace_from_json(engine::to_json(ran.trace));
  REQUIRE(read);
  CHECK(judge::judge(ran.compiled.plan(), *read, ran.compiled.source) == ran.verdict);
}

TEST_CASE("a datagram is one whole message") {
  const std::string text = R"(message Data { opcode: u16 = 3  block: u16  data: rest }
scenario "test" {
bind s udp
connect c udp s
c > Data{block: 1, data: zero(512)}
s < Data{block: 1, data as head}
expect len(head) == 512
c > Data{block: 2, data: ""} "more"
s < Data{block: 2, data: ""}
})";
  const auto compiled = compile(text);
  const auto verdict = judge::judge(compiled.plan(), run_once(compiled), compiled.source);
  REQUIRE(verdict.explanation);
  CHECK(verdict.explanation->what == R"(Data.data: expected "", received "more" (byte 4))");
}

}  // namespace volley
