// SPDX-License-Identifier: Apache-2.0
// What stands in JSON lines, TAP and annotations, byte for byte.
#include <volley/temp_dir.h>

#include <nlohmann/json.hpp>
#include <string>

#include "catch.h"
#include "engine/trace_json.h"
#include "judge/verdict.h"
#include "report/github.h"
#include "report/json.h"
#include "report/place.h"
#include "report/tap.h"
#include "report_example.h"
#include "report_readers.h"
#include "run_program.h"

namespace volley::report {
namespace {

Case named(std::string name, judge::Outcome outcome, std::string reason = {}) {
  Case one;
  one.path = "a.volley";
  one.name = std::move(name);
  one.line = 3;
  one.verdict.outcome = outcome;
  one.reason = std::move(reason);
  return one;
}

Case a_failure(Example& example) {
  auto one = example.a_mismatch();
  one.began = std::chrono::sys_time<nanoseconds>(nanoseconds(1'700'000'000'000'000'001));
  one.verdict.steps.assign(6, judge::Verdict::OfStep::passed);
  one.verdict.steps[4] = judge::Verdict::OfStep::failed;
  one.verdict.steps[5] = judge::Verdict::OfStep::not_reached;
  one.verdict.explanation->notes = {"a note"};
  one.target = TargetEnd{"server", "was killed by SIGSEGV", "oh\n\xff"};
  one.programs = {{"helper", "", "ran"}};
  return one;
}

}  // namespace

TEST_CASE("the first line of JSON tells of the run, the last of all cases") {
  RunFacts run{"1.2.3", {"volley", "run", "\x1b.volley"}, UINT64_MAX, {}};
  CHECK(json(run) == R"({"type":"run","format":1,"volley":"1.2.3","command":["volley","run","\\x1b.volley"],)"
                     R"("seed":18446744073709551615,"began":"1970-01-01T00:00:00.000000000Z"})"
                     "\n");
  Summary summary{.passed = 1,
                  .failed = 2,
                  .skipped = 3,
                  .errors = 4,
                  .advice = 5,
                  .information = 6,
                  .flaky = 7,
                  .known = 9,
                  .vanished = 10,
                  .rounds = 8};
  summary.duration = nanoseconds(7);
  CHECK(json(summary, "")
            .starts_with(R"({"type":"summary","passed":1,"failed":2,"skipped":3,"errors":4,"advice":5,"information":6,)"
                         R"("flaky":7,"known":9,"vanished":10,"rounds":8,"duration_ns":7,)"));
  CHECK(json(summary, "").ends_with("\"interrupted_by\":null}\n"));
  CHECK(json(summary, "SIGINT").ends_with("\"interrupted_by\":\"SIGINT\"}\n"));
}

TEST_CASE("a line of JSON tells all that is known of a case") {
  Example example;
  const auto value = nlohmann::json::parse(json(a_failure(example)));
  CHECK(value["identity"] == "suite/echo.volley › an echo");
  CHECK(value["outcome"] == "failed");
  CHECK(value["level"] == "must");
  CHECK(value["began"] == "2023-11-14T22:13:20.000000001Z");
  CHECK(value["duration_ns"] == 1'234'000);
  CHECK(value["reason"] == "byte 5 differs: expected 'W', received 'w'");
  CHECK(value["explanation"]["span"] ==
        nlohmann::json::parse(
            R"({"file": "suite/echo.volley", "line": 6, "column": 11, "end_line": 6, "end_column": 22})"));
  CHECK(value["explanation"]["source"] == "\"last Words\"");
  CHECK(value["explanation"]["comparison"] == nlohmann::json::parse(R"({
      "expected": {"hex": "6c61737420576f726473", "text": "last Words"}, "pattern": "",
      "received": {"hex": "6c61737420776f726473", "text": "last words"},
      "origin": 0, "differs_at": 5, "received_is_cut": false})"));
  CHECK(value["steps"].size() == 6);
  CHECK(value["steps"][3]["source"] == "alice > \"last words\"");
  CHECK(value["steps"][3]["first_ns"] == 400'000);
  CHECK(value["steps"][4]["verdict"] == "failed");
  CHECK(value["steps"][5]["verdict"] == "not reached");
  CHECK(value["steps"][5]["first_ns"].is_null());
  CHECK(value["target"] == nlohmann::json::parse(R"({"name": "server", "status": "was killed by SIGSEGV",
      "stderr": {"hex": "6f680aff", "text": "oh\\n\\xff"}})"));
  CHECK(value["programs"][0]["status"].is_null());
  CHECK(value["repeat"] == "volley run suite/echo.volley:1 --seed 0");
}

TEST_CASE("the trace in a line of JSON can be judged again") {
  Example example;
  const auto one = a_failure(example);
  const auto trace = engine::trace_from_json(nlohmann::json::parse(json(one))["trace"].dump());
  REQUIRE(trace);
  CHECK(*trace == one.trace);
}

TEST_CASE("the schema of JSON lines refuses what is no report") {
  const auto directory = TempDir::make();
  REQUIRE(directory);
  const auto path = directory->path() + "/out.jsonl";
  const auto complaint = [&](const std::string& line) {
    test::write_text(path, json(RunFacts{}) + line + json(Summary{}, ""));
    return test::read_json_lines(path);
  };
  Example example;
  const auto line = json(a_failure(example));
  CHECK(complaint(line) == "failed\tsuite/echo.volley › an echo\n");
  for (const auto& [part, other] : {std::pair<std::string, std::string>{"\"failed\"", "\"perhaps\""},
                                    {"\"repeat\"", "\"again\""},
                                    {"\"duration_ns\":1", "\"duration_ns\":-1"},
                                    {"\"hex\":\"6f", "\"hex\":\"6F"},
                                    {"\"forgotten\":0,", ""},
                                    {"\"type\":\"case\"", "\"type\":\"cases\""}}) {
    CAPTURE(part);
    auto wrong = line;
    REQUIRE(wrong.contains(part));
    wrong.replace(wrong.find(part), part.size(), other);
    CHECK(complaint(wrong).contains("ValidationError"));
  }
}

TEST_CASE("TAP has a test point for each case, and below it what is known of a failure") {
  Example example;
  CHECK(tap_begin() == "TAP version 14\n");
  CHECK(tap(a_failure(example), 7) ==
        R"(not ok 7 - suite/echo.volley › an echo
  ---
  message: "byte 5 differs: expected 'W', received 'w'"
  severity: "failed"
  at:
    file: "suite/echo.volley"
    line: 6
    column: 11
  expected: "\"last Words\""
  received: "\"last words\""
  differs_at: 5
  notes:
    - "a note"
  target:
    name: "server"
    status: "was killed by SIGSEGV"
    stderr: "oh\\n\\xff"
  program:
    name: "helper"
    status: "runs on"
    stderr: "ran"
  duration_ms: "1.234"
  repeat: "volley run suite/echo.volley:1 --seed 0"
  ...
)");
  CHECK(tap(named("passes", judge::Outcome::passed), 1) == "ok 1 - a.volley › passes\n");
  CHECK(tap(named("a # b \\ c", judge::Outcome::skipped, "no # reason\n"), 2) ==
        "ok 2 - a.volley › a \\# b \\\\ c # SKIP no \\# reason\\\\n\n");
  CHECK(tap(named("advice", judge::Outcome::advice, "not so"), 3)
            .starts_with("not ok 3 - a.volley › advice # TODO not so\n  ---\n"));
  CHECK(tap(named("broken", judge::Outcome::error, "no memory"), 4)
            .starts_with("not ok 4 - a.volley › broken\n  ---\n  message: \"no memory\"\n  severity: \"error\"\n"));
  CHECK(tap_end(4, "") == "1..4\n");
  CHECK(tap_end(0, "SIGTERM") == "1..0\nBail out! interrupted by SIGTERM\n");
}

TEST_CASE("an annotation stands at the step to blame, its parts escaped as the runner unescapes them") {
  Example example;
  CHECK(github(a_failure(example)) ==
        "::error file=suite/echo.volley,line=6,col=11,endColumn=22,title=suite/echo.volley › an echo::"
        "byte 5 differs: expected 'W', received 'w'%0Aexpected  \"last Words\"%0Areceived  \"last words\"%0A"
        "                ^ byte 5%0Aa note%0Arepeat: volley run suite/echo.volley:1 --seed 0\n");
  CHECK(github(named("100%: a, b\n", judge::Outcome::error, "50%: c, d\r\n")) ==
        "::error file=a.volley,line=3,title=a.volley › 100%25%3A a%2C b\\n::50%25: c, d\\r\\n\n");
  CHECK(github(named("##vso[task.complete]", judge::Outcome::error, "##[error] no")) ==
        "::error file=a.volley,line=3,title=a.volley › #\\x23vso[task.complete]::#\\x23[error] no\n");
  CHECK(github(named("advice", judge::Outcome::advice)).starts_with("::warning file=a.volley,line=3,"));
  CHECK(github(named("may", judge::Outcome::information)).starts_with("::notice file=a.volley,line=3,"));
  CHECK(github(named("passes", judge::Outcome::passed)).empty());
  CHECK(github(named("skipped", judge::Outcome::skipped)).empty());
}

}  // namespace volley::report
