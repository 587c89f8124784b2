// SPDX-License-Identifier: Apache-2.0
#include <poll.h>
#include <sys/socket.h>
#include <time.h>
#include <volley/listen_socket.h>

#include <fstream>
#include <string>
#include <thread>
#include <vector>

#include "compiled.h"
#include "engine/loop.h"

namespace volley::engine {
namespace {

// Two ends of a connection, both ours.
const std::string pair = "listen door tcp\nconnect a tcp door\naccept b from door\n";
const std::string pair_dump = "  0 opened door\n  1 connected a\n  2 accepted b\n";

std::string run_pair(const std::string& steps) {
  const auto dumped = run_steps(pair + steps);
  REQUIRE(dumped.starts_with(pair_dump));
  return dumped.substr(pair_dump.size());
}

}  // namespace

TEST_CASE("an echo with half-close passes, event by event") {
  CHECK(run_pair(R"(
    a > "last words"
    shutdown a
    b < "last words"
    b < eof
    b > "last words"
    a < "last words"
    close b
    a < eof)") == R"(  3 sent a 10
  4 shut_down a
  5 received b 10 "last words"
  6 ended b
  7 sent b 10
  8 received a 10 "last words"
  9 closed b
 10 ended a
passed
)");
}

TEST_CASE("a receive stops at the first wrong byte, with what had come") {
  CHECK(run_pair("a > \"hello world\\n\"\nb < \"hello World\\n\"\nb < eof") == R"(  3 sent a 12
  4 mismatch b item 0 at 0 offset 6 needed 0 received 12 from 0: "hello world\n"
)");
}

TEST_CASE("a receive without its bytes stops at its deadline and says what it waits for") {
  CHECK(run_pair("b > \"ab\"\na < \"ab\" u16 within 20ms") == R"(  3 sent b 2
  4 timeout a item 1 at 2 offset 2 needed 2 received 2 from 0: "ab"
)");
}

TEST_CASE("an end where bytes are due is told apart from a reset") {
  CHECK(run_pair("b > \"a\"\nclose b\na < u16") == R"(  3 sent b 1
  4 closed b
  5 unexpected_eof a item 0 at 0 offset 1 needed 1 received 1 from 0: "a"
)");
  CHECK(run_pair("reset b\na < u16") == R"(  3 reset_sent b
  4 unexpected_reset a item 0 at 0 offset 0 needed 2
)");
}

TEST_CASE("eof, reset, closed and silence are told apart") {
  CHECK(run_pair("close b\na < reset") == "  3 closed b\n  4 unexpected_end a what eof\n");
  CHECK(run_pair("reset b\na < eof") == "  3 reset_sent b\n  4 unexpected_end a what reset\n");
  CHECK(run_pair("reset b\na < closed") == "  3 reset_sent b\n  4 was_reset a\npassed\n");
  CHECK(run_pair("close b\na < closed\na < eof") == "  3 closed b\n  4 ended a\n  5 ended a\npassed\n");
  CHECK(run_pair("a < nothing for 10ms") == "  3 silent a\npassed\n");
  CHECK(run_pair("close b\na < nothing for 10ms") == "  3 closed b\n  4 unexpected_end a what eof\n");
  CHECK(run_pair("b > \"!\"\na < nothing for 10ms") ==
        "  3 sent b 1\n  4 unexpected_data a received 1 from 0: \"!\"\n");
  CHECK(run_pair("b > \"!\"\na < eof") == "  3 sent b 1\n  4 unexpected_data a received 1 from 0: \"!\"\n");
}

TEST_CASE("data before a reset is delivered first") {
  CHECK(run_pair("b > \"abc\"\nreset b\na < \"abc\"\na < reset") ==
        "  3 sent b 3\n  4 reset_sent b\n  5 received a 3 \"abc\"\n  6 was_reset a\npassed\n");
}

TEST_CASE("bytes and resets that no step expects are left over, but an end is not") {
  CHECK(run_pair("a > \"one\" \"two\"\nb < \"one\"") ==
        "  3 sent a 6\n  4 received b 3 \"one\"\n  4 left_over b received 3 from 0: \"two\"\n");
  CHECK(run_pair("a > \"one\"") == "  3 sent a 3\n  2 left_over b received 3 from 0: \"one\"\n");
  CHECK(run_pair("reset b") == "  3 reset_sent b\n  1 left_over a what a reset\n");
  CHECK(run_pair("close b") == "  3 closed b\npassed\n");
}

TEST_CASE("a close with input that nobody consumed is a reset, however much had been read") {
  CHECK(run_pair("a > \"one\" \"two\"\nb < \"one\"\nclose b\na < reset") ==
        "  3 sent a 6\n  4 received b 3 \"one\"\n  5 closed b\n  6 was_reset a\npassed\n");
  CHECK(run_pair("a > \"one\"\nclose b\na < reset") == "  3 sent a 3\n  4 closed b\n  5 was_reset a\npassed\n");
}

TEST_CASE("sends are queued, so both ends of a large transfer can be ours") {
  CHECK(run_pair("a > zero(20MiB) \"end\"\nb < zero(20MiB) \"end\"\nb > \"thanks\"\na < \"thanks\"")
            .ends_with("passed\n"));
}

TEST_CASE("a send that the peer never takes fails its line") {
  const auto compiled = compile_steps(pair + "a > zero(20MiB)\nshutdown a");
  auto plan = compiled.plan();
  plan.steps.back().at_most = std::chrono::milliseconds(50);
  const auto trace = run(plan);
  REQUIRE(trace);
  CHECK(trace->stop.reason == Reason::not_taken);
  CHECK(trace->stop.step == 3);
  CHECK(trace->stop.offset > 0);
  CHECK(trace->stop.offset + trace->stop.needed == 20u << 20);
}

TEST_CASE("a long receive keeps its first and last bytes and forgets the rest") {
  const auto compiled = compile_steps(pair + "a > \"head\" zero(3MiB) \"tail\"\nb < \"head\" zero(3MiB) \"tail\"");
  const auto trace = run_once(compiled);
  CHECK(trace.stop.reason == Reason::none);
  REQUIRE(trace.events.back().kind == Event::Kind::received);
  const auto& bytes = trace.events.back().bytes;
  CHECK(bytes.size == (3u << 20) + 8);
  CHECK(trace.head(bytes).starts_with("head"));
  CHECK(trace.tail(bytes).ends_with("tail"));
  CHECK(trace.arena.size() < 20000);
}

TEST_CASE("captures are used by later steps") {
  CHECK(run_pair(R"(
    a > u16(3) "abc" "$5\r\n"
    b < bytes(u16) as word "$" line as size
    let total = int(size) + len(word)
    expect total == 8
    b > word "${total}"
    a < "abc8")")
            .ends_with("passed\n"));
}

TEST_CASE("an expectation that is false, or has no value, stops the run") {
  CHECK(run_pair("expect 1 + 1 == 3") == "  3 condition\n");
  CHECK(run_pair("a > \"x\"\nb < bytes(1) as d\nexpect int(d) == 1") ==
        "  3 sent a 1\n  4 received b 1 \"x\"\n  5 fault what \"x\" is no number in base 10\n");
  CHECK(run_pair("a > \"k=v\"\nb < bytes(3) as d\nexpect d ~ /(?P<key>.)=(?P<value>.)/\nexpect key == \"k\"")
            .ends_with("passed\n"));
  CHECK(run_pair("a > \"kv\"\nb < bytes(2) as d\nexpect d ~ /.=./") ==
        "  3 sent a 2\n  4 received b 2 \"kv\"\n  5 condition\n");
}

TEST_CASE("calls that should fail are compared by the name of their error") {
  CHECK(run_steps("listen d tcp\nlet place = d.local\nclose d\nconnect c tcp place fails refused") ==
        "  0 opened d\n  1 computed\n  2 closed d\n  3 failed_as_expected c\npassed\n");
  CHECK(run_steps("listen d tcp\nconnect c tcp d fails refused") ==
        "  0 opened d\n  1 connected c\n  1 call_succeeded\n");
  CHECK(run_steps("listen d tcp\nlet place = d.local\nclose d\nconnect c tcp place") ==
        "  0 opened d\n  1 computed\n  2 closed d\n  3 call_failed c error connect: Connection refused\n");
  CHECK(run_steps("listen d tcp\nlisten e tcp d.local fails in_use") ==
        "  0 opened d\n  1 failed_as_expected e\npassed\n");
  CHECK(run_steps("listen d tcp\nlisten e tcp d.local") ==
        "  0 opened d\n  1 system e error bind: Address already in use\n");
}

TEST_CASE("a send to a connection that was reset fails at its line or is expected") {
  CHECK(run_pair("reset b\na < reset\na > \"x\" fails broken_pipe") ==
        "  3 reset_sent b\n  4 was_reset a\n  5 failed_as_expected a\npassed\n");
  CHECK(run_pair("reset b\na < reset\na > \"x\"") ==
        "  3 reset_sent b\n  4 was_reset a\n  5 cut_off a 0\n  5 call_failed a error send: Broken pipe\n");
}

TEST_CASE("a queued send that a reset cuts off is told, or made good by expecting the reset") {
  CHECK(run_pair("a > zero(20MiB)\nb < bytes(1)\nreset b\na < reset").ends_with("was_reset a\npassed\n"));
  CHECK(run_pair("a > zero(20MiB)\nb < bytes(1)\nreset b\nshutdown a")
            .ends_with("3 call_failed a error send: Connection reset by peer\n"));
}

TEST_CASE("a send that has to fail may fail while it is on its way") {
  auto listener = TcpListener::listen(Endpoint(Ipv4Address({127, 0, 0, 1}), 0));
  REQUIRE(listener);
  const auto place = listener->local()->to_string();
  // Takes some of it, so that the rest has to wait, and resets.
  std::thread peer([&] {
    auto accepted = listener->accept(Blocking::yes);
    std::vector<std::byte> buffer(4 << 20);
    static_cast<void>((*accepted)->stream.receive(buffer, MSG_WAITALL));
    (*accepted)->stream.reset();
  });
  const auto dumped = run_steps("connect c tcp " + place + "\nc > zero(40MiB) fails reset\nc < reset");
  peer.join();
  CHECK(dumped == "  0 connected c\n  1 failed_as_expected c\n  2 was_reset c\npassed\n");
}

TEST_CASE("data that came before a reset is received, also if a send has noticed the reset first") {
  CHECK(run_pair("b > \"bye\"\nreset b\na > \"x\" fails reset\na < \"bye\"\na < reset")
            .ends_with("6 received a 3 \"bye\"\n  7 was_reset a\npassed\n"));
  CHECK(run_pair("a > zero(20MiB)\nb > \"bye\"\nreset b\nwait 20ms\na < \"bye\"\na < reset")
            .ends_with("was_reset a\npassed\n"));
}

TEST_CASE("a reset does not complete the rest of a stream") {
  CHECK(run_pair("b > \"half\"\nreset b\na < rest as body\nclose a") ==
        "  3 sent b 4\n  4 reset_sent b\n  5 unexpected_reset a item 0 at 0 offset 4 needed 0 received 4 from 0: "
        "\"half\"\n");
}

TEST_CASE("an outbox that waits does not keep the loop busy") {
  const auto cpu = [] {
    timespec time{};
    ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
    return std::chrono::seconds(time.tv_sec) + std::chrono::nanoseconds(time.tv_nsec);
  };
  const auto compiled =
      compile_steps(pair + "a > zero(20MiB)\na < nothing for 5ms\nb > \"2\"\nwait 400ms\nb < zero(20MiB)\na < \"2\"");
  const auto before = cpu();
  const auto trace = run_once(compiled);
  CHECK(trace.stop.reason == Reason::none);
  // Busy for all the 400 ms it would be near 1: the transfer alone takes a small part of it.
  CHECK(std::chrono::duration<double>(cpu() - before) / trace.duration < 0.7);
}

TEST_CASE("a send that has to fail behind one that was cut off fails with it") {
  CHECK(run_pair("a > zero(20MiB)\nreset b\na > \"x\" fails reset\na < reset")
            .ends_with("5 failed_as_expected a\n  6 was_reset a\npassed\n"));
}

TEST_CASE("'closed' makes good what the other end did not take, however it ended") {
  CHECK(run_pair("a > zero(20MiB)\nshutdown b\nreset b\nwait 20ms\na < closed").ends_with("passed\n"));
}

TEST_CASE("a peer that takes its time is waited for as long as it takes some") {
  auto listener = TcpListener::listen(Endpoint(Ipv4Address({127, 0, 0, 1}), 0));
  REQUIRE(listener);
  // Takes longer in all than the 100 ms of the step, and never as long between two reads.
  std::thread peer([&] {
    auto accepted = listener->accept(Blocking::yes);
    std::vector<std::byte> buffer(1 << 20);
    for (int i = 0; i < 24; ++i) {
      static_cast<void>((*accepted)->stream.receive(buffer, MSG_WAITALL));
      ::poll(nullptr, 0, 10);
    }
  });
  const auto dumped =
      run_steps("connect c tcp " + listener->local()->to_string() + "\nc > zero(24MiB)\nshutdown c", "timeout 100ms");
  peer.join();
  CHECK(dumped == "  0 connected c\n  1 sent c 25165824\n  2 shut_down c\npassed\n");
}

TEST_CASE("times beyond measure do not overflow") {
  const auto* longest = "timeout 9223372036s\ntotal 9223372036s";
  CHECK(run_steps(pair + "b > \"x\"\na < \"x\"", longest).ends_with("passed\n"));
  const auto compiled = compile_steps(pair + "wait 1ms\nb > \"x\"\na < \"x\"", longest);
  Surroundings slow;
  slow.slow_factor = 1000;
  const auto trace = run(compiled.plan(), slow);
  REQUIRE(trace);
  CHECK(trace->stop.reason == Reason::none);
}

TEST_CASE("a peer cannot keep us busy with nothing, repeated") {
  CHECK(run_pair("b > u64(18446744073709551615) \"\\r\\n\"\na < u64 as n line as word\na > n * (word)")
            .ends_with("passed\n"));
}

TEST_CASE("datagrams are consumed whole, one a line") {
  const std::string sockets = "bind s udp\nconnect c udp s\n";
  const std::string opened = "  0 opened s\n  1 connected c\n";
  CHECK(run_steps(sockets + "c > \"one\"\nc > \"\"\nc > \"three\"\ns < \"one\" from c\ns < \"\"\ns < rest as "
                            "last\nexpect last == \"three\"")
            .ends_with("passed\n"));
  CHECK(run_steps(sockets + "c > \"one\"\ns < \"on\"") ==
        opened + "  2 sent c 3\n  3 too_long s item 1 at 2 offset 2 needed 0 received 3 from 0: \"one\"\n");
  CHECK(run_steps(sockets + "c > \"one\"\ns < \"ones\"") ==
        opened + "  2 sent c 3\n  3 unexpected_eof s item 0 at 0 offset 3 needed 1 received 3 from 0: \"one\"\n");
  CHECK(run_steps(sockets + "c > \"one\"\ns < \"one\"\nc > \"two\"")
            .ends_with("3 left_over s received 3 from 0: \"two\"\n"));
  CHECK(run_steps(sockets + "bind t udp\nt > \"x\" to s\ns < \"x\" from c").find("wrong_sender s") !=
        std::string::npos);
  CHECK(run_steps(sockets + "bind t udp\nt > \"x\" to s\ns < \"x\" from any as who\nexpect who == t.local")
            .ends_with("passed\n"));
  CHECK(run_steps(sockets + "c > \"x\"\ns < \"x\" from any as who\ns > \"y\" to who\nc < \"y\"").ends_with("passed\n"));
}

TEST_CASE("a refused datagram is an event of its own") {
  const std::string gone = "bind s udp\nconnect c udp s\nclose s\nc > \"x\"\n";
  CHECK(run_steps(gone + "c < refused").ends_with("4 refused c\npassed\n"));
  CHECK(run_steps(gone + "c < \"y\"").ends_with("4 refused c\n"));
  CHECK(run_steps(gone + "wait 1ms\nc > \"z\"\nc < refused").ends_with("refused c\npassed\n"));
  CHECK(run_steps(gone + "c > \"z\" fails refused").ends_with("4 failed_as_expected c\npassed\n"));
  CHECK(run_steps(
            "bind s udp\nconnect c udp s\nlet p = s.local\nclose s\nc > \"x\"\nbind e udp p\ne > \"left\" to c.local")
            .ends_with("4 left_over c received 4 from 0: \"left\"\n"));
}

TEST_CASE("a datagram that is too long for its protocol fails at its line") {
  CHECK(run_steps("bind s udp\nconnect c udp s\nc > zero(65508) fails too_long").ends_with("passed\n"));
  CHECK(run_steps("bind s udp\nconnect c udp s\nc > zero(65507)\ns < zero(65507)").ends_with("passed\n"));
  CHECK(run_steps("bind s udp\nconnect c udp s\nc > zero(65508)")
            .ends_with("call_failed c error send: Message too long\n"));
}

TEST_CASE("an answer that comes too early fails") {
  CHECK(run_pair("b > \"x\"\na < \"x\" within 5s..10s") ==
        "  3 sent b 1\n  4 received a 1 \"x\"\n  4 too_early a item 1 at 1 offset 1 needed 0\n");
  CHECK(run_pair("b > \"x\"\nwait 2ms\na < \"x\" within 0ms..10s").ends_with("passed\n"));
}

TEST_CASE("a scenario has a total time") {
  const auto compiled = compile_steps("wait 10s");
  auto plan = compiled.plan();
  plan.total = std::chrono::milliseconds(20);
  const auto trace = run(plan);
  REQUIRE(trace);
  CHECK(trace->stop.reason == Reason::total);
}

TEST_CASE("endpoints beyond loopback are refused unless they are allowed") {
  // Computed ones are known only in the run.
  const std::string away = "let away = 192.0.2.1:80\nlet everywhere = 0.0.0.0:0\n";
  CHECK(run_steps(away + "connect c tcp away") ==
        "  0 computed\n  1 computed\n"
        "  2 fault what 192.0.2.1:80 is not on loopback: a scenario talks to this machine only\n");
  CHECK(run_steps(away + "listen d tcp everywhere") ==
        "  0 computed\n  1 computed\n"
        "  2 fault what 0.0.0.0:0 is not on loopback: a scenario talks to this machine only\n");
  CHECK(run_steps(away + "bind s udp\ns > \"x\" to away") ==
        "  0 computed\n  1 computed\n  2 opened s\n"
        "  3 fault what 192.0.2.1:80 is not on loopback: a scenario talks to this machine only\n");
  CHECK(run_steps("bind s udp 192.0.2.1:0 fails not_available") == "  0 failed_as_expected s\npassed\n");
}

TEST_CASE("IPv6 loopback works like IPv4") {
  CHECK(
      run_steps("listen d tcp [::1]:0\nconnect c tcp d\naccept b from d\nc > \"x\"\nb < \"x\"").ends_with("passed\n"));
}

TEST_CASE("one loop drives many runs at once") {
  const auto compiled = compile_steps(pair + "wait 20ms\na > \"x\"\nb < \"x\"");
  auto loop = Loop::open();
  REQUIRE(loop);
  int passed = 0;
  const auto began = std::chrono::steady_clock::now();
  for (int i = 0; i < 200; ++i) {
    (*loop)->start(compiled.plan(), {}, [&](const Trace& trace) { passed += trace.stop.reason == Reason::none; });
  }
  REQUIRE((*loop)->run());
  CHECK(passed == 200);
  // One after the other they would wait for 4 s.
  CHECK(std::chrono::steady_clock::now() - began < std::chrono::seconds(3));
}

TEST_CASE("an interrupt ends what is in flight and what is started later") {
  const auto compiled = compile_steps(pair + "a < \"never\"");
  auto loop = Loop::open();
  REQUIRE(loop);
  int interrupted = 0;
  const auto count = [&](const Trace& trace) { interrupted += trace.stop.reason == Reason::interrupted; };
  (*loop)->start(compiled.plan(), {}, [&](const Trace& trace) {
    count(trace);
    (*loop)->start(compiled.plan(), {}, count);
  });
  (*loop)->post([&] { (*loop)->interrupt(); });
  REQUIRE((*loop)->run());
  CHECK(interrupted == 2);
}

TEST_CASE("half-closed exchanges leave no TIME_WAIT behind") {
  const auto count = [] {
    std::ifstream file("/proc/net/sockstat");
    std::string word;
    while (file >> word && word != "tw") {
    }
    int number = 0;
    file >> number;
    return number;
  };
  const auto compiled = compile_steps(pair + "a > \"x\"\nshutdown a\nb < \"x\"\nb < eof\nclose b\na < eof");
  auto loop = Loop::open();
  REQUIRE(loop);
  const int before = count();
  int passed = 0;
  for (int i = 0; i < 4000; ++i) {
    (*loop)->start(compiled.plan(), {}, [&](const Trace& trace) { passed += trace.stop.reason == Reason::none; });
    REQUIRE((*loop)->run());
  }
  CHECK(passed == 4000);
  CHECK(count() - before < 2000);  // other programs leave theirs meanwhile
}

}  // namespace volley::engine
