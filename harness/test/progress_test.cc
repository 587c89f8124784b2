// SPDX-License-Identifier: Apache-2.0
#include "report/progress.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <pty.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>
#include <volley/descriptor.h>
#include <volley/listen_socket.h>
#include <volley/stream_socket.h>

#include <csignal>
#include <string>
#include <vector>

#include "catch.h"
#include "program_workspace.h"
#include "report/paint.h"
#include "report/text.h"
#include "run_program.h"

namespace volley::test {
namespace {

using report::Progress;

const std::string two = "scenario \"one\" {\n    expect 1 == 1\n}\nscenario \"two\" {\n    expect 1 == 2\n}\n";

/// A child whose three standard descriptors are a terminal, and what came out of that so far.
class OnTerminal {
 public:
  OnTerminal(const std::string& directory, Words words, const Words& environment, winsize size) {
    words.insert(words.begin(), {"env", "-u", "NO_COLOR", "TERM=xterm"});
    words.insert(words.begin() + 4, environment.begin(), environment.end());
    std::vector<char*> argv;
    for (auto& word : words) argv.push_back(word.data());
    argv.push_back(nullptr);
    int master = -1;
    child_ = ::forkpty(&master, nullptr, nullptr, &size);
    if (child_ == 0) {
      if (::chdir(directory.c_str()) == 0) ::execvp(argv[0], argv.data());
      ::_exit(127);
    }
    master_ = Descriptor(master);
  }
  OnTerminal(const OnTerminal&) = delete;
  OnTerminal& operator=(const OnTerminal&) = delete;
  ~OnTerminal() {
    if (child_ > 0 && !is_over_) {
      ::kill(child_, SIGKILL);
      ::waitpid(child_, nullptr, 0);
    }
  }

  /// Reads until `part` has been seen.
  void expect(std::string_view part) {
    while (!shown_.contains(part)) REQUIRE(read());
  }
  /// Reads to the end and gives all that was shown.
  std::string finish() {
    while (read()) {
    }
    ::waitpid(child_, nullptr, 0);
    is_over_ = true;
    return shown_;
  }
  /// As its user does with ^S: it takes nothing more.
  void stop() {
    const Descriptor screen(::open(::ptsname(master_.get()), O_RDWR | O_NOCTTY | O_CLOEXEC));
    REQUIRE(screen);
    REQUIRE(::tcflow(screen.get(), TCOOFF) == 0);
  }
  void resize(unsigned short columns) {
    const winsize size{24, columns, 0, 0};
    REQUIRE(::ioctl(master_.get(), TIOCSWINSZ, &size) == 0);
  }

 private:
  bool read() {
    wait_until_readable(master_.get());
    std::array<char, 4096> bytes{};
    const auto count = ::read(master_.get(), bytes.data(), bytes.size());
    if (count <= 0) return false;  // EIO: nobody has the other side any more
    shown_.append(bytes.data(), static_cast<std::size_t>(count));
    return true;
  }

  pid_t child_ = -1;
  bool is_over_ = false;
  Descriptor master_;
  std::string shown_;
};

/// What a terminal shows in the end: an erased line is gone. Lines end in `\n`.
std::string screen(std::string_view shown) {
  std::string text;
  for (std::size_t i = 0; i < shown.size(); ++i) {
    if (shown.substr(i).starts_with("\r\x1b[K")) {
      text.erase(text.rfind('\n') == std::string::npos ? 0 : text.rfind('\n') + 1);
      i += 3;
    } else if (shown[i] != '\r') {
      text += shown[i];
    }
  }
  return text;
}

/// The drawings of the progress line, in order.
std::vector<std::string> drawings(std::string_view shown) {
  std::vector<std::string> lines;
  for (auto at = shown.find("\x1b[K["); at != std::string_view::npos; at = shown.find("\x1b[K[", at + 1)) {
    lines.emplace_back(shown.substr(at + 3, shown.find('\r', at) - at - 3));
  }
  return lines;
}

/// A scenario that goes on until its connection to `door` ends.
std::string waiting_at(const TcpListener& door) {
  return "scenario \"waits\" {\n    connect c tcp " + door.local()->to_string() + "\n    c < closed within 60s\n}\n";
}

Result<TcpListener> open_door() {
  return TcpListener::listen(Endpoint(Ipv4Address({127, 0, 0, 1}), 0));
}

}  // namespace

TEST_CASE("progress is one line, and what has no room is left out") {
  using std::chrono::milliseconds;
  using std::chrono::seconds;
  struct Row {
    Progress progress;
    std::size_t width;
    std::string_view line;
  };
  const Row rows[] = {
      {{96, 4, 2, 1, 0, 0, milliseconds(100)}, 80, "[3/96] 4 running, 2 passed, 1 failed"},
      {{96, 4, 2, 1, 0, 1, seconds(2)}, 80, "[4/96] 4 running, 2 passed, 1 failed, about 47 s left"},
      {{96, 4, 2, 0, 0, 0, seconds(60)}, 80, "[2/96] 4 running, 2 passed, 0 failed, about 47 min left"},
      {{96, 4, 2, 0, 3, 0, seconds(60)}, 80, "[5/96] 4 running, 2 passed, 0 failed, 3 known, about 18 min left"},
      {{96, 4, 0, 0, 0, 0, seconds(60)}, 80, "[0/96] 4 running, 0 passed, 0 failed"},
      {{3, 0, 3, 0, 0, 0, seconds(60)}, 80, "[3/3] 0 running, 3 passed, 0 failed"},
      {{96, 4, 2, 1, 0, 1, seconds(2)}, 36, "[4/96] 4 running, 2 passed, 1 failed"},
      {{96, 4, 2, 1, 0, 1, seconds(2)}, 35, "[4/96] 4 running, 2 passed"},
      {{96, 4, 2, 1, 0, 1, seconds(2)}, 10, "[4/96]"},
      {{96, 4, 2, 1, 0, 1, seconds(2)}, 3, ""},
  };
  for (const auto& row : rows) CHECK(report::text(row.progress, row.width) == row.line);
}

TEST_CASE("a terminal shows progress in place, and nothing of it stays") {
  const Workspace workspace;
  auto door = open_door();
  REQUIRE(door);
  workspace.write("a.volley", two + waiting_at(*door));
  OnTerminal terminal(workspace.path("."), {volley_program(), "run", "a.volley", "--jobs", "1", "--color", "never"}, {},
                      {24, 80, 0, 0});
  wait_until_readable(door->fd());
  auto connection = door->accept(Blocking::yes);
  REQUIRE(connection);
  terminal.expect("[2/3] 1 running, 1 passed, 1 failed");
  connection->reset();
  const auto shown = terminal.finish();
  CHECK(steady(screen(shown)) ==
        "ok   a.volley › one (T)\n"
        "FAIL a.volley › two (T)\n"
        "a.volley:5:5: the condition is false\n"
        "    expect 1 == 2\n"
        "    ^~~~~~~~~~~~~\n"
        "  what happened:\n"
        "    T  expect 1 == 2  # stopped here\n"
        "  repeat: volley run a.volley:4 --seed 0\n"
        "ok   a.volley › waits (T)\n"
        "2 passed, 1 failed, 0 skipped, 0 errors in T s\n");
}

TEST_CASE("progress follows the width of the terminal and never fills a line") {
  const Workspace workspace;
  auto door = open_door();
  REQUIRE(door);
  workspace.write("a.volley", waiting_at(*door));
  OnTerminal terminal(workspace.path("."), {volley_program(), "run", "a.volley"}, {}, {24, 80, 0, 0});
  wait_until_readable(door->fd());
  auto connection = door->accept(Blocking::yes);
  REQUIRE(connection);
  terminal.expect("1 running, 0 passed, 0 failed");
  terminal.resize(17);
  terminal.expect("\x1b[K[0/1] 1 running\r");
  terminal.resize(9);
  terminal.expect("\x1b[K[0/1]\r");
  connection->reset();
  for (const auto& line : drawings(terminal.finish())) CHECK(line.size() < 80);
}

TEST_CASE("a terminal that is stopped holds up no results that go elsewhere") {
  const Workspace workspace;
  auto door = open_door();
  REQUIRE(door);
  workspace.write("a.volley", waiting_at(*door));
  OnTerminal terminal(workspace.path("."), {"sh", "-c", "exec '" + volley_program() + "' run a.volley > out"}, {},
                      {24, 80, 0, 0});
  wait_until_readable(door->fd());
  auto connection = door->accept(Blocking::yes);
  REQUIRE(connection);
  terminal.expect("[0/1] 1 running");
  terminal.stop();
  connection->reset();
  terminal.finish();
  CHECK(steady(read_text(workspace.path("out"))) ==
        "ok   a.volley › waits (T)\n1 passed, 0 failed, 0 skipped, 0 errors in T s\n");
}

TEST_CASE("without a terminal there is no progress and there are no colours") {
  const Workspace workspace;
  auto door = open_door();
  REQUIRE(door);
  workspace.write("a.volley", two + waiting_at(*door));
  auto program = workspace.start({"run", "a.volley"});
  wait_until_readable(door->fd());
  auto connection = door->accept(Blocking::yes);
  REQUIRE(connection);
  connection->reset();
  const auto run = workspace.finish(std::move(program));
  CHECK(run.err.empty());
  CHECK_FALSE(run.out.contains('\x1b'));
  CHECK_FALSE(run.out.contains('\r'));
}

TEST_CASE("colours are for terminals, unless NO_COLOR or an option says otherwise") {
  struct Row {
    Words options;
    Words environment;
    bool on_terminal;
    bool in_pipe;
  };
  const Row rows[] = {
      {{}, {}, true, false},
      {{"--color", "auto"}, {"NO_COLOR=1"}, false, false},
      {{}, {"NO_COLOR="}, true, false},
      {{}, {"TERM=dumb"}, false, false},
      {{"--color", "always"}, {"NO_COLOR=1"}, true, true},
      {{"--color", "never"}, {}, false, false},
  };
  const Workspace workspace;
  workspace.write("a.volley", two);
  for (const auto& row : rows) {
    Words words{volley_program(), "run", "a.volley"};
    words.insert(words.end(), row.options.begin(), row.options.end());
    CAPTURE(words, row.environment);
    OnTerminal terminal(workspace.path("."), words, row.environment, {24, 80, 0, 0});
    const auto shown = terminal.finish();
    CHECK(shown.contains("\x1b[32mok\x1b[0m   a.volley › one (") == row.on_terminal);
    CHECK(shown.contains("\x1b[31mFAIL\x1b[0m a.volley › two (") == row.on_terminal);
    CHECK(shown.contains("\x1b[31m1 passed, 1 failed, ") == row.on_terminal);
    words.insert(words.begin(), "env");
    words.insert(words.begin() + 1, row.environment.begin(), row.environment.end());
    const auto piped = workspace.finish(start_program(words, workspace.path(".")));
    CHECK(piped.out.contains('\x1b') == row.in_pipe);
  }
}

TEST_CASE("the slowest cases are named, the slowest first, and no more than a few") {
  using std::chrono::milliseconds;
  std::vector<report::Case> cases(9);
  for (std::size_t i = 0; i < cases.size(); ++i) {
    cases[i].path = "a.volley";
    cases[i].name = fmt::format("case {}", i);
    cases[i].duration = milliseconds(i == 4 ? 12'000 : 100 * i);
  }
  CHECK(report::slow_cases(cases, std::chrono::seconds(13)).empty());
  CHECK(report::slow_cases(cases, milliseconds(800)) ==
        "slow  12.00 s  a.volley › case 4\n"
        "slow 800.0 ms  a.volley › case 8\n");
  CHECK(report::slow_cases(cases, milliseconds(0)) ==
        "slow  12.00 s  a.volley › case 4\n"
        "slow 800.0 ms  a.volley › case 8\n"
        "slow 700.0 ms  a.volley › case 7\n"
        "slow 600.0 ms  a.volley › case 6\n"
        "slow 500.0 ms  a.volley › case 5\n");
}

TEST_CASE("run names its slow scenarios before the summary") {
  const Workspace workspace;
  workspace.write("a.volley", "scenario \"takes its time\" {\n    wait 60ms\n}\n");
  const auto run = workspace.volley({"run", "a.volley", "--slow", "0.05"});
  const auto at = run.out.find("\nslow ");
  REQUIRE(at != std::string::npos);
  CHECK(run.out.substr(at).contains("  a.volley › takes its time\n1 passed, "));
  CHECK_FALSE(workspace.volley({"run", "a.volley", "--slow", "1000"}).out.contains("slow"));
}

}  // namespace volley::test
