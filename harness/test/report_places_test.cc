// SPDX-License-Identifier: Apache-2.0
// Where the reports of the built program go, and what may stand there.
#include <fcntl.h>
#include <sys/stat.h>
#include <volley/descriptor.h>
#include <volley/listen_socket.h>

#include <filesystem>
#include <string>
#include <utility>

#include "built_with.h"
#include "catch.h"
#include "program_workspace.h"
#include "report/pcapng.h"
#include "run_program.h"

namespace volley::test {
namespace {

const std::string passes = "scenario \"is met\" {\n    expect 1 == 1\n}\n";

}  // namespace

TEST_CASE("a report to whatever stdout goes to has it for itself, and nothing there is lost") {
  const Workspace workspace;
  workspace.write("a.volley", passes);
  for (const std::string file : {"/dev/stdout", "/proc/self/fd/1", "./ci.log"}) {
    CAPTURE(file);
    workspace.write("ci.log", "before\n");
    const auto run =
        workspace.shell("exec '" + volley_program() + "' run a.volley --report tap=" + file + " >> ci.log 2>&1");
    CHECK(run.status == exited(0));
    CHECK(steady(read_text(workspace.path("ci.log"))) ==
          "before\n"
          "TAP version 14\n"
          "ok 1 - a.volley › is met\n"
          "1..1\n"
          "1 passed, 0 failed, 0 skipped, 0 errors in T s\n");
  }
}

TEST_CASE("two reports to one place are refused however it is spelled") {
  const Workspace workspace;
  workspace.write("a.volley",
                  "scenario \"runs\" {\n    start p \"touch\" \"" + workspace.path("ran") + "\"\n    p exits 0\n}\n");
  workspace.write("old", "old");
  std::filesystem::create_directory(workspace.path("d"));
  std::filesystem::create_symlink("../old", workspace.path("d/link"));
  std::filesystem::create_symlink("made", workspace.path("dangling"));
  std::filesystem::create_directory_symlink("d", workspace.path("e"));
  REQUIRE(::mkfifo(workspace.path("fifo").c_str(), 0600) == 0);
  std::filesystem::create_hard_link(workspace.path("fifo"), workspace.path("fifo2"));
  struct Row {
    std::string first;
    std::string second;
  };
  const Row rows[] = {{"tap=out", "json=./out"},      {"tap=out", "json=d/../out"},
                      {"tap=old", "json=d/link"},     {"tap=made", "json=dangling"},
                      {"tap=d/out", "json=e/out"},    {"tap=fifo", "json=fifo2"},
                      {"tap=-", "json=/dev/stdout"},  {"tap=/dev/fd/1", "json=/dev/stdout"},
                      {"github", "json=/dev/stdout"}, {"tap=out.", "json=./d/../out."}};
  for (const auto& [first, second] : rows) {
    CAPTURE(first, second);
    const auto run = workspace.volley({"run", "a.volley", "--report", first, "--report", second});
    CHECK(run.out.empty());
    CHECK(run.err == "volley: --report: another report goes to '" + second.substr(second.find('=') + 1) + "', too\n");
    CHECK(run.status == exited(2));
  }
  for (const std::string name : {"out", "out.", "made", "d/out", "ran"}) {
    CHECK_FALSE(std::filesystem::exists(workspace.path(name)));
  }
  CHECK(read_text(workspace.path("old")) == "old");
}

TEST_CASE("two reports may go to names of one file, which part when they are replaced, and to no place at all") {
  const Workspace workspace;
  workspace.write("a.volley", passes);
  workspace.write("one", "old");
  std::filesystem::create_hard_link(workspace.path("one"), workspace.path("two"));
  const auto run = workspace.volley({"run", "a.volley", "--report", "tap=one", "--report", "junit=two"});
  CHECK(run.status == exited(0));
  CHECK(read_text(workspace.path("one")).starts_with("TAP version 14\n"));
  CHECK(read_text(workspace.path("two")).starts_with("<?xml "));
  const auto nowhere = workspace.shell("exec '" + volley_program() +
                                       "' run a.volley --report tap=/dev/null --report junit=/dev/../dev/null");
  CHECK(steady(nowhere.out) == "ok   a.volley › is met (T)\n1 passed, 0 failed, 0 skipped, 0 errors in T s\n");
  CHECK(nowhere.status == exited(0));
}

TEST_CASE("a report that would take the place of what the run reads is refused before anything runs") {
  const Workspace workspace;
  const std::string main =
      "use \"_shared.volley\"\ntarget server {\n    run \"./d/server\" \"${port}\"\n}\n"
      "scenario \"client\" {\n    start p \"./client\"\n    p exits 0\n}\nscenario \"runs\" {\n    start p \"touch\" "
      "\"" +
      workspace.path("ran") +
      "\"\n    p exits 0\n    expect len(page) == 4\n    bind s udp\n    s > file(\"d/body\") to s.local\n"
      "    s < \"body\"\n}\n";
  std::filesystem::create_directory(workspace.path("d"));
  workspace.write("a.volley", main);
  workspace.write("_shared.volley", "let page = \"page\"\n");
  workspace.write("d/body", "body");
  for (const std::string program : {"d/server", "client"}) workspace.write(program, "#!/bin/sh\n");
  std::filesystem::permissions(workspace.path("client"), std::filesystem::perms::owner_all);
  workspace.write("not_chosen.volley", passes);
  std::filesystem::create_symlink("a.volley", workspace.path("link"));
  std::filesystem::create_hard_link(workspace.path("a.volley"), workspace.path("same"));
  for (const std::string file :
       {"a.volley", "./d/../a.volley", "link", "same", "_shared.volley", "d/body", "d/server", "client"}) {
    CAPTURE(file);
    const auto run = workspace.volley({"run", "a.volley", "--report", "tap=out", "--report", "json=" + file});
    CHECK(run.out.empty());
    CHECK(run.err ==
          "volley: --report: '" + file + "' is a file that this run reads or starts, and would be overwritten\n");
    CHECK(run.status == exited(2));
  }
  CHECK(read_text(workspace.path("a.volley")) == main);
  CHECK(read_text(workspace.path("d/body")) == "body");
  for (const std::string name : {"out", "ran"}) CHECK_FALSE(std::filesystem::exists(workspace.path(name)));
  const auto other = workspace.volley({"run", "a.volley", "--report", "tap=not_chosen.volley"});
  CHECK(other.status == exited(0));
}

TEST_CASE("a pipe whose reader is gone costs its report, and nothing else") {
  const Workspace workspace;
  auto door = TcpListener::listen(Endpoint(Ipv4Address({127, 0, 0, 1}), 0));
  REQUIRE(door);
  workspace.write("a.volley", passes + "scenario \"waits\" {\n    connect c tcp " + door->local()->to_string() +
                                  "\n    c < eof within 60s\n}\n");
  const auto fifo = workspace.path("fifo");
  REQUIRE(::mkfifo(fifo.c_str(), 0600) == 0);
  Descriptor reader(::open(fifo.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC));
  REQUIRE(reader);
  auto program = workspace.start({"run", "a.volley", "--jobs", "1", "--report", "json=fifo", "--report", "tap=out.tap",
                                  "--report", "junit=out.xml"});
  wait_until_readable(door->fd());
  wait_until_readable(reader.get());  // its first line; what comes after it finds nobody
  reader.close();
  {
    auto accepted = door->accept(Blocking::yes);
    REQUIRE(accepted);
  }
  const auto run = workspace.finish(std::move(program));
  CHECK(run.status == exited(3));
  CHECK(run.err ==
        "volley: write fifo: Broken pipe\n"
        "volley: the results could not be written whole\n");
  CHECK(run.out.contains("\n2 passed, 0 failed, 0 skipped, 0 errors in "));
  CHECK(read_text(workspace.path("out.tap")).ends_with("\nok 2 - a.volley › waits\n1..2\n"));
  CHECK(read_text(workspace.path("out.xml")).ends_with("</testsuites>\n"));
}

TEST_CASE("a pipe from which nobody reads is told, and nothing runs") {
  const Workspace workspace;
  workspace.write("a.volley", passes);
  REQUIRE(::mkfifo(workspace.path("fifo").c_str(), 0600) == 0);
  const auto run = workspace.volley({"run", "a.volley", "--report", "json=fifo"});
  CHECK(run.out.empty());
  CHECK(run.err == "volley: --report: 'fifo' is a pipe from which nobody reads\n");
  CHECK(run.status == exited(3));
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
