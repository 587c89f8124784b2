// SPDX-License-Identifier: Apache-2.0
// Scenarios on ::1, and servers that know nothing of it.
#include <re2/re2.h>
#include <volley/listen_socket.h>

#include <algorithm>
#include <string>
#include <vector>

#include "compiled.h"
#include "program_workspace.h"
#include "vary/variation.h"

namespace volley::test {
namespace {

std::vector<plan::Plan> moved(const Compiled& compiled) {
  return vary::expand(compiled.plan(), std::vector<std::string>{"ipv6"});
}

bool has_ipv6() {
  auto socket = ListenSocket::open(AF_INET6, Blocking::no);
  const bool has = socket && socket->bind(*Endpoint::parse("[::1]:0"));
  if (!has) WARN("not shown: this system has no ::1");
  return has;
}

/// A file with a server of perl that answers a connection with "hello"; `$ARGV[0]` is what is passed to it.
std::string file(std::string_view listener, std::string_view argument) {
  return "target hello {\n    run \"perl\" \"-MIO::Socket::IP\" \"-e\" \"my $l = " + std::string(listener) +
         " or exit 3; while (my $c = $l->accept) { print $c 'hello' }\" \"" + std::string(argument) +
         "\"\n}\nscenario \"s\" {\n    connect c tcp hello\n    c < \"hello\"\n    c < closed\n}\n";
}

/// What a run under ipv6 says, without times and ports.
std::string run(const Workspace& workspace, const std::vector<std::string>& more = {}) {
  std::vector<std::string> arguments{"run", "a.volley", "--vary", "ipv6"};
  arguments.insert(arguments.end(), more.begin(), more.end());
  auto out = steady(workspace.volley(arguments).out);
  RE2::GlobalReplace(&out, R"(:\d{4,5}\b)", ":PORT");
  return out;
}

}  // namespace

TEST_CASE("ipv6 moves what is on 127.0.0.1, said or by default, to ::1") {
  if (!has_ipv6()) return;
  const auto compiled = compile_steps(
      "listen door tcp\nlisten other tcp 127.0.0.1:0\nconnect a tcp door from 127.0.0.1:0\naccept b from door\n"
      "let here = 127.0.0.1:9\nconnect c tcp endpoint(here.address, other.local.port)\nbind u udp\nconnect v udp u\n"
      "expect here.address == door.local.address\nexpect a.local.address == here.address\n"
      "a > \"hello\"\nb < \"hello\"\nv > \"hi\"\nu < \"hi\"");
  const auto plans = moved(compiled);
  REQUIRE(plans.size() == 1);
  CHECK(plan::title(plans[0]) == "test [ipv6]");
  const auto trace = engine::run(plans[0]);
  REQUIRE(trace);
  CHECK(engine::dump(*trace, plans[0]).ends_with("passed\n"));
  CHECK(trace->endpoints.size() >= 6);
  CHECK(std::ranges::all_of(trace->endpoints, [](const Endpoint& each) { return each.address().is_v6(); }));
}

TEST_CASE("ipv6 moves an address wherever it stands in a scenario") {
  if (!has_ipv6()) return;
  const std::string begin =
      "listen door tcp\nconnect a tcp door\naccept b from door\nlet here = endpoint(a.local.address, 9)\n";
  const std::string rows[] = {
      "repeat until here == 127.0.0.1:9 at most 1 {\nwait 1ms\n}",
      "a > \"abc\"\nb < bytes(3) where here == 127.0.0.1:9",
      "a > \"abc\"\nb < bytes(3) as x\nexpect x ~ (bytes(3) where here == 127.0.0.1:9)",
      "a > \"abc\"\nb < (bytes(len(\"abc\")) where (here == 127.0.0.1:9))",
      "let odd = 127.0.0.1:9\nparallel len(packed(odd.address)) - 15 {\na > \"x\"\n}\nb < \"x\"",
  };
  for (const auto& row : rows) {
    CAPTURE(row);
    const auto plans = moved(compile_steps(begin + row));
    REQUIRE(plans.size() == 1);
    const auto trace = engine::run(plans[0]);
    REQUIRE(trace);
    CHECK(engine::dump(*trace, plans[0]).ends_with("passed\n"));
  }
}

TEST_CASE("what has nothing to move, or names other IPv4 addresses, is not moved") {
  CHECK(moved(compile_steps("wait 1ms")).empty());
  CHECK(moved(compile_steps("listen door unix\nconnect a unix door")).empty());
  CHECK(moved(compile_steps("listen door tcp [::1]:0\nconnect a tcp door")).empty());
  CHECK(moved(compile_steps("listen door tcp\nbind a udp 127.0.0.10:0")).empty());
  CHECK(moved(compile_steps("listen door tcp\nlet four = packed(door.local.address)\nexpect four == x\"7f 00 00 01\""))
            .empty());
  CHECK(moved(compile_steps("listen door tcp", "vary all except ipv6")).empty());
}

TEST_CASE("a target is started on ::1, in an instance of its own") {
  if (!has_ipv6()) return;
  const Workspace workspace;
  workspace.write("a.volley", file("IO::Socket::IP->new(Listen => 9, LocalAddr => $ARGV[0])", "${endpoint}"));
  const auto out = run(workspace);
  CHECK(out.contains("ok   a.volley › s (T)\nok   a.volley › s [ipv6] (T)\n"));
  CHECK(out.contains("2 passed, 0 failed, 0 skipped"));
}

TEST_CASE("instances of a target on either loopback have own cases of different names") {
  if (!has_ipv6()) return;
  const Workspace workspace;
  workspace.write("a.volley",
                  "target hello {\n    run \"perl\" \"-MIO::Socket::IP\" \"-e\" \"$SIG{TERM} = sub { exit "
                  "3 }; my $l = IO::Socket::IP->new(Listen => 9, LocalAddr => $ARGV[0]); while (1) { "
                  "$l->accept }\" \"${endpoint}\"\n}\nscenario \"s\" {\n    connect c tcp hello\n}\n");
  const auto out = run(workspace);
  CHECK(out.contains("\nFAIL a.volley › target hello (T)\n"));
  CHECK(out.contains("\nFAIL a.volley › target hello on ::1 (T)\n"));
  CHECK(out.contains("\n2 passed, 2 failed, 0 skipped"));
}

TEST_CASE("a target that does not serve on ::1 is skipped there, with what it does") {
  if (!has_ipv6()) return;
  struct Row {
    const char* listener;
    const char* argument;
    const char* reason;
  };
  const Row rows[] = {
      {"IO::Socket::IP->new(Listen => 9, LocalHost => '127.0.0.1', LocalPort => $ARGV[0])", "${port}",
       "hello does not serve on [::1]:PORT, but on 127.0.0.1:PORT"},
      {"IO::Socket::IP->new(Listen => 9, Family => AF_INET, LocalHost => $ARGV[0], LocalPort => 0)", "${host}",
       "hello exited with status 3 before it was ready (its host was ::1)"},
  };
  for (const auto& row : rows) {
    CAPTURE(row.reason);
    const Workspace workspace;
    workspace.write("a.volley", file(row.listener, row.argument));
    CHECK(
        run(workspace, {"--filter", "[ipv6]"}).contains(std::string("skip a.volley › s [ipv6]: ") + row.reason + "\n"));
  }
}

TEST_CASE("a target that crashes when it is started on ::1, or comes to nothing, fails there") {
  if (!has_ipv6()) return;
  struct Row {
    const char* listener;
    const char* within;
    const char* what;
  };
  const Row rows[] = {
      {"kill('SEGV', $$) && sleep 9", "", "hello was killed by SIGSEGV before it was ready (its host was ::1)"},
      {"exit 139", "", "hello exited with status 139 before it was ready (its host was ::1)"},
      {"sleep 9", "    within 200ms\n",
       "hello was not ready within 200 ms: nothing accepts connections on [::1]:PORT (its host was ::1)"},
  };
  for (const auto& row : rows) {
    CAPTURE(row.what);
    const Workspace workspace;
    auto text = file(row.listener, "${host}");
    text.insert(text.find('\n') + 1, row.within);
    workspace.write("a.volley", text);
    const auto out = run(workspace, {"--filter", "[ipv6]"});
    CHECK(out.starts_with("FAIL a.volley › s [ipv6] (T)\n"));
    CHECK(out.contains(row.what));
  }
}

TEST_CASE("the option --target gives a place on ::1, or the variation is skipped") {
  const Workspace workspace;
  workspace.write("a.volley", file("IO::Socket::IP->new(Listen => 9, LocalAddr => $ARGV[0])", "${endpoint}"));
  CHECK(run(workspace, {"--filter", "[ipv6]", "--target", "hello=127.0.0.1:7001"})
            .contains("skip a.volley › s [ipv6]: needs hello on ::1, and --target gives 127.0.0.1:PORT\n"));
}

}  // namespace volley::test
