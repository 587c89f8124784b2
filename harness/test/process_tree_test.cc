// SPDX-License-Identifier: Apache-2.0
#include "target/process_tree.h"

#include <unistd.h>
#include <volley/process.h>

#include <algorithm>
#include <array>
#include <csignal>
#include <span>
#include <string>

#include "catch.h"
#include "target/pipe.h"

namespace volley::target {

TEST_CASE("a line of /proc/PID/stat is read whatever the name in it") {
  const char* rest = "1 1 0 -1 4194560 1 2 3 4 5 6 7 8 20 0 1 0 987654 0 0\n";
  const std::string plain = std::string("42 (sleep) S 7 ") + rest;
  const std::string tricky = std::string("42 (a) S 9 (b)) R 7 ") + rest;
  for (const auto& line : {plain, tricky}) {
    CAPTURE(line);
    const ProcessEntry entry = parse_stat(line);
    CHECK(entry.pid == 42);
    CHECK(entry.parent == 7);
    CHECK(entry.start == 987654);
  }
  for (const char* line : {"", "42", "42 (sleep", ") (", "nonsense"}) {
    CAPTURE(line);
    CHECK(parse_stat(line).pid == -1);
  }
}

TEST_CASE("descendants are children and their children, from above and from below") {
  auto out = Pipe::open();
  REQUIRE(out);
  const Process::Setup setup{
      "/bin/sh", {"sh", "-c", "sleep 100 & echo $!; wait"}, {"PATH=/usr/bin:/bin"}, "", {-1, out->write_end.get(), -1}};
  auto process = Process::start(setup);
  REQUIRE(process);
  std::array<char, 32> line{};
  REQUIRE(read(out->read_end, std::as_writable_bytes(std::span(line)))->count > 0);
  const pid_t grandchild = std::stoi(line.data());

  const auto found = descendants(::getpid());
  const auto has = [&](pid_t pid, pid_t parent) {
    return std::ranges::any_of(found, [&](const ProcessEntry& e) { return e.pid == pid && e.parent == parent; });
  };
  CHECK(has(process->pid(), ::getpid()));
  CHECK(has(grandchild, process->pid()));
  CHECK(descendants(grandchild).empty());
  CHECK(is_descendant(grandchild, ::getpid()));
  CHECK(is_descendant(grandchild, process->pid()));
  CHECK_FALSE(is_descendant(process->pid(), grandchild));
  CHECK_FALSE(is_descendant(grandchild, grandchild));
  CHECK_FALSE(is_descendant(::getpid(), ::getpid()));
  for (const pid_t nobody : {-1, 0, 1, 999'999'999}) CHECK_FALSE(is_descendant(nobody, ::getpid()));
  ::kill(grandchild, SIGKILL);
}

}  // namespace volley::target
