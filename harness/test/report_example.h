// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>

#include "report/case.h"

namespace volley::report {

/// A hand-made scenario for the tests of reports: three peers, one step a line, and a trace to which events are added.
/// Not movable: its cases point into it.
struct Example {
  source::Source source{"suite/echo.volley",
                        "scenario \"an echo\" {\n"
                        "    listen door tcp\n"
                        "    connect alice tcp door\n"
                        "    accept bob from door\n"
                        "    alice > \"last words\"\n"
                        "    bob < \"last Words\"   # wrong\n"
                        "    alice < nothing for 50ms\n"
                        "}\n"};
  plan::Plan plan;
  engine::Trace trace;

  Example() {
    plan.path = source.path();
    plan.name = "an echo";
    plan.line = 1;
    plan.peers = {
        {"door", plan::PeerKind::listener}, {"alice", plan::PeerKind::stream}, {"bob", plan::PeerKind::stream}};
    add(plan::Listen{0, {}}, "listen door tcp");
    add(plan::Connect{.peer = 1, .place = {}, .from = {}, .listener = 0}, "connect alice tcp door");
    add(plan::Accept{2, 0}, "accept bob from door");
    add(plan::Send{1, {item(plan::Literal{"last words"})}, {}}, "alice > \"last words\"");
    add(plan::Receive{2, {item(plan::Literal{"last Words"})}, {}, {}}, "bob < \"last Words\"");
    add(plan::Silence{1, std::chrono::milliseconds(50)}, "alice < nothing for 50ms");
  }
  Example(const Example&) = delete;
  Example& operator=(const Example&) = delete;

  template <class Extent>
  static plan::Item item(Extent extent) {
    plan::Item made;
    made.extent = std::move(extent);
    return made;
  }
  source::Span span(std::string_view text) const {
    const auto begin = static_cast<std::uint32_t>(source.bytes().find(text));
    return {begin, begin + static_cast<std::uint32_t>(text.size())};
  }
  engine::Excerpt excerpt(std::string_view bytes) {
    const engine::Excerpt kept{bytes.size(), static_cast<std::uint32_t>(trace.arena.size()),
                               static_cast<std::uint32_t>(bytes.size()), 0};
    trace.arena += bytes;
    return kept;
  }
  std::uint32_t endpoint(std::uint16_t port) {
    trace.endpoints.emplace_back(Ipv4Address({127, 0, 0, 1}), port);
    return static_cast<std::uint32_t>(trace.endpoints.size() - 1);
  }
  /// The events of the first four steps, 100 µs apart.
  void exchange() {
    using Kind = engine::Event::Kind;
    using std::chrono::microseconds;
    trace.events.push_back({microseconds(100), 0, 0, Kind::opened, endpoint(8000), {}});
    trace.events.push_back({microseconds(200), 1, 1, Kind::connected, endpoint(8000), {}});
    trace.events.push_back({microseconds(300), 2, 2, Kind::accepted, endpoint(50000), {}});
    trace.events.push_back({microseconds(400), 3, 1, Kind::sent, engine::no_endpoint, {.size = 10}});
    trace.duration = microseconds(1234);
  }
  Case a_case(judge::Outcome outcome) const {
    Case one;
    one.path = plan.path;
    one.name = plan.name;
    one.line = plan.line;
    one.verdict.outcome = outcome;
    one.plan = &plan;
    one.source = &source;
    one.trace = trace;
    one.duration = trace.duration;
    one.repeat = "volley run suite/echo.volley:1 --seed 0";
    return one;
  }
  /// The case fails at its fifth step, where bob got `last words`.
  Case a_mismatch() {
    exchange();
    trace.stop.reason = engine::Reason::mismatch;
    trace.stop.at = trace.duration;
    trace.stop.step = 4;
    trace.stop.peer = 2;
    trace.stop.offset = 5;
    trace.stop.received = excerpt("last words");
    auto one = a_case(judge::Outcome::failed);
    one.verdict.explanation = judge::Explanation{
        span("\"last Words\""),
        "byte 5 differs: expected 'W', received 'w'",
        judge::Comparison{
            .expected = "last Words", .pattern = {}, .received = "last words", .origin = 0, .differs_at = 5},
        {}};
    return one;
  }

 private:
  template <class Action>
  void add(Action action, std::string_view text) {
    plan::Step step;
    step.action = std::move(action);
    step.span = span(text);
    plan.steps.push_back(std::move(step));
  }
};

}  // namespace volley::report
