// SPDX-License-Identifier: Apache-2.0
#include "script/option.h"

#include <fmt/format.h>

#include <fstream>
#include <sstream>

#include "compiled.h"
#include "engine/trace_json.h"

namespace volley {
namespace {

using script::OptionRow;

const std::string both_ends = "listen door tcp\nconnect a tcp door\naccept b from door\nbind u udp\n";
const std::string six_ends = "listen door tcp [::1]:0\nconnect a tcp door\naccept b from door\nbind u udp [::1]:0\n";

/// How a row of the table stands in the documentation.
std::string documented(const OptionRow& row) {
  const auto values = [&]() -> std::string {
    switch (row.takes) {
      case OptionRow::Takes::flag:
        return "`on` `off`";
      case OptionRow::Takes::off_or_time:
        return "`off`, or whole seconds up to `65535s`";
      default:
        return row.most == script::most_of_int ? "0 to 2³¹−1" : fmt::format("{} to {}", row.least, row.most);
    }
  }();
  std::string kinds;
  for (const auto& [kind, name] : {std::pair{script::listeners, "listeners"}, std::pair{script::streams, "streams"},
                                   std::pair{script::datagrams, "datagram sockets"}}) {
    if ((row.kinds & kind) != 0) kinds += (kinds.empty() ? "" : ", ") + std::string(name);
  }
  if ((row.kinds & script::on_unix) != 0) kinds += "; unix sockets, too";
  return fmt::format("| `{}` | {} | {} | {} | {} |", row.name, values, kinds,
                     row.when == OptionRow::When::opening ? "`with`" : "`with` `set`",
                     row.reads.empty() ? "–" : row.reads);
}

bool has_ipv6() {
  const auto compiled = compile_steps("listen door tcp [::1]:0");
  return run_once(compiled).stop.reason == engine::Reason::none;
}

std::string last_line(const std::string& text) {
  const auto end = text.find_last_not_of('\n') + 1;
  const auto begin = text.rfind('\n', end - 1) + 1;
  return text.substr(begin, end - begin);
}

}  // namespace

TEST_CASE("docs/language.md has the table of socket options, row by row") {
  std::ostringstream page;
  page << std::ifstream(VOLLEY_DOCS "/language.md").rdbuf();
  for (const auto& row : script::option_rows) {
    CAPTURE(documented(row));
    CHECK(page.str().find(documented(row) + "\n") != std::string::npos);
  }
}

TEST_CASE("each option is set by 'with' and by 'set', and read back") {
  const char* const steps[] = {
      "listen c tcp with reuseaddr = off\nexpect c.reuseaddr == off\nset c reuseaddr = on\nexpect c.reuseaddr",
      "bind v udp with reuseport = on\nexpect v.reuseport\nset v reuseport = off\nexpect v.reuseport == off",
      "connect c tcp door with nodelay = off\nexpect c.nodelay == off\nset c nodelay = on\nexpect c.nodelay == on",
      "expect a.nodelay and b.nodelay and door.nodelay",
      "connect c tcp door with keepalive = on\nexpect c.keepalive\nset c keepalive = off\nexpect not c.keepalive",
      "bind v udp with broadcast = on\nexpect v.broadcast\nset v broadcast = off\nexpect v.broadcast == off",
      "connect c tcp door with linger = 2s\nexpect c.linger == 2s\nset c linger = off\nexpect c.linger == off",
      "set b linger = 0s\nexpect b.linger == 0s and b.linger == on and off != b.linger",
      "listen c tcp with rcvbuf = 8192\nexpect c.rcvbuf == 16384\nset u rcvbuf = 4KiB\nexpect u.rcvbuf == 8KiB",
      "connect c tcp door with sndbuf = 16KiB\nexpect c.sndbuf == 32KiB\nset c sndbuf = 8KiB\nexpect c.sndbuf == 16KiB",
      "connect c tcp door with ttl = 7\nexpect c.ttl == 7\nset c ttl = 200\nexpect c.ttl == 200\nexpect a.ttl == 64",
      "bind v udp with tos = 0x2c\nexpect v.tos == 0x2c\nset b tos = 0x10\nexpect b.tos == 0x10",
      "listen d tcp with mss = 1000\nconnect c tcp d\nexpect c.mss <= 1000\nset c mss = 500",
      "connect c tcp door with cork = on\nexpect c.cork\nset c cork = off\nexpect c.cork == off",
      "set b quickack = on\nexpect b.quickack\nset b quickack = off\nexpect b.quickack == off",
      "let size = 4096\nset a sndbuf = 2 * size\nlet now_is = a.sndbuf\nexpect now_is == 4 * size",
      "listen c tcp with backlog = 1\nconnect d tcp c\naccept e from c",
  };
  for (const std::string text : steps) {
    CAPTURE(text);
    CHECK(last_line(run_steps(both_ends + text)) == "passed");
  }
}

TEST_CASE("an option that is not what is expected fails, and what it is is told") {
  CHECK(explain_steps(both_ends + "expect a.nodelay == off") == "the condition is false\na.nodelay is true");
  CHECK(explain_steps(both_ends + "set a rcvbuf = 8192\nexpect a.rcvbuf == 8192") ==
        "the condition is false\na.rcvbuf is 16384");
  CHECK(explain_steps(both_ends + "set a linger = 1s\nexpect a.linger == 2s") ==
        "the condition is false\na.linger is 1s");
  CHECK(explain_steps(both_ends + "expect a.linger == on") == "the condition is false\na.linger is false");
  CHECK(explain_steps(both_ends + "expect a.linger == 1s") == "a.linger is off: it has no time");
  CHECK(explain_steps(both_ends + "expect a.ttl > 64 or a.tos == 1") ==
        "the condition is false\na.ttl is 64\na.tos is 0");
}

TEST_CASE("IPv6 sockets have v6only, which is given when they are opened, and hop limits") {
  if (!has_ipv6()) {
    WARN("skipped: no IPv6");
    return;
  }
  CHECK(last_line(run_steps("listen c tcp [::1]:0 with v6only = on\nexpect c.v6only == on")) == "passed");
  CHECK(last_line(run_steps(six_ends + "expect a.v6only == off and door.v6only == on")) == "passed");
  CHECK(last_line(run_steps(six_ends + "set a ttl = 9\nexpect a.ttl == 9\nset u tos = 4\nexpect u.tos == 4")) ==
        "passed");
  CHECK(last_line(run_steps(six_ends + "set door v6only = on fails invalid")) == "passed");
  CHECK(explain_steps("listen c tcp [::1]:0 with v6only = on\nexpect c.v6only == off") ==
        "the condition is false\nc.v6only is true");
}

TEST_CASE("a value that is known only in the run must fit, too") {
  CHECK(explain_steps(both_ends + "let n = len(\"\")\nset a ttl = a.ttl * 4 + n") == "256 is no ttl from 1 to 255");
  CHECK(explain_steps(both_ends + "let t = 1ms\nset a linger = t * 2") ==
        "'linger' takes whole seconds from 0s to 65535s, not 2ms");
}

TEST_CASE("a setting that the kernel refuses fails its step, or is what the step expects") {
  CHECK(explain_steps(both_ends + "expect a.v6only == on") == "getsockopt IPV6_V6ONLY: Operation not supported");
  const auto failed = explain_steps(both_ends + "set a mss = 32767 fails invalid");
  CHECK((failed == "should fail with 'invalid', but succeeded" || failed == "passed"));
}

TEST_CASE("a close never waits for what lingers") {
  // The window of b is full and most of the bytes are unsent: the kernel would hold the caller for five seconds.
  const auto compiled = compile_steps(
      "listen door tcp with rcvbuf = 4096\nconnect a tcp door with linger = 5s\naccept b from door\n"
      "a > zero(64KiB)\nclose a\nignore b");
  const auto trace = run_once(compiled);
  CHECK(trace.stop.reason == engine::Reason::none);
  CHECK(trace.duration < std::chrono::seconds(5));
}

TEST_CASE("what sockets said is kept with the trace, and judged the same from it") {
  const auto compiled = compile_steps(both_ends + "set a ttl = 5\nexpect a.ttl == 6 or a.sent == 1 or a.linger == on");
  const auto trace = run_once(compiled);
  REQUIRE(trace.readings.size() == 3);
  const auto again = engine::trace_from_json(engine::to_json(trace));
  REQUIRE(again);
  CHECK(*again == trace);
  const auto verdict = judge::judge(compiled.plan(), *again, compiled.source);
  REQUIRE(verdict.explanation);
  CHECK(verdict.explanation->notes == std::vector<std::string>{"a.ttl is 5", "a.sent is 0", "a.linger is false"});
}

TEST_CASE("a plan says what it sets and asks") {
  const auto compiled = compile_steps(
      "listen door tcp with backlog = 3, nodelay = off\nconnect a tcp door\nset a linger = off\n"
      "expect a.linger == off and a.linger < 2s and a.pending + a.sent == 0");
  const auto dumped = plan::dump(compiled.plan());
  CHECK(
      dumped.substr(dumped.find("  0 listen")) ==
      "  0 listen door#0 with backlog = 3, nodelay = false within 5s\n"
      "  1 connect a#1 tcp to local(0) within 5s\n"
      "  2 set a#1 linger = false within 5s\n"
      "  3 expect (and (and (== option_is_on(1 linger) false) (< option(1 linger) 2s)) (== (+ pending(1) sent(1)) 0)) "
      "within 5s\n");
}

}  // namespace volley
