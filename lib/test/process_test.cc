// SPDX-License-Identifier: Apache-2.0
#include <fcntl.h>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>
#include <volley/process.h>

#include <csignal>
#include <cstdlib>
#include <fstream>
#include <utility>

#include "catch.h"

namespace volley {
namespace {

struct Pipe {
  Descriptor read_end;
  Descriptor write_end;
};

Pipe make_pipe() {
  std::array<int, 2> ends{};
  REQUIRE(::pipe2(ends.data(), O_CLOEXEC) == 0);
  return {Descriptor(ends[0]), Descriptor(ends[1])};
}

std::string read_all(const Descriptor& from) {
  std::string text;
  std::array<std::byte, 4096> buffer{};
  while (true) {
    const auto received = read(from, buffer);
    REQUIRE(received);
    if (received->kind != Received::Kind::data) return text;
    text.append(reinterpret_cast<const char*>(buffer.data()), received->count);
  }
}

Process::Setup shell(const std::string& script) {
  return {"/bin/sh", {"sh", "-c", script}, {"PATH=/usr/bin:/bin"}, "", {}};
}

/// What a program writes to its stdout.
std::string output_of(Process::Setup setup) {
  Pipe out = make_pipe();
  setup.stdio = {-1, out.write_end.get(), -1};
  auto process = Process::start(setup);
  REQUIRE(process);
  out.write_end.close();
  const std::string text = read_all(out.read_end);
  CHECK(process->wait() == ExitStatus{});
  return text;
}

}  // namespace

TEST_CASE("a Process ends with the status of its program") {
  struct Row {
    const char* script;
    ExitStatus status;
    const char* text;
  };
  const Row rows[] = {
      {"exit 0", {ExitStatus::Kind::exited, 0}, "exited with status 0"},
      {"exit 7", {ExitStatus::Kind::exited, 7}, "exited with status 7"},
      {"kill -KILL $$", {ExitStatus::Kind::signalled, SIGKILL}, "was killed by SIGKILL"},
      {"kill -40 $$", {ExitStatus::Kind::signalled, 40}, "was killed by signal 40"},
  };
  for (const auto& row : rows) {
    CAPTURE(row.script);
    Process::Setup setup = shell(row.script);
    setup.stdio = {-1, -1, -1};
    auto process = Process::start(setup);
    REQUIRE(process);
    CHECK(process->pid() > 0);
    CHECK(process->wait() == row.status);
    CHECK(to_string(row.status) == row.text);
    CHECK(process->pid() == -1);
    CHECK(process->wait() == row.status);
    CHECK(process->try_wait().value() == row.status);
  }
}

TEST_CASE("a Process that cannot be started names the call and its argument") {
  struct Row {
    const char* program;
    const char* directory;
    Error error;
  };
  const Row rows[] = {
      {"/no/such/program", "", {ENOENT, "execve", "/no/such/program"}},
      {"/etc/passwd", "", {EACCES, "execve", "/etc/passwd"}},
      {"/bin/true", "/no/such/directory", {ENOENT, "open", "/no/such/directory"}},
      {"/bin/true", "/etc/passwd", {ENOTDIR, "open", "/etc/passwd"}},
  };
  for (const auto& row : rows) {
    CAPTURE(row.program, row.directory);
    const auto process = Process::start({row.program, {"x"}, {}, row.directory, {-1, -1, -1}});
    REQUIRE_FALSE(process);
    CHECK(process.error() == row.error);
  }
}

TEST_CASE("a Process gets its arguments as they are, and no environment but the one given") {
  CHECK(output_of({"/usr/bin/printf", {"printf", "[%s]", "a b", "", "*", "$HOME"}, {}, "", {}}) == "[a b][][*][$HOME]");
  CHECK(output_of({"/usr/bin/env", {"env"}, {"A=1", "B=two words"}, "", {}}) == "A=1\nB=two words\n");
}

TEST_CASE("a Process starts in the directory given") {
  CHECK(output_of({"/bin/pwd", {"pwd"}, {}, "/usr", {}}) == "/usr\n");
}

TEST_CASE("a Process has stdin, stdout and stderr as given and no other descriptor") {
  const Descriptor leak(::open("/etc/passwd", O_RDONLY));  // not close-on-exec on purpose
  REQUIRE(leak);
  const std::string links = output_of({"/bin/ls", {"ls", "-l", "/proc/self/fd"}, {}, "", {}});
  CHECK(links.find(" 0 -> /dev/null\n") != std::string::npos);
  CHECK(links.find(" 1 -> pipe:") != std::string::npos);
  CHECK(links.find(" 2 -> /dev/null\n") != std::string::npos);
  CHECK(links.find(" 3 -> /proc/") != std::string::npos);  // what ls itself opens to list them
  CHECK(links.find(" 4 -> ") == std::string::npos);
}

TEST_CASE("the descriptors of a Process may be given in any order, even our own 0, 1 and 2") {
  Pipe out = make_pipe();
  Pipe err = make_pipe();
  Process::Setup setup = shell("echo out; echo err >&2");
  setup.stdio = {-1, out.write_end.get(), err.write_end.get()};
  {
    auto process = Process::start(setup);
    REQUIRE(process);
    out.write_end.close();
    err.write_end.close();
    CHECK(read_all(out.read_end) == "out\n");
    CHECK(read_all(err.read_end) == "err\n");
  }
  setup = shell("test \"$(readlink /proc/$$/fd/1)\" = \"$1\"");
  std::array<char, 256> name{};
  REQUIRE(::readlink("/proc/self/fd/2", name.data(), name.size() - 1) > 0);
  setup.argv = {"sh", "-c", "test \"$(readlink /proc/$$/fd/1)\" = \"$1\"", "sh", name.data()};
  setup.stdio = {2, 2, 1};
  auto process = Process::start(setup);
  REQUIRE(process);
  CHECK(process->wait() == ExitStatus{});
}

TEST_CASE("a Process starts with default signals, none blocked, in a process group of its own") {
  const auto before = std::signal(SIGPIPE, SIG_IGN);
  sigset_t term, old;
  sigemptyset(&term);
  sigaddset(&term, SIGTERM);
  ::pthread_sigmask(SIG_BLOCK, &term, &old);
  const std::string status = output_of({"/bin/cat", {"cat", "/proc/self/status"}, {}, "", {}});
  const std::string stat = output_of({"/bin/cat", {"cat", "/proc/self/stat"}, {}, "", {}});
  ::pthread_sigmask(SIG_SETMASK, &old, nullptr);
  std::signal(SIGPIPE, before);

  INFO(status);
  CHECK(status.find("SigBlk:\t0000000000000000\n") != std::string::npos);
  // Signals 32 and 33 are the C library's own: posix_spawn ignores them until the program's C library takes them.
  const auto ignored = std::stoull(status.substr(status.find("SigIgn:\t") + 8), nullptr, 16);
  CHECK((ignored & ~0x1'8000'0000ULL) == 0);
  const std::string pid = stat.substr(0, stat.find(' '));
  const std::string after_parent = stat.substr(stat.find(' ', stat.find(") R ") + 4) + 1);
  CHECK(after_parent.substr(0, after_parent.find(' ')) == pid);
}

TEST_CASE("a Process that runs has no status, and its pidfd tells when it ends") {
  Pipe in = make_pipe();
  auto process = Process::start({"/bin/cat", {"cat"}, {}, "", {in.read_end.get(), -1, -1}});
  REQUIRE(process);
  CHECK(process->try_wait().value() == std::nullopt);
  in.write_end.close();
  pollfd entry{process->pidfd().get(), POLLIN, 0};
  CHECK(::poll(&entry, 1, 5000) == 1);
  CHECK(process->try_wait().value() == ExitStatus{});
  const auto signalled = process->signal(SIGTERM);
  REQUIRE_FALSE(signalled);
  CHECK(signalled.error() == Error{ESRCH, "pidfd_send_signal", "SIGTERM"});
}

TEST_CASE("a signal reaches a Process, and its destructor leaves no child") {
  Pipe in = make_pipe();
  const Process::Setup cat{"/bin/cat", {"cat"}, {}, "", {in.read_end.get(), -1, -1}};
  auto first = Process::start(cat);
  REQUIRE(first);
  REQUIRE(first->signal(SIGTERM));
  CHECK(first->wait() == ExitStatus{ExitStatus::Kind::signalled, SIGTERM});

  pid_t pid = -1;
  {
    auto second = Process::start(cat);
    REQUIRE(second);
    pid = second->pid();
    Process moved = std::move(*second);
    CHECK(second->pid() == -1);
    CHECK(moved.pid() == pid);
    moved = Process();
    CHECK(::kill(pid, 0) == -1);
    CHECK(errno == ESRCH);
  }
}

TEST_CASE("find_program looks where execvp would") {
  CHECK(find_program("sh", "/no/such:/etc:/bin") == "/bin/sh");
  CHECK(find_program("a/b", "/bin") == "a/b");
  struct Row {
    const char* name;
    const char* path;
    int code;
  };
  const Row rows[] = {
      {"no-such-program", "/bin:/usr/bin", ENOENT},
      {"", "/bin", ENOENT},
      {"passwd", "/etc", EACCES},
      {"ssl", "/etc", ENOENT},  // a directory is no program
      {"sh", "", ENOENT},       // only the current directory
  };
  for (const auto& row : rows) {
    CAPTURE(row.name, row.path);
    const auto found = find_program(row.name, row.path);
    REQUIRE_FALSE(found);
    CHECK(found.error() == Error{row.code, "execve", row.name});
  }
}

}  // namespace volley
