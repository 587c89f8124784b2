// SPDX-License-Identifier: Apache-2.0
#include "catch.h"
#include "diagnose.h"
#include "goldens.h"

namespace volley::test {

TEST_CASE("steps that are right pass") {
  const char* const steps[] = {
      "a > \"x\" u16(443) i8(-128) u64(0xffffffffffffffff) zero(5) random(2) 3 * (\"ab\" x\"00\")",
      "b < \"x\" u16 as port i8 bytes(5) bytes(u32le) as body until \"\\n\" as key line cstring rest as tail",
      "b < u16 as n where n <= 512 and n > 3 bytes(n) as d\na > d u16(n) \"${n} ${d}\"",
      "b < line ~ /(?P<hi>\\d+),(?P<lo>\\d+)/\nconnect c tcp endpoint(a.peer.address, int(hi) * 256 + int(lo, 16))",
      "b < \"x\" (u8 (line rest))",
      "b < (\"a\" \"b\") as both ~ /../ where len(both) == 2",
      "let n = len(\"x\") + crc32(\"x\") - internet_checksum(\"x\")\nexpect n == 5 or not (n != 6)",
      "let asked = now\nexpect now - asked >= 1500ms and 2 * asked < 1s and asked / 2 < 1s and asked / 2ms > 1",
      "let t = text(5) hex(\"x\") xor(\"x\", \"y\") packed(a.local.address)\nexpect t ~ /(?P<d>.)/\na > d",
      "expect a.local == b.peer and a.local.port == b.peer.port and a.local.address == b.peer.address",
      "expect a.peer == 127.0.0.1:80 and door.local != u.local",
      "let last = 1 == 2\nexpect last == false\nexpect not last",
      "u > \"x\" to 127.0.0.1:9\nu > \"x\" to u.local\nu < \"x\" from u\nu < \"x\" from any as who\nu > \"y\" to who",
      "connect v udp u from 127.0.0.1:0\nv > \"x\"\nv < refused\nv < nothing for 5ms\nv < \"x\" from u within 1ms..2ms",
      "connect c tcp 127.0.0.1:9 fails refused\nconnect c tcp 127.0.0.1:9 fails timed_out\nconnect c tcp door",
      "shutdown a\na > \"x\" fails broken_pipe\nb < eof\na < \"x\"\nclose a\nreset b",
      "close door\nconnect c tcp door fails refused\nlet p = door.local",
      "close a\nlet p = a.local\nu > \"x\" to p",
      "a < \"x\" as m\na < m\na > m",
      "let total = 5\nlet level = 6\nexpect total != level",
      "a > \"x\" # a comment\n\n# another",
  };
  for (const auto* text : steps) {
    CAPTURE(text);
    CHECK(diagnose(in_scenario(text)).empty());
  }
}

TEST_CASE("files that are right pass") {
  const char* const files[] = {
      "",
      "# only a comment\n",
      "let a = 2 * 3\nlet b = u16(a) \"${a}\"\nscenario \"s\" {\n    let c = b\n}\nscenario \"t\" {\n    let c = "
      "a\n}\n",
      "let where_to = \"x\"\ntarget t {\n    run \"s\" \"${port}\" \"${port.admin}\" \"${host}${dir}\" \"${socket.a}\" "
      "where_to\n"
      "    env \"A\" \"${where_to}\"\n    file \"${dir}/x\" zero(5) \"${port}\"\n}\n"
      "scenario \"s\" {\n    connect c tcp t\n    connect d tcp t.admin\n    listen e tcp t.admin\n    bind u udp\n"
      "    u > \"x\" to t\n    u < \"y\" from t\n}\n",
  };
  for (const auto* text : files) {
    CAPTURE(text);
    CHECK(diagnose(text).empty());
  }
}

TEST_CASE("scenarios do not see each other's names") {
  CHECK(diagnose("scenario \"s\" {\n    let n = 5\n}\nscenario \"t\" {\n    let n = 6\n}\n").empty());
  CHECK(diagnose("scenario \"s\" {\n    let n = 5\n}\nscenario \"t\" {\n    let m = n\n}\n") ==
        "test.volley:5:13: error: unknown name 'n' [unknown-name]\n    let m = n\n            ^\n"
        "hint: a text stands in quotes: \"n\"\n");
}

TEST_CASE("what a mistake in one scenario should have bound is unknown in the next") {
  CHECK(diagnose("scenario \"s\" {\n    lett n = 5\n    let m = n\n}\nscenario \"t\" {\n    let m = n\n}\n") ==
        "test.volley:2:5: error: unknown step 'lett' [unknown-step]\n    lett n = 5\n    ^~~~\nhint: did you mean "
        "'let'?\n"
        "test.volley:6:13: error: unknown name 'n' [unknown-name]\n    let m = n\n            ^\n"
        "hint: a text stands in quotes: \"n\"\n");
}

TEST_CASE("mistakes of the parser and of the checker come in one order of place") {
  CHECK(diagnose(in_scenario("a > n\nflush\na > m")) ==
        "test.volley:6:5: error: unknown name 'n' [unknown-name]\na > n\n    ^\n"
        "hint: a text stands in quotes: \"n\"\n"
        "test.volley:7:1: error: unknown step 'flush' [unknown-step]\nflush\n^~~~~\n"
        "hint: a step begins with a keyword, or with 'NAME >' or 'NAME <'\n"
        "test.volley:8:5: error: unknown name 'm' [unknown-name]\na > m\n    ^\n"
        "hint: a text stands in quotes: \"m\"\n");
}

TEST_CASE("what was checked is what was parsed") {
  const source::Source source("test.volley", in_scenario("a > \"x\"\nb < \"x\""));
  const auto parsed = script::parse(source);
  const auto checked = check::check(parsed);
  REQUIRE(checked);
  CHECK(checked->file() == parsed.file);
}

}  // namespace volley::test
