// SPDX-License-Identifier: Apache-2.0
#include "report/junit.h"

#include <volley/temp_dir.h>

#include "catch.h"
#include "report_example.h"
#include "run_program.h"

namespace volley::report {
namespace {

Case simple(std::string path, std::string name, judge::Outcome outcome, std::string reason = {}) {
  Case one;
  one.path = std::move(path);
  one.name = std::move(name);
  one.line = 3;
  one.verdict.outcome = outcome;
  one.reason = std::move(reason);
  one.duration = std::chrono::milliseconds(2);
  return one;
}

constexpr auto some_time = std::chrono::milliseconds(6);

/// What xmllint says of a document; empty if it satisfies the schema.
std::string complaints(const std::string& xml) {
  const auto directory = TempDir::make();
  REQUIRE(directory);
  const auto file = directory->path() + "/junit.xml";
  test::write_text(file, xml);
  const auto run = test::run_program({"xmllint", "--noout", "--schema", VOLLEY_TEST_DATA "/junit.xsd", file});
  return run.status == test::exited(0) ? std::string() : run.err;
}

}  // namespace

TEST_CASE("JUnit has a testsuite for each file and a testcase for each case") {
  const std::vector<Case> cases{
      simple("a.volley", "one", judge::Outcome::passed),
      simple("a.volley", "two", judge::Outcome::skipped, "redis-server is not installed"),
      simple("b.volley", "three", judge::Outcome::error, "socket: Too many open files"),
  };
  const auto xml = junit(cases, some_time);
  CHECK(xml ==
        R"(<?xml version="1.0"?>
<testsuites name="volley" tests="3" failures="0" errors="1" time="0.006">
  <testsuite name="a.volley" tests="2" failures="0" errors="0" time="0.004" skipped="1">
    <testcase name="one" classname="a.volley" time="0.002" />
    <testcase name="two" classname="a.volley" time="0.002">
      <skipped message="redis-server is not installed" />
    </testcase>
  </testsuite>
  <testsuite name="b.volley" tests="1" failures="0" errors="1" time="0.002" skipped="0">
    <testcase name="three" classname="b.volley" time="0.002">
      <error message="socket: Too many open files">ERROR b.volley › three (2.0 ms)
b.volley:3: socket: Too many open files
</error>
    </testcase>
  </testsuite>
</testsuites>
)");
  CHECK(complaints(xml).empty());
}

TEST_CASE("the body of a JUnit failure is what the console shows") {
  Example example;
  const std::vector<Case> cases{example.a_mismatch()};
  const auto xml = junit(cases, some_time);
  CHECK(xml.contains(
      "<failure message=\"byte 5 differs: expected 'W', received 'w'\">FAIL suite/echo.volley › an echo (1.2 ms)\n"
      "suite/echo.volley:6:11: byte 5 differs: expected 'W', received 'w'\n"
      "    bob &lt; \"last Words\"   # wrong\n"));
  CHECK(complaints(xml).empty());
}

TEST_CASE("JUnit is well-formed whatever bytes a case has") {
  Example example;
  std::string all_bytes;
  for (int byte = 0; byte < 256; ++byte) all_bytes += static_cast<char>(byte);
  all_bytes += "]]></failure>\xef\xbf\xbf";
  auto failed = example.a_mismatch();
  failed.path = failed.name = all_bytes;
  failed.verdict.explanation->what = all_bytes;
  failed.verdict.explanation->comparison->received = all_bytes;
  failed.target = TargetEnd{all_bytes, all_bytes, all_bytes};
  const std::vector<Case> cases{failed, simple(all_bytes, all_bytes, judge::Outcome::skipped, all_bytes),
                                simple(all_bytes, all_bytes, judge::Outcome::error, all_bytes)};
  CHECK(complaints(junit(cases, some_time)).empty());
}

TEST_CASE("JUnit has the last words of servers and programs, and the failure of what is flaky") {
  Example example;
  auto failed = example.a_mismatch();
  failed.target = TargetEnd{"server", "was killed by SIGSEGV", "one\r\n::error::two\n\x1b[31m"};
  failed.programs = {{"helper", "", "three"}};
  auto flaky = example.a_mismatch();
  flaky.verdict.outcome = judge::Outcome::flaky;
  flaky.attempts = 2;
  const std::vector<Case> cases{failed, flaky};
  const auto xml = junit(cases, some_time);
  CHECK(xml.contains("<system-err>one\n\\x3a:error::two\n\\x1b[31m\nthree\n</system-err>"));
  CHECK(
      xml.contains("<flakyFailure message=\"byte 5 differs: expected 'W', received 'w'\" type=\"flaky\">FLAKY suite"));
  CHECK(xml.contains("tests=\"2\" failures=\"1\" errors=\"0\""));
  CHECK(complaints(xml).empty());
}

TEST_CASE("JUnit of no case is valid too") {
  CHECK(complaints(junit({}, {})).empty());
}

TEST_CASE("the schema of the tests refuses what is no JUnit") {
  CHECK(complaints("<testsuites><case/></testsuites>").contains("Element 'case'"));
}

}  // namespace volley::report
