// SPDX-License-Identifier: Apache-2.0
// Peers that send without end: each gets its verdict, and none of what they send stays with us.
#include <fmt/format.h>
#include <re2/re2.h>
#include <volley/listen_socket.h>

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <utility>

#include "built_with.h"
#include "catch.h"
#include "program_workspace.h"
#include "run_program.h"

namespace volley::test {
namespace {

/// Sends `x` for ever, to each client at once, and to each datagram's sender; before that, 300 MB to its stdout.
constexpr std::string_view flood = R"(target flood {
    run "perl" "-e" "use IO::Socket::INET; use IO::Select; $SIG{PIPE} = $SIG{CHLD} = 'IGNORE'; $p = $$; $x = 'x' x 65536; $l = IO::Socket::INET->new(Listen => 50, LocalAddr => $ARGV[0]) or die; $u = IO::Socket::INET->new(Proto => 'udp', LocalAddr => $ARGV[0]) or die; syswrite STDOUT, $x for 1..4600; syswrite STDOUT, qq(\nup\n); $s = IO::Select->new($l, $u); for (;;) { for ($s->can_read) { if ($_ == $u) { $u->recv($d, 9); next if fork; $t = time; while (time - $t < 2 && getppid == $p) { $u->send('x' x 1400) } exit } $c = $l->accept; next if fork; 1 while syswrite $c, $x; exit } }" "${host}:${port}"
    ready output ~ /up/
    within 60s
}
)";

struct Row {
  std::string_view name;
  std::string_view steps;
  std::string_view found;  ///< What the run says of it; empty if it passes.
};

std::string scenarios(std::span<const Row> rows) {
  std::string text;
  for (const auto& row : rows) text += fmt::format("scenario \"{}\" {{\n{}\n}}\n", row.name, row.steps);
  return text;
}

/// The most memory that a process has had, in KiB.
std::uint64_t peak_memory(pid_t pid) {
  std::uint64_t kilobytes = 0;
  RE2::PartialMatch(read_text(fmt::format("/proc/{}/status", pid)), R"(VmHWM:\s+(\d+) kB)", &kilobytes);
  return kilobytes;
}

/// The sentences of all failures, by the names of their scenarios.
std::string failures(const std::string& out) {
  std::string all;
  re2::StringPiece rest = out;
  std::string name;
  std::string what;
  while (
      RE2::FindAndConsume(&rest, R"((?m)^FAIL a\.volley › ([^(]*) \(.*\)\na\.volley:\d+:\d+: (.*)$)", &name, &what)) {
    RE2::GlobalReplace(&what, R"(\d+ bytes (are|came))", R"(N bytes \1)");
    all += fmt::format("{}: {}\n", name, what);
  }
  return all;
}

}  // namespace

TEST_CASE("whoever floods us gets a verdict, and our memory stays small") {
  const Row rows[] = {
      {"a line without end", "    connect c tcp flood\n    c < line within 60s",
       "line has no end within 1048576 bytes from byte 0, the limit"},
      {"all that comes", "    connect c tcp flood\n    c < rest within 60s",
       "length 67108865 at byte 0 is over the limit of 67108864"},
      {"a length of 2 GB", "    connect c tcp flood\n    c < bytes(u32) within 60s",
       "length 2021161080 at byte 0 is over the limit of 67108864"},
      {"200 MB, taken", "    connect c tcp flood\n    repeat 200000 { c < bytes(1000) within 60s }\n    ignore c", ""},
      {"what may be skipped",
       "    total 1s\n    connect c tcp flood\n    c < \"never\" within 30s skipping bytes(100000)",
       "the scenario's total time of 1s is over"},
      {"nobody reads", "    connect c tcp flood\n    wait 50ms", "N bytes are left over on c: no step expects them"},
      {"nobody cares", "    connect c tcp flood\n    ignore c\n    wait 50ms", ""},
      {"an end", "    connect c tcp flood\n    c < closed within 60s", "N bytes came where the end or a reset was due"},
      {"silence", "    connect c tcp flood\n    c < nothing for 60s", "N bytes came where silence was due"},
      {"datagrams that nobody reads", "    connect u udp flood\n    u > \"go\"\n    ignore u\n    wait 300ms", ""},
      {"a program's stdout", "    start p \"sh\" \"-c\" \"cat /dev/zero\"\n    p < line within 60s",
       "line has no end within 1048576 bytes from byte 0, the limit"},
      {"a program's stderr, read", "    start p \"sh\" \"-c\" \"cat /dev/zero >&2\"\n    p.err < line within 60s",
       "line has no end within 1048576 bytes from byte 0, the limit"},
      {"a program's stderr, drained",
       "    start p \"sh\" \"-c\" \"head -c 200000000 /dev/zero >&2\"\n    p exits 0 within 60s", ""},
  };
  std::string expected;
  for (const auto& row : rows) {
    if (!row.found.empty()) expected += fmt::format("{}: {}\n", row.name, row.found);
  }
  const Workspace workspace;
  auto door = TcpListener::listen(Endpoint(Ipv4Address({127, 0, 0, 1}), 0));
  REQUIRE(door);
  // The last one uses the same target, so it comes when all others are over.
  const auto last = fmt::format(
      "scenario \"last\" {{\n    connect c tcp flood\n    ignore c\n    connect t tcp {}\n    t < \"go\" within "
      "60s\n}}\n",
      door->local()->to_string());
  workspace.write("a.volley", std::string(flood) + scenarios(rows) + last);
  auto program = workspace.start({"run", "a.volley", "--jobs", "1"});
  std::array<pollfd, 2> entries{pollfd{door->fd(), POLLIN, 0}, pollfd{program.pidfd().get(), POLLIN, 0}};
  REQUIRE(::poll(entries.data(), entries.size(), 120'000) > 0);
  if (entries[1].revents != 0) FAIL(workspace.finish(std::move(program)).out);
  auto connection = door->accept(Blocking::yes);
  REQUIRE(connection);
  REQUIRE(*connection);
  const auto kilobytes = peak_memory(program.pid());
  CHECK(kilobytes > 1000);
  if (!has_asan && !has_tsan) CHECK(kilobytes < 160'000);
  REQUIRE((*connection)->stream.send(std::as_bytes(std::span("go", 2))));
  const auto run = workspace.finish(std::move(program));
  CAPTURE(run.out, run.err);
  CHECK(failures(run.out) == expected);
  CHECK(run.status == exited(1));
  CHECK(run.out.size() < 25 * 300 * std::size(rows));
}

}  // namespace volley::test
