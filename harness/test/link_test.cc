// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>
#include <re2/re2.h>

#include <string>

#include "compiled.h"
#include "engine/trace_json.h"
#include "program_workspace.h"
#include "report/transcript.h"

namespace volley::test {
namespace {

/// The lines of a trace that are about links.
std::string deeds(std::string_view steps) {
  const auto compiled = compile_steps(steps);
  const auto trace = run_once(compiled);
  const auto read = engine::trace_from_json(engine::to_json(trace));
  REQUIRE(read);
  CHECK(*read == trace);
  std::string text;
  for (const auto& event : trace.events) {
    if (!engine::is_of_link(event.kind)) continue;
    const auto* way = event.is_back ? "back" : "there";
    text += fmt::format("{} {} {} size {}", engine::name_of(event.kind), event.flow, way, event.bytes.size);
    const bool has_detail =
        event.kind == engine::Event::Kind::reordered || event.kind == engine::Event::Kind::corrupted;
    text += has_detail ? fmt::format(" at {}\n", event.offset) : "\n";
  }
  const bool passed = trace.stop.reason == engine::Reason::none;
  return text + (passed ? "passed\n" : std::string(engine::name_of(trace.stop.reason)) + "\n");
}

std::string transcript_of(std::string_view steps) {
  const auto compiled = compile_steps(steps);
  const auto trace = run_once(compiled);
  std::string text;
  for (const auto& line : report::transcript(compiled.plan(), trace, compiled.source, 30).lines) text += line + "\n";
  RE2::GlobalReplace(&text, R"(after \d+\.\d\d ms)", "after T");
  return steady(text);
}

}  // namespace

TEST_CASE("a trace tells of each datagram what a link did to it, and is read back") {
  CHECK(deeds(R"(
    bind server udp
    link air to server {
        drop 1 there
        duplicate 2 there
        reorder 3 there
        corrupt 5 there
        seed 7
        drop 1 back
    }
    connect c udp air
    repeat 5 { c > zero(10) }
    server < zero(10) from any as who
    repeat 3 { server < zero(10) }
    server < bytes(10)
    server > "lost" to who
    server > "found" to who
    c < "found")") == R"(lost 1 there size 10
duplicated 2 there size 10
passed 4 there size 10
reordered 3 there size 10 at 4
corrupted 5 there size 10 at 0
lost 1 back size 4
passed 2 back size 5
passed
)");
}

TEST_CASE("a trace tells where a link has cut or stalled a stream") {
  CHECK(deeds(R"(
    listen door tcp
    link wire to door { stall after 3B there reset after 5B back }
    connect a tcp wire
    accept b from door
    a > "12345"
    b < "123"
    b > "1234567"
    a < "12345"
    a < reset
    b < reset)") == "stalled 1 there size 3\nline_cut 1 back size 5\npassed\n");
}

TEST_CASE("a failure shows what a link did to each datagram") {
  CHECK(transcript_of(R"(bind tftp udp
    link air to tftp { drop 3 there duplicate 1 there reorder 1 back corrupt 3 back seed 5 }
    connect c udp air
    repeat 4 { c > "get" }
    repeat 4 { tftp < "get" from any as who }
    tftp > "a" to who
    tftp > "b" to who
    tftp > "cc" to who
    c < "c")") == R"(    T  bind tftp udp 127.0.0.1:PORT
    T  link air to tftp { drop 3 there duplicate 1 there reorder 1 back corrupt 3 back seed 5 }  # at 127.0.0.1:PORT
    T  connect c udp 127.0.0.1:PORT
    T  c > "get"
    T  c > "get"
    T  c > "get"
    T  c > "get"
    T  # link air: lost datagram 3 to tftp (3 bytes)
    T  # link air: duplicated datagram 1 to tftp (3 bytes)
    T  # link air: passed datagram 2 to tftp after T (3 bytes)
    T  # link air: passed datagram 4 to tftp after T (3 bytes)
    T  tftp < "get" from 127.0.0.1:PORT
    T  tftp < "get" from 127.0.0.1:PORT
    T  tftp < "get" from 127.0.0.1:PORT
    T  tftp < "get" from 127.0.0.1:PORT
    T  tftp > "a" to 127.0.0.1:PORT
    T  tftp > "b" to 127.0.0.1:PORT
    T  tftp > "cc" to 127.0.0.1:PORT
    T  # link air: passed datagram 2 from tftp after T (1 byte)
    T  # link air: reordered datagram 1 from tftp behind datagram 2 (1 byte)
    T  # link air: corrupted datagram 3 from tftp, byte 0 of it (2 bytes)
    T  c < "b" from 127.0.0.1:PORT  # stopped here
)");
}

TEST_CASE("a failure shows what a link did to a stream") {
  CHECK(transcript_of(R"(listen door tcp
    link wire to door { stall after 2B there reset after 1B back }
    connect a tcp wire
    accept b from door
    a > "abc"
    b < "ab"
    b > "x"
    a < "x"
    a < eof)") == R"(    T  listen door tcp 127.0.0.1:PORT
    T  link wire to door { stall after 2B there reset after 1B back }  # at 127.0.0.1:PORT
    T  connect a tcp 127.0.0.1:PORT
    T  accept b from door  # 127.0.0.1:PORT
    T  a > "abc"
    T  # link wire: stalled connection 1 to door after 2 bytes
    T  b < "ab"
    T  b > "x"
    T  # link wire: reset connection 1 after 1 byte from door
    T  a < "x"
    T  a < reset  # stopped here
)");
}

TEST_CASE("nothing that a link delays at the end is lost, or left over unseen") {
  const std::string open = R"(listen door tcp
    link wire to door { delay 20ms }
    connect a tcp wire
    accept b from door
)";
  CHECK(explain_steps(open + "a > \"late\"") == "4 bytes are left over on b: no step expects them");
  CHECK(explain_steps(open + "a > \"late\"\nb < \"late\"") == "passed");
  CHECK(explain_steps("listen door tcp\nlink wire to door { delay 20ms }\n"
                      "repeat 2 {\nconnect a tcp wire\naccept b from door\na > \"late\"\n}") ==
        "4 bytes are left over on b: no step expects them\nin round 1 of the 'repeat' on line 5");
  CHECK(explain_steps("bind server udp\nlink air to server { delay 20ms }\nconnect c udp air\nc > \"late\"") ==
        "a datagram of 4 bytes is left over on server: no step expects it");
}

TEST_CASE("what links are asked in the run is refused there") {
  const std::string open = "bind server udp\nlet none = len(\"\") - 1\n";
  CHECK(explain_steps(open + "link air to server { drop none there }\nconnect c udp air") == "-1 is no count");
  const auto nobody = explain_steps(R"(listen door tcp
    let other = 127.0.0.72:0
    link wire to endpoint(other.address, door.local.port) {}
    connect c tcp wire)");
  CAPTURE(nobody);
  CHECK(RE2::FullMatch(nobody, R"(connect 127\.0\.0\.72:\d+: Connection refused)"));
}

TEST_CASE("the same seed gives the same run, another seed another") {
  const auto run = [](std::uint64_t seed) {
    auto steps = std::string(R"(bind server udp
    link air to server { loss 30% duplicate 20% }
    connect c udp air
    repeat 40 as i { c > u8(i) }
    wait 20ms
    ignore server)");
    const auto compiled = compile_steps(steps);
    engine::Surroundings surroundings;
    surroundings.seed = seed;
    const auto trace = engine::run(compiled.plan(), surroundings);
    REQUIRE(trace);
    std::string fates;
    for (const auto& event : trace->events) {
      if (engine::is_of_link(event.kind)) fates += fmt::format("{}{} ", engine::name_of(event.kind)[0], event.flow);
    }
    return fates;
  };
  const auto once = run(1);
  CHECK(once == run(1));
  CHECK(once != run(2));
}

TEST_CASE("a plan says what a link does each way, and what goes through it") {
  const auto compiled = compile(R"(target t {
    run "x"
}
scenario "s" {
    link both to t {
        delay 5ms
        loss 10% there
        drop 1, 2 back
        seed 3
    }
    link wire to 127.0.0.1:9 {
        reset after 1KiB back
        rate 1MB/s
    }
    connect c udp both
    connect d tcp wire
    bind u udp
    u > "x" to both
    expect both.local.port > 0
}
)");
  CHECK(plan::dump(compiled.plan()) == R"(plan "s" line 4 total 60s
peer both#0 link local tcp udp
peer wire#1 link local tcp
peer c#2 datagram
peer d#3 stream
peer u#4 datagram
place 0 t
  0 link both#0 to place(0) there delay 5ms loss 10% back delay 5ms drop 1 drop 2 seed 3 within 5s
  1 link wire#1 to 127.0.0.1:9 there rate 1000000 back rate 1000000 reset after 1024 within 5s
  2 connect c#2 udp to local(0) within 5s
  3 connect d#3 tcp to local(1) within 5s
  4 bind u#4 within 5s
  5 send u#4 ["x"] to local(0) within 5s
  6 expect (> (port local(0)) 0) within 5s
)");
}

}  // namespace volley::test
