// SPDX-License-Identifier: Apache-2.0
#include <sys/socket.h>
#include <volley/listen_socket.h>

#include <chrono>
#include <string>
#include <thread>

#include "compiled.h"
#include "report/transcript.h"

namespace volley {
namespace {

const std::string pair = "listen door tcp\nconnect a tcp door\naccept b from door\n";

Endpoint any_port() {
  return {Ipv4Address({127, 0, 0, 1}), 0};
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
