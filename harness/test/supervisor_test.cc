// SPDX-License-Identifier: Apache-2.0
#include "target/supervisor.h"

#include <poll.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <thread>
#include <utility>

#include "catch.h"
#include "target/process_tree.h"

namespace volley::target {
namespace {

using namespace std::chrono_literals;

Supervisor forked() {
  auto supervisor = Supervisor::fork();
  REQUIRE(supervisor);
  return std::move(*supervisor);
}

std::chrono::steady_clock::time_point soon() {
  return std::chrono::steady_clock::now() + 10s;
}

Process::Setup shell(const std::string& script) {
  return {"/bin/sh", {"sh", "-c", script}, {"PATH=/usr/bin:/bin"}, "/", {-1, -1, -1}};
}

std::string read_line(const Descriptor& from) {
  std::string line;
  char c = 0;
  while (true) {
    const auto received = read(from, std::as_writable_bytes(std::span(&c, 1)));
    REQUIRE(received);
    if (received->kind != Received::Kind::data || c == '\n') return line;
    line += c;
  }
}

bool exists(pid_t pid) {
  return ::kill(pid, 0) == 0;
}

pid_t parent_of(pid_t pid) {
  std::ifstream file("/proc/" + std::to_string(pid) + "/stat");
  std::string line;
  std::getline(file, line);
  return parse_stat(line).parent;
}

std::string name_of(pid_t pid) {
  std::ifstream file("/proc/" + std::to_string(pid) + "/comm");
  std::string name;
  std::getline(file, name);
  return name;
}

}  // namespace

TEST_CASE("a supervised program tells how it ended, again and again") {
  const Supervisor supervisor = forked();
  auto program = supervisor.open();
  REQUIRE(program);
  CHECK(program->exit_status() == std::nullopt);
  CHECK(program->pid() == -1);
  REQUIRE(program->start(shell("exit 7")));
  CHECK(program->pid() > 0);
  const ExitStatus seven{ExitStatus::Kind::exited, 7};
  CHECK(program->wait_until(soon()) == seven);
  CHECK(program->exit_status() == seven);
  pollfd entry{program->exit_fd(), POLLIN, 0};
  CHECK(::poll(&entry, 1, 0) == 1);
  program->end();
  CHECK(program->exit_status() == seven);
  const auto signalled = program->signal(SIGTERM);
  REQUIRE_FALSE(signalled);
  CHECK(signalled.error() == Error{ESRCH, "pidfd_send_signal", "SIGTERM"});
}

TEST_CASE("a program whose keeper is killed is lost, and its directory goes with the Supervisor") {
  std::string dir;
  {
    const Supervisor supervisor = forked();
    auto program = supervisor.open();
    REQUIRE(program);
    dir = program->make_dir().value();
    std::filesystem::create_directory_symlink("/etc", dir + "/link");
    REQUIRE(program->start(shell("exec sleep 100")));
    REQUIRE(::kill(parent_of(program->pid()), SIGKILL) == 0);
    CHECK(program->wait_until(soon()) == ExitStatus{ExitStatus::Kind::signalled, SIGKILL});
    CHECK(program->end_text() == lost);
    program->end();
    CHECK(std::filesystem::exists(dir));
  }
  CHECK_FALSE(std::filesystem::exists(dir));
  CHECK(std::filesystem::exists("/etc/passwd"));
}

TEST_CASE("a program whose supervisor is killed is lost, and its directory goes all the same") {
  std::string dir;
  {
    const Supervisor supervisor = forked();
    auto program = supervisor.open();
    REQUIRE(program);
    dir = program->make_dir().value();
    REQUIRE(program->start(shell("exec sleep 100")));
    REQUIRE(::kill(parent_of(parent_of(program->pid())), SIGKILL) == 0);
    CHECK(program->wait_until(soon()) == ExitStatus{ExitStatus::Kind::signalled, SIGKILL});
    CHECK(program->end_text() == lost);
  }
  CHECK_FALSE(std::filesystem::exists(dir));
}

TEST_CASE("a supervised program runs until it is signalled or ended") {
  const Supervisor supervisor = forked();
  auto signalled = supervisor.open();
  REQUIRE(signalled);
  REQUIRE(signalled->start(shell("exec sleep 100")));
  CHECK(signalled->exit_status() == std::nullopt);
  CHECK(signalled->wait_until(std::chrono::steady_clock::now()) == std::nullopt);
  REQUIRE(signalled->signal(SIGUSR1));
  CHECK(signalled->wait_until(soon()) == ExitStatus{ExitStatus::Kind::signalled, SIGUSR1});

  auto ended = supervisor.open();
  REQUIRE(ended);
  REQUIRE(ended->start(shell("exec sleep 100")));
  const pid_t pid = ended->pid();
  CHECK(exists(pid));
  ended->end();
  CHECK_FALSE(exists(pid));
  CHECK(ended->exit_status() == ExitStatus{ExitStatus::Kind::signalled, SIGKILL});
  ended->end();
}

TEST_CASE("a supervised program that cannot be executed is an Error") {
  const Supervisor supervisor = forked();
  struct Row {
    const char* program;
    const char* directory;
    Error error;
  };
  const Row rows[] = {{"/no/such/program", "/", {ENOENT, "execve", "/no/such/program"}},
                      {"/etc/passwd", "/", {EACCES, "execve", "/etc/passwd"}},
                      {"/bin/true", "/no/such", {ENOENT, "open", "/no/such"}}};
  for (const auto& row : rows) {
    auto program = supervisor.open();
    REQUIRE(program);
    const auto started = program->start({row.program, {"x"}, {}, row.directory, {-1, -1, -1}});
    REQUIRE_FALSE(started);
    CHECK(started.error() == row.error);
    CHECK(program->exit_status() == std::nullopt);
  }
}

TEST_CASE("the directory of a supervised program is removed at its end, unless it is kept") {
  const Supervisor supervisor = forked();
  std::string removed, kept;
  {
    auto first = supervisor.open();
    auto second = supervisor.open();
    REQUIRE(first);
    REQUIRE(second);
    removed = first->make_dir().value();
    kept = second->make_dir().value();
    CHECK((std::filesystem::status(removed).permissions() & std::filesystem::perms::mask) ==
          std::filesystem::perms(0755));
    std::ofstream(removed + "/file") << "x";
    second->keep_dir();
  }
  CHECK_FALSE(std::filesystem::exists(removed));
  CHECK(std::filesystem::exists(kept));
  std::filesystem::remove(kept);
}

TEST_CASE("a supervised program can be spoken to through its stdin, stdout and stderr") {
  const Supervisor supervisor = forked();
  auto piped = supervisor.start_piped(shell("read word; echo \"out $word\"; echo \"err $word\" >&2; cat; exit 3"));
  REQUIRE(piped);
  const std::string text = "hello\nrest\n";
  REQUIRE(write(piped->in, std::as_bytes(std::span(text))));
  CHECK(read_line(piped->out) == "out hello");
  CHECK(read_line(piped->err) == "err hello");
  CHECK(read_line(piped->out) == "rest");
  piped->in.close();
  CHECK(piped->program.wait_until(soon()) == ExitStatus{ExitStatus::Kind::exited, 3});
  CHECK(read_line(piped->out).empty());
}

TEST_CASE("a program that double-forks into a session of its own still ends with its supervised one") {
  const Supervisor supervisor = forked();
  auto piped = supervisor.start_piped(shell("(setsid sh -c 'echo $$; exec sleep 100' &) ; read wait"));
  REQUIRE(piped);
  const pid_t orphan = std::stoi(read_line(piped->out));
  // The subshell between them ends in its own time; then the orphan belongs to the keeper.
  while (parent_of(orphan) == piped->program.pid()) std::this_thread::yield();
  const auto tree = piped->program.tree();
  CHECK(std::ranges::find(tree, orphan) != tree.end());
  CHECK(std::ranges::find(tree, piped->program.pid()) != tree.end());

  piped->in.close();
  CHECK(piped->program.wait_until(soon()).has_value());
  CHECK(exists(orphan));
  piped->program.end();
  CHECK_FALSE(exists(orphan));
}

TEST_CASE(
    "the supervisor has a name and session of its own, none of our descriptors, and ignores the terminal's signals") {
  const Supervisor supervisor = forked();
  auto program = supervisor.open();
  REQUIRE(program);
  REQUIRE(program->start(shell("exec sleep 100")));
  const pid_t keeper = parent_of(program->pid());
  const pid_t leader = parent_of(keeper);
  CHECK(::getsid(leader) == leader);
  CHECK(::getsid(keeper) == leader);
  CHECK(parent_of(leader) == ::getpid());
  CHECK(name_of(leader) == "volley-super");
  CHECK(name_of(keeper) == "volley-keeper");
  for (const pid_t pid : {keeper, leader}) {
    for (const int number : {SIGINT, SIGTERM, SIGHUP, SIGQUIT}) CHECK(::kill(pid, number) == 0);
    CHECK(std::filesystem::read_symlink("/proc/" + std::to_string(pid) + "/fd/2") == "/dev/null");
    const std::filesystem::directory_iterator links("/proc/" + std::to_string(pid) + "/fd");
    CHECK(std::distance(begin(links), end(links)) <= 8);
  }
  CHECK(program->exit_status() == std::nullopt);
  CHECK(supervisor.open());
}

TEST_CASE("programs can be started from several threads at once") {
  const Supervisor supervisor = forked();
  std::atomic<int> right = 0;
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&, i] {
      for (int n = 0; n < 8; ++n) {
        auto program = supervisor.open();
        const int code = 8 * i + n;
        if (!program || !program->start(shell("exit " + std::to_string(code)))) return;
        if (program->wait_until(soon()) == ExitStatus{ExitStatus::Kind::exited, code}) ++right;
      }
    });
  }
  for (auto& thread : threads) thread.join();
  CHECK(right == 32);
}

TEST_CASE("the end of a Supervisor ends all its programs and removes their directories") {
  std::optional<Supervised> program;
  std::string dir;
  {
    const Supervisor supervisor = forked();
    auto opened = supervisor.open();
    REQUIRE(opened);
    program = std::move(*opened);
    dir = program->make_dir().value();
    REQUIRE(program->start(shell("exec sleep 100")));
  }
  CHECK_FALSE(exists(program->pid()));
  CHECK_FALSE(std::filesystem::exists(dir));
  CHECK(program->exit_status() == ExitStatus{ExitStatus::Kind::signalled, SIGKILL});
}

TEST_CASE("a supervisor that was killed is an Error, and takes its programs along") {
  const Supervisor supervisor = forked();
  auto program = supervisor.open();
  REQUIRE(program);
  REQUIRE(program->start(shell("exec sleep 100")));
  const pid_t pid = program->pid();
  REQUIRE(::kill(parent_of(parent_of(pid)), SIGKILL) == 0);
  CHECK(program->wait_until(soon()) == ExitStatus{ExitStatus::Kind::signalled, SIGKILL});
  program->end();
  CHECK_FALSE(exists(pid));
  const auto opened = supervisor.open();
  REQUIRE_FALSE(opened);
  CHECK(opened.error().code == EPIPE);
}

TEST_CASE("a program whose keeper was killed counts as killed, and is") {
  const Supervisor supervisor = forked();
  auto program = supervisor.open();
  REQUIRE(program);
  REQUIRE(program->start(shell("exec sleep 100")));
  const pid_t pid = program->pid();
  const Descriptor pidfd(static_cast<int>(::syscall(SYS_pidfd_open, pid, 0)));
  REQUIRE(::kill(parent_of(pid), SIGKILL) == 0);
  CHECK(program->wait_until(soon()) == ExitStatus{ExitStatus::Kind::signalled, SIGKILL});
  program->end();
  pollfd entry{pidfd.get(), POLLIN, 0};
  CHECK(::poll(&entry, 1, 5000) == 1);
}

}  // namespace volley::target
