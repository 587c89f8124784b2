// SPDX-License-Identifier: Apache-2.0
// Where the reports of the built program go, and what may stand there.
#include <sys/stat.h>

#include <filesystem>
#include <string>

#include "built_with.h"
#include "catch.h"
#include "program_workspace.h"
#include "report/pcapng.h"
#include "run_program.h"

namespace volley::test {
namespace {

const std::string passes = "scenario \"is met\" {\n    expect 1 == 1\n}\n";

}  // namespace

TEST_CASE("a report to the file behind stdout is added to it, and nothing there is lost") {
  const Workspace workspace;
  workspace.write("a.volley", passes);
  workspace.write("ci.log", "before\n");
  const auto run =
      workspace.shell("exec '" + volley_program() + "' run a.volley --report tap=/dev/stdout >> ci.log 2>&1");
  CHECK(run.status == exited(0));
  CHECK(steady(read_text(workspace.path("ci.log"))) ==
        "before\n"
        "TAP version 14\n"
        "ok   a.volley › is met (T)\n"
        "ok 1 - a.volley › is met\n"
        "1 passed, 0 failed, 0 skipped, 0 errors in T s\n"
        "1..1\n");
}

TEST_CASE("two reports in one file are refused however it is spelled") {
  const Workspace workspace;
  workspace.write("a.volley", passes);
  const auto run = workspace.volley({"run", "a.volley", "--report", "tap=out", "--report", "json=./out"});
  CHECK(run.out.empty());
  CHECK(run.err == "volley: --report: another report goes to './out' too\n");
  CHECK(run.status == exited(3));
  CHECK_FALSE(std::filesystem::exists(workspace.path("out")));
}

TEST_CASE("a limit of no bytes at all is told, and kills nobody") {
  if (has_tsan) {
    WARN("not shown: ThreadSanitizer writes a file of its own before main");
    return;
  }
  const Workspace workspace;
  workspace.write("a.volley", passes);
  const auto run = workspace.shell("(ulimit -f 0 && exec '" + volley_program() +
                                   "' run a.volley --report json=out.jsonl 2>&1; echo status $?) | cat");
  CHECK(run.out.contains("volley: write out.jsonl: File too large\n"));
  CHECK_FALSE(std::filesystem::exists(workspace.path("out.jsonl")));
  const auto end = workspace.shell("ulimit -f 0 && exec '" + volley_program() +
                                   "' run a.volley --report json=out.jsonl > /dev/null 2> /dev/null");
  CHECK(end.status == exited(3));
}

TEST_CASE("packets go to a directory whatever else is called probe there") {
  const Workspace workspace;
  workspace.write("a.volley", "scenario \"has one\" {\n    bind s udp\n    s > \"x\" to s.local\n}\n");
  std::filesystem::create_directories(workspace.path("one/probe"));
  std::filesystem::create_directory(workspace.path("two"));
  REQUIRE(::mkfifo(workspace.path("two/probe").c_str(), 0600) == 0);
  for (const std::string directory : {"one", "two"}) {
    const auto run = workspace.volley({"run", "a.volley", "--pcap", directory});
    CHECK(run.err.empty());
    CHECK(std::distance(std::filesystem::directory_iterator(workspace.path(directory)), {}) == 2);
  }
  const auto no_directory = workspace.volley({"run", "a.volley", "--pcap", "a.volley"});
  CHECK(no_directory.err == "volley: open a.volley: Not a directory\n");
  CHECK(no_directory.status == exited(3));
}

TEST_CASE("a summary is green only if the run is a success") {
  const Workspace workspace;
  workspace.write("a.volley", passes +
                                  "target none {\n    run \"no-such-program\"\n}\n"
                                  "scenario \"has no server\" {\n    connect c tcp none\n}\n");
  const Words words{"run", "a.volley", "--color", "always"};
  CHECK(workspace.volley(words).out.contains("\x1b[32m1 passed, 0 failed, 1 skipped, "));
  auto strict = words;
  strict.push_back("--strict");
  CHECK(workspace.volley(strict).out.contains("\x1b[31m1 passed, 0 failed, 1 skipped, "));
}

TEST_CASE("the totals of JUnit are those of its cases, also where only the last round is told") {
  const Workspace workspace;
  workspace.write("a.volley", passes + "scenario \"passes once\" {\n    start p \"mkdir\" \"" + workspace.path("mark") +
                                  "\"\n    p exits 0\n}\n");
  const auto run = workspace.volley({"run", "a.volley", "--repeat-until-fail", "--report", "junit=out.xml"});
  CHECK(run.out.contains("\n3 passed, 1 failed, 0 skipped, 0 errors, 2 rounds in "));
  CHECK(read_text(workspace.path("out.xml"))
            .contains("<testsuites name=\"volley\" tests=\"2\" failures=\"1\" errors=\"0\" "));
}

TEST_CASE("no character of a long comment is cut") {
  const std::string most(4095, 'x');
  CHECK(report::pcapng("", {most + "\u00e9"}, {}).contains(most + "…"));
}

}  // namespace volley::test
