// SPDX-License-Identifier: Apache-2.0
// The tables of docs/language.md, row by row: steps, ends, errors, times and properties. What programs, unix sockets
// and blocks do is shown in tests of their own.
#include <cerrno>

#include "engine/error_names.h"
#include "language_rows.h"
#include "stage.h"

namespace volley::test {

TEST_CASE("each way to open a socket passes, and fails as it should") {
  check_rows(
      {
          {"listen NAME tcp", "listen d tcp\nexpect d.local.port > 0", "listen d tcp\nlisten e tcp d.local",
           "bind 127.0.0.1:PORT: Address already in use"},
          {"listen NAME tcp PLACE with OPTIONS", "listen d tcp 127.0.0.2:0 with backlog = 1\nlisten e tcp",
           "let n = 0 - len(\"x\")\nlisten d tcp 127.0.0.1:0 with backlog = n",
           "-1 is no backlog from 0 to 2147483647"},
          {"bind NAME udp PLACE", "let home = 127.0.0.1:0\nbind s udp home\nexpect s.local.address == home.address",
           "bind s udp\nbind t udp s.local", "bind 127.0.0.1:PORT: Address already in use"},
          {"connect NAME tcp PLACE", "listen d tcp\nconnect c tcp d.local\nexpect c.peer == d.local",
           "listen d tcp\nlet place = d.local\nclose d\nconnect c tcp place",
           "connect 127.0.0.1:PORT: Connection refused"},
          {"connect NAME tcp PLACE from PLACE",
           "let two = 127.0.0.2:0\nlisten d tcp\nconnect c tcp d from two\nexpect c.local.address == two.address",
           "listen d tcp\nlisten e tcp\nconnect c tcp d from e.local", "bind 127.0.0.1:PORT: Address already in use"},
          {"connect NAME udp PLACE from PLACE",
           "bind s udp\nconnect c udp s from 127.0.0.2:0\nc > \"x\"\ns < \"x\" from c",
           "bind s udp\nbind t udp\nconnect c udp s from t.local", "bind 127.0.0.1:PORT: Address already in use"},
          {"accept NAME from LISTENER within T", "listen d tcp\nconnect c tcp d\naccept e from d within 1s",
           "listen d tcp\naccept e from d within 20ms", "no connection within 20ms"},
          {"accept NAME from LISTENER within A..B", "listen d tcp\nconnect c tcp d\naccept e from d within 0ms..9s",
           "listen d tcp\nconnect c tcp d\naccept e from d within 5s..9s", "came after T, earlier than 5s"},
          {"accept NAME from LISTENER by PEER", "listen d tcp\nconnect c tcp d\naccept e from d by c",
           "listen d tcp\nconnect c tcp d\naccept e from d\naccept f from d by c within 20ms",
           "no connection of c within 20ms"},
          {"accept NAME from LISTENER sending BYTES",
           "listen d tcp\nconnect c tcp d\nc > \"hi\"\naccept e from d sending \"hi\"\ne < \"hi\"",
           "listen d tcp\nconnect c tcp d\nc > \"ho\"\naccept e from d sending \"hi\" within 20ms",
           "no connection that begins with \"hi\" within 20ms"},
      },
      "");
}

TEST_CASE("each step on a stream passes, and fails as it should") {
  check_rows(
      {
          {"NAME > BYTES", "a > \"x\" \"y\"\nb < \"xy\"", "reset b\na < reset\na > \"x\"", "send a: Broken pipe"},
          {"NAME > BYTES in segments of N every T", "a > \"abc\" in segments of 2 every 1ms\nb < \"abc\"",
           "let n = len(\"\")\na > \"abc\" in segments of n every 1ms", "a segment has at least one byte"},
          {"NAME > BYTES urgent", "a > \"ab\" urgent\nb < \"b\" urgent\nb < \"a\"", "a > \"ab\" urgent\nb < \"a\"",
           "an urgent byte is left over on b: no step expects it"},
          {"NAME > BYTES urgent, and the stream goes on", "a > \"ab\" urgent\na > \"c\"\nb < \"ac\"\nignore b",
           "a > \"ab\" urgent\na > \"c\"\nb < \"ac\"", "an urgent byte is left over on b: no step expects it"},
          {"NAME > BYTES urgent, and silence", "a > \"ab\" urgent\nb < \"a\"\nb < u8 urgent\nb < nothing for 5ms",
           "a > \"ab\" urgent\nb < \"a\"\nb < nothing for 5ms", "an urgent byte is left over on b: no step expects it"},
          {"NAME > BYTES urgent, and the end", "a > \"ab\" urgent\nshutdown a\nb < u8 urgent\nb < \"a\"\nb < eof",
           "a > \"ab\" urgent\nshutdown a\nb < \"a\"\nb < eof", "an urgent byte is left over on b: no step expects it"},
          {"NAME < PATTERN", "a > \"x\"\nb < \"x\"", "a > \"x\"\nb < \"y\"",
           "byte 0 differs: expected 'y' (0x79), received 'x' (0x78)"},
          {"NAME < PATTERN within T", "a > \"x\"\nb < \"x\" within 1s", "b < \"x\" within 20ms",
           "nothing came within 20ms\n\"x\" waits for 1 more byte"},
          {"NAME < PATTERN within A..B", "a > \"x\"\nb < \"x\" within 0ms..9s", "a > \"x\"\nb < \"x\" within 5s..9s",
           "came after T, earlier than 5s"},
          {"NAME < PATTERN skipping PATTERN", "a > \"kkx\"\nb < \"x\" skipping \"k\"",
           "a > \"kky\"\nb < \"x\" skipping \"k\"", "byte 0 differs: expected 'x' (0x78), received 'y' (0x79)"},
          {"NAME < PATTERN peek", "a > \"x\"\nb < \"x\" peek\nb < \"x\"", "a > \"x\"\nb < \"y\" peek",
           "byte 0 differs: expected 'y' (0x79), received 'x' (0x78)"},
          {"NAME < PATTERN peek, not consumed", "a > \"x\"\nb < u8 peek\nb < u8", "a > \"x\"\nb < \"x\" peek",
           "1 byte is left over on b: no step expects it"},
          {"NAME < PATTERN urgent", "a > \"!\" urgent\nb < u8 urgent", "a > \"!\" urgent\nb < \"?\" urgent",
           "byte 0 differs: expected '?' (0x3f), received '!' (0x21)"},
          {"shutdown NAME", "shutdown a\nb < eof\nb > \"x\"\na < \"x\"", "reset b\na < reset\nshutdown a",
           "shutdown a: Transport endpoint is not connected"},
          {"close NAME", "a > \"x\"\nclose a\nb < \"x\"\nb < eof", "a > \"x\"\nclose b\na < eof",
           "a reset came where the end (eof) was due"},
          {"reset NAME", "reset a\nb < reset", "a > \"x\"\nreset a\nb < \"x\"\nb < eof",
           "a reset came where the end (eof) was due"},
          {"ignore NAME", "a > \"x\"\nignore b", "a > \"x\"\nignore a", "1 byte is left over on b: no step expects it"},
          {"focus { … }", "focus {\na > \"x\"\nb < \"x\"\n}", "focus {\na > \"x\"\nb < \"y\"\n}",
           "byte 0 differs: expected 'y' (0x79), received 'x' (0x78)"},
          {"set NAME OPTION = VALUE", "set a ttl = 9\nexpect a.ttl == 9", "let n = len(\"\")\nset a ttl = n",
           "0 is no ttl from 1 to 255"},
          {"let NAME = VALUE", "a > \"7\"\nb < bytes(1) as d\nlet n = int(d)\nexpect n == 7",
           "a > \"x\"\nb < bytes(1) as d\nlet n = int(d)", "\"x\" is no number in base 10"},
          {"expect CONDITION", "let n = 1\nexpect n == 1", "let n = 1\nexpect n == 2",
           "the condition is false\nn is 1"},
          {"expect VALUE ~ /re/", "let d = \"k=v\"\nexpect d ~ /(?P<k>.)=./\nexpect k == \"k\"",
           "let d = \"k=\"\nexpect d ~ /(?P<k>.)=./", "the value does not match /(?P<k>.)=./\nit is \"k=\""},
          {"expect VALUE ~ (PATTERN)", "let d = \"\\0\\x05\"\nexpect d ~ (u16 as n)\nexpect n == 5",
           "let d = \"\\0\\x05\"\nexpect d ~ (u16(6))",
           "the value does not match: byte 1 of the value does not match\nit is x\"00 05\""},
      },
      two_streams);
}

TEST_CASE("each step on datagram sockets passes, and fails as it should") {
  check_rows(
      {
          {"NAME > BYTES to PLACE", "s > \"x\" to c\nc < \"x\"",
           "let nowhere = endpoint(s.local.address, 0)\ns > \"x\" to nowhere",
           "sendto 127.0.0.1:PORT: Invalid argument"},
          {"NAME < PATTERN", "c > \"x\"\ns < \"x\"", "c > \"xy\"\ns < \"x\"",
           "the datagram is longer than the pattern, which ends at byte 1"},
          {"NAME < PATTERN from PLACE", "c > \"x\"\ns < \"x\" from c", "bind t udp\nt > \"x\" to s\ns < \"x\" from c",
           "the datagram came from 127.0.0.1:PORT, not from 127.0.0.1:PORT\nit was \"x\""},
          {"NAME < PATTERN from any as SENDER", "c > \"x\"\ns < \"x\" from any as who\nexpect who == c.local",
           "c > \"x\"\ns < \"x\" from any as who\nexpect who == s.local",
           "the condition is false\nwho is 127.0.0.1:PORT\ns.local is 127.0.0.1:PORT"},
          {"NAME < PATTERN within T", "c > \"x\"\ns < \"x\" within 1s", "s < \"x\" within 20ms",
           "no datagram within 20ms"},
          {"NAME < PATTERN skipping PATTERN", "c > \"kk\"\nc > \"x\"\ns < \"x\" skipping \"kk\"",
           "c > \"k\"\ns < \"x\" skipping \"kk\"", "byte 0 differs: expected 'x' (0x78), received 'k' (0x6b)"},
          {"NAME < PATTERN buffer N", "c > \"ab\"\ns < \"ab\" buffer 2", "c > \"abc\"\ns < \"ab\" buffer 2",
           "the datagram of 3 bytes was cut to 2: 'truncated' would expect that"},
          {"NAME < PATTERN buffer N truncated", "c > \"abc\"\ns < \"ab\" buffer 2 truncated",
           "c > \"ab\"\ns < \"ab\" buffer 2 truncated", "the datagram of 2 bytes was not cut: it fits into the buffer"},
          {"NAME < PATTERN peek", "c > \"x\"\ns < \"x\" peek\ns < \"x\"", "c > \"x\"\ns < \"x\" peek",
           "a datagram of 1 byte is left over on s: no step expects it"},
          {"close NAME", "close s\nc > \"x\"\nc < refused", "close s\nc > \"x\"\nc < \"y\"",
           "the datagram was refused (ICMP port unreachable) where an answer was due"},
          {"NAME < refused", "close s\nc > \"x\"\nc < refused", "c > \"x\"\nc < refused within 20ms\ns < \"x\"",
           "a refusal did not come within 20ms"},
          {"NAME < refused, but it was answered", "", "s > \"yes?\" to c\nc < refused",
           "4 bytes came where a refusal was due"},
          {"NAME < nothing for T", "c < nothing for 5ms", "s > \"\" to c\nc < nothing for 20ms",
           "0 bytes came where silence was due"},
          {"NAME < nothing for T, but it was refused", "", "close s\nc > \"x\"\nc < nothing for 20ms",
           "the datagram was refused (ICMP port unreachable) where silence was due"},
          {"ignore NAME", "c > \"x\"\nignore s", "c > \"x\"",
           "a datagram of 1 byte is left over on s: no step expects it"},
      },
      two_datagram_sockets);
}

TEST_CASE("each way to open a unix socket passes, and fails as it should") {
  Stage stage;
  const auto explained = [&](std::string_view steps) {
    auto text = stage.explain(steps);
    RE2::GlobalReplace(&text, RE2::QuoteMeta(stage.dir()), "DIR");
    return text;
  };
  for (const auto& [row, passes, fails, found] : std::initializer_list<LanguageRow>{
           {"listen NAME unix PATH", "listen d unix \"d\"\nexpect d.local.path == \"${dir}/d\"",
            "listen d unix \"d\"\nlisten e unix \"d\"", "bind unix:DIR/d: Address already in use"},
           {"listen NAME unix", "listen d unix\nlisten e unix", "listen d unix\nlet x = d.local.address",
            "unix:DIR/d-1.sock has no address"},
           {"bind NAME unix_datagram PATH", "bind s unix_datagram \"s\"\nexpect s.local.path == \"${dir}/s\"",
            "bind s unix_datagram \"s\"\nbind t unix_datagram s.local", "bind unix:DIR/s: Address already in use"},
           {"connect NAME unix PATH from PATH", "listen d unix\nconnect c unix d from \"c\"",
            "listen d unix \"d\"\nclose d\nconnect c unix \"d\" from \"c\"", "connect unix:DIR/d: Connection refused"},
           {"connect NAME unix PATH", "listen d unix \"d\"\nconnect c unix \"d\"", "connect c unix \"d\"",
            "connect unix:DIR/d: No such file or directory"},
           {"connect NAME unix_datagram PATH", "bind s unix_datagram\nconnect c unix_datagram s\nc > \"x\"\ns < \"x\"",
            "connect c unix_datagram \"s\"", "connect unix:DIR/s: No such file or directory"},
           {"NAME > BYTES to PLACE", "bind s unix_datagram\ns > \"x\" to s\ns < \"x\" from s",
            "bind s unix_datagram\ns > \"x\" to \"t\"", "sendto unix:DIR/t: No such file or directory"},
       }) {
    CAPTURE(row);
    CHECK(explained(passes) == "passed");
    CHECK(explained(fails) == found);
  }
}

TEST_CASE("each kind of branch passes, and fails as it should") {
  check_rows(
      {
          {"one of, by a pattern in brackets", "b > \"ab\"\nshutdown b\none of {\na < rest ~ (u8(1) rest)\na < rest\n}",
           "b > \"ab\"\nshutdown b\none of {\na < rest ~ (u8(1) rest)\na < rest ~ (u8(2) rest)\n}",
           "byte 0 of the value does not match (byte 0)\nnone of 2 branches fits: this one came furthest"},
          {"one of, by a condition",
           "b > u8(3)\none of {\na < u8 as n where n > 3\na < u8 as n where n > 2\n}\nexpect n == 3",
           "b > u8(3)\none of {\na < u8 as n where n > 4\na < u8 as n where n > 3\n}",
           "what came at byte 0 does not satisfy u8 as n where n > 4\nn is 3\nnone of 2 branches fits: this one came "
           "furthest"},
          {"any order, by a pattern in brackets",
           "b > \"ba\"\nany order {\na < bytes(1) ~ (\"a\")\na < bytes(1) ~ (\"b\")\n}",
           "b > \"bc\"\nany order {\na < bytes(1) ~ (\"a\")\na < bytes(1) ~ (\"b\")\n}",
           "byte 0 of the value does not match (byte 0)"},
      },
      two_streams);
}

TEST_CASE("each end of a stream passes, and fails as it should") {
  check_rows(
      {
          {"eof", "shutdown b\na < eof\na < eof", "a < eof within 20ms", "the end (eof) did not come within 20ms"},
          {"eof, but it was a reset", "", "reset b\na < eof", "a reset came where the end (eof) was due"},
          {"eof, but there are bytes", "", "b > \"x\"\nclose b\na < eof", "1 byte came where the end (eof) was due"},
          {"reset", "reset b\na < reset", "a < reset within 20ms", "a reset did not come within 20ms"},
          {"reset, but it was an end", "", "close b\na < reset", "the end (eof) came where a reset was due"},
          {"reset, but there are bytes", "", "b > \"x\"\nreset b\na < reset", "1 byte came where a reset was due"},
          {"closed", "close b\na < closed", "a < closed within 20ms", "the end or a reset did not come within 20ms"},
          {"closed, by a reset", "reset b\na < closed", "b > \"xy\"\na < closed",
           "2 bytes came where the end or a reset was due"},
          {"nothing for T", "a < nothing for 5ms", "b > \"x\"\na < nothing for 20ms",
           "1 byte came where silence was due"},
          {"nothing for T, but it ended", "", "shutdown b\na < nothing for 20ms",
           "the end (eof) came where silence was due"},
          {"nothing for T, but it was reset", "", "reset b\na < nothing for 20ms",
           "a reset came where silence was due"},
      },
      two_streams);
}

TEST_CASE("each error that a step may expect is met, and told where it is not") {
  check_rows(
      {
          {"refused", "listen e tcp\nlet place = e.local\nclose e\nconnect c tcp place fails refused",
           "connect c tcp door fails refused", "should fail with 'refused', but succeeded"},
          {"reset", "reset b\na > \"x\" fails reset\na < reset", "shutdown a\na > \"x\" fails reset",
           "should fail with 'reset', but failed otherwise: send a: Broken pipe"},
          {"broken_pipe", "shutdown a\na > \"x\" fails broken_pipe", "a > \"x\" fails broken_pipe\nb < \"x\"",
           "should fail with 'broken_pipe', but succeeded"},
          {"in_use, of a listener", "listen e tcp door.local fails in_use", "listen e tcp fails in_use",
           "should fail with 'in_use', but succeeded"},
          {"in_use, of a datagram socket", "bind s udp\nbind t udp s.local fails in_use", "bind s udp fails in_use",
           "should fail with 'in_use', but succeeded"},
          {"not_available", "bind s udp 192.0.2.1:0 fails not_available",
           "bind s udp\nbind t udp s.local fails not_available",
           "should fail with 'not_available', but failed otherwise: bind 127.0.0.1:PORT: Address already in use"},
          {"too_long", "bind s udp\ns > zero(65508) to s fails too_long", "bind s udp\ns > zero(9) to s fails too_long",
           "should fail with 'too_long', but succeeded"},
          {"not_connected", "reset b\na < reset\nshutdown a fails not_connected", "shutdown a fails not_connected",
           "should fail with 'not_connected', but succeeded"},
          {"invalid", "bind s udp\ns > \"x\" to 127.0.0.1:0 fails invalid", "bind s udp\ns > \"x\" to s fails invalid",
           "should fail with 'invalid', but succeeded"},
          {"permission", "bind s udp\ns > \"x\" to 127.255.255.255:9 fails permission",
           "bind s udp\ns > \"x\" to s fails permission", "should fail with 'permission', but succeeded"},
          {"unreachable", "connect c tcp 127.255.255.255:9 fails unreachable", "connect c tcp door fails unreachable",
           "should fail with 'unreachable', but succeeded"},
          {"timed_out", "", "listen e tcp\nlet place = e.local\nclose e\nconnect c tcp place fails timed_out",
           "should fail with 'timed_out', but failed otherwise: connect 127.0.0.1:PORT: Connection refused"},
          {"already_connected", "", "a > \"x\" fails already_connected",
           "should fail with 'already_connected', but succeeded"},
          {"invalid, of an option", "", "set a ttl = 9 fails invalid", "should fail with 'invalid', but succeeded"},
      },
      two_streams);
}

TEST_CASE("the errors that no step meets on one machine have their codes, too") {
  CHECK(engine::is_error_named("timed_out", ETIMEDOUT));
  CHECK(engine::is_error_named("already_connected", EISCONN));
  CHECK_FALSE(engine::is_error_named("timed_out", ECONNREFUSED));
  CHECK_FALSE(engine::is_error_named("already_connected", ENOTCONN));
}

TEST_CASE("each time of a scenario is kept, and told where it is over") {
  struct Row {
    std::string_view properties, passes, fails, found;
  };
  const Row rows[] = {
      {"timeout 20ms", "wait 30ms\na > \"x\"\nb < \"x\" within 5s", "b < \"x\"",
       "nothing came within 20ms\n\"x\" waits for 1 more byte"},
      {"timeout 20ms", "b < nothing for 40ms", "accept c from door", "no connection within 20ms"},
      {"timeout 20ms", "a > \"x\"\nb < \"x\" within 5s", "a < closed", "the end or a reset did not come within 20ms"},
      {"timeout 100ms", "shutdown a\nb < eof within 5s", "a > zero(20MiB)\nshutdown a",
       "sent N of 20.0 MiB: the peer takes no more"},
      {"timeout 100ms", "close a", "a > zero(20MiB)\nclose a", "sent N of 20.0 MiB: the peer takes no more"},
      {"total 200ms", "", "wait 60s", "the scenario's total time of 200ms is over"},
      {"limit 4", "a > \"abcd\"\nb < bytes(4)", "a > \"abcde\"\nb < bytes(5)",
       "length 5 at byte 0 is over the limit of 4"},
      {"limit 4", "a > \"abcd\\r\\n\"\nb < line", "a > \"abcde\\r\\n\"\nb < line",
       "line has no end within 4 bytes from byte 0, the limit"},
      {"limit 4", "a > \"abcd\"\nshutdown a\nb < rest", "a > \"abcde\"\nshutdown a\nb < rest",
       "length 5 at byte 0 is over the limit of 4"},
      {"spec \"RFC 0\"\ntag one, two\nlevel must\nvary none", "expect true", "expect false", "the condition is false"},
  };
  for (const auto& row : rows) {
    CAPTURE(row.properties, row.fails);
    const auto steps = [](std::string_view some) { return std::string(two_streams).append(some); };
    if (!row.passes.empty()) CHECK(explain_steps(steps(row.passes), row.properties) == "passed");
    CHECK(steady_explanation(explain_steps(steps(row.fails), row.properties)) == row.found);
  }
}

}  // namespace volley::test
