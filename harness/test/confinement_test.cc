// SPDX-License-Identifier: Apache-2.0
// What a scenario file may make volley write, and to whom its words go. SECURITY.md cites these tests.
#include <fmt/format.h>

#include <filesystem>
#include <string>
#include <string_view>

#include "catch.h"
#include "program_workspace.h"
#include "run_program.h"

namespace volley::test {
namespace {

namespace fs = std::filesystem;

/// A run whose one target wants a file of this name; what is made for it is below `tmp` of the workspace.
Finished run_with_file(const Workspace& workspace, std::string_view name) {
  fs::create_directory(workspace.path("tmp"));
  workspace.write("a.volley", fmt::format("target t {{\n    run \"sh\" \"-c\" \"echo up; exec sleep 100\"\n"
                                          "    file \"{}\" \"content\"\n    ready output ~ /up/\n}}\n"
                                          "scenario \"s\" {{\n    connect c udp t\n}}\n",
                                          name));
  return workspace.shell(fmt::format("TMPDIR='{}' exec '{}' run a.volley", workspace.path("tmp"), volley_program()));
}

void check_refused(std::string_view name) {
  CAPTURE(name);
  const Workspace workspace;
  const auto run = run_with_file(workspace, name);
  CAPTURE(run.out, run.err);
  CHECK(run.out.find("a.volley:1:8: t cannot be started: file \"") != std::string::npos);
  CHECK(run.out.find("\" is not below ${dir}\n") != std::string::npos);
  CHECK(run.status == exited(1));
  CHECK(fs::is_empty(workspace.path("tmp")));
}

constexpr std::string_view print_arguments =
    R"("perl" "-e" "$| = 1; print join('|', map { s/\n/<nl>/gr } @ARGV), qq(\n); sleep 1000 if $ENV{STAY}")";
constexpr std::string_view arguments =
    R"#("$(touch owned)" "; touch owned" "`touch owned`" "*" "~" "$HOME" "a b" "'" "&& touch owned #" "|" "> owned" "a\nb" "")#";
constexpr std::string_view literally =
    R"#($(touch owned)|; touch owned|`touch owned`|*|~|$HOME|a b|'|&& touch owned #|||> owned|a<nl>b|)#";

}  // namespace

TEST_CASE("a target's file cannot leave its directory by ..") {
  for (const auto* name : {"..", "../x", "a/../../x", "${dir}/../x", "a/..", "./../x"}) check_refused(name);
}

TEST_CASE("a target's file cannot leave its directory by an absolute path") {
  for (const auto* name : {"/x", "/tmp/x", "${dir}x/y", "${dir}", "//x"}) check_refused(name);
}

TEST_CASE("a target's file below its directory is written, however it is named") {
  for (const auto* name : {"x", "a/b/x", "${dir}/x", "./x", "a//x"}) {
    CAPTURE(name);
    const Workspace workspace;
    CHECK(run_with_file(workspace, name).status == exited(0));
  }
}

TEST_CASE("no shell reads the arguments of a target") {
  const Workspace workspace;
  workspace.write("a.volley", fmt::format("target t {{\n    run {} {}\n    env \"STAY\" \"$(touch owned); x\"\n"
                                          "    file \"x\" \"$(touch owned)\"\n    ready output ~ /up.*|.*touch.*/\n}}\n"
                                          "scenario \"s\" {{\n    fresh\n    connect c udp t\n    signal t kill\n"
                                          "    t exits 0\n}}\n",
                                          print_arguments, arguments));
  const auto run = workspace.volley({"run", "a.volley", "--keep"});
  CAPTURE(run.out, run.err);
  const auto begin = run.out.find("  kept: ");
  REQUIRE(begin != std::string::npos);
  const fs::path dir = run.out.substr(begin + 8, run.out.find('\n', begin) - begin - 8);
  CHECK(read_text(dir / "x") == "$(touch owned)");
  CHECK_FALSE(fs::exists(dir / "owned"));
  CHECK_FALSE(fs::exists(workspace.path("owned")));
  fs::remove_all(dir);
}

TEST_CASE("no shell reads the arguments of a scenario's program") {
  const Workspace workspace;
  workspace.write("a.volley", fmt::format("scenario \"s\" {{\n    start p {} {}\n    p < x\"{}\" \"\\n\"\n    p exits "
                                          "0\n}}\n",
                                          print_arguments, arguments, [] {
                                            std::string hex;
                                            for (const char c : literally) hex += fmt::format("{:02x}", c);
                                            return hex;
                                          }()));
  const auto run = workspace.volley({"run", "a.volley"});
  CHECK(steady(run.out) == "ok   a.volley › s (T)\n1 passed, 0 failed, 0 skipped, 0 errors in T s\n");
  CHECK_FALSE(fs::exists(workspace.path("owned")));
}

}  // namespace volley::test
