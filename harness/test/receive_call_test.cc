// SPDX-License-Identifier: Apache-2.0
#include <volley/listen_socket.h>

#include <algorithm>
#include <thread>

#include "compiled.h"

namespace volley {
namespace {

const std::string pair = "listen door tcp\nconnect a tcp door\naccept b from door\n";
const std::string datagrams = "bind s udp\nconnect c udp s\n";

/// What happened after the steps that `before` has.
std::string dump_after(const std::string& before, const std::string& steps) {
  auto dumped = run_steps(before + steps);
  for (auto lines = std::count(before.begin(), before.end(), '\n'); lines > 0; --lines)
    dumped.erase(0, dumped.find('\n') + 1);
  return dumped;
}
std::string run_pair(const std::string& steps) {
  return dump_after(pair, steps);
}
std::string run_datagrams(const std::string& steps) {
  return dump_after(datagrams, steps);
}

}  // namespace

TEST_CASE("a deadline that passes while only what may be skipped comes says so") {
  CHECK(explain_steps("listen d tcp\nconnect a tcp d\naccept b from d\na > \"ping\"\n"
                      "b < \"real\" within 10ms skipping \"ping\"") ==
        "only what may be skipped came within 10ms\n\"real\" waits for 4 more bytes");
  CHECK(explain_steps("bind s udp\nconnect c udp s\nc > \"k\"\ns < \"data\" within 10ms skipping \"k\"") ==
        "only what may be skipped came within 10ms");
  CHECK(explain_steps(pair + "a > \"pingpingre\"\nb < \"real\" within 10ms skipping \"ping\"") ==
        "\"real\" did not come within 10ms: 8 bytes were skipped, and 2 bytes came after them\n"
        "\"real\" waits for 2 more bytes");
}

TEST_CASE("what is peeked at is there again") {
  CHECK(run_pair(
            "a > \"hello\"\nb < \"he\" peek\nb < bytes(5) as whole peek\nb < \"hello\"\nexpect whole == \"hello\"") ==
        R"(  3 sent a 5
  4 peeked b 2 "he"
  5 peeked b 5 "hello"
  6 received b 5 "hello"
  7 computed
passed
)");
  CHECK(run_datagrams("c > \"one\"\nc > \"two\"\ns < \"one\" peek\ns < \"one\"\ns < \"two\"") == R"(  2 sent c 3
  3 sent c 3
  4 peeked s 3 "one"
  5 received s 3 "one"
  6 received s 3 "two"
passed
)");
}

TEST_CASE("a peek sees what was read ahead, and waits for the rest") {
  CHECK(run_pair("a > \"one\" \"two\"\nb < \"one\"\nb < \"two\" peek\nb < \"two\"\nb < \"x\" peek within 10ms") ==
        R"(  3 sent a 6
  4 received b 3 "one"
  5 peeked b 3 "two"
  6 received b 3 "two"
  7 timeout b item 0 at 0 offset 0 needed 1
)");
  CHECK(run_pair("a > \"ab\"\nshutdown a\nb < rest peek\nb < \"ab\"\nb < eof") == R"(  3 sent a 2
  4 shut_down a
  5 peeked b 2 "ab"
  6 received b 2 "ab"
  7 ended b
passed
)");
}

TEST_CASE("a peek that does not match fails, and what it saw is left over if nothing takes it") {
  CHECK(run_pair("a > \"abc\"\nb < \"abd\" peek") == R"(  3 sent a 3
  4 mismatch b item 0 at 0 offset 2 needed 0 received 3 from 0: "abc"
)");
  CHECK(run_pair("a > \"abc\"\nb < \"abc\" peek") == R"(  3 sent a 3
  4 peeked b 3 "abc"
  4 left_over b received 3 from 0: "abc"
)");
  CHECK(run_pair("close a\nb < u8 peek") == R"(  3 closed a
  4 unexpected_eof b item 0 at 0 offset 0 needed 1
)");
  CHECK(run_pair("reset a\nb < u8 peek") == R"(  3 reset_sent a
  4 unexpected_reset b item 0 at 0 offset 0 needed 1
)");
}

TEST_CASE("a buffer that is too small cuts the datagram, which must be expected") {
  CHECK(run_datagrams("c > \"0123456789\"\ns < \"0123\" buffer 4 truncated\nc > \"ab\"\ns < \"ab\" buffer 2") ==
        R"(  2 sent c 10
  3 received s 4 "0123"
  4 sent c 2
  5 received s 2 "ab"
passed
)");
  CHECK(run_datagrams("c > \"abc\"\ns < \"ab\" buffer 2 peek truncated\ns < rest as d buffer 0 truncated") ==
        R"(  2 sent c 3
  3 peeked s 2 "ab"
  4 received s 0 ""
passed
)");
  CHECK(run_datagrams("c > \"0123456789\"\ns < \"0123\" buffer 4") == R"(  2 sent c 10
  3 cut s item 1 at 4 offset 4 needed 10 received 4 from 0: "0123"
)");
  CHECK(run_datagrams("c > \"ab\"\ns < \"ab\" buffer 2 truncated") == R"(  2 sent c 2
  3 not_cut s item 1 at 2 offset 2 needed 2 received 2 from 0: "ab"
)");
  CHECK(explain_steps(datagrams + "c > \"0123456789\"\ns < \"0123\" buffer 4") ==
        "the datagram of 10 bytes was cut to 4: 'truncated' would expect that");
  CHECK(explain_steps(datagrams + "c > \"ab\"\ns < \"ab\" buffer 2 truncated") ==
        "the datagram of 2 bytes was not cut: it fits into the buffer");
  CHECK(explain_steps(datagrams + "let n = 0 - len(\"a\")\nc > \"ab\"\ns < \"ab\" buffer n") == "-1 is no count");
}

TEST_CASE("an urgent byte stands beside the stream") {
  CHECK(run_pair("a > \"abc\" urgent\nb < \"c\" urgent\nb < \"ab\"\na > \"d\"\nb < \"d\"") == R"(  3 sent a 3
  4 received b 1 "c"
  5 received b 2 "ab"
  6 sent a 1
  7 received b 1 "d"
passed
)");
  CHECK(run_pair("a > \"abc\" urgent\na > \"de\"\nb < \"ab\"\nb < u8 as n where n == 99 urgent\nb < \"de\"")
            .ends_with("passed\n"));
}

TEST_CASE("an urgent byte that is wrong, late or not expected fails") {
  CHECK(run_pair("a > \"!\" urgent\nb < \"?\" urgent") == R"(  3 sent a 1
  4 mismatch b received 1 from 0: "!"
)");
  CHECK(run_pair("a > \"plain\"\nb < \"p\" urgent within 10ms") == R"(  3 sent a 5
  4 timeout b item 0 at 0 offset 0 needed 1
)");
  CHECK(run_pair("close a\nb < \"p\" urgent") == R"(  3 closed a
  4 unexpected_eof b item 0 at 0 offset 0 needed 1
)");
  CHECK(run_pair("reset a\nb < \"p\" urgent") == R"(  3 reset_sent a
  4 unexpected_reset b item 0 at 0 offset 0 needed 1
)");
  CHECK(run_pair("a > \"ab\" urgent\nb < \"a\"") == R"(  3 sent a 2
  4 received b 1 "a"
  4 left_over b what an urgent byte
)");
  CHECK(run_pair("shutdown a\na > \"!\" urgent fails broken_pipe") == R"(  3 shut_down a
  4 failed_as_expected a
passed
)");
}

TEST_CASE("what may pass is skipped until the pattern comes") {
  CHECK(run_pair(
            "a > \"ping\\r\\nping\\r\\nreal\\r\\nmore\"\nb < \"real\\r\\n\" skipping \"ping\\r\\n\"\nb < \"more\"") ==
        R"(  3 sent a 22
  4 skipped b 6 "ping\r\n"
  4 skipped b 6 "ping\r\n"
  4 received b 6 "real\r\n"
  5 received b 4 "more"
passed
)");
  CHECK(run_datagrams("c > \"k\"\nc > \"kk\"\nc > \"data\"\ns < \"data\" from c skipping \"k\" bytes(0) where true\n")
            .find("mismatch") != std::string::npos);
  CHECK(run_datagrams("c > \"k\"\nc > \"k1\"\nc > \"data\"\ns < \"data\" from c skipping \"k\" rest") == R"(  2 sent c 1
  3 sent c 2
  4 sent c 4
  5 skipped s 1 "k"
  5 skipped s 2 "k1"
  5 received s 4 "data"
passed
)");
}

TEST_CASE("what is neither the pattern nor may pass is a mismatch of the pattern") {
  CHECK(run_pair("a > \"ping\\r\\nreap\\r\\n\"\nb < \"real\\r\\n\" skipping \"ping\\r\\n\"") == R"(  3 sent a 12
  4 skipped b 6 "ping\r\n"
  4 mismatch b item 0 at 0 offset 3 needed 0 received 6 from 0: "reap\r\n"
)");
  CHECK(run_pair("a > \"pin\"\nb < \"real\" within 10ms skipping \"ping\"") == R"(  3 sent a 3
  4 mismatch b received 3 from 0: "pin"
)");
  CHECK(run_pair("a > \"pin\"\nclose a\nb < \"real\" skipping \"ping\"") == R"(  3 sent a 3
  4 closed a
  5 mismatch b received 3 from 0: "pin"
)");
  CHECK(run_pair("a > \"ping\"\nb < \"real\" within 10ms skipping \"ping\"") == R"(  3 sent a 4
  4 skipped b 4 "ping"
  4 timeout b item 0 at 0 offset 0 needed 4
)");
  CHECK(run_pair("a > \"x\"\nb < \"y\" skipping \"\"") == R"(  3 sent a 1
  4 mismatch b received 1 from 0: "x"
)");
  CHECK(run_datagrams("c > \"kx\"\ns < \"data\" skipping \"k\"") == R"(  2 sent c 2
  3 mismatch s received 2 from 0: "kx"
)");
}

TEST_CASE("a peer that never stops sending what may pass does not outlast the deadline") {
  auto listener = TcpListener::listen(Endpoint(Ipv4Address({127, 0, 0, 1}), 0));
  REQUIRE(listener);
  const auto place = listener->local()->to_string();
  std::thread flood([&] {
    auto accepted = listener->accept(Blocking::yes);
    std::string pings;
    for (int i = 0; i < 10'000; ++i) pings += "ping\r\n";
    while ((*accepted)->stream.send_all(as_bytes(pings))) continue;
  });
  const auto compiled = compile_steps("connect c tcp " + place + "\nc < \"pong\" within 50ms skipping \"ping\\r\\n\"");
  const auto trace = run_once(compiled);
  flood.join();
  CHECK((trace.stop.reason == engine::Reason::timeout || trace.stop.reason == engine::Reason::mismatch));
}

TEST_CASE("sent and pending count what the kernel took and what nobody has consumed") {
  CHECK(run_pair("a > \"hello\"\nexpect a.sent == 5 and b.pending == 5 and b.sent == 0\nb < \"he\"\n"
                 "expect b.pending == 3\nb < rest peek within 10ms")
            .find("timeout") != std::string::npos);
  CHECK(run_datagrams("c > \"one\"\nc > \"three\"\nexpect c.sent == 8 and s.pending == 3\ns < \"one\"\n"
                      "expect s.pending == 5\ns < \"three\"\nexpect s.pending == 0")
            .ends_with("passed\n"));
  CHECK(explain_steps(pair + "a > \"hello\"\nexpect b.pending == a.sent + 1") ==
        "the condition is false\nb.pending is 5\na.sent + 1 is 6");
}

TEST_CASE("the property 'limit' is the limit of extents") {
  CHECK(run_steps(pair + "a > zero(100)\nb < bytes(100)", "limit 99").find("over_limit") != std::string::npos);
  CHECK(run_steps(pair + "a > zero(100)\nb < bytes(100)", "limit 100").ends_with("passed\n"));
  CHECK(run_steps(pair + "a > zero(100) \"\\r\\n\"\nb < line", "limit 64").find("over_limit") != std::string::npos);
  CHECK(explain_steps(pair + "a > \"x\" zero(1100KiB)\nb < u8 line") ==
        "line has no end within 1048576 bytes from byte 1, the limit");
  CHECK(run_steps(pair + "a > zero(2MiB) \"\\r\\n\"\nb < line", "limit 3MiB").ends_with("passed\n"));
}

TEST_CASE("errors of calls name the peer") {
  CHECK(explain_steps(pair + "shutdown a\nclose b\na < eof\nshutdown a fails refused") ==
        "should fail with 'refused', but failed otherwise: shutdown a: Transport endpoint is not connected");
  CHECK(explain_steps(datagrams + "c > zero(65508)") == "send c: Message too long");
}

}  // namespace volley
