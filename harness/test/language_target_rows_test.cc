// SPDX-License-Identifier: Apache-2.0
// The table of a target's lines in docs/language.md, row by row, with small servers in shell and Perl.
#include <fmt/format.h>

#include <string>
#include <string_view>

#include "catch.h"
#include "program_workspace.h"
#include "run_program.h"

namespace volley::test {
namespace {

struct Row {
  std::string_view row;
  std::string_view passes;  ///< The lines of a target.
  std::string_view fails;
  std::string_view found;
};

Finished run_target(const Workspace& workspace, std::string_view lines) {
  workspace.write("a.volley", fmt::format("target t {{\n{}\n}}\nscenario \"s\" {{\n    connect c udp t\n}}\n", lines));
  return workspace.volley({"run", "a.volley"});
}

/// The sentence of the first failure in a report.
std::string sentence(const Finished& run) {
  const auto text = steady(run.out);
  const auto begin = text.find("\na.volley:");
  if (begin == text.npos) return run.out + run.err;
  return text.substr(begin + 1, text.find('\n', begin + 1) - begin - 1);
}

}  // namespace

TEST_CASE("each line of a target passes, and fails as it should") {
  const Workspace workspace;
  for (const auto& [row, passes, fails, found] : std::initializer_list<Row>{
           {"run", R"(run "sh" "-c" "echo up $0; exec sleep 100" "a b"
ready output ~ /up a b/)",
            R"(run "sh" "-c" "echo no >&2; exit 4")",
            "a.volley:1:8: t exited with status 4 before it was ready; its stderr ends: no"},
           {"env", R"(run "sh" "-c" "[ $MODE$LC_ALL = m1C ] || exit 4; echo up; exec sleep 100"
env "MODE" "m${1}"
ready output ~ /up/)",
            R"(run "sh" "-c" "[ $MODE$LC_ALL = m1C ] || exit 4; echo up; exec sleep 100"
env "MODE" "m"
ready output ~ /up/)",
            "a.volley:1:8: t exited with status 4 before it was ready"},
           {"file", R"(run "sh" "-c" "cat conf/a b; exec sleep 100"
file "conf/a" "u" x"70"
file "${dir}/b" "!\n"
ready output ~ /up!/)",
            R"(run "sh" "-c" "cat conf/a b; exec sleep 100"
file "conf/a" "u"
file "../b" "!\n"
ready output ~ /up!/)",
            "a.volley:1:8: t cannot be started: file \"../b\" is not below ${dir}"},
           {"ready tcp",
            R"(run "perl" "-MIO::Socket::INET" "-e" \
"$l = IO::Socket::INET->new(Listen => 1, LocalAddr => $ARGV[0]) or die; sleep 100" "${host}:${port}"
ready tcp)",
            R"(run "sh" "-c" "exec sleep 100" "${port}"
within 100ms)",
            "a.volley:1:8: t was not ready within 100 ms: nothing accepts connections on 127.0.0.1:PORT"},
           {"ready output", R"(run "sh" "-c" "echo starting; echo now ready >&2; exec sleep 100"
ready output ~ /now.*/)",
            R"(run "sh" "-c" "echo not now; exit 0"
ready output ~ /now/)",
            "a.volley:1:8: t exited with status 0 before it was ready; its stdout ends: not now"},
           {"ready udp",
            R"(run "perl" "-MIO::Socket::INET" \
"-e" "$s = IO::Socket::INET->new(Proto => 'udp', LocalAddr => $ARGV[0]) or die;" \
"-e" "while (defined $s->recv($d, 99)) { $s->send('!') if $d eq 'up?' }" "${host}:${port}"
ready udp "up" "?")",
            R"(run "sh" "-c" "exec sleep 100" "${port}"
ready udp "up?"
within 100ms)",
            "a.volley:1:8: t was not ready within 100 ms: nothing answers datagrams on 127.0.0.1:PORT"},
           {"within", R"(run "sh" "-c" "echo up; exec sleep 100"
ready output ~ /up/
within 60s)",
            R"(run "sh" "-c" "exec sleep 100"
ready output ~ /up/
within 50ms)",
            "a.volley:1:8: t was not ready within 50 ms: no whole line of its output matches /up/"},
           {"stop term", R"(run "sh" "-c" "trap 'kill -9 $!; exit 0' TERM; echo up; while :; do sleep 100 & wait; done"
ready output ~ /up/
stop term)",
            R"(run "sh" "-c" "trap 'exit 3' TERM; echo up; while :; do sleep 100 & wait; done"
ready output ~ /up/)",
            "a.volley:1:8: t exited with status 3 after SIGTERM"},
           {"stop int",
            R"(run "sh" "-c" "trap 'kill -9 $!; exit 0' INT; trap '' TERM; echo up; while :; do sleep 100 & wait; done"
ready output ~ /up/
stop int)",
            R"(run "sh" "-c" "trap 'exit 3' INT; echo up; while :; do sleep 100 & wait; done"
ready output ~ /up/
stop int)",
            "a.volley:1:8: t exited with status 3 after SIGINT"},
           {"stop close", R"(run "sh" "-c" "trap '' TERM; echo up; exec cat"
ready output ~ /up/
stop close)",
            R"(run "sh" "-c" "echo up; read line; exit 3"
ready output ~ /up/
stop close)",
            "a.volley:1:8: t exited with status 3 after its stdin was closed"},
       }) {
    CAPTURE(row);
    const auto passed = run_target(workspace, passes);
    CHECK(steady(passed.out) == "ok   a.volley › s (T)\n1 passed, 0 failed, 0 skipped, 0 errors in T s\n");
    CHECK(passed.status == exited(0));
    const auto failed = run_target(workspace, fails);
    CHECK(sentence(failed) == found);
    CHECK(failed.status != exited(0));
  }
}

}  // namespace volley::test
