// SPDX-License-Identifier: Apache-2.0
// What a trace tells beside the steps: whose bytes, where in their stream, and what it leaves out.
#include "engine/trace.h"

#include <fmt/format.h>

#include <algorithm>
#include <string>

#include "compiled.h"
#include "engine/loop.h"
#include "engine/trace_json.h"

namespace volley::engine {
namespace {

using Kind = Event::Kind;

Trace run_with(const plan::Plan& plan, bool keeps_sent) {
  Surroundings surroundings;
  surroundings.keeps_sent = keeps_sent;
  auto trace = run(plan, std::move(surroundings));
  REQUIRE(trace);
  return *std::move(trace);
}

/// `KIND FLOW OFFSET+SIZE "BYTES"`, an event a line.
std::string flows(const Trace& trace) {
  std::string text;
  for (const auto& event : trace.events) {
    text += fmt::format("{} {} {}+{} \"{}{}\"\n", name_of(event.kind), event.flow, event.offset, event.bytes.size,
                        trace.head(event.bytes), trace.tail(event.bytes));
  }
  return text;
}

/// `count` events in a trace, each with a name and bytes that tell its number.
Trace numbered(std::size_t count) {
  Trace trace;
  for (std::size_t i = 0; i < count; ++i) {
    const auto text = fmt::format("{:06}", i);
    const auto begin = static_cast<std::uint32_t>(trace.arena.size());
    trace.arena += text;
    trace.endpoints.emplace_back(Ipv4Address({127, 0, 0, 1}), static_cast<std::uint16_t>(i));
    trace.endpoints.emplace_back(Ipv4Address({127, 0, 0, 2}), static_cast<std::uint16_t>(i));
    trace.events.push_back({.step = static_cast<std::uint32_t>(i),
                            .kind = Kind::received,
                            .endpoint = static_cast<std::uint32_t>(2 * i),
                            .bytes = {6, begin, 6, 0},
                            .local = static_cast<std::uint32_t>(2 * i + 1)});
  }
  return trace;
}

}  // namespace

TEST_CASE("a trace numbers the sockets of its run, and the bytes of each") {
  const auto compiled = compile_steps(
      "listen door tcp\nrepeat 2 {\nconnect a tcp door\naccept b from door\na > \"one\"\na > \"two\"\n"
      "b < \"one\"\nb < \"two\"\nb > \"x\"\na < \"x\"\n}");
  const std::string round =
      "connected {0} 0+0 \"\"\naccepted {1} 0+0 \"\"\nsent {0} 0+3 \"one\"\nsent {0} 3+3 \"two\"\n"
      "received {1} 0+3 \"one\"\nreceived {1} 3+3 \"two\"\nsent {1} 0+1 \"x\"\nreceived {0} 0+1 \"x\"\n";
  const auto text = flows(run_with(compiled.plan(), true));
  CHECK(text ==
        "opened 1 0+0 \"\"\n" + fmt::format(fmt::runtime(round), 2, 3) + fmt::format(fmt::runtime(round), 4, 5));
}

TEST_CASE("what was sent, and by whom to whom, is kept only if it is asked for") {
  const auto compiled = compile_steps(
      "listen door tcp\nconnect a tcp door\naccept b from door\na > 9000 * (\"x\") \"!\"\nb < 9000 * (\"x\") \"!\"");
  const auto sent = [](const Trace& trace) { return *std::ranges::find(trace.events, Kind::sent, &Event::kind); };
  const auto without = run_with(compiled.plan(), false);
  CHECK(sent(without).bytes.head + sent(without).bytes.tail == 0);
  CHECK(std::ranges::all_of(without.events, [](const Event& event) { return event.local == no_endpoint; }));
  const auto with = run_with(compiled.plan(), true);
  CHECK(with.head(sent(with).bytes) == std::string(4096, 'x'));
  CHECK(with.tail(sent(with).bytes) == std::string(4095, 'x') + "!");
  const auto connected = *std::ranges::find(with.events, Kind::connected, &Event::kind);
  const auto accepted = *std::ranges::find(with.events, Kind::accepted, &Event::kind);
  CHECK(with.endpoints.at(connected.local) == with.endpoints.at(accepted.endpoint));
  CHECK(with.endpoints.at(accepted.local) == with.endpoints.at(connected.endpoint));
  CHECK(trace_from_json(to_json(with)) == with);
}

TEST_CASE("a trace that forgets again and again has one gap, and knows where") {
  auto trace = numbered(800);
  forget_middle(trace);
  CHECK(trace.resumed == 100);
  CHECK(trace.forgotten == 400);
  CHECK(trace.events[99].step == 99);
  CHECK(trace.events[100].step == 500);
  const auto next = numbered(2000);
  for (std::size_t i = 800; i < 2000; ++i) {
    auto event = next.events[i];
    trace.endpoints.push_back(next.endpoints[event.endpoint]);
    trace.endpoints.push_back(next.endpoints[event.local]);
    event.endpoint = static_cast<std::uint32_t>(trace.endpoints.size() - 2);
    event.local = static_cast<std::uint32_t>(trace.endpoints.size() - 1);
    event.bytes.begin = static_cast<std::uint32_t>(trace.arena.size());
    trace.arena += next.head(next.events[i].bytes);
    trace.events.push_back(event);
  }
  forget_middle(trace);  // of 1600 events: not the first 200, of which a hundred stand behind the gap
  CHECK(trace.resumed == 100);
  CHECK(trace.events.size() + trace.forgotten == 2000);
  CHECK(trace.events[99].step == 99);
  CHECK(trace.events[100].step == 1400);
  for (const auto& event : trace.events) {
    REQUIRE(trace.head(event.bytes) == fmt::format("{:06}", event.step));
    REQUIRE(trace.endpoints.at(event.endpoint).port() == event.step);
    REQUIRE(trace.endpoints.at(event.local).port() == event.step);
  }
}

TEST_CASE("a trace whose beginning is all that is left can still forget") {
  auto trace = numbered(800);
  forget_middle(trace);
  for (int i = 0; i < 20; ++i) {
    const auto before = trace.events.size();
    forget_middle(trace);
    CHECK(trace.events.size() <= before);
  }
  CHECK(trace.events.size() < 10);
  CHECK(trace.events.size() + trace.forgotten == 800);
}

}  // namespace volley::engine
