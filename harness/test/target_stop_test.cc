// SPDX-License-Identifier: Apache-2.0
#include <poll.h>
#include <re2/re2.h>
#include <unistd.h>

#include <csignal>
#include <filesystem>
#include <sstream>
#include <utility>

#include "catch.h"
#include "recipes.h"
#include "target/target.h"

namespace volley::target {
namespace {

using namespace std::chrono_literals;
using Stop = plan::Recipe::Stop;

Supervisor forked() {
  auto supervisor = Supervisor::fork();
  REQUIRE(supervisor);
  return std::move(*supervisor);
}

Target started(const plan::Recipe& recipe, const Supervisor& supervisor) {
  auto target = Target::start(recipe, supervisor, "/", 1);
  if (!target) FAIL(target.error().what);
  return std::move(*target);
}

void wait_for_end(const Target& target) {
  pollfd entry{target.exit_fd(), POLLIN, 0};
  REQUIRE(::poll(&entry, 1, 5000) == 1);
}

constexpr ExitStatus exited(int code) {
  return {ExitStatus::Kind::exited, code};
}
constexpr ExitStatus killed(int signal) {
  return {ExitStatus::Kind::signalled, signal};
}

}  // namespace

TEST_CASE("a stop is clean by exit 0, by the very signal sent, and by 128 + that signal") {
  struct Row {
    Stop stop;
    const char* script;
    ExitStatus status;
    const char* what;  ///< Empty: clean.
  };
  // A shell looks for signals between commands only; `read` from a pipe that never says anything is such a place.
  const Row rows[] = {
      {Stop::term, "echo up; exec sleep 100", killed(SIGTERM), ""},
      {Stop::interrupt, "echo up; exec sleep 100", killed(SIGINT), ""},
      {Stop::term, "trap 'kill -9 $!; exit 0' TERM; echo up; sleep 100 & wait", exited(0), ""},
      {Stop::term, "trap 'kill -9 $!; exit 143' TERM; echo up; sleep 100 & wait", exited(143), ""},
      {Stop::interrupt, "trap 'kill -9 $!; exit 130' INT; echo up; sleep 100 & wait", exited(130), ""},
      {Stop::close_stdin, "echo up; exec cat", exited(0), ""},
      {Stop::term, "trap 'exit 3' TERM; echo up; sleep 100 & wait", exited(3),
       "server exited with status 3 after SIGTERM"},
      {Stop::term, "trap 'exit 130' TERM; echo up; sleep 100 & wait", exited(130),
       "server exited with status 130 after SIGTERM"},
      {Stop::interrupt, "trap 'kill -ABRT $$' INT; echo up; sleep 100 & wait", killed(SIGABRT),
       "server was killed by SIGABRT after SIGINT"},
      {Stop::close_stdin, "echo up; read x; exit 1", exited(1),
       "server exited with status 1 after its stdin was closed"},
  };
  const Supervisor supervisor = forked();
  for (const auto& row : rows) {
    CAPTURE(row.script);
    auto made = shell_recipe(row.script);
    made.stop = row.stop;
    Target target = started(made, supervisor);
    const auto stopped = target.stop();
    CHECK(stopped.what == row.what);
    CHECK(stopped.clean == stopped.what.empty());
    CHECK(stopped.was_running);
    CHECK(stopped.status == row.status);
    CHECK(target.exit_status() == row.status);
    CHECK(target.stop().what == row.what);
  }
}

TEST_CASE("a program that does not stop is killed after the grace period") {
  const Supervisor supervisor = forked();
  Target target = started(shell_recipe("trap '' TERM; echo up; while :; do sleep 1; done"), supervisor);
  const auto stopped = target.stop(50ms);
  CHECK(stopped.what == "server still ran 50 ms after SIGTERM and was killed");
  CHECK_FALSE(stopped.clean);
  CHECK(stopped.status == killed(SIGKILL));
}

TEST_CASE("a program that has ended by itself was not running when it was asked") {
  const Supervisor supervisor = forked();
  Target target = started(shell_recipe("echo up; exec sleep 100"), supervisor);
  CHECK(target.alive());
  REQUIRE(target.signal(SIGUSR1));
  wait_for_end(target);
  CHECK_FALSE(target.alive());
  CHECK(target.exit_status() == killed(SIGUSR1));
  const auto stopped = target.stop();
  CHECK(stopped.what == "server was killed by SIGUSR1 before it was asked to stop");
  CHECK_FALSE(stopped.clean);
  CHECK_FALSE(stopped.was_running);
}

TEST_CASE("a stop takes the descendants along that the program leaves behind") {
  const Supervisor supervisor = forked();
  Target target =
      started(shell_recipe("(setsid sh -c 'echo $$; echo up; exec sleep 100' &); exec sleep 100"), supervisor);
  pid_t orphan = 0;
  std::istringstream(target.output().out.text) >> orphan;
  REQUIRE(orphan > 0);
  CHECK(::kill(orphan, 0) == 0);
  CHECK(target.stop().what == "server left 1 process running: sleep (pid " + std::to_string(orphan) + ")");
  CHECK(::kill(orphan, 0) == -1);
}

TEST_CASE("what a program that stops as asked leaves running is told, in whatever way it was left") {
  struct Row {
    const char* script;
    const char* what;  ///< Empty: clean; numbers of processes are N.
  };
  const Row rows[] = {
      {"sleep 100 & echo up; exec sleep 100", "server left 1 process running: sleep (pid N)"},
      {"sleep 100 & trap 'exit 0' TERM; echo up; wait", "server left 1 process running: sleep (pid N)"},
      {"(trap '' TERM HUP; exec setsid sleep 100) & echo up; exec sleep 100",
       "server left 1 process running: sleep (pid N)"},
      {"sleep 100 & sleep 100 & echo up; exec sleep 100",
       "server left 2 processes running: sleep (pid N), sleep (pid N)"},
      {"for i in 1 2 3 4 5; do sleep 100 & done; echo up; exec sleep 100",
       "server left 5 processes running: sleep (pid N), sleep (pid N), sleep (pid N), sleep (pid N), and 1 more"},
      // One that is alone takes a moment to go.
      {"mkfifo end; (cat < end; sleep 0.05) > /dev/null & exec 3> end; echo up; exec sleep 100", ""},
      // One that has ended is told to nobody while its parent runs, and goes with it.
      {"true & echo up; exec sleep 100", ""},
      {"trap 'kill -9 $!; exit 0' TERM; sleep 100 & echo up; wait", ""},
      // A badly ended one has its own complaint.
      {"trap 'exit 3' TERM; sleep 100 & echo up; wait", "server exited with status 3 after SIGTERM"},
      // What answers datagrams learns of no end.
      {"perl -MIO::Socket::INET -e '$s = IO::Socket::INET->new(Proto => udp, PeerAddr => q(127.0.0.1:9)); $| = 1; "
       "print qq(up\\n); sleep 100' & exec sleep 100",
       ""},
  };
  const Supervisor supervisor = forked();
  for (const auto& row : rows) {
    CAPTURE(row.script);
    Target target = started(shell_recipe(row.script), supervisor);
    auto what = target.stop().what;
    RE2::GlobalReplace(&what, R"(pid \d+)", "pid N");
    CHECK(what == row.what);
  }
}

TEST_CASE("the end of a Target, without a stop, leaves neither process nor directory") {
  const Supervisor supervisor = forked();
  pid_t pid = 0;
  std::string dir;
  {
    const Target target = started(shell_recipe("trap '' TERM; echo up; sleep 100 & wait"), supervisor);
    pid = target.pid();
    dir = target.dir();
    CHECK(::kill(pid, 0) == 0);
  }
  CHECK(::kill(pid, 0) == -1);
  CHECK_FALSE(std::filesystem::exists(dir));
}

TEST_CASE("a directory that is to be kept stays after the stop") {
  const Supervisor supervisor = forked();
  Target target = started(shell_recipe("echo evidence > trace; echo up; exec sleep 100"), supervisor);
  target.keep_dir();
  CHECK(target.stop().clean);
  CHECK(std::filesystem::exists(target.dir() + "/trace"));
  std::filesystem::remove_all(target.dir());
}

TEST_CASE("a sanitizer's report of the program is kept, one that a peer could forge is not") {
  const Supervisor supervisor = forked();
  auto made = shell_recipe(
      "echo up; read x; echo '==1==ERROR: AddressSanitizer: forged'; echo \"==$$==ERROR: AddressSanitizer: SEGV\" >&2;"
      "echo '    #0 main' >&2; exit 1");
  made.stop = Stop::close_stdin;
  Target target = started(made, supervisor);
  const pid_t pid = target.pid();
  CHECK(target.output().reported == 0);
  CHECK(target.stop().what == "server exited with status 1 after its stdin was closed");
  CHECK(target.output().reports ==
        std::vector<Output::Report>{
            {"AddressSanitizer: SEGV", "==" + std::to_string(pid) + "==ERROR: AddressSanitizer: SEGV\n    #0 main\n"}});
}

TEST_CASE("a sanitizer's report of a child of the program is kept too") {
  const Supervisor supervisor = forked();
  const Target target = started(
      shell_recipe("sh -c 'echo \"==$$==ERROR: AddressSanitizer: SEGV\"; echo up; exec sleep 100' & wait"), supervisor);
  const auto output = target.output();
  REQUIRE(output.reports.size() == 1);
  const std::string& report = output.reports.front().text;
  CHECK(report.ends_with("==ERROR: AddressSanitizer: SEGV\nup\n"));
  CHECK_FALSE(report.starts_with("==" + std::to_string(target.pid()) + "=="));
}

TEST_CASE("a target may be moved while it runs") {
  const Supervisor supervisor = forked();
  Target first = started(shell_recipe("echo up; exec sleep 100"), supervisor);
  const pid_t pid = first.pid();
  Target second = std::move(first);
  CHECK(second.pid() == pid);
  second = started(shell_recipe("echo up; exec sleep 100"), supervisor);
  CHECK(::kill(pid, 0) == -1);
  CHECK(second.stop().clean);
}

}  // namespace volley::target
