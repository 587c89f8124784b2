// SPDX-License-Identifier: Apache-2.0
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <filesystem>
#include <sstream>
#include <thread>
#include <utility>
#include <vector>

#include "catch.h"
#include "recipes.h"
#include "target/pipe.h"
#include "target/process_tree.h"
#include "target/target.h"

namespace volley::target {
namespace {

using namespace std::chrono_literals;

plan::Recipe memcached_recipe() {
  auto made = recipe("memcached", {"memcached", "-l", "${host}", "-p", "${port}", "-U", "0", "-t", "1"});
  if (::geteuid() == 0) {
    // PR_SET_PDEATHSIG, which would be simpler than a supervisor, is cleared by this change of user.
    made.argv.push_back(text_template("-u"));
    made.argv.push_back(text_template("nobody"));
  }
  return made;
}

/// A volley that starts all recipes, tells their directories, a line each, and waits to be killed.
[[noreturn]] void run_volley(const std::vector<plan::Recipe>& recipes, const Descriptor& report) {
  const auto supervisor = Supervisor::fork();
  if (!supervisor) ::_exit(1);
  std::vector<Target> targets;
  std::string dirs;
  for (const auto& recipe : recipes) {
    auto target = Target::start(recipe, *supervisor, "/", 4);
    dirs += target ? target->dir() + "\n" : target.error().what + "\n";
    if (target) targets.push_back(std::move(*target));
  }
  static_cast<void>(write(report, std::as_bytes(std::span(dirs))));
  while (true) ::pause();
}

std::string read_report(const Descriptor& from, std::size_t lines) {
  std::string text;
  while (std::ranges::count(text, '\n') < static_cast<std::ptrdiff_t>(lines)) {
    std::array<std::byte, 4096> buffer{};
    const auto received = read(from, buffer);
    REQUIRE(received);
    REQUIRE(received->kind == Received::Kind::data);
    text.append(reinterpret_cast<const char*>(buffer.data()), received->count);
  }
  return text;
}

/// Reaps what comes to us until we have no descendant, at most until the deadline.
bool all_gone_by(std::chrono::steady_clock::time_point deadline) {
  while (std::chrono::steady_clock::now() < deadline) {
    while (::waitpid(-1, nullptr, WNOHANG) > 0) continue;
    if (descendants(::getpid()).empty()) return true;
    std::this_thread::yield();
  }
  return false;
}

}  // namespace

TEST_CASE("when volley is killed, all that it started is gone within two seconds") {
  std::vector<plan::Recipe> recipes;
  for (const auto& recipe : {redis_recipe(), memcached_recipe()}) {
    if (const auto found = Target::find(recipe, "/"); found) {
      recipes.push_back(recipe);
    } else {
      WARN(found.error() + " is not installed");
    }
  }
  recipes.push_back(shell_recipe(
      "(setsid sh -c '(setsid sleep 100 &) ; trap \"\" TERM HUP INT; echo up; sleep 100; :' &); exec sleep 100"));
  recipes.push_back(shell_recipe("mkdir -p a/b && ln -s / a/b/root && echo x > a/b/file; echo up; exec sleep 100"));

  auto report = Pipe::open();
  REQUIRE(report);
  // What loses its parent comes to this process, so that nothing can hide.
  REQUIRE(::prctl(PR_SET_CHILD_SUBREAPER, 1) == 0);
  const pid_t volley = ::fork();
  REQUIRE(volley >= 0);
  if (volley == 0) run_volley(recipes, report->write_end);
  report->write_end.close();
  std::vector<std::string> dirs;
  std::istringstream lines(read_report(report->read_end, recipes.size()));
  for (std::string line; std::getline(lines, line);) dirs.push_back(line);
  // volley, its supervisor, and for each recipe a keeper and at least one process.
  CHECK(descendants(::getpid()).size() >= 2 + 2 * recipes.size());
  for (const auto& dir : dirs) {
    CAPTURE(dir);
    CHECK(std::filesystem::is_directory(dir));
  }

  REQUIRE(::kill(volley, SIGKILL) == 0);
  CHECK(all_gone_by(std::chrono::steady_clock::now() + 2s));
  for (const auto& dir : dirs) {
    CAPTURE(dir);
    CHECK_FALSE(std::filesystem::exists(dir));
  }
  CHECK(::prctl(PR_SET_CHILD_SUBREAPER, 0) == 0);
}

}  // namespace volley::target
