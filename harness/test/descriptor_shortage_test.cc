// SPDX-License-Identifier: Apache-2.0
// Runs that get fewer descriptors than they need: each ends by itself, with a message and whole reports.
#include <fmt/format.h>
#include <re2/re2.h>

#include <algorithm>
#include <filesystem>
#include <pugixml.hpp>
#include <string>
#include <string_view>

#include "built_with.h"
#include "catch.h"
#include "program_workspace.h"
#include "run_program.h"

namespace volley::test {
namespace {

namespace fs = std::filesystem;

std::string server_and_user(int number) {
  return fmt::format(
      "target server {{\n    run \"/bin/sh\" \"-c\" \"echo up; exec sleep 1000\"\n    ready output ~ /up/\n    within "
      "60s\n}}\nscenario \"user {}\" {{\n    connect c tcp server fails refused\n    bind s udp\n}}\n",
      number);
}

/// A run of a path of a workspace, with at most so many descriptors, its directories in `tmp`.
Finished run_with(const Workspace& workspace, std::string_view path, int descriptors, int jobs) {
  fs::create_directory(workspace.path("tmp"));
  return workspace.shell(fmt::format("ulimit -n {}; TMPDIR='{}' exec '{}' run {} --jobs {} --report junit=out.xml",
                                     descriptors, workspace.path("tmp"), volley_program(), path, jobs));
}

/// What a run without room for its own descriptors says.
bool is_early_end(const Finished& run, int limit) {
  return run.out.empty() &&
         run.err == fmt::format(
                        "volley: a run needs 64 descriptors for volley itself, and this process may have {}: "
                        "raise the hard limit (ulimit -Hn)\n",
                        limit);
}

}  // namespace

TEST_CASE("whatever the limit of descriptors, a run ends with a message and leaves nothing behind") {
  const Workspace workspace;
  workspace.write("a.volley", server_and_user(1));
  bool has_passed = false;
  for (const int limit : {5, 6, 7, 8, 9, 10, 11, 12, 16, 24, 40, 64, 65, 66, 67, 100}) {
    // UBSan tells by a pipe of its own whether an object may be looked at: without it, it takes each for a wrong one.
    if (has_ubsan && limit < 16) continue;
    CAPTURE(limit);
    const auto run = run_with(workspace, "a.volley", limit, 1);
    CAPTURE(run.out, run.err);
    const auto shortage = fmt::format(
        "ERROR a.volley › user 1 (T)\n"
        "a.volley:6: needs 66 descriptors at once, 64 of them for volley itself, and this process may have {}: raise "
        "the hard limit (ulimit -Hn)\n"
        "  repeat: volley run a.volley:6 --seed 0\n"
        "0 passed, 0 failed, 0 skipped, 1 error in T s\n",
        limit);
    const bool is_passed = run.status == exited(0);
    const bool is_told = limit < 64 ? is_early_end(run, limit) : steady(run.out) == shortage;
    CHECK((is_passed || (is_told && run.status == exited(3))));
    CHECK((is_passed || !has_passed));
    has_passed = is_passed;
    CHECK(fs::is_empty(workspace.path("tmp")));
  }
  CHECK(has_passed);
}

TEST_CASE("lanes that find no descriptors left are errors of the system, and the others pass") {
  const Workspace workspace;
  constexpr int count = 20;
  for (int i = 0; i < count; ++i) workspace.write(fmt::format("{:02}.volley", i), server_and_user(i));
  for (const int limit : {66, 70, 80, 95}) {
    CAPTURE(limit);
    const auto run = run_with(workspace, ".", limit, count);
    CAPTURE(run.out, run.err);
    const auto out = steady(run.out);
    re2::StringPiece rest = out;
    std::string what;
    int errors = 0;
    while (RE2::FindAndConsume(&rest, R"((?m)^ERROR [^\n]*\n([^\n]*)\n)", &what)) {
      ++errors;
      CAPTURE(what);
      CHECK(RE2::FullMatch(
          what,
          R"(\d\d\.volley:\d+(:\d+)?: (server cannot be started: )?[a-zA-Z0-9_ ]+( [^:]+)?: Too many open files)"));
    }
    pugi::xml_document document;
    REQUIRE(document.load_file(workspace.path("out.xml").c_str()));
    CHECK(document.child("testsuites").attribute("tests").as_int() == count);
    CHECK(document.child("testsuites").attribute("failures").as_int() == 0);
    CHECK(document.child("testsuites").attribute("errors").as_int() == errors);
    CHECK(run.status == exited(document.child("testsuites").attribute("errors").as_int() > 0 ? 3 : 0));
    CHECK(out.find("FAIL") == out.npos);
    CHECK(fs::is_empty(workspace.path("tmp")));
  }
}

}  // namespace volley::test
