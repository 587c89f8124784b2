// SPDX-License-Identifier: Apache-2.0
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <volley/listen_socket.h>

#include <cerrno>
#include <chrono>
#include <cstddef>
#include <iterator>
#include <string>
#include <thread>

#include "compiled.h"
#include "report/transcript.h"
#include "stage.h"

namespace volley {
namespace {

const std::string pair = "listen door tcp\nconnect a tcp door\naccept b from door\n";

Endpoint any_port() {
  return {Ipv4Address({127, 0, 0, 1}), 0};
}

/// From here on this thread gets no netlink socket.
void refuse_netlink() {
  sock_filter program[] = {
      BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(seccomp_data, nr)),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, __NR_socket, 0, 3),
      BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(seccomp_data, args)),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, AF_NETLINK, 0, 1),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EPERM),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
  };
  const sock_fprog filter{static_cast<unsigned short>(std::size(program)), program};
  REQUIRE(::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0);
  REQUIRE(::prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &filter, 0, 0) == 0);
}

}  // namespace

TEST_CASE("segments between our own ends arrive one by one") {
  CHECK(run_steps(pair + "a > \"abcdef\" in segments of 4\nexpect b.pending >= 4\nb < \"abcdef\"\na > \"!\"\nb < \"!\"")
            .ends_with("passed\n"));
  CHECK(run_steps(pair + "a > zero(3000) \"x\" in segments of 1\nb < zero(3000) \"x\"").ends_with("passed\n"));
  CHECK(run_steps(pair + "a > \"abc\" in segments of 100\nb < \"abc\"").ends_with("passed\n"));
  CHECK(run_steps(pair + "a > \"\" in segments of 1\na > \"c\"\nb < \"c\"").ends_with("passed\n"));
  // What was there before is read in front of it.
  CHECK(
      run_steps(pair + "a > \"before \"\na > \"after\" in segments of 2\nb < \"before after\"").ends_with("passed\n"));
}

TEST_CASE("segments that are not as expected fail as any bytes do") {
  CHECK(run_steps(pair + "a > \"abc\" in segments of 1\nb < \"abd\"") ==
        "  0 opened door\n  1 connected a\n  2 accepted b\n  3 sent a 3\n"
        "  4 mismatch b item 0 at 0 offset 2 needed 0 received 3 from 0: \"abc\"\n");
  CHECK(run_steps(pair + "close b\na < eof\na > \"abc\" in segments of 1 fails broken_pipe").ends_with("passed\n"));
  CHECK(explain_steps(pair + "shutdown a\na > \"abc\" in segments of 1 fails reset") ==
        "should fail with 'reset', but failed otherwise: send a: Broken pipe");
  CHECK(explain_steps(pair + "let n = len(\"\")\na > \"abc\" in segments of n") == "a segment has at least one byte");
}

TEST_CASE("what several strands send on one socket does not mix") {
  struct Row {
    const char* steps;
    const char* meets;
  };
  const Row rows[] = {
      {"parallel 3 {\na > \"hello \" in segments of 1 every 1ms\n}\nb < 3 * (\"hello \")", ""},
      {"a > \"!\"", "b < \"ello!\""},
      {"a > \"!\" in segments of 1", "b < \"ello!\""},
      {"a > zero(8MiB)", "b < \"ello\" zero(8MiB)"},
      {"shutdown a", "b < \"ello\"\nb < eof"},
      {"close a", "b < \"ello\"\nb < eof"},
  };
  for (const auto& row : rows) {
    CAPTURE(row.steps);
    // The second branch begins while the first one is still sending.
    const auto steps = *row.meets == '\0'
                           ? std::string(row.steps)
                           : "connect c tcp door\naccept d from door\nd > \"x\"\nany order {\n{\nc < \"x\"\n"
                             "a > \"hello\" in segments of 1 every 1ms\n}\n{\nb < \"h\"\n" +
                                 std::string(row.steps) + "\n}\n}\n" + row.meets;
    CHECK(run_steps(pair + steps).ends_with("passed\n"));
  }
}

TEST_CASE("a send in very many segments keeps to the total") {
  const auto dumped = run_steps(pair + "a > zero(20MiB) in segments of 1\nb < zero(20MiB)", "total 50ms");
  CHECK(dumped.ends_with("  3 total\n"));
}

TEST_CASE("every T is the least time between two segments") {
  const auto compiled = compile_steps(pair + "a > \"abcd\" in segments of 1 every 5ms\nb < \"abcd\"");
  const auto trace = run_once(compiled);
  CHECK(trace.stop.reason == engine::Reason::none);
  CHECK(trace.duration >= std::chrono::milliseconds(15));
}

TEST_CASE("which of its clients a listener's end writes to is told by both names") {
  const std::string two =
      "listen door tcp\nconnect a tcp door\naccept x from door\nconnect c tcp door\naccept y from door\n";
  CHECK(run_steps(two + "y > \"abc\" in segments of 1\nc < \"abc\"\nx > \"de\" in segments of 1\na < \"de\"") ==
        "  0 opened door\n  1 connected a\n  2 accepted x\n  3 connected c\n  4 accepted y\n  5 sent y 3\n"
        "  6 received c 3 \"abc\"\n  7 sent x 2\n  8 received a 2 \"de\"\npassed\n");
}

TEST_CASE("an IPv4 client of an IPv6 listener is known by its mapped name") {
  CHECK(run_steps("let mapped = [::ffff:127.0.0.1]:0\nlet plain = 127.0.0.1:0\nlisten door tcp mapped\n"
                  "connect a tcp endpoint(plain.address, door.local.port)\n"
                  "accept b from door\na > \"abc\" in segments of 1\nb < \"abc\"\nb > \"de\" in segments of 1\n"
                  "a < \"de\"")
            .ends_with("5 sent a 3\n  6 received b 3 \"abc\"\n  7 sent b 2\n  8 received a 2 \"de\"\npassed\n"));
}

TEST_CASE("who waits at the other end gets what was read ahead for him") {
  // The branch waits for bytes that the send has taken out of the kernel for it.
  CHECK(run_steps(pair +
                  "any order {\n{\nb < \"x\"\nb < \"yz\"\n}\n{\na < nothing for 1ms\na > \"x\" in segments of 1\n"
                  "a > \"yz\" in segments of 1\n}\n}")
            .ends_with("passed\n"));
}

TEST_CASE("between our own ends nobody waits for a connection that no step has accepted yet") {
  const auto compiled = compile_steps(
      "listen door tcp\nconnect a tcp door\na > \"abc\" in segments of 1\naccept b from door\n"
      "b < \"abc\"");
  const auto trace = run_once(compiled);
  CHECK(engine::dump(trace, compiled.plan()) ==
        "  0 opened door\n  1 connected a\n  2 not_segmented a 1\n  2 sent a 3\n  3 accepted b\n"
        "  4 received b 3 \"abc\"\npassed\n");
  CHECK(trace.duration < std::chrono::milliseconds(900));
}

TEST_CASE("of a long send only the edges are cut, and what no step has asked for is not read ahead") {
  struct Row {
    const char* steps;
    const char* told;
  };
  const Row rows[] = {
      {"a > zero(60000)\nb < zero(60000)", "  3 sent a 60000\n"},
      {"a > zero(5MiB)\nb < zero(5MiB)", "  3 not_segmented a 10\n"},
  };
  for (const auto& row : rows) {
    auto compiled = compile_steps(pair + row.steps);
    auto plan = compiled.plan();
    std::get<plan::Send>(plan.steps[3].action).segments =
        plan::Segments{.size = plan::Expression::literal(plan::Integer{1}), .edge = 10};
    const auto trace = engine::run(plan);
    REQUIRE(trace);
    const auto dumped = engine::dump(*trace, plan);
    CHECK(dumped.contains(row.told));
    CHECK(dumped.ends_with("passed\n"));
  }
}

TEST_CASE("segments of a unix stream arrive one by one") {
  test::Stage stage;
  const std::string unix_pair = "listen door unix\nconnect a unix door\naccept b from door\n";
  CHECK(stage.run(unix_pair + "a > \"abcdef\" in segments of 4\nexpect b.pending >= 4\nb < \"abcdef\"\n"
                              "b > \"xy\" in segments of 1\na < \"xy\"") ==
        "  0 opened door\n  1 connected a\n  2 accepted b\n  3 sent a 6\n  4 computed\n  5 received b 6 \"abcdef\"\n"
        "  6 sent b 2\n  7 received a 2 \"xy\"\npassed\n");
  const auto program = [](const std::string& perl) {
    return "listen door unix\nstart p \"perl\" \"-MIO::Socket::UNIX\" \"-e\" \"" + perl +
           "\" door.local.path\n"
           "accept s from door\n";
  };
  // Each read of the program takes what one segment has.
  CHECK(stage
            .run(program("my $s = IO::Socket::UNIX->new(Peer => $ARGV[0]); my @n; "
                         "while (my $n = sysread $s, my $x, 99) { push @n, $n } print qq(@n)") +
                 "s > \"abcdefgh\" in segments of 3\nshutdown s\np < \"3 3 2\"\np exits 0")
            .ends_with("passed\n"));
}

TEST_CASE("where the kernel does not tell who reads, pauses part the segments, and that is said") {
  auto listener = TcpListener::listen(any_port());
  REQUIRE(listener);
  const auto compiled = compile_steps("connect c tcp " + listener->local()->to_string() +
                                      "\nc > \"abc\" in segments of 1\nc > \"de\" in segments of 1");
  Result<engine::Trace> trace = std::unexpected(Error{});
  std::thread([&] {
    refuse_netlink();
    trace = engine::run(compiled.plan());
  }).join();
  REQUIRE(trace);
  CHECK(engine::dump(*trace, compiled.plan()) ==
        "  0 connected c\n  1 paused c\n  1 sent c 3\n  2 paused c\n  2 sent c 2\npassed\n");
  CHECK(trace->duration >= std::chrono::milliseconds(3));
  CHECK(judge::judge(compiled.plan(), *trace, compiled.source).remarks ==
        std::vector<std::string>{"c: not segmented by receive queue but by pauses of 1 ms"});
}

TEST_CASE("a stranger that reads meets each segment by itself") {
  auto listener = TcpListener::listen(any_port());
  REQUIRE(listener);
  const auto place = *listener->local();
  std::string seen;
  std::thread server([&] {
    auto accepted = listener->accept(Blocking::yes);
    std::array<std::byte, 64> buffer;
    while (true) {
      const auto got = (*accepted)->stream.receive(buffer);
      if (!got || got->kind != Received::Kind::data) break;
      seen += std::to_string(got->count) + " ";
    }
  });
  const auto trace = engine::run(
      compile_steps("connect c tcp " + place.to_string() + "\nc > \"abcdefgh\" in segments of 3\nshutdown c").plan());
  server.join();
  REQUIRE(trace);
  CHECK(trace->stop.reason == engine::Reason::none);
  CHECK(seen == "3 3 2 ");
}

TEST_CASE("a stranger that does not read gets the rest as it is, and that is said") {
  auto listener = TcpListener::listen(any_port());
  REQUIRE(listener);
  const auto compiled = compile_steps("connect c tcp " + listener->local()->to_string() +
                                      "\nc > \"abcdefgh\" in segments of 3\nexpect c.sent == 8");
  const auto trace = run_once(compiled);
  CHECK(engine::dump(trace, compiled.plan()) ==
        "  0 connected c\n  1 not_segmented c 3\n  1 sent c 8\n  2 computed\npassed\n");
  const auto verdict = judge::judge(compiled.plan(), trace, compiled.source);
  CHECK(verdict.outcome == judge::Outcome::passed);
  CHECK(verdict.remarks ==
        std::vector<std::string>{"line 4: not segmented from byte 3 on, since the other end of c does not read"});
}

}  // namespace volley
