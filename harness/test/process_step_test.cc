// SPDX-License-Identifier: Apache-2.0
// Programs that a scenario starts, as peers.
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <fstream>

#include "catch.h"
#include "engine/trace_json.h"
#include "stage.h"
#include "target/process_tree.h"

namespace volley::test {
namespace {

struct Row {
  std::string_view about;
  std::string_view steps;
  std::string_view found;  ///< By the judge.
};

/// Whether no descendant of ours is called so.
bool are_gone(std::string_view name) {
  return std::ranges::none_of(target::descendants(::getpid()), [&](const auto& process) {
    std::ifstream file("/proc/" + std::to_string(process.pid) + "/comm");
    std::string line;
    std::getline(file, line);
    return line == name;
  });
}

}  // namespace

TEST_CASE("a program is a peer: its stdin is written, its stdout and stderr are read, its end is seen") {
  Stage stage;
  CHECK(stage.run(R"(start p "sh" "-c" "read line; echo \"got $line\"; echo oops >&2; exit 3"
p > "hello\n"
p < "got hello\n"
p < eof
p.err < "oops\n"
p.err < eof
p exits 3)") ==
        "  0 started p\n"
        "  1 sent p 6\n"
        "  2 received p 10 \"got hello\\n\"\n"
        "  3 ended p\n"
        "  4 received p.err 5 \"oops\\n\"\n"
        "  5 ended p.err\n"
        "  6 exited p 3\n"
        "passed\n");
}

TEST_CASE("each step of a process passes, and fails as it should") {
  Stage stage;
  for (const auto& [about, steps, found] : std::initializer_list<Row>{
           {"start", R"(start p "true"
p exits 0)",
            "passed"},
           {"start of nothing", R"(let name = "no-such-program"
start p "${name}")",
            "execve no-such-program: No such file or directory"},
           {"an argument with a NUL", R"(start p "echo" "a\0b")", "an argument of a program has no NUL byte"},
           {"stdin", R"(start p "cat"
p > "x"
shutdown p
p < "x"
p < eof
p exits 0)",
            "passed"},
           {"stdin of who has ended", R"(start p "true"
p < eof
p exits 0
p > "x" fails broken_pipe)",
            "passed"},
           {"stdin of who has ended, unexpectedly", R"(start p "true"
p exits 0
p > "x")",
            "send p: Broken pipe"},
           {"stdin after shutdown", R"(start p "cat"
shutdown p
p > "x" fails broken_pipe)",
            "passed"},
           {"what a program did not read before it ended as expected is made good", R"(start p "sh" "-c" "exit 4"
p > zero(1MiB)
p exits 4)",
            "passed"},
           {"stdout", R"(start p "echo" "hi"
p < "ho\n")",
            "byte 1 differs: expected 'o' (0x6f), received 'i' (0x69)"},
           {"stdout that ends early", R"(start p "echo" "hi"
p < bytes(10))",
            "what p writes ended after 3 bytes: bytes(10) waits for 7 more bytes"},
           {"stdout that nobody expects", R"(start p "echo" "hi"
p exits 0)",
            "3 bytes are left over on p: no step expects them"},
           {"silence", R"(start p "cat"
p < nothing for 20ms)",
            "passed"},
           {"no silence", R"(start p "echo" "hi"
p < nothing for 5s)",
            "3 bytes came where silence was due"},
           {"stderr", R"(start p "sh" "-c" "echo a >&2; echo b >&2"
p.err < "a\n" line ~ /b/)",
            "what p.err writes ended after 4 bytes: line ~ /b/ is not complete"},
           {"stderr that no step reads", R"(start p "sh" "-c" "echo a >&2"
p exits 0)",
            "passed"},
           {"stderr of which a step reads a part", R"(start p "sh" "-c" "echo a >&2; echo b >&2"
p.err < "a\n"
p exits 0)",
            "passed"},
           {"exits", R"(start p "sh" "-c" "exit 3"
p exits 3
p exits 3)",
            "passed"},
           {"a computed status", R"(let n = 1
start p "sh" "-c" "exit 3"
p exits n + 2 within 2s)",
            "passed"},
           {"exits otherwise", R"(start p "sh" "-c" "exit 3"
p exits 4)",
            "p exited with status 3 where exit status 4 was due"},
           {"exits, but was killed", R"(start p "sh" "-c" "kill -s SEGV $$"
p exits 0)",
            "p was killed by SIGSEGV where exit status 0 was due"},
           {"exits never", R"(start p "cat"
p exits 0 within 20ms)",
            "p still runs after 20ms: exit status 0 was due"},
           {"exits too early", R"(start p "true"
p exits 0 within 4s..5s)",
            ""},
           {"killed by", R"(start p "sh" "-c" "kill -s ABRT $$"
p killed by abrt)",
            "passed"},
           {"killed by another", R"(start p "sh" "-c" "kill -s ABRT $$"
p killed by segv)",
            "p was killed by SIGABRT where death by SIGSEGV was due"},
           {"not killed", R"(start p "sh" "-c" "exit 134"
p killed by abrt)",
            "p exited with status 134 where death by SIGABRT was due"},
           {"signal", R"(start p "sh" "-c" "trap 'echo caught; exit 5' USR1; echo up; while :; do sleep 0.01; done"
p < "up\n"
signal p usr1
p < "caught\n"
p exits 5)",
            "passed"},
           {"signal to who has ended", R"(start p "true"
p exits 0
signal p term)",
            "p has ended: no signal reaches it"},
           {"a failure that no step expects", R"(start p "sh" "-c" "exit 7"
p < eof
start q "sh" "-c" "while kill -0 $0 2>/dev/null; do :; done; echo over" "0"
wait 50ms
signal q kill
q killed by kill)",
            "p exited with status 7: no step expects it"},
           {"ignored output", "start p \"echo\" \"b\"\nignore p\np exits 0", "passed"},
           {"a choice by output", "start p \"echo\" \"b\"\none of {\np < \"a\\n\"\np < \"b\\n\"\n}\np exits 0",
            "passed"},
           {"each round has a program of its own", R"(repeat 3 as i {
start p "echo" "${i}"
p < "${i}\n"
p exits 0
})",
            "passed"},
           {"a program ends with its round", "repeat 2 {\nstart p \"sleep\" \"60\"\n}", "passed"},
           {"a program that has failed by the end of its round",
            "repeat 2 {\nstart p \"sh\" \"-c\" \"exit 2\"\np < eof\nwait 50ms\n}",
            "p exited with status 2: no step expects it\nin round 1 of the 'repeat' on line 3"},
           {"each copy has a program of its own", R"(parallel 4 as i {
start p "cat"
p > "${i}"
p < "${i}"
shutdown p
p exits 0
})",
            "passed"},
           {"a program ends with its copy", "parallel 3 {\nstart p \"sleep\" \"60\"\n}", "passed"},
           {"what is run at the end has programs, too", R"(start p "sh" "-c" "exit 1"
p exits 0
always {
start q "true"
q exits 0
})",
            "p exited with status 1 where exit status 0 was due"},
           {"two programs at once", R"(start p "cat"
start q "cat"
p > "x"
p < "x"
q > "y"
q < "y")",
            "passed"},
       }) {
    CAPTURE(about, steps);
    const auto explained = stage.explain(steps);
    if (found.empty()) {
      CHECK(explained.find(", earlier than 4s") != std::string::npos);
    } else {
      CHECK(explained == found);
    }
  }
}

TEST_CASE("a program runs in the directory of its scenario, with an environment of its own") {
  Stage stage;
  std::ofstream(stage.base() + "/tool") << "#!/bin/sh\necho \"tool $1\"\n";
  std::filesystem::permissions(stage.base() + "/tool", std::filesystem::perms::all);
  CHECK(stage.explain(R"(start p "sh" "-c" "pwd; echo \"$HOME $TMPDIR $LC_ALL\"; echo x > made"
p < "${dir}\n" "${dir} ${dir} C\n"
p < eof
p exits 0
start q "cat" dir "/made"
q exits 1)") == "passed");
  CHECK(std::filesystem::exists(stage.dir() + "/made"));
  CHECK(stage.explain("start p \"./tool\" \"works\"\np < \"tool works\\n\"\np exits 0") == "passed");
}

TEST_CASE("at the end a program that still runs is ended, with all that it has started") {
  Stage stage;
  const auto compiled = compile_steps(R"(start p "sh" "-c" "(trap '' TERM; sleep 100) & echo up; wait"
p < "up\n")");
  const auto trace = stage.run(compiled);
  CHECK(trace.stop.reason == engine::Reason::none);
  REQUIRE(trace.programs.size() == 1);
  CHECK(trace.programs[0] == engine::ProgramEnd{0, {}, {}});
  CHECK(are_gone("sleep"));
}

TEST_CASE("a program that floods its stdout or stderr is held back or cut, and ends with its scenario") {
  Stage stage;
  CHECK(stage
            .explain(R"(start p "sh" "-c" "yes >&2"
start q "yes"
wait 50ms
q < 1000 * ("y\n"))")
            .ends_with(" are left over on q: no step expects them"));
}

TEST_CASE("the trace of a run with programs can be saved and read back, with the end of their stderr") {
  Stage stage;
  const auto compiled = compile_steps(R"(start p "sh" "-c" "echo first >&2; echo last words >&2; exit 1"
p exits 0)");
  const auto trace = stage.run(compiled);
  const auto read = engine::trace_from_json(engine::to_json(trace));
  REQUIRE(read);
  CHECK(*read == trace);
  REQUIRE(trace.programs.size() == 1);
  CHECK(trace.programs[0] == engine::ProgramEnd{0, ExitStatus{ExitStatus::Kind::exited, 1}, "first\nlast words\n"});
}

}  // namespace volley::test
