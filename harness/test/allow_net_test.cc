// SPDX-License-Identifier: Apache-2.0
// With whom a scenario may talk: this machine, and those whom --allow-net names.
#include <fmt/format.h>

#include <filesystem>

#include "program_workspace.h"
#include "script/reach.h"

namespace volley::test {
namespace {

Endpoint endpoint(std::string_view text) {
  const auto parsed = Endpoint::parse(text);
  REQUIRE(parsed);
  return *parsed;
}

script::Reach reach_of(std::initializer_list<const char*> blocks) {
  script::Reach reach;
  for (const auto* block : blocks) reach.allow(Prefix::parse(block).value());
  return reach;
}

std::string scenario_of(std::string_view steps) {
  return fmt::format("scenario \"s\" {{\n{}\n}}\n", steps);
}

}  // namespace

TEST_CASE("a Reach covers loopback and what was named, and nothing that stands for others") {
  const auto own = reach_of({});
  for (const auto* text :
       {"127.0.0.1:1", "127.255.255.255:1", "[::1]:1", "[::ffff:127.0.0.1]:1", "unix:/x", "unix:@x"}) {
    CAPTURE(text);
    CHECK(own.covers(endpoint(text)));
  }
  for (const auto* text :
       {"0.0.0.0:0", "[::]:0", "[::ffff:0.0.0.0]:0", "10.0.0.1:1", "[::ffff:10.0.0.1]:1", "[::127.0.0.1]:1",
        "255.255.255.255:1", "224.0.0.1:1", "[ff02::1]:1", "169.254.1.1:1", "[fe80::1]:1", "128.0.0.1:1", "[::2]:1"}) {
    CAPTURE(text);
    CHECK_FALSE(own.covers(endpoint(text)));
  }
  const auto wide = reach_of({"10.0.0.0/8", "2001:db8::/32", "::ffff:192.0.2.0/120"});
  for (const auto* text : {"10.255.0.1:1", "[::ffff:10.0.0.1]:1", "[2001:db8:ffff::1]:1", "192.0.2.255:1"}) {
    CAPTURE(text);
    CHECK(wide.covers(endpoint(text)));
  }
  for (const auto* text : {"11.0.0.1:1", "0.0.0.0:1", "[::]:1", "[2001:db9::1]:1", "192.0.3.0:1"}) {
    CAPTURE(text);
    CHECK_FALSE(wide.covers(endpoint(text)));
  }
  CHECK_FALSE(own.is_wide());
  CHECK(wide.is_wide());
  CHECK(reach_of({"0.0.0.0/0"}).covers(endpoint("0.0.0.0:1")));
}

TEST_CASE("every place where a stranger may stand is refused, in the text and in the run") {
  struct Row {
    std::string_view step;
    std::string_view stranger;
  };
  const Row rows[] = {
      {"connect c tcp {}", "192.0.2.1:80"},
      {"connect c tcp {}", "[::ffff:10.0.0.1]:80"},
      {"connect c tcp {}", "0.0.0.0:80"},
      {"connect c udp {}", "[fe80::1]:80"},
      {"connect c udp 127.0.0.1:9 from {}", "0.0.0.0:0"},
      {"connect c tcp 127.0.0.1:9 from {}", "[::]:0"},
      {"listen d tcp {}", "0.0.0.0:0"},
      {"listen d tcp {}", "[::]:0"},
      {"bind u udp {}", "[::]:0"},
      {"bind u udp {}", "224.0.0.1:0"},
      {"bind u udp with broadcast = on\n    u > \"x\" to {}", "255.255.255.255:9"},
      {"bind u udp\n    u > \"x\" to {}", "224.0.0.1:9"},
      {"bind u udp [::1]:0\n    u > \"x\" to {}", "[ff02::1]:9"},
  };
  for (const auto& row : rows) {
    CAPTURE(row.step, row.stranger);
    const auto message = fmt::format("{} is not on loopback: a scenario talks to this machine only", row.stranger);
    const Workspace workspace;
    workspace.write("a.volley", scenario_of("    " + fmt::format(fmt::runtime(row.step), row.stranger)));
    for (const auto* command : {"check", "list", "run"}) {
      const auto checked = workspace.volley({command, "a.volley"});
      CHECK(checked.err.contains(": error: " + message + " [off-loopback]\n"));
      CHECK(checked.status == exited(2));
    }
    // A let of the scenario is a value like a captured one: it is known in the run.
    workspace.write("b.volley", scenario_of(fmt::format("    let away = {}\n    ", row.stranger) +
                                            fmt::format(fmt::runtime(row.step), "away")));
    const auto run = workspace.volley({"run", "b.volley"});
    CHECK(run.out.contains(": " + message + "\n"));
    CHECK(run.status == exited(1));
  }
}

TEST_CASE("an address that a scenario puts together is refused, too") {
  const Workspace workspace;
  workspace.write("a.volley", scenario_of(R"(    listen door tcp
    connect a tcp door
    accept b from door
    a > "192.0.2.1 80\r\n"
    b < line ~ /(?P<host>\S+) (?P<port>\d+)/
    let away = 10.0.0.1:1
    connect c tcp endpoint(away.address, int(port)))"));
  const auto run = workspace.volley({"run", "a.volley"});
  CHECK(run.out.contains(": 10.0.0.1:80 is not on loopback: a scenario talks to this machine only\n"));
  CHECK(run.status == exited(1));
}

TEST_CASE("what --allow-net names may be talked to, and nobody else") {
  const Workspace workspace;
  // 0.0.0.0 is an address of this machine that is not on loopback, so that nobody is disturbed.
  workspace.write("a.volley", scenario_of("    listen d tcp 0.0.0.0:0\n    bind u udp 0.0.0.0:0"));
  const auto run = workspace.volley({"run", "a.volley", "--allow-net", "0.0.0.0"});
  CHECK(steady(run.out) == "ok   a.volley › s (T)\n1 passed, 0 failed, 0 skipped, 0 errors in T s\n");
  CHECK(workspace.volley({"check", "a.volley", "--allow-net", "0.0.0.0"}).status == exited(0));
  CHECK(workspace.volley({"list", "a.volley", "--allow-net", "0.0.0.0/8"}).out == "a.volley › s\t\t\n");
  const auto other = workspace.volley({"run", "a.volley", "--allow-net", "192.0.2.0/24"});
  CHECK(
      other.err.contains("a.volley:2:18: error: 0.0.0.0:0 is neither on loopback nor named by --allow-net "
                         "[off-loopback]\n    listen d tcp 0.0.0.0:0\n                 ^~~~~~~~~\n"
                         "hint: use 127.0.0.1:0 or [::1]:0, or run it with --allow-net 0.0.0.0\n"));
  CHECK(other.status == exited(2));
  workspace.write("b.volley", scenario_of("    listen d tcp 0.0.0.0:0\n    expect 1 == 2"));
  const auto failed = workspace.volley(
      {"run", "b.volley", "--allow-net", "0.0.0.0", "--allow-net", "2001:db8::/32", "--allow-net", "::ffff:10.0.0.1"});
  CHECK(failed.out.contains(
      "  repeat: volley run b.volley:1 --seed 0 --allow-net 0.0.0.0 --allow-net 2001:db8::/32 --allow-net 10.0.0.1\n"));
}

TEST_CASE("a scenario that needs the net is skipped until --allow-net names somebody") {
  const Workspace workspace;
  workspace.write("a.volley", scenario_of("    needs net\n    connect c tcp 192.0.2.1:80"));
  CHECK(workspace.volley({"check", "a.volley"}).status == exited(0));
  const auto skipped = workspace.volley({"run", "a.volley"});
  CHECK(skipped.out.starts_with("skip a.volley › s: needs net, and no --allow-net names whom to talk to\n"));
  const auto refused = workspace.volley({"run", "a.volley", "--allow-net", "198.51.100.0/24"});
  CHECK(refused.out.contains(": 192.0.2.1:80 is neither on loopback nor named by --allow-net\n"));
  CHECK(refused.status == exited(1));
}

TEST_CASE("a listener that should have failed lets nobody in") {
  const Workspace workspace;
  workspace.write("a.volley", scenario_of("    listen d tcp 0.0.0.0:0 fails not_available"));
  const auto run = workspace.volley({"run", "a.volley", "-v"});
  CHECK(run.status == exited(1));
  CHECK_FALSE(run.out.contains("listen d tcp 0.0.0.0:0  #"));
}

TEST_CASE("a scenario makes no unix socket outside of its directory") {
  const Workspace workspace;
  const auto outside = workspace.path("outside.sock");
  struct Row {
    std::string step;
    std::string place;
  };
  const Row rows[] = {
      {"listen d unix \"" + outside + "\"", outside},
      {"bind u unix_datagram \"" + outside + "\"", outside},
      {"listen d unix unix:" + outside, outside},
      {"listen e unix\n    connect c unix e from \"" + outside + "\"", outside},
      {"listen d unix \"../x.sock\"", ""},
      {"listen d unix \"" + outside + "\" fails in_use", outside},
      {"start p \"ln\" \"-s\" \"" + workspace.path("") +
           "\" \"link\"\n    p exits 0\n    listen d unix \"link/x.sock\"",
       ""},
  };
  for (const auto& row : rows) {
    CAPTURE(row.step);
    workspace.write("a.volley", scenario_of("    " + row.step));
    const auto run = workspace.volley({"run", "a.volley"});
    CHECK(run.out.contains(fmt::format("{} is outside of the scenario's directory\n",
                                       row.place.empty() ? "x.sock" : "unix:" + row.place)));
    CHECK(run.status == exited(1));
    CHECK_FALSE(std::filesystem::exists(outside));
    CHECK_FALSE(std::filesystem::exists(workspace.path("x.sock")));
  }
}

}  // namespace volley::test
