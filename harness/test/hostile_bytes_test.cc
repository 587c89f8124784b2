// SPDX-License-Identifier: Apache-2.0
// No bytes that a peer, a server or a file has chosen forge a case, a line, a command or a terminal escape in any
// report. Each report is read back by a program that is not ours.
#include "hostile_bytes.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <string>
#include <vector>

#include "catch.h"
#include "plan/value.h"
#include "program_workspace.h"
#include "report/capture.h"
#include "report/clean.h"
#include "report/github.h"
#include "report/json.h"
#include "report/junit.h"
#include "report/tap.h"
#include "report/text.h"
#include "report_example.h"
#include "report_readers.h"
#include "run_program.h"

namespace volley::test {
namespace {

/// Bytes as the language writes them, whatever they are.
std::string hex_literal(std::string_view bytes) {
  std::string text = "x\"";
  for (const char byte : bytes) text += fmt::format("{:02x}", static_cast<unsigned char>(byte));
  return text + "\"";
}

/// As a name in a file: short enough, and what a string may hold.
std::string name_of(const std::string& bytes) {
  return plan::escaped(std::string_view(bytes).substr(0, 200));
}

/// Bytes that can be a file's name.
std::string file_name(std::string bytes) {
  bytes.resize(std::min<std::size_t>(bytes.size(), 200));
  std::ranges::replace(bytes, '/', '_');
  std::ranges::replace(bytes, '\0', '0');
  return bytes + ".volley";
}

std::size_t count(std::string_view text, std::string_view part) {
  std::size_t found = 0;
  for (auto at = text.find(part); at != std::string_view::npos; at = text.find(part, at + part.size())) ++found;
  return found;
}

std::size_t lines_of(std::string_view text) {
  return static_cast<std::size_t>(std::ranges::count(text, '\n'));
}

}  // namespace

TEST_CASE("hostile bytes of peers, names and files forge nothing in any report") {
  const Workspace workspace;
  std::vector<std::string> identities;
  for (const auto& bytes : hostile_bytes) {
    const auto file = file_name(bytes);
    workspace.write("suite/" + file, fmt::format("scenario \"{}\" {{\n    listen door tcp\n    connect a tcp door\n"
                                                 "    accept b from door\n    a > {}\n    b < \"harmless\"\n}}\n",
                                                 name_of(bytes), hex_literal(bytes)));
    identities.push_back(report::clean("suite/" + file) + " › " + report::clean(bytes.substr(0, 200)));
  }
  const auto run = workspace.volley({"run", "suite", "-v", "--report", "json=out.jsonl", "--report", "tap=out.tap",
                                     "--report", "junit=out.xml", "--report", "github=out.txt", "--pcap", "packets"});
  CHECK(run.err.empty());
  REQUIRE(run.status == exited(1));
  std::ranges::sort(identities);

  const auto expected = [&](std::string_view form) {
    std::vector<std::string> lines;
    for (const auto& identity : identities) lines.push_back(fmt::format("{}\t{}", form, identity));
    return lines;
  };
  const auto sorted_lines = [](const std::string& text) {
    std::vector<std::string> lines;
    for (std::size_t at = 0; at < text.size();) {
      const auto end = text.find('\n', at);
      lines.push_back(text.substr(at, end - at));
      at = end + 1;
    }
    std::ranges::sort(lines);
    return lines;
  };

  SECTION("text") {
    CHECK(count("\n" + run.out, "\nFAIL ") == identities.size());
    for (const auto& identity : identities) CHECK(run.out.contains(report::inert("FAIL " + identity + " (")));
    CHECK(run.out.contains(fmt::format("\n0 passed, {} failed, 0 skipped, 0 errors in ", identities.size())));
    CHECK_FALSE(has_control(run.out));
    CHECK(read_commands(run.out).empty());
  }
  SECTION("JSON lines") {
    CHECK(sorted_lines(read_json_lines(workspace.path("out.jsonl"))) == expected("failed"));
  }
  SECTION("JUnit") {
    CHECK(sorted_lines(read_junit(workspace.path("out.xml"))) == expected("failed"));
  }
  SECTION("TAP") {
    auto points = sorted_lines(read_tap(workspace.path("out.tap")));
    std::erase_if(points, [](const std::string& line) { return line.starts_with('\t'); });  // messages
    auto trimmed = expected("failed");
    for (auto& line : trimmed) line.erase(line.find_last_not_of(' ') + 1);
    CHECK(points == trimmed);
    CHECK_FALSE(has_control(read_text(workspace.path("out.tap"))));
  }
  SECTION("annotations") {
    const auto text = read_text(workspace.path("out.txt"));
    CHECK(lines_of(text) == identities.size());
    CHECK_FALSE(has_control(text));
    const auto commands = sorted_lines(read_commands(text));
    REQUIRE(commands.size() == identities.size());
    for (const auto& command : commands) CHECK(command.starts_with("error\tsuite/"));
    for (const auto& identity : identities) {
      CHECK(read_commands(text).contains(report::inert("\t6\t" + identity + "\t")));
    }
    CHECK_FALSE(text.contains("##vso["));
  }
  SECTION("packets") {
    std::vector<std::string> words{"mergecap", "-w", workspace.path("all.pcapng")};
    for (const auto& entry : std::filesystem::directory_iterator(workspace.path("packets"))) {
      words.push_back(entry.path());
      CHECK(std::ranges::all_of(entry.path().filename().string(), [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' || c == '-' ||
               c == '_';
      }));
    }
    REQUIRE(words.size() == identities.size() + 3);
    REQUIRE(run_program(words).status == exited(0));
    const auto payloads = run_program(
        {"tshark", "-r", workspace.path("all.pcapng"), "-T", "fields", "-e", "tcp.payload", "-Y", "tcp.len > 0"});
    CHECK(payloads.status == exited(0));
    for (const auto& bytes : hostile_bytes) {
      const auto literal = hex_literal(std::string_view(bytes).substr(0, 4096));
      CHECK(payloads.out.contains(literal.substr(2, literal.size() - 3) + "\n"));
    }
  }
}

TEST_CASE("hostile bytes that were expected forge nothing in the transcripts of what passed") {
  const Workspace workspace;
  std::string file;
  for (std::size_t i = 0; i < hostile_bytes.size(); ++i) {
    const auto literal = hex_literal(hostile_bytes[i]);
    file += fmt::format(
        "scenario \"{} {}\" {{\n    listen door tcp\n    connect a tcp door\n"
        "    accept b from door\n    a > {}\n    b < {}\n}}\n",
        i, name_of(hostile_bytes[i]), literal, literal);
  }
  workspace.write("a.volley", file);
  const auto run = workspace.volley({"run", "a.volley", "-v"});
  CHECK(run.status == exited(0));
  CHECK(count("\n" + run.out, "\nok   a.volley › ") == hostile_bytes.size());
  CHECK(lines_of(run.out) == 6 * hostile_bytes.size() + 1);
  CHECK_FALSE(has_control(run.out));
  CHECK(read_commands(run.out).empty());
}

TEST_CASE("hostile last words of a server forge nothing in any report") {
  report::Example example;
  std::vector<report::Case> cases;
  report::Summary summary;
  for (const auto& bytes : hostile_bytes) {
    auto& one = cases.emplace_back(example.a_mismatch());
    one.began = std::chrono::sys_time<std::chrono::nanoseconds>(std::chrono::seconds(1));
    one.target = report::TargetEnd{"server", "exited with status 1", bytes};
    one.programs = {{bytes, bytes, "x\n" + bytes}};
    one.tags = {bytes};
    one.verdict.remarks = {bytes};
    one.verdict.explanation->what = bytes;
    one.verdict.explanation->notes = {bytes};
    one.kept = {"/tmp/" + bytes};
    summary.count(one.verdict.outcome);
  }
  std::string all_failed;
  for (std::size_t i = 0; i < cases.size(); ++i) all_failed += "failed\tsuite/echo.volley › an echo\n";
  const Workspace workspace;
  const auto path = workspace.path("out");

  SECTION("text") {
    for (const auto& one : cases) {
      const auto text = report::text(one);
      CHECK(text.starts_with("FAIL suite/echo.volley › an echo ("));
      CHECK(count("\n" + text, "\nFAIL ") == 1);
      CHECK_FALSE(has_control(text));
      CHECK(read_commands(text).empty());
    }
  }
  SECTION("JSON lines") {
    auto text = report::json(report::RunFacts{});
    for (const auto& one : cases) text += report::json(one);
    write_text(path, text + report::json(summary, ""));
    CHECK(read_json_lines(path) == all_failed);
  }
  SECTION("JUnit") {
    write_text(path, report::junit(cases, summary.duration));
    CHECK(read_junit(path) == all_failed);
  }
  SECTION("TAP") {
    auto text = report::tap_begin();
    std::size_t number = 0;
    for (const auto& one : cases) text += report::tap(one, ++number);
    write_text(path, text + report::tap_end(number, ""));
    CHECK_FALSE(has_control(text));
    const auto read = read_tap(path);
    CHECK(count("\n" + read, "\nfailed\tsuite/echo.volley › an echo\n") == cases.size());
    CHECK(lines_of(read) == 2 * cases.size());  // each with its message
  }
  SECTION("annotations") {
    std::string text;
    for (const auto& one : cases) text += report::github(one);
    CHECK(lines_of(text) == cases.size());
    CHECK_FALSE(has_control(text));
    const auto commands = read_commands(text);
    CHECK(count("\n" + commands, "\nerror\tsuite/echo.volley\t6\tsuite/echo.volley › an echo\t") == cases.size());
    CHECK(lines_of(commands) == cases.size());
  }
  SECTION("packets") {
    for (const auto& one : cases) {
      for (const auto& comment : report::capture(one).comments) CHECK_FALSE(has_control(comment));
    }
    write_text(path, report::pcapng(cases.front(), "volley"));
    CHECK(run_program({"capinfos", path}).status == exited(0));
  }
}

}  // namespace volley::test
