// SPDX-License-Identifier: Apache-2.0
#include "report/transcript.h"

#include <volley/ip_address.h>

#include <cerrno>

#include "catch.h"
#include "report_example.h"

namespace volley::report {
namespace {

using Lines = std::vector<std::string>;
using Kind = engine::Event::Kind;
using engine::Reason;

Lines lines_of(const Example& example) {
  return transcript(example.plan, example.trace, example.source, 100).lines;
}

}  // namespace

TEST_CASE("a transcript tells what happened in the words of the language") {
  Example example;
  example.exchange();
  CHECK(lines_of(example) == Lines{
                                 "    0.10 ms  listen door tcp 127.0.0.1:8000",
                                 "    0.20 ms  connect alice tcp 127.0.0.1:8000",
                                 "    0.30 ms  accept bob from door  # 127.0.0.1:50000",
                                 "    0.40 ms  alice > \"last words\"",
                             });
}

TEST_CASE("a transcript has a line for every kind of event") {
  struct Row {
    Kind kind;
    std::uint32_t step;
    std::string_view line;
  };
  const Row rows[] = {
      {Kind::ended, 4, "    0.00 ms  bob < eof"},
      {Kind::was_reset, 4, "    0.00 ms  bob < reset"},
      {Kind::refused, 4, "    0.00 ms  bob < refused"},
      {Kind::silent, 5, "    0.00 ms  alice < nothing for 50ms"},
      {Kind::shut_down, 4, "    0.00 ms  shutdown bob"},
      {Kind::closed, 4, "    0.00 ms  close bob"},
      {Kind::reset_sent, 4, "    0.00 ms  reset bob"},
      {Kind::computed, 4, "    0.00 ms  bob < \"last Words\""},
      {Kind::failed_as_expected, 1, "    0.00 ms  connect alice tcp door"},
      {Kind::dropped, 4, "    0.00 ms  # the kernel dropped 3 datagrams for bob"},
  };
  for (const auto& row : rows) {
    CAPTURE(row.line);
    Example example;
    example.trace.events.push_back({nanoseconds(0), row.step, 2, row.kind, engine::no_endpoint, {.size = 3}});
    CHECK(lines_of(example) == Lines{std::string(row.line)});
  }
}

TEST_CASE("a transcript shows captured values that were sent again") {
  Example example;
  plan::Expression slot;
  slot.op = plan::Op::slot;
  example.plan.steps[3].action =
      plan::Send{1, {Example::item(plan::Literal{"id "}), Example::item(plan::Computed{slot})}, {}};
  example.trace.slots = {plan::Value(plan::Bytes("\x1b[2J"))};
  example.trace.events.push_back({nanoseconds(0), 3, 1, Kind::sent, engine::no_endpoint, {.size = 7}});
  CHECK(lines_of(example) == Lines{"    0.00 ms  alice > \"id \\x1b[2J\""});
}

TEST_CASE("a transcript shows a send as it was written where the trace does not tell its bytes") {
  Example example;
  plan::Expression now;
  now.op = plan::Op::now;
  example.plan.steps[3].action = plan::Send{1, {Example::item(plan::Computed{now})}, {}};
  example.trace.events.push_back({nanoseconds(0), 3, 1, Kind::sent, engine::no_endpoint, {.size = 7}});
  CHECK(lines_of(example) == Lines{"    0.00 ms  alice > \"last words\"  # 7 bytes"});
}

TEST_CASE("a transcript cuts long bytes and tells how many there were") {
  Example example;
  const auto megabyte = plan::Expression::literal(plan::Integer{1 << 20});
  example.plan.steps[3].action = plan::Send{1, {Example::item(plan::Repeated{megabyte, "a"})}, {}};
  example.trace.events.push_back({nanoseconds(0), 3, 1, Kind::sent, engine::no_endpoint, {.size = 1 << 20}});
  example.trace.events.push_back(
      {nanoseconds(0), 4, 2, Kind::received, engine::no_endpoint, example.excerpt(std::string(80, '\xff'))});
  const std::string letters(72, 'a');
  CHECK(lines_of(example) == Lines{"    0.00 ms  alice > \"" + letters + "\"…  # 72 of 1048576 bytes",
                                   "    0.00 ms  bob < x\"ff ff ff ff ff ff ff ff ff ff ff ff ff ff ff ff ff ff ff ff "
                                   "ff ff ff\"…  # 23 of 80 bytes"});
}

TEST_CASE("a transcript names the other end of datagrams") {
  Example example;
  const auto port = example.endpoint(53);
  example.trace.events.push_back({nanoseconds(0), 3, 1, Kind::sent, port, {.size = 10}});
  example.trace.events.push_back({nanoseconds(0), 4, 2, Kind::received, port, example.excerpt("yes")});
  CHECK(lines_of(example) ==
        Lines{"    0.00 ms  alice > \"last words\" to 127.0.0.1:53", "    0.00 ms  bob < \"yes\" from 127.0.0.1:53"});
}

TEST_CASE("the last line of a transcript tells what came in place of what was due") {
  struct Row {
    Reason reason;
    std::string_view received;
    std::string_view what;
    std::string_view line;
  };
  const Row rows[] = {
      {Reason::mismatch, "last words", "", "bob < \"last words\"  # stopped here"},
      {Reason::timeout, "", "", "bob < nothing for 200ms  # stopped here"},
      {Reason::too_early, "x", "", "bob < \"last Words\"  # stopped here"},
      {Reason::unexpected_data, std::string_view("\0", 1), "", "bob < x\"00\"  # stopped here"},
      {Reason::unexpected_eof, "", "", "bob < eof  # stopped here"},
      {Reason::unexpected_reset, "", "", "bob < reset  # stopped here"},
      {Reason::refused, "", "", "bob < refused  # stopped here"},
      {Reason::left_over, "three", "", "bob < \"three\"  # stopped here"},
      {Reason::left_over, "", "a reset", "bob < reset  # stopped here"},
      {Reason::unexpected_end, "", "eof", "bob < eof  # stopped here"},
      {Reason::condition, "", "", "bob < \"last Words\"  # stopped here"},
      {Reason::total, "", "", "# the scenario's total time is over, stopped here"},
      {Reason::target_died, "", "target x died", "# target x died, stopped here"},
      {Reason::mismatch, "no  # comment", "", "bob < \"no  # comment\"  # stopped here"},
  };
  for (const auto& row : rows) {
    CAPTURE(row.line);
    Example example;
    auto& stop = example.trace.stop;
    stop.reason = row.reason;
    stop.step = 4;
    stop.peer = 2;
    stop.received = example.excerpt(row.received);
    stop.what = row.what;
    stop.waited = std::chrono::microseconds(200'123);
    stop.at = std::chrono::milliseconds(250);
    CHECK(lines_of(example) == Lines{"  250.00 ms  " + std::string(row.line)});
  }
}

TEST_CASE("a transcript that stops inside a receive tells what had come and what followed") {
  Example example;
  auto& stop = example.trace.stop;
  stop.reason = Reason::timeout;
  stop.step = 4;
  stop.peer = 2;
  stop.received = example.excerpt("last");
  stop.waited = std::chrono::milliseconds(200);
  CHECK(lines_of(example) ==
        Lines{"    0.00 ms  bob < \"last\"", "    0.00 ms  bob < nothing for 200ms  # stopped here"});
  stop.reason = Reason::unexpected_eof;
  CHECK(lines_of(example) == Lines{"    0.00 ms  bob < \"last\"", "    0.00 ms  bob < eof  # stopped here"});
  example.plan.peers[2].kind = plan::PeerKind::datagram;
  CHECK(lines_of(example) == Lines{"    0.00 ms  bob < \"last\"  # stopped here"});
}

TEST_CASE("a transcript shows what had come for a step at the time at which it came") {
  Example example;
  auto& stop = example.trace.stop;
  stop.reason = Reason::timeout;
  stop.step = 4;
  stop.peer = 2;
  stop.received = example.excerpt("last");
  stop.received_at = std::chrono::milliseconds(50);
  stop.waited = std::chrono::milliseconds(240);
  stop.at = std::chrono::milliseconds(250);
  CHECK(lines_of(example) ==
        Lines{"   50.00 ms  bob < \"last\"", "  250.00 ms  bob < nothing for 200ms  # stopped here"});
}

TEST_CASE("a transcript of a scenario without peers shows its values") {
  Example example;
  example.plan.peers.clear();
  example.trace.events.push_back({.step = 3, .kind = engine::Event::Kind::computed, .bytes = {}});
  CHECK(lines_of(example) == Lines{"    0.00 ms  alice > \"last words\""});
}

TEST_CASE("a transcript shows the step itself where no bytes were due") {
  Example example;
  auto& stop = example.trace.stop;
  stop.reason = Reason::timeout;
  stop.step = 2;
  stop.peer = 2;
  CHECK(lines_of(example) == Lines{"    0.00 ms  accept bob from door  # stopped here"});
}

TEST_CASE("a transcript keeps the last lines and counts those before") {
  Example example;
  example.a_mismatch();
  const auto last = transcript(example.plan, example.trace, example.source, 2);
  CHECK(last ==
        Transcript{3, {"    0.40 ms  alice > \"last words\"", "    1.23 ms  bob < \"last words\"  # stopped here"}});
  CHECK(transcript(example.plan, example.trace, example.source, 0) == Transcript{5, {}});
}

}  // namespace volley::report
