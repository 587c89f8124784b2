// SPDX-License-Identifier: Apache-2.0
// The built program as its users meet it: whole outputs and exit statuses.
#include <fmt/format.h>
#include <re2/re2.h>
#include <unistd.h>
#include <volley/listen_socket.h>
#include <volley/stream_socket.h>

#include <algorithm>
#include <csignal>
#include <filesystem>
#include <string>
#include <vector>

#include "catch.h"
#include "program_workspace.h"
#include "run_program.h"

namespace volley::test {
namespace {

/// A scenario of two connected streams of ours, `a` and `b`.
std::string pair_scenario(std::string_view name, std::string_view steps) {
  return fmt::format(
      "scenario \"{}\" {{\n    listen door tcp\n    connect a tcp door\n    accept b from door\n    {}\n}}\n", name,
      steps);
}

const std::string echo = pair_scenario("an echo", "a > \"hello\"\n    b < \"hello\"");

/// What is printed of the three steps that every scenario above has.
const std::string opening =
    "  what happened:\n"
    "    T  listen door tcp 127.0.0.1:PORT\n"
    "    T  connect a tcp 127.0.0.1:PORT\n"
    "    T  accept b from door  # 127.0.0.1:PORT\n";

}  // namespace

TEST_CASE("run tells that scenarios pass") {
  const Workspace workspace;
  workspace.write("a.volley", echo + pair_scenario("an end", "close a\n    b < eof"));
  const auto run = workspace.volley({"run", "a.volley"});
  CHECK(steady(run.out) ==
        "ok   a.volley › an echo (T)\n"
        "ok   a.volley › an end (T)\n"
        "2 passed, 0 failed, 0 skipped, 0 errors in T s\n");
  CHECK(run.err.empty());
  CHECK(run.status == exited(0));
}

TEST_CASE("run explains each kind of failure") {
  struct Row {
    std::string_view steps;
    std::string report;  ///< Between the first line and what happened,
    std::string last;    ///< and what happened after the opening.
  };
  const Row rows[] = {
      {"a > \"GET /\\r\\n\"\n    b < \"GET *\\r\\n\"",
       "x.volley:6:9: byte 4 differs: expected '*' (0x2a), received '/' (0x2f)\n"
       "    b < \"GET *\\r\\n\"\n"
       "        ^~~~~~~~~~~\n"
       "  expected  \"GET *\\r\\n\"\n"
       "  received  \"GET /\\r\\n\"\n"
       "                 ^ byte 4\n",
       "    T  a > \"GET /\\r\\n\"\n"
       "    T  b < \"GET /\\r\\n\"  # stopped here\n"},
      {"a > x\"00 01 02 03 ff\"\n    b < x\"00 01 02 03 fe\"",
       "x.volley:6:9: byte 4 differs: expected 0xfe, received 0xff\n"
       "    b < x\"00 01 02 03 fe\"\n"
       "        ^~~~~~~~~~~~~~~~~\n"
       "  expected  000000  00 01 02 03 fe                                    |.....|\n"
       "  received  000000  00 01 02 03 ff                                    |.....|\n"
       "                                ^^ byte 4\n",
       "    T  a > x\"00 01 02 03 ff\"\n"
       "    T  b < x\"00 01 02 03 ff\"  # stopped here\n"},
      {"a > \"one\" \"two\"\n    b < \"one\"",
       "x.volley:6:5: 3 bytes are left over on b: no step expects them\n"
       "    b < \"one\"\n"
       "    ^~~~~~~~~\n"
       "  expected  nothing\n"
       "  received  \"two\"\n"
       "             ^ byte 0\n",
       "    T  a > \"onetwo\"\n"
       "    T  b < \"one\"\n"
       "    T  b < \"two\"  # stopped here\n"},
      {"a > \"hel\"\n    b < \"hello\" within 100ms",
       "x.volley:6:9: only 3 bytes came within 100ms\n"
       "    b < \"hello\" within 100ms\n"
       "        ^~~~~~~\n"
       "  expected  \"hello\"\n"
       "  received  \"hel\"\n"
       "                ^ byte 3\n"
       "  \"hello\" waits for 2 more bytes\n",
       "    T  a > \"hel\"\n"
       "    T  b < \"hel\"\n"
       "    T  b < nothing for T  # stopped here\n"},
      {"a < \"hello\" within 100ms",
       "x.volley:5:9: nothing came within 100ms\n"
       "    a < \"hello\" within 100ms\n"
       "        ^~~~~~~\n"
       "  \"hello\" waits for 5 more bytes\n",
       "    T  a < nothing for T  # stopped here\n"},
      {"a > \"!\"\n    b < nothing for 10s",
       "x.volley:6:5: 1 byte came where silence was due\n"
       "    b < nothing for 10s\n"
       "    ^~~~~~~~~~~~~~~~~~~\n"
       "  expected  nothing\n"
       "  received  \"!\"\n"
       "             ^ byte 0\n",
       "    T  a > \"!\"\n"
       "    T  b < \"!\"  # stopped here\n"},
      {"close a\n    b < reset",
       "x.volley:6:5: the end (eof) came where a reset was due\n"
       "    b < reset\n"
       "    ^~~~~~~~~\n",
       "    T  close a\n"
       "    T  b < eof  # stopped here\n"},
      {"a > \"half\"\n    shutdown a\n    b < \"half and half\"",
       "x.volley:7:9: the connection was closed after 4 bytes: \"half and half\" waits for 9 more bytes\n"
       "    b < \"half and half\"\n"
       "        ^~~~~~~~~~~~~~~\n"
       "  expected  \"half and half\"\n"
       "  received  \"half\"\n"
       "                 ^ byte 4\n",
       "    T  a > \"half\"\n"
       "    T  shutdown a\n"
       "    T  b < \"half\"\n"
       "    T  b < eof  # stopped here\n"},
      {"a > \"12\"\n    b < bytes(2) as n\n    expect int(n) > 12",
       "x.volley:7:5: the condition is false\n"
       "    expect int(n) > 12\n"
       "    ^~~~~~~~~~~~~~~~~~\n"
       "  int(n) is 12\n",
       "    T  a > \"12\"\n"
       "    T  b < \"12\"\n"
       "    T  expect int(n) > 12  # stopped here\n"},
      {"a > \"abc\\r\\n\"\n    b < line ~ /\\d+/",
       "x.volley:6:9: what came at byte 0 does not satisfy line ~ /\\d+/\n"
       "    b < line ~ /\\d+/\n"
       "        ^~~~~~~~~~~~\n"
       "  expected  line ~ /\\d+/\n"
       "  received  \"abc\\r\\n\"\n"
       "             ^ byte 0\n",
       "    T  a > \"abc\\r\\n\"\n"
       "    T  b < \"abc\\r\\n\"  # stopped here\n"},
  };
  for (const auto& row : rows) {
    const Workspace workspace;
    workspace.write("x.volley", pair_scenario("wrong on purpose", row.steps));
    const auto run = workspace.volley({"run", "x.volley"});
    CHECK(steady(run.out) == "FAIL x.volley › wrong on purpose (T)\n" + row.report + opening + row.last +
                                 "  repeat: volley run x.volley:1 --seed 0\n"
                                 "0 passed, 1 failed, 0 skipped, 0 errors in T s\n");
    CHECK(run.err.empty());
    CHECK(run.status == exited(1));
  }
}

TEST_CASE("run checks all files before it runs any") {
  const Workspace workspace;
  workspace.write("a.volley", echo);
  workspace.write("b.volley", "scenario \"s\" {\n    lissten door tcp\n}\n");
  const auto run = workspace.volley({"run", "."});
  CHECK(run.out.empty());
  CHECK(run.err ==
        "b.volley:2:5: error: unknown step 'lissten' [unknown-step]\n"
        "    lissten door tcp\n"
        "    ^~~~~~~\n"
        "hint: did you mean 'listen'?\n");
  CHECK(run.status == exited(2));
}

TEST_CASE("run refuses paths that hold nothing to run") {
  const Workspace workspace;
  workspace.write("a.volley", echo);
  workspace.write("empty/notes.txt", "");
  struct Row {
    Words paths;
    std::string_view complaint;
  };
  const Row rows[] = {
      {{"nowhere.volley", "a.volley"}, "volley: nowhere.volley: no such file or directory\n"},
      {{"empty"}, "volley: empty: there is no scenario file (*.volley) in this directory\n"},
      {{"a.volley:100"}, "volley: a.volley:100: no scenario stands on this line\n"},
      {{"/dev/null/a"}, "volley: /dev/null/a: no such file or directory\n"},
  };
  for (const auto& row : rows) {
    CAPTURE(row.complaint);
    Words words{"run"};
    words.insert(words.end(), row.paths.begin(), row.paths.end());
    const auto run = workspace.volley(words);
    CHECK(run.out.empty());
    CHECK(run.err == row.complaint);
    CHECK(run.status == exited(2));
  }
}

TEST_CASE("run refuses a file that it may not read") {
  if (::geteuid() == 0) {
    WARN("not shown: root may read every file");
    return;
  }
  const Workspace workspace;
  workspace.write("a.volley", echo);
  std::filesystem::permissions(workspace.path("a.volley"), std::filesystem::perms::none);
  const auto run = workspace.volley({"run", "a.volley"});
  CHECK(run.err == "volley: open a.volley: Permission denied\n");
  CHECK(run.status == exited(2));
}

TEST_CASE("a command line that is wrong is told in a line or two") {
  struct Row {
    Words words;
    std::string_view complaint;
  };
  const Row rows[] = {
      {{"run"}, "volley run: PATH is required\nTry 'volley help run'.\n"},
      {{"run", "--frob", "a"}, "volley run: unknown option '--frob'\nTry 'volley help run'.\n"},
      {{"rum", "a"}, "volley: unknown command 'rum': did you mean 'run'?\nTry 'volley help'.\n"},
      {{"\x1b[2J"}, "volley: unknown command '\\x1b[2J'\nTry 'volley help'.\n"},
      {{"help", "rum"}, "volley: unknown command 'rum': did you mean 'run'?\nTry 'volley help'.\n"},
  };
  const Workspace workspace;
  for (const auto& row : rows) {
    CAPTURE(row.complaint);
    const auto run = workspace.volley(row.words);
    CHECK(run.out.empty());
    CHECK(run.err == row.complaint);
    CHECK(run.status == exited(2));
  }
}

TEST_CASE("help and the version are results") {
  const Workspace workspace;
  const std::string usage =
      "usage: volley COMMAND [OPTIONS] [PATH...]\n\n"
      "  run         run scenarios and report what was found\n"
      "  check       check scenario files without running anything\n"
      "  list        list scenarios with their tags and targets\n"
      "  fmt         rewrite scenario files in their canonical form\n"
      "  completion  print a script for bash or zsh that completes command lines\n"
      "  help        show this, or the options of a command\n\n"
      "volley help COMMAND tells the options of a command, volley --version the version.\n";
  CHECK(workspace.volley({"help"}).out == usage);
  CHECK(workspace.volley({"--help"}).out == usage);
  const auto bare = workspace.volley({});
  CHECK(bare.err == usage);
  CHECK(bare.status == exited(2));
  CHECK(workspace.volley({"--version"}).out.starts_with("volley 0."));
  const auto help = workspace.volley({"help", "run"});
  CHECK(help.out == workspace.volley({"run", "--help"}).out);
  CHECK(help.out.starts_with("Runs scenarios and reports what was found.\nUsage: volley run [OPTIONS] PATH..."));
  CHECK(help.status == exited(0));
}

TEST_CASE("a run in which nothing ran is no success") {
  const Workspace workspace;
  workspace.write("a.volley", echo);
  const auto run = workspace.volley({"run", "a.volley", "--filter", "no such scenario"});
  CHECK(steady(run.out) == "0 passed, 0 failed, 0 skipped, 0 errors in T s\n");
  CHECK(run.err == "volley: nothing ran\n");
  CHECK(run.status == exited(3));
}

TEST_CASE("run chooses by line, part of the identity, and tag") {
  const Workspace workspace;
  workspace.write("a.volley",
                  "scenario \"one\" {\n    tag slow, redis\n    bind s udp\n}\n"
                  "scenario \"two\" {\n    tag quick\n    bind s udp\n}\n"
                  "scenario \"three\" {\n    bind s udp\n}\n");
  const std::string one = "ok   a.volley › one (T)\n";
  const std::string two = "ok   a.volley › two (T)\n";
  const std::string three = "ok   a.volley › three (T)\n";
  struct Row {
    Words words;
    std::string cases;
  };
  const Row rows[] = {
      {{"a.volley"}, one + two + three},
      {{"a.volley", "--filter", "› t"}, two + three},
      {{"a.volley", "--filter", "one", "--filter", "three"}, one + three},
      {{"a.volley", "--tag", "slow"}, one},
      {{"a.volley", "--tag", "slow", "--tag", "quick"}, one + two},
      {{"a.volley:5"}, two},
      {{"a.volley:7"}, two},
      {{"a.volley:1", "a.volley:9"}, one + three},
  };
  for (auto row : rows) {
    CAPTURE(row.words);
    row.words.insert(row.words.begin(), "run");
    const auto run = workspace.volley(row.words);
    CHECK(run.out.starts_with("ok"));
    const auto text = steady(run.out);
    CHECK(text.substr(0, text.rfind('\n', text.size() - 2) + 1) == row.cases);
    CHECK(run.status == exited(0));
  }
}

TEST_CASE("reports are in order of path and line whatever ran first") {
  const Workspace workspace;
  std::string expected;
  for (const auto* file : {"a.volley", "b.volley"}) {
    std::string text;
    for (int i = 0; i < 20; ++i) {
      const auto name = fmt::format("number {}", i);
      text += pair_scenario(name, fmt::format("a < nothing for {}ms", 20 - i));
      expected += fmt::format("ok   {} › {} (T)\n", file, name);
    }
    workspace.write(file, text);
  }
  const auto run = workspace.volley({"run", ".", "--jobs", "16"});
  CHECK(steady(run.out) == expected + "40 passed, 0 failed, 0 skipped, 0 errors in T s\n");
}

TEST_CASE("the option -v shows the transcripts of passed scenarios") {
  const Workspace workspace;
  workspace.write("a.volley", echo);
  CHECK(steady(workspace.volley({"run", "-v", "a.volley"}).out) ==
        "ok   a.volley › an echo (T)\n" + opening.substr(opening.find('\n') + 1) +
            "    T  a > \"hello\"\n"
            "    T  b < \"hello\"\n"
            "1 passed, 0 failed, 0 skipped, 0 errors in T s\n");
}

TEST_CASE("the seed alone decides random bytes") {
  const Workspace workspace;
  workspace.write("a.volley", pair_scenario("noise", "a > random(8)\n    b < bytes(8)"));
  const auto noise = [&](const char* seed) {
    return steady(workspace.volley({"run", "-v", "a.volley", "--seed", seed}).out);
  };
  CHECK(noise("1") == noise("1"));
  CHECK(noise("1") != noise("2"));
}

TEST_CASE("the command at the end of a failure repeats exactly it") {
  const Workspace workspace;
  const std::string name = "it's here/a b.volley";
  workspace.write(name, echo + pair_scenario("noise", "a > random(4)\n    b < \"never\""));
  const auto first = workspace.volley({"run", name, "--seed", "9", "--slow-factor", "2"});
  std::string command;
  REQUIRE(RE2::PartialMatch(first.out, R"(  repeat: volley (.*)\n)", &command));
  CHECK(command == "run 'it'\\''s here/a b.volley:8' --seed 9 --slow-factor 2");
  const auto again = workspace.shell("'" + volley_program() + "' " + command);
  CHECK(steady(first.out).contains(steady(again.out).substr(0, again.out.find("  repeat:"))));
  CHECK(again.out.contains("\n0 passed, 1 failed, "));
}

TEST_CASE("bytes of peers and names of files reach no terminal raw") {
  const Workspace workspace;
  const std::string name = "\x1b]0;owned\x07.volley";
  workspace.write(name, pair_scenario("escapes \\x1b[31m", "a > \"harmful \\x1b[2J\\x9b\"\n    b < \"harmless\""));
  const auto run = workspace.volley({"run", name});
  CHECK(run.status == exited(1));
  CHECK(run.out.contains("FAIL \\x1b]0;owned\\x07.volley › escapes "));
  CHECK(run.out.contains("  received  \"harmful \\x1b[2J\\x9b\"\n"));
  CHECK(run.out.contains("  repeat: volley run $'\\033]0;owned\\007.volley:1' --seed 0\n"));
  CHECK(std::ranges::none_of(run.out, [](char c) { return (c >= 0 && c < ' ' && c != '\n') || c == '\x7f'; }));
}

TEST_CASE("the option --report writes what the console shows as JUnit") {
  const Workspace workspace;
  workspace.write("a.volley", echo + pair_scenario("too much", "a > \"!\""));
  const auto run = workspace.volley({"run", "a.volley", "--report", "junit=out.xml"});
  CHECK(run.status == exited(1));
  const auto xml = read_text(workspace.path("out.xml"));
  CHECK(xml.contains("<testcase name=\"an echo\" classname=\"a.volley\""));
  CHECK(xml.contains("<failure message=\"1 byte is left over on b: no step expects it\">FAIL a.volley › too much"));
  const auto lint =
      run_program({"xmllint", "--noout", "--schema", VOLLEY_TEST_DATA "/junit.xsd", workspace.path("out.xml")});
  CHECK(lint.status == exited(0));
}

TEST_CASE("results that stdout does not take are an error") {
  const Workspace workspace;
  workspace.write("a.volley", echo);
  CHECK(workspace.shell("'" + volley_program() + "' run a.volley > /dev/full").status == exited(3));
}

TEST_CASE("an interrupted run tells what is known, and its reports are whole") {
  for (const auto& [signal, name] : {std::pair(SIGINT, "SIGINT"), std::pair(SIGTERM, "SIGTERM")}) {
    const Workspace workspace;
    auto door = TcpListener::listen(Endpoint(Ipv4Address({127, 0, 0, 1}), 0));
    REQUIRE(door);
    const auto place = door->local()->to_string();
    workspace.write("a.volley", echo + "scenario \"waits\" {\n    connect c tcp " + place +
                                    "\n    c < \"never\" within 60s\n}\n" + pair_scenario("not reached", "close a"));
    auto program = workspace.start({"run", "a.volley", "--jobs", "1", "--report", "junit=out.xml"});
    wait_until_readable(door->fd());
    auto connection = door->accept(Blocking::yes);  // now the second scenario waits
    REQUIRE(connection);
    REQUIRE(program.signal(signal));
    const auto run = workspace.finish(std::move(program));
    CHECK(steady(run.out) ==
          "ok   a.volley › an echo (T)\n"
          "skip a.volley › waits: interrupted\n"
          "skip a.volley › not reached: interrupted\n"
          "1 passed, 0 failed, 2 skipped, 0 errors in T s\n");
    CHECK(run.err == fmt::format("volley: interrupted by {}\n", name));
    CHECK(run.status == exited(128 + signal));
    CHECK(read_text(workspace.path("out.xml")).ends_with("</testsuites>\n"));
  }
}

TEST_CASE("list gives identities, tags and targets") {
  const Workspace workspace;
  workspace.write("a.volley",
                  "target t {\n    run \"true\"\n}\n"
                  "scenario \"one\" {\n    tag x, y\n    connect c tcp t\n}\n" +
                      echo);
  const auto list = workspace.volley({"list", "a.volley"});
  CHECK(list.out == "a.volley › one\tx,y\tt\na.volley › an echo\t\t\n");
  CHECK(list.status == exited(0));
  CHECK(workspace.volley({"list", "a.volley", "--filter", "echo"}).out == "a.volley › an echo\t\t\n");
}

TEST_CASE("list gives programs the same as JSON") {
  const Workspace workspace;
  workspace.write("a.volley",
                  "target t {\n    run \"true\"\n}\n"
                  "scenario \"\\x1b[2J \\\"one\\\"\" {\n    tag x, y\n    connect c tcp t\n}\n");
  const auto list = workspace.volley({"list", "--json", "a.volley"});
  CHECK(list.out == R"([
  {
    "identity": "a.volley › \\x1b[2J \"one\"",
    "file": "a.volley",
    "line": 4,
    "name": "\\x1b[2J \"one\"",
    "variation": "",
    "tags": [
      "x",
      "y"
    ],
    "spec": [],
    "targets": [
      "t"
    ],
    "family": null,
    "server": null,
    "known": null
  }
]
)");
  CHECK(list.status == exited(0));
  workspace.write("b.volley", "scenario \"b\" {\n    wait\n}\n");
  const auto mistake = workspace.volley({"list", "--json", "."});
  CHECK(mistake.out.empty());
  CHECK(mistake.status == exited(2));
}

TEST_CASE("check tells that nothing is wrong, or what a scenario was compiled to") {
  const Workspace workspace;
  workspace.write("_shared.volley", "");
  workspace.write("a.volley", echo);
  const auto check = workspace.volley({"check", "."});
  CHECK(check.out == "2 files, 1 scenario: nothing wrong\n");
  CHECK(check.status == exited(0));
  const auto dump = workspace.volley({"check", "a.volley", "--dump", "plan"});
  CHECK(dump.out.contains("an echo"));
  CHECK(dump.out.contains("listen door"));
}

}  // namespace volley::test
