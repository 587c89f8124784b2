// SPDX-License-Identifier: Apache-2.0
// However volley ends, what it has started and made is gone.
#include <fmt/format.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>
#include <volley/listen_socket.h>

#include <chrono>
#include <csignal>
#include <filesystem>
#include <optional>
#include <pugixml.hpp>
#include <string>
#include <string_view>
#include <thread>
#include <utility>

#include "catch.h"
#include "program_workspace.h"
#include "run_program.h"
#include "target/pipe.h"
#include "target/process_tree.h"

namespace volley::test {
namespace {

namespace fs = std::filesystem;
using std::chrono_literals::operator""s;

/// A server with a child, a grandchild in a session of its own, and one that has lost its parent and heeds no signal.
/// What it is to begin with stands before it.
constexpr std::string_view family =
    "(setsid sh -c '(setsid sleep 1000 &); trap \\\"\\\" TERM HUP INT QUIT; : > $HOME/made; sleep 1000; :' &); "
    "mkdir -p a/b; ln -s / a/b/root; while [ ! -e made ]; do sleep 0.01; done; echo up; exec sleep 1000";

/// A target and a program of the scenario, which waits until somebody says `go`, or fails at anything else.
std::string waiting_scenario(const Endpoint& door, std::string_view beginning) {
  return fmt::format(
      "target server {{\n    run \"/bin/sh\" \"-c\" \"{}{}\"\n    ready output ~ /up/\n    within 60s\n}}\n"
      "scenario \"s\" {{\n    start p \"sh\" \"-c\" \"(setsid sleep 1000 &); echo there; exec sleep 1000\"\n"
      "    p < \"there\\n\" within 60s\n    connect c tcp server fails refused\n    connect t tcp {}\n"
      "    t < \"go\" within 60s\n    signal p term\n    p killed by term\n}}\n",
      beginning, family, door.to_string());
}

/// Whoever loses his parent comes to this process, so that nobody can hide.
class Subreaper {
 public:
  Subreaper() { REQUIRE(::prctl(PR_SET_CHILD_SUBREAPER, 1) == 0); }
  ~Subreaper() { ::prctl(PR_SET_CHILD_SUBREAPER, 0); }
};

bool all_gone() {
  const auto deadline = std::chrono::steady_clock::now() + 20s;
  while (std::chrono::steady_clock::now() < deadline) {
    while (::waitpid(-1, nullptr, WNOHANG) > 0) continue;
    if (target::descendants(::getpid()).empty()) return true;
    std::this_thread::yield();
  }
  return false;
}

bool is_whole_junit(const std::string& path) {
  pugi::xml_document document;
  return static_cast<bool>(document.load_file(path.c_str())) && document.child("testsuites");
}

/// volley itself, not a shell before it, in a run that uses `tmp` for its directories; no signal leaves a core.
Process start_volley(const Workspace& workspace, const Descriptor& out) {
  const auto command = fmt::format("ulimit -c 0; TMPDIR='{}' exec '{}' run a.volley --report junit=out.xml",
                                   workspace.path("tmp"), volley_program());
  auto started = Process::start({.program = "/bin/sh",
                                 .argv = {"sh", "-c", command},
                                 .environment = {"PATH=" + std::string(::getenv("PATH"))},
                                 .directory = workspace.path(""),
                                 .stdio = {-1, out.get(), -1}});
  REQUIRE(started);
  return std::move(*started);
}

constexpr ExitStatus killed(int signal) {
  return {ExitStatus::Kind::signalled, signal};
}

}  // namespace

TEST_CASE("however volley ends, its children, their children and its directories are gone") {
  struct Row {
    std::string_view how;
    int signal;              ///< Sent to it; 0 for none,
    std::string_view words;  ///< but this is said to the scenario.
    bool is_closed;          ///< Nobody reads its stdout any more.
    std::optional<ExitStatus> status;
    bool reports;
    bool is_twice = false;  ///< The signal comes again while the server refuses to stop.
  };
  const Row rows[] = {
      {"the scenario passes", 0, "go", false, exited(1), true},  // but its server leaves a family behind
      {"the scenario fails", 0, "no", false, exited(1), true},
      {"its stdout was closed", 0, "go", true, exited(3), true},
      {"SIGINT", SIGINT, "", false, exited(130), true},
      {"SIGTERM", SIGTERM, "", false, exited(143), true},
      {"SIGHUP", SIGHUP, "", false, exited(129), true},
      {"SIGINT, and another", SIGINT, "", false, killed(SIGINT), false, true},
      {"SIGTERM, and another", SIGTERM, "", false, killed(SIGTERM), false, true},
      {"SIGQUIT", SIGQUIT, "", false, killed(SIGQUIT), false},
      {"a crash", SIGSEGV, "", false, {}, false},
      {"std::abort", SIGABRT, "", false, killed(SIGABRT), false},
      {"kill -9", SIGKILL, "", false, killed(SIGKILL), false},
  };
  const Subreaper subreaper;
  for (const auto& row : rows) {
    CAPTURE(row.how);
    const Workspace workspace;
    fs::create_directory(workspace.path("tmp"));
    auto door = TcpListener::listen(Endpoint(Ipv4Address({127, 0, 0, 1}), 0));
    REQUIRE(door);
    workspace.write("a.volley", waiting_scenario(*door->local(), row.is_twice ? "trap '' TERM; " : ""));
    auto out = target::Pipe::open();
    REQUIRE(out);
    auto volley = start_volley(workspace, out->write_end);
    wait_until_readable(door->fd());
    auto connection = door->accept(Blocking::yes);
    REQUIRE(connection);
    REQUIRE(*connection);
    // volley, its supervisor, a keeper for the server, for the program and for its directory, and all that they run.
    CHECK(target::descendants(::getpid()).size() >= 10);
    CHECK(std::distance(fs::directory_iterator(workspace.path("tmp")), {}) == 2);

    if (row.is_closed) out->read_end.close();
    if (row.signal != 0) REQUIRE(volley.signal(row.signal));
    if (row.is_twice) {
      wait_until_readable((*connection)->stream.fd());  // its end: the first has been heeded
      REQUIRE(volley.signal(row.signal));
    }
    if (!row.words.empty()) REQUIRE((*connection)->stream.send(std::as_bytes(std::span(row.words))));
    const auto status = volley.wait();
    REQUIRE(status);
    CHECK(*status != exited(0));
    if (row.status) CHECK(*status == *row.status);
    CHECK(all_gone());
    CHECK(fs::is_empty(workspace.path("tmp")));
    CHECK(fs::exists(workspace.path("out.xml")) == row.reports);
    if (row.reports) CHECK(is_whole_junit(workspace.path("out.xml")));
  }
}

}  // namespace volley::test
