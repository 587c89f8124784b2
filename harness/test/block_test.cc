// SPDX-License-Identifier: Apache-2.0
#include "compiled.h"
#include "engine/trace_json.h"
#include "report/transcript.h"

namespace volley {
namespace {

constexpr std::string_view two_ends = "listen door tcp\nconnect a tcp door\naccept b from door\n";

std::string with_ends(std::string_view steps) {
  return std::string(two_ends).append(steps);
}

/// "passed", or the line and the sentence of the explanation with its notes.
std::string result_of(std::string_view steps) {
  return explain_steps(with_ends(steps));
}

}  // namespace

TEST_CASE("repeat runs its steps so many times, and its values add up") {
  CHECK(result_of("let total = 0\nrepeat 5 as i { let total = total + i }\nexpect total == 15") == "passed");
  CHECK(result_of("let n = 7\nrepeat 0 { let n = 8 }\nexpect n == 7") == "passed");
  CHECK(result_of("let n = 3\nrepeat n { a > \"x\" }\nb < \"xxx\"") == "passed");
  CHECK(result_of("let n = 0\nrepeat 3 { repeat 4 as k { let n = n + k } }\nexpect n == 30") == "passed");
  CHECK(result_of("repeat 3 as i { expect i < 3 }") ==
        "the condition is false\ni is 3\nin round 3 of the 'repeat' on line 6");
  CHECK(result_of("let n = 0\nrepeat n { let m = 1 }\nexpect m == 1") ==
        "a value is not bound: no round of its loop was run");
}

TEST_CASE("repeat until asks after each round") {
  constexpr auto lines = "b > \"250-one\\r\\n250-two\\r\\n250 end\\r\\n\"\n";
  constexpr auto loop =
      "repeat until last at most 5 {\na < \"250\" bytes(1) as sep line as said\nlet last = sep == \" \"\n}\n";
  CHECK(result_of(std::string(lines) + loop + "expect said == \"end\"") == "passed");
  CHECK(result_of("let n = 0\nrepeat until n == 9 at most 3 { let n = n + 1 }") ==
        "the condition is still false after 3 rounds\nn is 3\nin round 3 of the 'repeat' on line 7");
  CHECK(result_of("let n = 0\nrepeat until n == 10000 { let n = n + 1 }") == "passed");
  CHECK(result_of("let n = 0\nrepeat until n == 10001 { let n = n + 1 }") ==
        "the condition is still false after 10000 rounds\nn is 10000\nin round 10000 of the 'repeat' on line 7");
}

TEST_CASE("peers that a round has opened end with it") {
  CHECK(result_of("repeat 3 {\nconnect c tcp door\naccept d from door\nc > \"hi\"\nd < \"hi\"\n}") == "passed");
  CHECK(result_of("repeat 3 as i {\nconnect c tcp door\naccept d from door\nc > u8(i)\n}") ==
        "1 byte is left over on d: no step expects it\nin round 1 of the 'repeat' on line 6");
}

TEST_CASE("parallel runs copies with names of their own, and joins them") {
  CHECK(run_steps("bind u udp\nparallel 40 as i {\nconnect c udp u\nc > u16(i)\n}\nlet sum = 0\n"
                  "repeat 40 {\nu < u16 as n\nlet sum = sum + n\n}\nexpect sum == 820")
            .ends_with("passed\n"));
  CHECK(result_of("parallel 3 as i {\nlet n = i * 2\nwait 1ms\nexpect n == i * 2\n}") == "passed");
  CHECK(result_of("parallel 3 as i { expect i != 2 }") == "the condition is false\ni is 2\nin copy 2 of 'parallel'");
  CHECK(result_of("parallel 2 as i {\nconnect c tcp door\naccept d from door\nd > \"x\"\nc < \"y\"\n}")
            .starts_with("byte 0 differs"));
  CHECK(result_of("let n = 100001\nparallel n { wait 1ms }") == "100001 is no count of copies: 0 to 100000");
}

TEST_CASE("a copy that time ended is gone, and the block waits for copies as long as they take") {
  CHECK(result_of("parallel 20 {\nconnect c tcp door\naccept d from door\nc < nothing for 5ms\nclose c\n}") ==
        "passed");
  CHECK(result_of("parallel 20 {\nconnect c tcp door\naccept d from door\nc < nothing for 5ms\n}") == "passed");
  CHECK(explain_steps("parallel 2 {\nwait 15ms\nwait 15ms\n}", "timeout 20ms") == "passed");
  CHECK(explain_steps(
            "parallel 1 {\nparallel 1 { wait 25ms }\nlet asked = now\nwait 15ms\nexpect now - asked >= 15ms\n}") ==
        "passed");
  CHECK(explain_steps("parallel 2 { wait 1s }", "total 20ms") == "the scenario's total time of 20ms is over");
}

TEST_CASE("the total holds, and memory is bounded, while sends queue up") {
  CHECK(explain_steps(with_ends("repeat 30000000 { a > zero(100000) }"), "total 100ms")
            .starts_with("the scenario's total time of 100ms is over"));
}

TEST_CASE("a transcript shows no value of another round as sent") {
  const auto compiled = compile_steps(with_ends("repeat 2 as i {\na > u8(i)\nb < u8\n}\na > \"x\"\nb < \"y\""));
  const auto lines = report::transcript(compiled.plan(), run_once(compiled), compiled.source, 20).lines;
  REQUIRE(lines.size() == 9);
  CHECK(lines[3].ends_with("  a > u8(i)  # 1 bytes"));
  CHECK(lines[5].ends_with("  a > u8(i)  # 1 bytes"));
  CHECK(lines[7].ends_with("  a > \"x\""));
}

TEST_CASE("who says nothing in time is named in the transcript") {
  for (const std::string_view steps : {"b < eof", "bind u udp\nu < \"x\""}) {
    const auto late = compile_steps(with_ends(steps), "timeout 5ms");
    const auto lines = report::transcript(late.plan(), run_once(late), late.source, 20).lines;
    REQUIRE_FALSE(lines.empty());
    CHECK(lines.back().find("? <") == std::string::npos);
  }
}

TEST_CASE("events of copies say whose they are") {
  CHECK(run_steps("bind u udp\nparallel 2 as i {\nconnect c udp u\nc > u8(i)\n}\nrepeat 2 { u < u8 }")
            .find("sent c[2] 1") != std::string::npos);
}

TEST_CASE("an accept by a peer that another branch has closed fails") {
  CHECK(explain_steps("listen l tcp\nbind x udp\nconnect y udp x\nconnect a tcp l\ny > \"2\"\ny > \"1\"\n"
                      "any order {\n{ x < \"1\"\naccept s from l by a }\n{ x < \"2\"\nclose a }\n}") ==
        "a has been closed by another branch");
}

TEST_CASE("the line of a left-over in a choice is that of its own branch") {
  const auto compiled =
      compile_steps(with_ends("connect c tcp door\naccept d from door\nb > \"1\"\nd > \"22\"\n"
                              "any order {\na < \"1\"\nc < \"2\"\n}"));
  const auto trace = run_once(compiled);
  CHECK(trace.stop.reason == engine::Reason::left_over);
  CHECK(trace.stop.step == 9);
}

TEST_CASE("what had come at a stop is kept through a long 'always'") {
  const auto compiled =
      compile_steps(with_ends("b > \"hello\"\na < \"help\"\nalways {\nbind u udp\nrepeat 70000 { let n = 1 }\n}"));
  const auto trace = run_once(compiled);
  CHECK(trace.forgotten > 0);
  CHECK(trace.head(trace.stop.received) == "hello");
}

TEST_CASE("rounds that close both ends leave no TIME_WAIT behind") {
  CHECK(result_of("repeat 3000 {\nconnect c tcp door\naccept d from door\nc > \"x\"\nd < \"x\"\nclose c\nd < "
                  "eof\nclose d\n}") == "passed");
}

TEST_CASE("an end that follows an older connection between the same places is its own") {
  // After so many rounds an end whose other end is closed is not closed as the first was.
  CHECK(result_of(
            "repeat 100 {\nconnect c tcp door\naccept d from door\nclose c\nd < eof\nclose d\n}\n"
            "bind u udp 127.77.0.1:0\nlet place = u.local\nconnect c tcp door from place\naccept d from door\nclose d\n"
            "reset c\nconnect e tcp door from place\naccept f from door\nclose e\nf < eof\n"
            "f > \"still open\"\nreset f") == "passed");
}

TEST_CASE("what a copy leaves over fails its scenario") {
  CHECK(result_of("parallel 1 {\nconnect c tcp door\naccept d from door\nd > \"xyz\"\n}") ==
        "3 bytes are left over on c: no step expects them\nin copy 1 of 'parallel'");
}

TEST_CASE("any order takes its branches as they come") {
  constexpr auto more = "connect c tcp door\naccept d from door\n";
  CHECK(result_of(std::string(more) + "d > \"2\"\nb > \"1\"\nany order {\na < \"1\"\nc < \"2\"\n}") == "passed");
  CHECK(result_of("b > \"two one \"\nany order {\na < \"one \"\na < \"two \"\n}") == "passed");
  CHECK(result_of("b > \"xx\"\nany order {\na < \"x\"\na < \"x\"\n}") == "passed");
  // A branch runs to its end before another one of its peer is tried, and branches of other peers run beside it.
  CHECK(result_of(std::string(more) +
                  "d > \"2\"\nany order {\n{ a < \"1\"\nd > \"3\" }\n{ c < \"2\"\nb > \"1\"\nc < \"3\" }\n}") ==
        "passed");
  CHECK(result_of("b > \"1x2y\"\nany order {\n{ a < \"2\"\na < \"y\" }\n{ a < \"1\"\na < \"x\" }\n}") == "passed");
  CHECK(result_of("b > \"1\"\nany order {\na < u8 as n\n{ b < nothing for 5ms\nlet m = 2 }\n}\nexpect n + m == 51") ==
        "passed");
}

TEST_CASE("any order fails with the branch that came furthest") {
  CHECK(result_of("b > \"hello\"\nany order {\na < \"no\"\na < \"help\"\n}") ==
        "byte 3 differs: expected 'p' (0x70), received 'l' (0x6c)\nnone of 2 branches fits: this one came furthest");
  CHECK(explain_steps(with_ends("b > \"x\"\nany order {\na < \"x\"\na < \"y\"\n}"), "timeout 20ms") ==
        "nothing came within 20ms\n\"y\" waits for 1 more byte");
}

TEST_CASE("one of takes the first branch that fits, whatever the segments are") {
  constexpr auto block = "one of {\n{ a < line ~ /426 .*/\na < line ~ /226 .*/ }\na < line ~ /22[56] .*/\n}\n";
  CHECK(result_of(std::string("b > \"426 a\\r\\n226 b\\r\\n\"\n") + block) == "passed");
  CHECK(result_of(std::string("b > \"225 a\\r\\n\"\n") + block) == "passed");
  CHECK(result_of("b > \"ab\"\none of {\na < \"x\" rest\na < \"ab\"\n}") == "passed");
  CHECK(result_of("one of {\na < \"x\"\na < nothing for 5ms\n}") == "passed");
  CHECK(result_of("b > \"x\"\none of {\na < nothing for 50ms\na < \"x\"\n}") == "passed");
  CHECK(result_of("close b\none of {\na < \"x\"\na < eof\n}") == "passed");
  CHECK(result_of("reset b\none of {\na < eof\na < reset\n}") == "passed");
  CHECK(result_of("close b\none of {\na < reset\n{ a < closed\nlet n = 1 }\n}") == "passed");
  CHECK(result_of("close b\none of {\na < reset\na < nothing for 5ms\n}") ==
        "the end (eof) came where a reset was due\nnone of 2 branches fits: this one came furthest");
}

TEST_CASE("one of leaves what every branch binds") {
  constexpr auto block = "one of {\n{ a < \"n\" u8 as n\nlet m = 1 }\n{ a < \"w\" u16 as n }\n}\n";
  CHECK(result_of(std::string("b > \"w\" u16(300)\n") + block + "expect n == 300") == "passed");
  CHECK(result_of(std::string("b > \"n\" u8(3)\n") + block + "expect n == 4") == "the condition is false\nn is 3");
}

TEST_CASE("branches take whole datagrams") {
  constexpr auto ends = "bind u udp\nconnect v udp u\n";
  constexpr auto block = "any order {\nu < \"a\" from any as first\nu < \"b\"\nu < \"bc\"\n}\n";
  CHECK(explain_steps(std::string(ends) + "v > \"bc\"\nv > \"b\"\nv > \"a\"\n" + block + "expect first == v.local") ==
        "passed");
  CHECK(
      explain_steps(std::string(ends) + "v > \"abc\"\none of {\nu < \"a\"\nu < \"ab\"\n}") ==
      "the datagram is longer than the pattern, which ends at byte 2\nnone of 2 branches fits: this one came furthest");
  CHECK(explain_steps(std::string(ends) + "close u\nv > \"x\"\none of {\nv < \"y\"\nv < refused\n}") == "passed");
}

TEST_CASE("a branch that uses what another one has closed fails") {
  CHECK(result_of("b > \"12\"\nany order {\n{ a < \"1\"\nb > \"x\" }\n{ a < \"2\"\nclose b }\n}\na < \"x\"") ==
        "passed");
  CHECK(result_of("connect c tcp door\naccept d from door\nb > \"1\"\nany order {\n{ c < \"2\"\nb > \"x\" }\n{ a < "
                  "\"1\"\nd > \"2\"\nclose b }\n}") == "b has been closed by another branch");
}

TEST_CASE("ignore lets bytes be left over") {
  CHECK(result_of("b > \"x\"\nignore a") == "passed");
  CHECK(result_of("b > \"x\"") == "1 byte is left over on a: no step expects it");
}

TEST_CASE("always runs in the end, whatever happened before") {
  constexpr auto probe =
      "always {\nlisten other tcp\nconnect c tcp other\naccept d from other\nc > \"1\"\nd < \"1\"\n}";
  CHECK(result_of(probe) == "passed");
  CHECK(result_of(std::string("expect 1 == 2\n") + probe).starts_with("the condition is false"));
  CHECK(result_of("always { expect 1 == 2 }").starts_with("the condition is false"));
  CHECK(result_of("expect 1 == 2\nalways { expect 3 == 4 }") ==
        "the condition is false\n'always' failed, too, on line 7: the condition is false");
  CHECK(run_steps(with_ends(std::string("b > \"x\"\n") + probe)).find("left_over") != std::string::npos);
  CHECK(run_steps(with_ends(std::string("b > \"x\"\n") + probe)).find("received d 1 \"1\"") != std::string::npos);
}

TEST_CASE("a branch that time has ended is not woken any more") {
  // Its strand is gone when the round closes the peer for which it waited.
  const auto dumped = run_steps(
      "listen door tcp\nrepeat 3 {\nconnect a tcp door\naccept b from door\nb > \"kkx\"\n"
      "any order {\n{ a < \"kkx\"\na < nothing for 2ms }\nb < nothing for 4ms\n}\n}");
  CHECK(dumped.ends_with("passed\n"));
}

TEST_CASE("focus is run once, and the plan knows it") {
  CHECK(result_of("focus {\na > \"x\"\nb < \"x\"\n}") == "passed");
  const auto compiled = compile_steps(with_ends("focus { a > \"x\" }\nb < \"x\""));
  REQUIRE(compiled.plan().focus);
  CHECK(compiled.plan().focus->begin == 3);
  CHECK(compiled.plan().focus->end == 4);
}

TEST_CASE("a FIN and a close go behind what is queued") {
  CHECK(result_of("a > zero(4MiB)\nshutdown a\nb < zero(4MiB)\nb < eof\nb > \"x\"\na < \"x\"") == "passed");
  CHECK(result_of("a > zero(4MiB)\nclose a\nb < zero(4MiB)\nb < eof") == "passed");
}

TEST_CASE("a long loop keeps the beginning and the end of what happened") {
  const auto compiled =
      compile_steps(with_ends("repeat 40000 as i {\na > u32(i)\nb < u32 as n\n}\nb > \"end\"\na < \"enD\""));
  const auto trace = run_once(compiled);
  CHECK(trace.events.size() < 64 << 10);
  CHECK(trace.events.size() + trace.forgotten == 3 + 80000 + 1);
  CHECK(trace.done[4] == 40000);
  CHECK(trace.events.front().kind == engine::Event::Kind::opened);
  const auto& last = trace.events[trace.events.size() - 2];
  REQUIRE(last.kind == engine::Event::Kind::received);
  CHECK(trace.head(last.bytes) == std::string_view("\0\0\x9c\x40", 4));
  CHECK(trace.stop.reason == engine::Reason::mismatch);
}

TEST_CASE("a trace of blocks reads back from JSON") {
  const auto compiled =
      compile_steps(with_ends("repeat 2 as i { parallel 2 as k { expect i + k < 4 } }\nalways { expect 1 == 2 }"));
  const auto trace = run_once(compiled);
  REQUIRE(trace.always);
  CHECK(trace.stop.rounds.size() == 1);
  CHECK(trace.stop.copy == 2);
  const auto read = engine::trace_from_json(engine::to_json(trace));
  REQUIRE(read);
  CHECK(*read == trace);
}

}  // namespace volley
