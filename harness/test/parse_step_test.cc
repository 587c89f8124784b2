// SPDX-License-Identifier: Apache-2.0
#include "catch.h"
#include "script/parse.h"
#include "tree.h"

namespace volley::script {
namespace {

using test::tree;

ParseResult parse_steps(const std::string& steps) {
  return parse(source::Source("a.volley", "scenario \"s\" {\n" + steps + "\n}\n"));
}

/// The one step, as it was understood.
std::string step(const std::string& text) {
  const auto parsed = parse_steps(text);
  if (!parsed.diagnostics.empty()) return "error: " + parsed.diagnostics.front().what;
  REQUIRE(parsed.file.scenarios.size() == 1);
  REQUIRE(parsed.file.scenarios[0].steps.size() == 1);
  return tree(parsed.file.scenarios[0].steps[0]);
}

}  // namespace

TEST_CASE("a step says again what it was read from") {
  const char* const steps[] = {
      "listen door tcp",
      "listen door tcp 127.0.0.1:0",
      "listen door tcp fails in_use",
      "listen door udp",
      "bind s udp [::1]:53",
      "listen door tcp with backlog = 5, nodelay = off",
      "bind s udp [::1]:53 with v6only = on fails in_use",
      "connect c udp s from [::1]:0 with ttl = n",
      "set c nodelay = off",
      "set c linger = 2000000us fails invalid",
      "c > \"a\" in segments of 2",
      "c > \"a\" in segments of n every 5us fails reset",
      "link air to door { }",
      "link air to t { delay 20000us loss 10% there rate 1000000B/s }",
      "c > \"a\" urgent",
      "c < \"a\" peek",
      "c < \"a\" from any as who buffer 4 peek truncated within 5us",
      "c < \"a\" urgent within 5us",
      "c < \"a\" within 5us skipping u8",
      "connect c tcp door",
      "connect c udp [::1]:53 from [::1]:0",
      "connect c tcp redis fails refused",
      "accept b from door",
      "accept b from door within 1000us",
      "c > \"a\" b",
      "c > \"a\" to s",
      "c > \"a\" to 127.0.0.1:9 fails unreachable",
      "c < \"a\" u16",
      "c < rest from any",
      "c < rest from any as who within 5us",
      "c < rest from s within 100us..150us",
      "c < eof",
      "c < reset within 3us",
      "c < closed",
      "c < refused",
      "c < nothing for 50000us",
      "shutdown c",
      "close c",
      "reset c",
      "wait 5us",
      "listen door unix",
      "listen door unix unix:/run/a.sock",
      "bind u unix_datagram \"a\"",
      "connect c unix unix:@name from \"x\"",
      "connect c unix_datagram u fails refused",
      "accept b from door by c within 5us",
      "accept b from door sending \"a\" x",
      "start p \"cat\" \"-u\" name",
      "p.err < \"oops\" within 5us",
      "p.err < eof",
      "p exits 3",
      "p exits n within 5us",
      "p killed by segv",
      "signal p term",
      "let n = 5",
      "let n = \"a\" b",
      "expect (== a b)",
      "expect (a ~ /x+/)",
  };
  for (const std::string text : steps) {
    CAPTURE(text);
    std::string written = text;
    if (text == "expect (== a b)") written = "expect a == b";
    if (text == "expect (a ~ /x+/)") written = "expect a ~ /x+/";
    CHECK(step(written) == text);
  }
}

TEST_CASE("places may be members, targets' ports and computed endpoints") {
  CHECK(step("connect c tcp proxy.admin") == "connect c tcp (.admin proxy)");
  CHECK(step("connect c tcp endpoint(a.peer.address, 80)") == "connect c tcp (endpoint (.address (.peer a)) 80)");
  CHECK(step("c > \"a\" to s.local") == "c > \"a\" to (.local s)");
}

TEST_CASE("a peer may have a name with which a property begins, and the last name of a pattern is a capture") {
  CHECK(step("timeout > \"x\"") == "timeout > \"x\"");
  CHECK(step("total < eof") == "total < eof");
  CHECK(step("c < rest as who") == "c < (rest as who)");
}

TEST_CASE("a step goes on behind operators, commas, backslashes and in brackets") {
  CHECK(step("c > \"a\" \\\n    \"b\"") == "c > \"a\" \"b\"");
  CHECK(step("expect a and\n    b") == "expect (and a b)");
  CHECK(step("let n = xor(a,\n    b)") == "let n = (xor a b)");
  CHECK(step("c < (\n    u8\n    u16\n)") == "c < (group u8 u16)");
}

TEST_CASE("a step's span is the step without its comment") {
  const source::Source source("a.volley", "scenario \"s\" {\n  close a   # why\n  c > \"x\" \\\n    \"y\" # why\n}\n");
  const auto parsed = parse(source);
  REQUIRE(parsed.diagnostics.empty());
  const auto& steps = parsed.file.scenarios.at(0).steps;
  REQUIRE(steps.size() == 2);
  CHECK(source.text(steps[0].span) == "close a");
  CHECK(source.text(steps[1].span) == "c > \"x\" \\\n    \"y\"");
}

TEST_CASE("a faulty step is left out, and the steps around it are read") {
  const auto parsed = parse_steps("wait 1us\nwait\nrepeat 3 x {\n  wait 2us\n}\nwait 3us wait 4us\nwait 5us");
  CHECK(parsed.diagnostics.size() == 3);
  const auto& steps = parsed.file.scenarios.at(0).steps;
  REQUIRE(steps.size() == 2);
  CHECK(tree(steps[0]) == "wait 1us");
  CHECK(tree(steps[1]) == "wait 5us");
}

TEST_CASE("names in skipped text are remembered") {
  const auto parsed = parse_steps("conect c tcp door\na < line ~ /(?P<n>.)(?P<m>.)/ as x");
  std::string names;
  for (const auto& name : parsed.skipped) names += name.text + " ";
  CHECK(names == "conect c tcp door a line n m as x ");
}

}  // namespace volley::script
