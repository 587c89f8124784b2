// SPDX-License-Identifier: Apache-2.0
// The reports of the built program, read back by other programs.
#include <fcntl.h>
#include <fmt/format.h>
#include <volley/descriptor.h>
#include <volley/listen_socket.h>
#include <volley/stream_socket.h>

#include <algorithm>
#include <csignal>
#include <filesystem>
#include <sstream>
#include <string>
#include <vector>

#include "catch.h"
#include "program_workspace.h"
#include "report_readers.h"
#include "run_program.h"

namespace volley::test {
namespace {

std::string scenario(std::string_view name, std::string_view body) {
  return fmt::format(
      "scenario \"{}\" {{\n    {}\n    listen door tcp\n    connect a tcp door\n    accept b from door\n"
      "    a > \"hello\"\n    b < \"{}\"\n}}\n",
      name,
      body == "should" ? "level should"
      : body == "may"  ? "level may"
                       : "tag x",
      body == "passes" ? "hello" : "Hello");
}

/// One scenario of each outcome but `error`.
const std::string all_outcomes = scenario("is met", "passes") + scenario("is not met", "fails") +
                                 "target none {\n    run \"no-such-program\"\n}\n"
                                 "scenario \"has no server\" {\n    connect c tcp none\n}\n" +
                                 scenario("is not advised", "should") + scenario("is left open", "may");

const Words all_reports{"--report",      "json=out.jsonl", "--report",       "tap=out.tap", "--report",
                        "junit=out.xml", "--report",       "github=out.txt", "--pcap",      "packets"};

Words with_reports(Words words) {
  words.insert(words.end(), all_reports.begin(), all_reports.end());
  return words;
}

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream stream(text);
  for (std::string line; std::getline(stream, line);) lines.push_back(line);
  return lines;
}

std::vector<std::string> entries(const std::string& directory) {
  std::vector<std::string> names;
  for (const auto& entry : std::filesystem::directory_iterator(directory)) names.push_back(entry.path().filename());
  std::ranges::sort(names);
  return names;
}

/// The lines of the block of docs/reports.md that begins with ```text NAME.
std::vector<std::string> documented(const std::string& name) {
  const auto page = read_text(VOLLEY_DOCS "/reports.md");
  const auto fence = "```text " + name + "\n";
  const auto begin = page.find(fence);
  REQUIRE(begin != std::string::npos);
  const auto first = begin + fence.size();
  return lines_of(page.substr(first, page.find("```\n", first) - first));
}

/// Whether a line is the documented one, in which `…` is anything.
bool is_like(std::string_view line, const std::string& pattern) {
  auto text = RE2::QuoteMeta(pattern);
  RE2::GlobalReplace(&text, RE2::QuoteMeta("…"), ".*");
  return RE2::FullMatch(line, text);
}

}  // namespace

TEST_CASE("the examples of docs/reports.md are what volley writes") {
  const Workspace workspace;
  std::string scenario_file;
  for (const auto& line : documented("echo.volley")) scenario_file += line + "\n";
  workspace.write("echo.volley", scenario_file);
  CHECK(workspace.volley(with_reports({"run", "echo.volley"})).status == exited(1));
  const auto packets = workspace.path("packets") + "/" + entries(workspace.path("packets")).front();
  const auto comments = run_program({"tshark", "-r", packets, "-T", "fields", "-e", "frame.comment"});
  write_text(workspace.path("packets.txt"), comments.out);
  for (const std::string name : {"out.tap", "out.xml", "out.jsonl", "out.txt", "packets"}) {
    CAPTURE(name);
    const auto written = lines_of(read_text(workspace.path(name == "packets" ? "packets.txt" : name)));
    const auto shown = documented(name);
    // XML begins with its declaration, and goes on.
    const std::size_t first = name == "out.xml" ? 1 : 0;
    if (name != "out.xml") CHECK(written.size() == shown.size());
    REQUIRE(written.size() >= first + shown.size());
    for (std::size_t i = 0; i < shown.size(); ++i) {
      CAPTURE(shown[i], written[first + i]);
      CHECK(is_like(written[first + i], shown[i]));
    }
  }
}

TEST_CASE("all reports can be had from one run, and tell the same") {
  const Workspace workspace;
  workspace.write("b.volley", all_outcomes);
  workspace.write("a.volley", scenario("comes first", "passes"));
  const auto run = workspace.volley(with_reports({"run", "b.volley", "a.volley"}));
  CHECK(run.err.empty());
  CHECK(run.status == exited(1));
  CHECK(read_json_lines(workspace.path("out.jsonl")) ==
        "passed\ta.volley › comes first\n"
        "passed\tb.volley › is met\n"
        "failed\tb.volley › is not met\n"
        "skipped\tb.volley › has no server\n"
        "advice\tb.volley › is not advised\n"
        "information\tb.volley › is left open\n");
  CHECK(read_junit(workspace.path("out.xml")) ==
        "passed\ta.volley › comes first\n"
        "passed\tb.volley › is met\n"
        "failed\tb.volley › is not met\n"
        "skipped\tb.volley › has no server\n"
        "passed\tb.volley › is not advised\n"
        "passed\tb.volley › is left open\n");
  CHECK(read_tap(workspace.path("out.tap")) ==
        "passed\ta.volley › comes first\n"
        "passed\tb.volley › is met\n"
        "failed\tb.volley › is not met\n"
        "\tbyte 0 differs: expected 'H' (0x48), received 'h' (0x68)\n"
        "skipped\tb.volley › has no server\n"
        "todo\tb.volley › is not advised\n"
        "\tbyte 0 differs: expected 'H' (0x48), received 'h' (0x68)\n"
        "todo\tb.volley › is left open\n"
        "\tbyte 0 differs: expected 'H' (0x48), received 'h' (0x68)\n");
  CHECK(read_commands(read_text(workspace.path("out.txt"))) ==
        "error\tb.volley\t15\tb.volley › is not met\tbyte 0 differs: expected 'H' (0x48), received 'h' (0x68)\n"
        "warning\tb.volley\t29\tb.volley › is not advised\tbyte 0 differs: expected 'H' (0x48), received 'h' (0x68)\n"
        "notice\tb.volley\t37\tb.volley › is left open\tbyte 0 differs: expected 'H' (0x48), received 'h' (0x68)\n");
  CHECK(entries(workspace.path("packets")).size() == 5);  // the skipped one has no packets
}

TEST_CASE("a report on stdout has it for itself, and the summary goes to stderr") {
  const Workspace workspace;
  workspace.write("a.volley", scenario("is met", "passes"));
  const auto run = workspace.volley({"run", "a.volley", "--report", "tap=-"});
  CHECK(run.out == "TAP version 14\nok 1 - a.volley › is met\n1..1\n");
  CHECK(steady(run.err) == "1 passed, 0 failed, 0 skipped, 0 errors in T s\n");
  CHECK(run.status == exited(0));
}

TEST_CASE("annotations stand between the results if they have no file") {
  const Workspace workspace;
  workspace.write("a.volley", scenario("is not met", "fails") + scenario("is met", "passes"));
  const auto run = workspace.volley({"run", "a.volley", "--report", "github"});
  CHECK(run.out.starts_with("FAIL a.volley › is not met "));
  CHECK(steady(run.out).ends_with(
      "  repeat: volley run a.volley:1 --seed 0\n"
      "::error file=a.volley,line=7,col=9,endColumn=15,title=a.volley › is not met::byte 0 differs: expected 'H' "
      "(0x48), received 'h' (0x68)%0Aexpected  \"Hello\"%0Areceived  \"hello\"%0A           ^ byte 0%0Arepeat: volley "
      "run a.volley:1 "
      "--seed 0\n"
      "ok   a.volley › is met (T)\n"
      "1 passed, 1 failed, 0 skipped, 0 errors in T s\n"));
}

TEST_CASE("reports that cannot be written are told before anything runs") {
  const Workspace workspace;
  workspace.write("a.volley", scenario("is met", "passes"));
  const auto run = workspace.volley({"run", "a.volley", "--report", "json=none/out", "--report", "tap=out.tap",
                                     "--report", "junit=.", "--pcap", "none/packets"});
  CHECK(run.out.empty());
  CHECK(run.err ==
        "volley: open none/out: No such file or directory\n"
        "volley: open .: Is a directory\n"
        "volley: mkdir none/packets: No such file or directory\n");
  CHECK(run.status == exited(3));
  CHECK(entries(workspace.path(".")) == std::vector<std::string>{".err", ".out", "a.volley"});
}

TEST_CASE("a report that a full disk cuts is an error, and the others are whole") {
  const Workspace workspace;
  workspace.write("a.volley", scenario("is met", "passes") + scenario("is not met", "fails"));
  const auto run = workspace.volley({"run", "a.volley", "--report", "json=/dev/full", "--report", "tap=out.tap"});
  CHECK(run.out.starts_with("ok   a.volley › is met "));
  CHECK(run.err ==
        "volley: write /dev/full: No space left on device\n"
        "volley: the results could not be written whole\n");
  CHECK(run.status == exited(3));
  CHECK(read_tap(workspace.path("out.tap")) ==
        "passed\ta.volley › is met\nfailed\ta.volley › is not met\n"
        "\tbyte 0 differs: expected 'H' (0x48), received 'h' (0x68)\n");
}

TEST_CASE("a report that grows over a limit leaves no part of itself") {
  const Workspace workspace;
  workspace.write("a.volley", scenario("is met", "passes") + scenario("is not met", "fails"));
  workspace.write("out.jsonl", "what stood there\n");
  // `ulimit -f` counts blocks of 512 bytes: the JSON does not fit, TAP does.
  const auto run = workspace.shell("ulimit -f 4 && exec '" + volley_program() +
                                   "' run a.volley --report json=out.jsonl --report tap=out.tap");
  CHECK(run.err ==
        "volley: write out.jsonl: File too large\n"
        "volley: the results could not be written whole\n");
  CHECK(run.status == exited(3));
  CHECK(read_text(workspace.path("out.jsonl")) == "what stood there\n");
  CHECK(read_text(workspace.path("out.tap")).ends_with("1..2\n"));
  CHECK(entries(workspace.path(".")) ==
        std::vector<std::string>{".err", ".out", ".state", "a.volley", "out.jsonl", "out.tap"});
}

TEST_CASE("packets that a full disk does not take are an error, and name the first file") {
  const Workspace workspace;
  const auto many = [](std::string_view name) {
    return fmt::format(
        "scenario \"{}\" {{\n    bind s udp\n    bind c udp\n    s > 4000 * (\"x\") to c.local\n"
        "    c < 4000 * (\"x\") from any\n}}\n",
        name);
  };
  workspace.write("a.volley", many("one") + many("two") + scenario("is met", "passes"));
  const auto run = workspace.shell("ulimit -f 4 && exec '" + volley_program() +
                                   "' run a.volley --pcap packets --report tap=out.tap");
  CHECK(run.err.starts_with("volley: write packets/a.volley_one-"));
  CHECK(
      run.err.ends_with(".pcapng: File too large, and 1 more file\nvolley: the results could not be written whole\n"));
  CHECK(run.status == exited(3));
  CHECK(entries(workspace.path("packets")).size() == 1);
  CHECK(read_text(workspace.path("out.tap")).ends_with("1..3\n"));
}

TEST_CASE("after an interrupt all reports are whole and say so") {
  for (const auto& [signal, name] : {std::pair(SIGINT, "SIGINT"), std::pair(SIGTERM, "SIGTERM")}) {
    const Workspace workspace;
    auto door = TcpListener::listen(Endpoint(Ipv4Address({127, 0, 0, 1}), 0));
    REQUIRE(door);
    workspace.write("a.volley", scenario("is met", "passes") + "scenario \"waits\" {\n    connect c tcp " +
                                    door->local()->to_string() + "\n    c < \"never\" within 60s\n}\n" +
                                    scenario("is not reached", "passes"));
    auto program = workspace.start(with_reports({"run", "a.volley", "--jobs", "1"}));
    wait_until_readable(door->fd());
    const auto connection = door->accept(Blocking::yes);  // now the second scenario waits
    REQUIRE(connection);
    REQUIRE(program.signal(signal));
    CHECK(workspace.finish(std::move(program)).status == exited(128 + signal));
    const std::string cases =
        "passed\ta.volley › is met\nskipped\ta.volley › waits\nskipped\ta.volley › is not reached\n";
    CHECK(read_json_lines(workspace.path("out.jsonl")) == cases);
    CHECK(read_text(workspace.path("out.jsonl")).ends_with(fmt::format("\"interrupted_by\":\"{}\"}}\n", name)));
    CHECK(read_junit(workspace.path("out.xml")) == cases);
    CHECK(read_tap(workspace.path("out.tap")) == cases + fmt::format("bailout\tinterrupted by {}\n", name));
    CHECK(read_text(workspace.path("out.txt")).empty());
    CHECK(entries(workspace.path("packets")).size() == 2);
    CHECK(entries(workspace.path(".")) == std::vector<std::string>{".err", ".out", "a.volley", "out.jsonl", "out.tap",
                                                                   "out.txt", "out.xml", "packets"});
  }
}

TEST_CASE("a report of a program that is killed leaves nothing behind") {
  const Workspace workspace;
  if (const Descriptor nameless(::open(workspace.path(".").c_str(), O_TMPFILE | O_WRONLY, 0600)); !nameless) {
    WARN("not shown: this file system has no files without names");
    return;
  }
  auto door = TcpListener::listen(Endpoint(Ipv4Address({127, 0, 0, 1}), 0));
  REQUIRE(door);
  workspace.write("a.volley", "scenario \"waits\" {\n    connect c tcp " + door->local()->to_string() +
                                  "\n    c < \"never\" within 60s\n}\n");
  auto program = workspace.start({"run", "a.volley", "--report", "json=out.jsonl"});
  wait_until_readable(door->fd());
  REQUIRE(program.signal(SIGKILL));
  workspace.finish(std::move(program));
  CHECK(entries(workspace.path(".")) == std::vector<std::string>{".err", ".out", "a.volley"});
}

}  // namespace volley::test
