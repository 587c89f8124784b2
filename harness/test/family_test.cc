// SPDX-License-Identifier: Apache-2.0
// Families of targets, by the built program: two servers of Perl, of which one greets otherwise than the scenarios
// want.
#include <fmt/format.h>
#include <re2/re2.h>

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "catch.h"
#include "greeters.h"
#include "program_workspace.h"
#include "running_greeter.h"

namespace volley::test {
namespace {

/// The first lines of all cases, without what they are told of.
std::string cases_of(const std::string& out) {
  std::string cases;
  re2::StringPiece rest = out;
  std::string outcome;
  std::string identity;
  while (RE2::FindAndConsume(&rest, R"((?m)^(ok|FAIL|skip|known|NEWS|ADVICE) +(.* › .*?)(?: \(\d.*|: .*)$)", &outcome,
                             &identity)) {
    cases += outcome + " " + identity + "\n";
  }
  return cases;
}

std::string cases_of(const Workspace& workspace, Words words) {
  words.insert(words.begin(), "run");
  return cases_of(workspace.volley(std::move(words)).out);
}

}  // namespace

TEST_CASE("a scenario that uses a family runs once for each of its servers") {
  const Workspace workspace;
  workspace.write("a.volley", greeters() + wants_hello("one", "host") + wants_hello("alone", "polite") +
                                  wants_hello("two", "host"));
  const auto run = workspace.volley({"run", "a.volley"});
  CHECK(cases_of(run.out) ==
        "ok a.volley › one [polite]\n"
        "FAIL a.volley › one [rude]\n"
        "ok a.volley › alone\n"
        "ok a.volley › two [polite]\n"
        "FAIL a.volley › two [rude]\n");
  CHECK(run.out.contains("3 passed, 2 failed, 0 skipped, 0 errors in "));
  CHECK(run.status == exited(1));
}

TEST_CASE("servers of a family that are not installed are skipped, and the others run") {
  const Workspace workspace;
  workspace.write("a.volley", greeter("polite", "hello") +
                                  "target lost {\n    run \"no-such-program\"\n}\n"
                                  "target gone {\n    run \"no-such-program\"\n}\n"
                                  "target host = lost | polite | gone\ntarget none = lost | gone\n" +
                                  wants_hello("one", "host") + wants_hello("two", "none"));
  const auto run = workspace.volley({"run", "a.volley"});
  CHECK(steady(run.out) ==
        "skip a.volley › one [lost]: no-such-program is not installed; neither PATH nor /usr/sbin has it\n"
        "ok   a.volley › one [polite] (T)\n"
        "skip a.volley › one [gone]: no-such-program is not installed; neither PATH nor /usr/sbin has it\n"
        "skip a.volley › two [lost]: no-such-program is not installed; neither PATH nor /usr/sbin has it\n"
        "skip a.volley › two [gone]: no-such-program is not installed; neither PATH nor /usr/sbin has it\n"
        "1 passed, 0 failed, 4 skipped, 0 errors in T s\n");
  CHECK(run.status == exited(0));
  CHECK(workspace.volley({"run", "a.volley:25"}).status == exited(3));
}

TEST_CASE("the option --with chooses servers of a family") {
  const Workspace workspace;
  workspace.write("a.volley", greeters() + greeter("shy", "") + "target each = shy | rude | polite\n" +
                                  wants_hello("one", "host") + wants_hello("two", "each"));
  struct Row {
    Words options;
    std::string cases;
  };
  const Row rows[] = {
      {{"--with", "host=polite", "--with", "each=polite"}, "ok › one [polite]\nok › two [polite]\n"},
      {{"--with", "each=rude,polite", "--with", "host=polite"},
       "ok › one [polite]\nFAIL › two [rude]\nok › two [polite]\n"},
      {{"--with=each=polite", "--with=each=rude", "--filter=two"}, "FAIL › two [rude]\nok › two [polite]\n"},
      {{"--filter", "[polite]"}, "ok › one [polite]\nok › two [polite]\n"},
      {{"--with", "host=rude", "--filter", "[polite]"}, "ok › two [polite]\n"},
  };
  for (const auto& row : rows) {
    auto words = row.options;
    words.emplace_back("a.volley");
    CAPTURE(fmt::format("{}", fmt::join(words, " ")));
    auto cases = cases_of(workspace, words);
    RE2::GlobalReplace(&cases, "a.volley ", "");
    CHECK(cases == row.cases);
  }
}

TEST_CASE("a server in place of a family may be given every port that one of its servers has") {
  const Workspace workspace;
  const auto target = [](std::string_view name, std::string_view port) {
    return fmt::format("target {} {{\n    run \"no-such-program\" \"${{port.{}}}\"\n}}\n", name, port);
  };
  workspace.write("a.volley", target("old", "admin") + target("new", "control") + "target host = old | new\n" +
                                  "scenario \"waits\" {\n    connect c tcp host fails refused\n}\n");
  const auto run = workspace.volley(
      {"run", "a.volley", "--target", "host.admin=127.0.0.1:9", "--target", "host.control=127.0.0.1:9"});
  CHECK(run.err == "volley: nothing ran\n");
  CHECK(run.out.contains("skip a.volley › waits [external]: needs the port of host, and --target gives only others\n"));
}

TEST_CASE("families and servers that there are not, and choices that cannot be made, are told") {
  const Workspace workspace;
  workspace.write("a.volley", greeters() + wants_hello("one", "host"));
  workspace.write("b.volley", greeter("shy", "") + greeter("polite", "hello") + "target host = shy | polite\n" +
                                  wants_hello("two", "host"));
  struct Row {
    Words options;
    std::string err;
  };
  const Row rows[] = {
      {{"--with", "hosts=polite"}, "volley: --with: no family is called 'hosts'; did you mean 'host'?\n"},
      {{"--with", "polite=polite"}, "volley: --with: no family is called 'polite'\n"},
      {{"--with", "host=politer"}, "volley: --with: no server of 'host' is called 'politer'; did you mean 'polite'?\n"},
      {{"--with", "host=shy,redis", "--with", "zoo=ape"},
       "volley: --with: no server of 'host' is called 'redis'\nvolley: --with: no family is called 'zoo'\n"},
      {{"--with", "host=polite", "--target", "host=127.0.0.1:9"},
       "volley: --with: --target host=HOST:PORT takes the place of all servers of 'host'\n"},
      {{"--with", "host"},
       "volley run: --with: 'host' is not of the form FAMILY=SERVER[,SERVER]\nTry 'volley help run'.\n"},
      {{"--with", "host=polite,"},
       "volley run: --with: 'host=polite,' is not of the form FAMILY=SERVER[,SERVER]\nTry 'volley help run'.\n"},
      {{"--with", "host=,polite"},
       "volley run: --with: 'host=,polite' is not of the form FAMILY=SERVER[,SERVER]\nTry 'volley help run'.\n"},
      {{"--target", "hots=127.0.0.1:9"}, "volley: --target: no target is called 'hots'; did you mean 'host'?\n"},
      {{"--target", "host.admin=127.0.0.1:9"},
       "volley: --target: host has no port called 'admin'; there are 'host', 'host.silent'\n"},
  };
  for (const auto& row : rows) {
    CAPTURE(row.options);
    Words words{"run", "a.volley", "b.volley"};
    words.insert(words.end(), row.options.begin(), row.options.end());
    const auto run = workspace.volley(words);
    CHECK(run.err == row.err);
    CHECK(run.out.empty());
    CHECK(run.status == exited(2));
  }
  // A server of one file's family need not be one of the other's.
  CHECK(cases_of(workspace, {"--with", "host=rude", "a.volley", "b.volley"}) == "FAIL a.volley › one [rude]\n");
}

TEST_CASE("the command that repeats a case names its server, and runs that case alone") {
  const Workspace workspace;
  workspace.write("a.volley", greeters() + wants_hello("one", "host"));
  const auto run = workspace.volley({"run", "a.volley"});
  const std::string command = "volley run a.volley:22 --seed 0 --with host=rude";
  REQUIRE(run.out.contains("  repeat: " + command + "\n"));
  const auto again = workspace.volley({"run", "a.volley:22", "--seed", "0", "--with", "host=rude"});
  CHECK(cases_of(again.out) == "FAIL a.volley › one [rude]\n");
  CHECK(again.out.contains("  repeat: " + command + "\n"));
}

TEST_CASE("a scenario stands on its line whatever servers are chosen") {
  const Workspace workspace;
  workspace.write("a.volley", greeters() + wants_hello("one", "host"));
  workspace.write("b.volley", greeter("shy", "") + greeter("polite", "hello") + "target host = shy | polite\n" +
                                  wants_hello("two", "host"));
  const auto run = workspace.volley({"run", "a.volley:22", "b.volley", "--with", "host=shy", "--filter", "one"});
  CHECK(run.err == "volley: nothing ran\n");
  CHECK(run.status == exited(3));
}

TEST_CASE("a server that runs already takes the place of a family, or of one of it") {
  const Workspace workspace;
  workspace.write("a.volley", greeters() + wants_hello("one", "host", "known \"greets otherwise\" for polite") +
                                  "scenario \"alone\" {\n    fresh\n    connect c tcp host\n    ignore c\n}\n");
  const RunningGreeter other("goodbye");
  const auto family = workspace.volley({"run", "a.volley", "--target", "host=" + other.place()});
  CHECK(cases_of(family.out) == "FAIL a.volley › one [external]\nskip a.volley › alone [external]\n");
  CHECK(
      family.out.contains(fmt::format("  repeat: volley run a.volley:22 --seed 0 --target host={}\n", other.place())));
  CHECK(family.out.contains(
      "alone [external]: needs an instance of host of its own, and --target gives one that runs already\n"));
  const auto again = workspace.volley({"run", "a.volley:22", "--seed", "0", "--target", "host=" + other.place()});
  CHECK(cases_of(again.out) == "FAIL a.volley › one [external]\n");

  const auto member = workspace.volley({"run", "a.volley:22", "--target", "polite=" + other.place()});
  CHECK(cases_of(member.out) == "known a.volley › one [polite]\nFAIL a.volley › one [rude]\n");
  const auto one = workspace.volley(
      {"run", "a.volley:22", "--with", "host=polite", "--target", "polite=" + other.place(), "--report", "json=-"});
  const auto line = one.out.substr(one.out.find("\n") + 1);
  CHECK(nlohmann::json::parse(line.substr(0, line.find('\n')))["repeat"] ==
        fmt::format("volley run a.volley:22 --seed 0 --with host=polite --target polite={}", other.place()));
}

TEST_CASE("each server of a family has its ports, and a fresh scenario an instance of each") {
  const Workspace workspace;
  workspace.write("c.volley", greeters() +
                                  "scenario \"ports\" {\n    connect c tcp host.silent\n    c < eof\n}\n"
                                  "scenario \"ends\" {\n    fresh\n    connect c tcp host\n    c < bytes(4) rest\n"
                                  "    signal host term\n    host exits 0\n}\n"
                                  "scenario \"beside\" {\n    fresh\n    connect c tcp host\n    c < bytes(4) rest\n"
                                  "    connect d tcp polite\n    d < \"hello\"\n    signal polite term\n"
                                  "    polite exits 0\n}\n");
  CHECK(cases_of(workspace, {"c.volley"}) ==
        "ok c.volley › ports [polite]\n"
        "ok c.volley › ports [rude]\n"
        "ok c.volley › ends [polite]\n"
        "ok c.volley › ends [rude]\n"
        "ok c.volley › beside [polite]\n"
        "ok c.volley › beside [rude]\n");
}

TEST_CASE("a family of a used file is that of each who uses it") {
  const Workspace workspace;
  workspace.write("_hosts.volley", greeters());
  workspace.write("a.volley", "use \"_hosts.volley\"\n" + wants_hello("one", "host"));
  workspace.write("b.volley", "use \"_hosts.volley\"\n" + wants_hello("two", "host", "known \"greets\" for rude"));
  CHECK(cases_of(workspace, {"."}) ==
        "ok a.volley › one [polite]\n"
        "FAIL a.volley › one [rude]\n"
        "ok b.volley › two [polite]\n"
        "known b.volley › two [rude]\n");
  workspace.write("_more.volley", "use \"_hosts.volley\"\ntarget host = polite | rude\n");
  const auto twice = workspace.volley({"check", "_more.volley"});
  CHECK(twice.err ==
        "_more.volley:2:8: error: the target 'host' is declared twice [duplicate-target]\n"
        "target host = polite | rude\n"
        "       ^~~~\n"
        "hint: the first is at _hosts.volley:21:8\n");
}

TEST_CASE("list has a scenario once for each server, with its family and what is known of it") {
  const Workspace workspace;
  workspace.write("a.volley", greeters() + wants_hello("one", "host", "known \"says what\" for rude") +
                                  wants_hello("two", "polite"));
  CHECK(workspace.volley({"list", "a.volley"}).out ==
        "a.volley › one [polite]\t\tpolite\n"
        "a.volley › one [rude]\t\trude\n"
        "a.volley › two\tgreeting\tpolite\n");
  CHECK(workspace.volley({"list", "a.volley", "--with", "host=rude", "--filter", "one"}).out ==
        "a.volley › one [rude]\t\trude\n");
  const auto list = nlohmann::json::parse(workspace.volley({"list", "--json", "a.volley"}).out);
  REQUIRE(list.size() == 3);
  CHECK(list[0]["family"] == "host");
  CHECK(list[0]["server"] == "polite");
  CHECK(list[0]["known"].is_null());
  CHECK(list[1]["known"] == nlohmann::json({{"server", "rude"}, {"deviation", "says what"}}));
  CHECK(list[2]["family"].is_null());
  CHECK(list[2]["server"].is_null());
}

}  // namespace volley::test
