// SPDX-License-Identifier: Apache-2.0
// What --keep leaves behind, and that nothing else does.
#include <fmt/format.h>
#include <re2/re2.h>
#include <volley/temp_dir.h>

#include <filesystem>
#include <string>
#include <string_view>

#include "catch.h"
#include "program_workspace.h"
#include "run_program.h"

namespace volley::test {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view good_end = "trap 'kill -9 $!; exit 0' TERM";
constexpr std::string_view bad_end = "trap 'exit 3' TERM";

std::string target(std::string_view script, std::string_view within = "60s") {
  return fmt::format(
      "target server {{\n    run \"/bin/sh\" \"-c\" \"echo evidence > found; {}; echo up; while :; do sleep 5 & wait; "
      "done\"\n    ready output ~ /up/\n    within {}\n}}\n",
      script, within);
}

std::string scenario(std::string_view name, std::string_view steps) {
  return fmt::format("scenario \"{}\" {{\n    connect c tcp server fails refused\n    {}\n}}\n", name, steps);
}

/// The program with the option, in a workspace whose temporary files are in `tmp`.
Finished run_keeping(const Workspace& workspace, std::string_view more = "--keep") {
  fs::create_directory(workspace.path("tmp"));
  return workspace.shell(
      fmt::format("TMPDIR='{}' exec '{}' run a.volley {}", workspace.path("tmp"), volley_program(), more));
}

Words kept(const std::string& out) {
  Words all;
  re2::StringPiece rest = out;
  std::string dir;
  while (RE2::FindAndConsume(&rest, R"((?m)^  kept: (.*)$)", &dir)) all.push_back(dir);
  return all;
}

Words left(const Workspace& workspace) {
  Words all;
  for (const auto& entry : fs::directory_iterator(workspace.path("tmp"))) all.push_back(entry.path().string());
  std::ranges::sort(all);
  return all;
}

}  // namespace

TEST_CASE("with --keep the directories of a failure stay, and the report tells them") {
  struct Row {
    std::string_view name;
    std::string text;
    std::size_t directories;  ///< That are kept, and told.
  };
  const Row rows[] = {
      {"a scenario fails", target(good_end) + scenario("s", "expect 1 == 2"), 1},
      {"a scenario of two fails", target(good_end) + scenario("s", "expect 1 == 2") + scenario("t", "expect 1 == 1"),
       1},
      {"both fail, one directory told twice",
       target(good_end) + scenario("s", "expect 1 == 2") + scenario("t", "expect 1 == 2"), 1},
      {"a fresh one fails",
       target(good_end) + scenario("s", "expect 1 == 1") +
           "scenario \"t\" {\n    fresh\n    connect c tcp server fails refused\n    expect 1 == "
           "2\n}\n",
       1},
      {"the target dies", target(good_end) + "scenario \"s\" {\n    fresh\n    signal server kill\n    wait 50ms\n}\n",
       1},
      {"the target does not stop as asked", target(bad_end) + scenario("s", "expect 1 == 1"), 1},
      {"the target is never ready", target("exec sleep 100", "1s") + scenario("s", "expect 1 == 1"), 1},
      {"the target exits at once", target("exit 4") + scenario("s", "expect 1 == 1"), 1},
      {"a program's scenario fails",
       "scenario \"s\" {\n    start p \"sh\" \"-c\" \"echo evidence > found\"\n    p exits 7\n}\n", 1},
      {"both a program's scenario and its target",
       target(good_end) + scenario("s", "start p \"sh\" \"-c\" \"echo evidence > found\"\n    p exits 7"), 2},
      {"all pass", target(good_end) + scenario("s", "start p \"true\"\n    p exits 0"), 0},
  };
  for (const auto& row : rows) {
    CAPTURE(row.name);
    const Workspace workspace;
    workspace.write("a.volley", row.text);
    const auto run = run_keeping(workspace);
    CAPTURE(run.out, run.err);
    auto told = kept(run.out);
    std::ranges::sort(told);
    told.erase(std::ranges::unique(told).begin(), told.end());
    CHECK(told == left(workspace));
    CHECK(told.size() == row.directories);
    for (const auto& dir : told) CHECK(read_text(dir + "/found") == "evidence\n");
    CHECK(run.status == exited(row.directories > 0 ? 1 : 0));
  }
}

TEST_CASE("of attempts and interrupted starts nothing stays that is not told") {
  const Workspace workspace;
  workspace.write("a.volley", "scenario \"s\" {\n    start p \"true\"\n    expect 1 == 2\n}\n");
  const auto run = run_keeping(workspace, "--keep --retries 3");
  CHECK(left(workspace).size() == 1);
  CHECK(left(workspace) == kept(run.out));

  const Workspace other;
  other.write("a.volley",
              "target server {\n    run \"/bin/sh\" \"-c\" \"echo $$ > up; kill -INT $(cat ../../volley.pid); "
              "while :; do sleep 5 & wait; done\"\n    ready output ~ /never/\n    within 60s\n}\n"
              "scenario \"s\" {\n    connect c tcp server\n}\n");
  std::filesystem::create_directory(other.path("tmp"));
  const auto interrupted = other.shell(fmt::format("echo $$ > volley.pid; TMPDIR='{}' exec '{}' run a.volley --keep",
                                                   other.path("tmp"), volley_program()));
  CHECK(interrupted.status == exited(130));
  CHECK(left(other).empty());
}

TEST_CASE("without --keep no directory stays, and none is told") {
  const Workspace workspace;
  workspace.write("a.volley", target(bad_end) + scenario("s", "expect 1 == 2"));
  const auto run = run_keeping(workspace, "");
  CHECK(run.status == exited(1));
  CHECK(kept(run.out).empty());
  CHECK(left(workspace).empty());
}

TEST_CASE("a directory that a failure keeps is told before the command that repeats it") {
  const Workspace workspace;
  workspace.write("a.volley", target(good_end) + scenario("s", "expect 1 == 2"));
  const auto run = run_keeping(workspace);
  CHECK(
      RE2::PartialMatch(run.out, R"(\n  kept: /[^\n]*/tmp/volley-\w{6}\n  repeat: volley run a\.volley:6 --seed 0\n)"));
}

TEST_CASE("with --keep a skipped scenario leaves nothing") {
  const Workspace workspace;
  workspace.write("a.volley", "target server {\n    run \"no-such-program\"\n}\n" + scenario("s", ""));
  CHECK(run_keeping(workspace).status == exited(3));
  CHECK(left(workspace).empty());
}

}  // namespace volley::test
