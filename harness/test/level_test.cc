// SPDX-License-Identifier: Apache-2.0
#include <unistd.h>

#include <fstream>
#include <sstream>

#include "catch.h"
#include "program_workspace.h"

namespace volley::test {
namespace {

std::string scenario_of(const std::string& name, const std::string& properties, const std::string& steps) {
  return "scenario \"" + name + "\" {\n    " + properties + "\n    " + steps + "\n}\n";
}

std::string content_of(const std::string& path) {
  std::ostringstream content;
  content << std::ifstream(path).rdbuf();
  return content.str();
}

}  // namespace

TEST_CASE("what a clause only recommends or allows is no failure when it is not met") {
  const Workspace workspace;
  workspace.write("a.volley", scenario_of("must", "level must", "expect 1 == 1") +
                                  scenario_of("should", "level should", "expect 1 == 2") +
                                  scenario_of("may", "level may", "expect 1 == 3"));
  const auto run = workspace.volley({"run", "a.volley", "--report", "junit=out.xml"});
  CHECK(steady(run.out) == R"(ok   a.volley › must (T)
ADVICE a.volley › should (T)
a.volley:7:5: the condition is false
    expect 1 == 2
    ^~~~~~~~~~~~~
  what happened:
    T  expect 1 == 2  # stopped here
  repeat: volley run a.volley:5 --seed 0
INFO a.volley › may (T)
a.volley:11:5: the condition is false
    expect 1 == 3
    ^~~~~~~~~~~~~
  what happened:
    T  expect 1 == 3  # stopped here
  repeat: volley run a.volley:9 --seed 0
1 passed, 0 failed, 0 skipped, 0 errors, 1 as advice, 1 as information in T s
)");
  CHECK(run.status == exited(0));
  const auto xml = content_of(workspace.path("out.xml"));
  CHECK(xml.contains("tests=\"3\" failures=\"0\" errors=\"0\""));
  CHECK(xml.contains("<system-out>ADVICE a.volley › should"));
  CHECK_FALSE(xml.contains("<failure"));
}

TEST_CASE("with --strict advice is a failure, information is not") {
  const Workspace workspace;
  workspace.write("a.volley", scenario_of("should", "level should", "expect 1 == 2") +
                                  scenario_of("may", "level may", "expect 1 == 3"));
  const auto run = workspace.volley({"run", "a.volley", "--strict", "--report", "junit=out.xml"});
  CHECK(run.out.contains("FAIL a.volley › should"));
  CHECK(run.out.contains("0 passed, 1 failed, 0 skipped, 0 errors, 1 as information in "));
  CHECK(run.status == exited(1));
  CHECK(content_of(workspace.path("out.xml")).contains("failures=\"1\""));
}

TEST_CASE("a must that is not met fails, and only advice is no empty run") {
  const Workspace workspace;
  workspace.write("a.volley", scenario_of("must", "level must", "expect 1 == 2"));
  workspace.write("b.volley", scenario_of("should", "level should", "expect 1 == 2"));
  CHECK(workspace.volley({"run", "a.volley"}).status == exited(1));
  CHECK(workspace.volley({"run", "b.volley"}).status == exited(0));
}

TEST_CASE("a target that dies is a failure at any level") {
  const Workspace workspace;
  workspace.write("a.volley",
                  "target t {\n    run \"perl\" \"-e\" \"use IO::Socket::INET; my \\$l = IO::Socket::INET->new("
                  "Listen => 5, LocalAddr => '${host}:${port}') or die; \\$| = 1; print qq(ready\\n); "
                  "\\$l->accept; exit 3\"\n    ready output ~ /ready/\n}\n" +
                      scenario_of("may", "level may", "connect c tcp t\n    c < \"hello\""));
  const auto run = workspace.volley({"run", "a.volley"});
  CHECK(run.out.contains("FAIL a.volley › may"));
  CHECK(run.out.contains("0 passed, 1 failed, 0 skipped, 0 errors in "));
  CHECK(run.status == exited(1));
}

TEST_CASE("a scenario that needs what is not there is skipped, and says why") {
  const Workspace workspace;
  workspace.write("a.volley", scenario_of("net", "needs ipv6, net", "expect 1 == 1") +
                                  scenario_of("root", "needs root", "expect 1 == 1"));
  const auto run = workspace.volley({"run", "a.volley"});
  const bool is_root = ::geteuid() == 0;
  const bool has_reason =
      run.out.contains("skip a.volley › net: needs net, and no --allow-net names whom to talk to\n") ||
      run.out.contains("skip a.volley › net: needs ipv6, and this system has no ::1\n");
  CHECK(has_reason);
  CHECK(run.out.contains(is_root ? "ok   a.volley › root" : "skip a.volley › root: needs root\n"));
}

TEST_CASE("one of a kind is not told in the plural") {
  const Workspace workspace;
  workspace.write("a.volley", scenario_of("one", "", "expect 1 == 1"));
  CHECK(workspace.volley({"check", "a.volley"}).out == "1 file, 1 scenario: nothing wrong\n");
  workspace.write("b.volley", scenario_of("one", "", "expect 1 == 1") + scenario_of("two", "", "expect 1 == 1"));
  CHECK(workspace.volley({"check", "a.volley", "b.volley"}).out == "2 files, 3 scenarios: nothing wrong\n");
}

TEST_CASE("what came too early, or was too short, is shown once") {
  const Workspace workspace;
  workspace.write("a.volley", scenario_of("early", "", "bind u udp\n    u > \"x\" to u\n    u < \"x\" within 1s..2s"));
  CHECK(steady(workspace.volley({"run", "a.volley"}).out).contains(R"(  what happened:
    T  bind u udp 127.0.0.1:PORT
    T  u > "x" to 127.0.0.1:PORT
    T  u < "x" from 127.0.0.1:PORT
    T  u < "x" within 1s..2s  # stopped here
)"));
  workspace.write("b.volley", scenario_of("short", "", "bind u udp\n    u > \"x\" to u\n    u < \"xy\""));
  CHECK(steady(workspace.volley({"run", "b.volley"}).out).contains(R"(  what happened:
    T  bind u udp 127.0.0.1:PORT
    T  u > "x" to 127.0.0.1:PORT
    T  u < "x" from 127.0.0.1:PORT  # stopped here
)"));
}

TEST_CASE("the transcript says how a call was made") {
  const Workspace workspace;
  workspace.write("a.volley", scenario_of("calls", "",
                                          "bind u udp\n    u > \"abc\" to u\n    u < \"a\" buffer 1 peek truncated\n"
                                          "    u < \"a\" buffer 1 truncated\n    listen door tcp with nodelay = off\n"
                                          "    connect a tcp door\n    accept b from door\n    set a ttl = 9\n"
                                          "    a > \"xy\" in segments of 1\n    b < \"y\" skipping \"x\"\n"
                                          "    a > \"!\" urgent\n    b < \"!\" urgent"));
  CHECK(steady(workspace.volley({"run", "a.volley", "-v"}).out).contains(R"(
    T  u < "a" from 127.0.0.1:PORT buffer 1 peek truncated
    T  u < "a" from 127.0.0.1:PORT buffer 1 truncated
    T  listen door tcp 127.0.0.1:PORT
    T  connect a tcp 127.0.0.1:PORT
    T  accept b from door  # 127.0.0.1:PORT
    T  set a ttl = 9
    T  a > "xy" in segments of 1
    T  b < "x"  # skipped
    T  b < "y"
    T  a > "!" urgent
    T  b < "!" urgent
)"));
}

}  // namespace volley::test
