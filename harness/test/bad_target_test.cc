// SPDX-License-Identifier: Apache-2.0
// Servers that are wrong from the start: the whole of what is told, and the exit status.
#include <fmt/format.h>

#include <filesystem>
#include <string>
#include <string_view>

#include "catch.h"
#include "program_workspace.h"
#include "run_program.h"

namespace volley::test {

TEST_CASE("a target that does not come up is told in whole, and fails the run") {
  struct Row {
    std::string_view script;
    std::string_view lines;
    std::string_view what;
    std::string_view end;  ///< What stands between the source line and the command that repeats it.
  };
  const Row rows[] = {
      {"exit 0", "ready tcp", "server exited with status 0 before it was ready",
       "  target server exited with status 0\n"},
      {"kill -SEGV $$", "ready output ~ /up/", "server was killed by SIGSEGV before it was ready",
       "  target server was killed by SIGSEGV\n"},
      {R"(printf '\\033]0;title\\007\\033[31mred\\n\\302\\233 last\\r\\n' >&2; exit 9)", "ready tcp",
       "server exited with status 9 before it was ready; its stderr ends: \\xc2\\x9b last",
       "  target server exited with status 9; its last words:\n"
       "    \\x1b]0;title\\x07\\x1b[31mred\n"
       "    \\xc2\\x9b last\n"},
      {"head -c 3000000 /dev/zero | tr '\\\\0' x >&2; exit 9", "within 60s", "", ""},
      {"exec sleep 100", "within 50ms",
       "server was not ready within 50 ms: nothing accepts connections on 127.0.0.1:PORT", ""},
      {"exec sleep 100", "ready udp \"?\"\n    within 50ms",
       "server was not ready within 50 ms: nothing answers datagrams on 127.0.0.1:PORT", ""},
      {"exec sleep 100", "ready output ~ /up/\n    within 50ms",
       "server was not ready within 50 ms: no whole line of its output matches /up/", ""},
      {"while :; do echo flood; done", "ready output ~ /up/\n    within 200ms",
       "server was not ready within 200 ms: no whole line of its output matches /up/; its stdout ends: flood", ""},
      {"echo 'bind: Address already in use' >&2; exit 1", "ready tcp",
       "server exited with status 1 before it was ready; its stderr ends: bind: Address already in use",
       "  target server exited with status 1; its last words:\n    bind: Address already in use\n"},
  };
  for (const auto& row : rows) {
    CAPTURE(row.script);
    const Workspace workspace;
    workspace.write("a.volley",
                    fmt::format("target server {{\n    run \"/bin/sh\" \"-c\" \"{}\" \"${{port}}\"\n    {}\n}}\n"
                                "scenario \"s\" {{\n    connect c tcp server\n}}\n",
                                row.script, row.lines));
    const auto run = workspace.volley({"run", "a.volley"});
    const auto line = 5 + std::ranges::count(row.lines, '\n');
    if (row.what.empty()) {
      // Of a megabyte without a line end little is shown.
      CHECK(run.out.size() < 1500);
      CHECK(run.out.find("; its stderr ends: xxxxx") != std::string::npos);
    } else {
      CHECK(steady(run.out) == fmt::format("FAIL a.volley › s (T)\na.volley:1:8: {}\ntarget server {{\n       ^~~~~~\n"
                                           "{}  repeat: volley run a.volley:{} --seed 0\n"
                                           "0 passed, 1 failed, 0 skipped, 0 errors in T s\n",
                                           row.what, row.end, line));
    }
    CHECK(run.err.empty());
    CHECK(run.status == exited(1));
  }
}

TEST_CASE("a target that prints escape sequences and crashes reaches no terminal raw") {
  const Workspace workspace;
  workspace.write(
      "a.volley",
      "target server {\n    run \"/bin/sh\" \"-c\" \"trap 'printf "
      "\\\"\\\\033[2J\\\\033]0;owned\\\\007::error::forged\\\\nok   a.volley › s\\\\n\\\" >&2; kill -ABRT $$' USR1; echo up; "
      "while :; do sleep 5 & wait; done\"\n    ready output ~ /up/\n}\n"
      "scenario \"s\" {\n    fresh\n    signal server usr1\n    server exits 0 within 20s\n}\n");
  const auto run = workspace.volley({"run", "a.volley"});
  CAPTURE(run.out);
  CHECK(run.out.find('\x1b') == std::string::npos);
  CHECK(run.out.find('\x07') == std::string::npos);
  CHECK(run.out.find("\n    \\x1b[2J\\x1b]0;owned\\x07::error::forged\n    ok   a.volley › s\n") != std::string::npos);
  CHECK(run.out.find("target server was killed by SIGABRT; its last words:") != std::string::npos);
  CHECK(run.status == exited(1));
}

TEST_CASE("a target with too many ports is told so once, and not that it lacks them") {
  const Workspace workspace;
  std::string ports;
  for (int i = 0; i < 300; ++i) ports += fmt::format(" \"${{port.p{}}}\"", i);
  workspace.write("a.volley", "target t {\n    run \"server\"" + ports +
                                  "\n}\nscenario \"s\" {\n    connect c tcp t.p1 fails refused\n}\n");
  const auto run = workspace.volley({"check", "a.volley"});
  CAPTURE(run.out, run.err);
  CHECK(run.err.find("more than 256 operators and names with '.' in one line of a target [too-deep]\n") !=
        std::string::npos);
  CHECK(run.err.find("has no port") == std::string::npos);
  CHECK(run.status == exited(2));
}

TEST_CASE("a target that kills what keeps it fails, says so, and leaves no directory") {
  const Workspace workspace;
  std::filesystem::create_directory(workspace.path("tmp"));
  workspace.write("a.volley",
                  "target t {\n    run \"/bin/sh\" \"-c\" \"kill -9 $PPID; echo up; exec sleep 555\"\n"
                  "    ready output ~ /never/\n    within 60s\n}\nscenario \"s\" {\n    fresh\n    signal t usr1\n}\n");
  const auto run =
      workspace.shell(fmt::format("TMPDIR='{}' exec '{}' run a.volley", workspace.path("tmp"), volley_program()));
  CAPTURE(run.out, run.err);
  CHECK(run.out.find("a.volley:1:8: t was lost: somebody killed the process of volley that kept it before it was "
                     "ready") != std::string::npos);
  CHECK(std::filesystem::is_empty(workspace.path("tmp")));
  CHECK(run.status == exited(1));
}

}  // namespace volley::test
