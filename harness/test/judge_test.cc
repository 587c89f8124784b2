// SPDX-License-Identifier: Apache-2.0
#include <filesystem>
#include <string>

#include "compiled.h"
#include "engine/trace_json.h"
#include "judge/verdict.h"

namespace volley::judge {
namespace {

const std::string pair = "listen door tcp\nconnect a tcp door\naccept b from door\n";

std::string explain_pair(const std::string& steps) {
  return explain_steps(pair + steps);
}

}  // namespace

TEST_CASE("the judge says in one sentence why a receive did not pass") {
  struct Row {
    const char* steps;
    const char* text;
  };
  const Row rows[] = {
      {R"(a > "hello world"
          b < "hello World")",
       "byte 6 differs: expected 'W' (0x57), received 'w' (0x77)"},
      {R"(a > x"01 02"
          b < u8(1) u8(3))",
       "byte 1 differs: expected 0x03, received 0x02"},
      {R"(a > "12a\r\n"
          b < line ~ /\d+/)",
       "what came at byte 0 does not satisfy line ~ /\\d+/"},
      {R"(a > u16(700)
          b < u16 as n where n <= 512 and n > 2)",
       "what came at byte 0 does not satisfy u16 as n where n <= 512 and n > 2\nn is 700"},
      {"b < \"anything\" within 20ms", "nothing came within 20ms\n\"anything\" waits for 8 more bytes"},
      {R"(a > "abc"
          b < "ab" u32 within 20ms)",
       "only 3 bytes came within 20ms\nu32 waits for 3 more bytes"},
      {R"(a > "abc"
          b < line within 20ms)",
       "only 3 bytes came within 20ms\nline is not complete"},
      {R"(a > "abc"
          close a
          b < "ab" u32)",
       "the connection was closed after 3 bytes: u32 waits for 3 more bytes"},
      {"reset a\nb < u8", "the connection was reset before any byte came: u8 waits for 1 more byte"},
      {R"(a > u32(4294967295)
          b < bytes(u32))",
       "length 4294967295 at byte 0 is over the limit of 67108864"},
      {"close b\na < reset", "the end (eof) came where a reset was due"},
      {"reset b\na < eof", "a reset came where the end (eof) was due"},
      {"a < eof within 20ms", "the end (eof) did not come within 20ms"},
      {"b > \"!\"\na < nothing for 20ms", "1 byte came where silence was due"},
      {"b > \"!?\"\na < eof", "2 bytes came where the end (eof) was due"},
      {"close b\na < nothing for 20ms", "the end (eof) came where silence was due"},
      {"a > \"one\" \"two\"\nb < \"one\"", "3 bytes are left over on b: no step expects them"},
      {"a > \"1\"", "1 byte is left over on b: no step expects it"},
      {"reset b", "a reset is left over on a: no step expects it"},
      {"reset b\na < reset\na > \"x\"", "send a: Broken pipe"},
      {"a > \"x\" fails broken_pipe\nb < \"x\"", "should fail with 'broken_pipe', but succeeded"},
      {"accept c from door within 20ms", "no connection within 20ms"},
      {"accept c from door within 20ms\nconnect d tcp door",
       "no connection within 20ms\nsteps run one after another: 'connect d' stands on line 7"},
      {"b > \"x\"\na < \"x\" within 5s..10s", nullptr},
      {"a > \"7\"\nb < bytes(1) as d\nexpect int(d) + 1 == 9", "the condition is false\nint(d) + 1 is 8"},
      {"a > \"7\"\nb < bytes(1) as d\nexpect d ~ /[a-z]/", "the value does not match /[a-z]/\nit is \"7\""},
      {"a > \"x\"\nb < bytes(1) as d\nexpect int(d) == 9", "\"x\" is no number in base 10"},
  };
  for (const auto& row : rows) {
    CAPTURE(row.steps);
    const auto text = explain_pair(row.steps);
    if (row.text) {
      CHECK(text == row.text);
    } else {
      CHECK(text.ends_with("ms, earlier than 5s"));
    }
  }
}

TEST_CASE("a scenario of values alone is explained, too") {
  CHECK(explain_steps("let a = 1\nexpect a > 2") == "the condition is false\na is 1");
}

TEST_CASE("the judge explains datagrams") {
  const std::string sockets = "bind s udp\nconnect c udp s\n";
  CHECK(explain_steps(sockets + "c > \"abc\"\ns < u16") ==
        "the datagram is longer than the pattern, which ends at byte 2");
  CHECK(explain_steps(sockets + "c > \"abc\"\ns < u32") ==
        "the datagram ends after 3 bytes: u32 waits for 1 more byte");
  CHECK(explain_steps(sockets + "s < u32 within 20ms") == "no datagram within 20ms");
  CHECK(explain_steps(sockets + "c > \"abc\"") == "a datagram of 3 bytes is left over on s: no step expects it");
  CHECK(explain_steps(sockets + "c > \"\"") == "a datagram of 0 bytes is left over on s: no step expects it");
  CHECK(explain_steps(sockets + "close s\nc > \"x\"\nc < u8") ==
        "the datagram was refused (ICMP port unreachable) where an answer was due");
}

TEST_CASE("a comparison holds the known bytes around the place, and what came") {
  const auto compiled = compile_steps(pair + R"(
    a > u16(2) "hi" "there\r\n" "more"
    b < u16 as n "h" "i" "they're" line)");
  const auto trace = run_once(compiled);
  const auto verdict = judge(compiled.plan(), trace, compiled.source);
  REQUIRE(verdict.explanation);
  REQUIRE(verdict.explanation->comparison);
  const auto& comparison = *verdict.explanation->comparison;
  CHECK(comparison.expected == "hithey're");
  CHECK(comparison.received == "hithere\r\nmore");
  CHECK(comparison.origin == 2);
  CHECK(comparison.differs_at == 7);
  CHECK_FALSE(comparison.received_is_cut);
  CHECK(compiled.source.text(verdict.explanation->span) == "\"they're\"");
}

TEST_CASE("steps after the one that stopped are not reached") {
  using OfStep = Verdict::OfStep;
  const auto compiled = compile_steps(pair + "b < \"x\" within 20ms\nclose b");
  const auto verdict = judge(compiled.plan(), run_once(compiled), compiled.source);
  CHECK(verdict.outcome == Outcome::failed);
  CHECK(verdict.steps ==
        std::vector{OfStep::passed, OfStep::passed, OfStep::passed, OfStep::failed, OfStep::not_reached});
}

TEST_CASE("what the system refuses is an error, not a failure of the peer") {
  const auto compiled = compile_steps("listen d tcp\nlisten e tcp d.local");
  const auto trace = run_once(compiled);
  const auto verdict = judge(compiled.plan(), trace, compiled.source);
  CHECK(verdict.outcome == Outcome::error);
  CHECK(verdict.explanation->what == "bind " + trace.peers[0].local->to_string() + ": Address already in use");
}

TEST_CASE("a trace that is saved and read back gives the same verdict") {
  const char* scenarios[] = {
      "a > \"hello world\"\nb < \"hello World\"",
      "a > u16(700) \"x\"\nb < u16 as n where n <= 512",
      "b < \"x\" within 20ms",
      "a > \"one\" \"two\"\nb < \"one\"",
      "reset b",
      ("let t = now\nlet e = a.local\nlet p = e.address\nlet y = 1 < 2\n"
       "a > \"12\"\nb < bytes(2) as d\nexpect int(d) == -3"),
      "a > zero(1MiB) \"x\"\nb < zero(1MiB) \"y\"",
      "reset b\na < reset\na > \"x\"",
      "a > \"ok\"\nb < \"ok\"",
  };
  for (const auto* steps : scenarios) {
    CAPTURE(steps);
    const auto compiled = compile_steps(pair + steps);
    const auto trace = run_once(compiled);
    const auto read = engine::trace_from_json(engine::to_json(trace));
    REQUIRE(read);
    CHECK(*read == trace);
    CHECK(judge(compiled.plan(), *read, compiled.source) == judge(compiled.plan(), trace, compiled.source));
  }
}

TEST_CASE("the traces of the sockets suite survive being saved, and so do their verdicts") {
  int scenarios = 0;
  for (const auto& entry : std::filesystem::directory_iterator(VOLLEY_SCENARIOS "/sockets")) {
    if (entry.path().extension() != ".volley") continue;
    const auto source = source::read(entry.path());
    REQUIRE(source);
    const auto checked = check::check(script::parse(*source));
    REQUIRE(checked);
    for (const auto& plan : plan::lower(*checked, *source).plans) {
      CAPTURE(plan::identity(plan));
      const auto trace = engine::run(plan);
      REQUIRE(trace);
      const auto read = engine::trace_from_json(engine::to_json(*trace));
      REQUIRE(read);
      CHECK(*read == *trace);
      CHECK(judge(plan, *read, *source) == judge(plan, *trace, *source));
      ++scenarios;
    }
  }
  CHECK(scenarios >= 25);
}

TEST_CASE("a text that is no trace is refused with a reason") {
  for (const auto* text : {"", "{}", "[1, 2", "{\"arena\": \"0\"}", "null"}) {
    const auto trace = engine::trace_from_json(text);
    REQUIRE_FALSE(trace);
    CHECK_FALSE(trace.error().empty());
  }
}

}  // namespace volley::judge
