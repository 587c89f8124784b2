// SPDX-License-Identifier: Apache-2.0
// Links: where they lead, what they are asked to do, and whether that can be done to what goes through them.
#include <fmt/format.h>

#include <algorithm>
#include <chrono>

#include "check/checker.h"

namespace volley::check {
namespace {

using Kind = Binding::Kind;
using script::Condition;
using script::Transport;
using source::quote;

constexpr auto longest_delay = std::chrono::seconds(60);
/// Numbers of datagrams, and bytes that go before.
constexpr Wide most = Wide(1) << 62;

/// What cannot be done to a stream: nobody counts its segments.
bool is_for_datagrams(Condition::Kind kind) {
  using enum Condition::Kind;
  return kind == corrupt || kind == drop || kind == duplicate || kind == jitter || kind == loss || kind == reorder;
}
bool is_for_streams(Condition::Kind kind) {
  return kind == Condition::Kind::reset || kind == Condition::Kind::stall;
}

/// Whether two conditions say different things of the same: a share and some numbers go together.
bool collide(const Condition& one, const Condition& other) {
  const bool meet = !one.way || !other.way || one.way == other.way;
  return one.kind == other.kind && one.value.index() == other.value.index() && meet;
}

}  // namespace

void Checker::action(const script::Link& step) {
  Binding link{.kind = Kind::link, .link = &step};
  link_place(step.place, link);
  for (const auto& each : step.conditions) condition(each);
  repeated_conditions(step.conditions);
  if (link.only) carries(link, *link.only, step.place.span);
  bind(step.name, link);
}

void Checker::link_place(const Expression& place, Binding& link) {
  if (target_port(place, false)) return;
  const auto* name = std::get_if<script::Reference>(&place.node);
  const auto* found = name ? resolve(name->name, place.span) : nullptr;
  if (!found || found->kind == Kind::value) {
    loopback_only(place);
    return endpoint_value(place, false);
  }
  if (found->kind == Kind::target || found->kind == Kind::unknown) return;
  if (!found->is_unix && found->kind == Kind::listener) {
    link.only = Transport::tcp;
  } else if (!found->is_unix && found->kind == Kind::datagram) {
    link.only = Transport::udp;
  } else {
    findings_.add(Rule::bad_place, place.span, fmt::format("no link leads to {}", quote(name->name)),
                  "a link leads to a target, a listener, a bound datagram socket or an endpoint, by TCP or UDP");
  }
}

void Checker::condition(const Condition& condition) {
  if (const auto* time = std::get_if<script::nanoseconds>(&condition.value)) return condition_time(condition, *time);
  const auto* values = std::get_if<Items>(&condition.value);
  if (!values) return;
  const bool counts_datagrams = is_for_datagrams(condition.kind);
  const auto by = fmt::format("'{}'", word_of(condition.kind));
  for (const auto& each : *values) {
    const auto found = value(each);
    if (!require(each, found.type, Type::integer, by)) continue;
    if (condition.kind == Condition::Kind::seed) {
      within(each, found, {0, (Wide(1) << 64) - 1}, "a seed");
    } else if (counts_datagrams) {
      within(each, found, {1, most}, "a datagram's number");
    } else {
      within(each, found, {0, most}, "a size");
    }
  }
}

void Checker::condition_time(const Condition& condition, script::nanoseconds time) {
  if (time <= longest_delay) return;
  findings_.add(Rule::does_not_fit, condition.span, fmt::format("the {} is longer than 60s", word_of(condition.kind)));
}

void Checker::repeated_conditions(const std::vector<Condition>& conditions) {
  for (auto later = conditions.begin(); later != conditions.end(); ++later) {
    const auto first = std::find_if(conditions.begin(), later, [&](const auto& each) { return collide(each, *later); });
    if (first == later) continue;
    findings_.add(Rule::repeated, later->span, fmt::format("'{}' is said of this way already", word_of(later->kind)),
                  "it was said at", first->span);
  }
}

/// A socket of that transport connects or sends to the link that `place` names.
void Checker::through(const Expression& place, const Binding& link, Transport transport) {
  if (!script::is_unix(transport) && (!link.only || *link.only == transport))
    return carries(link, transport, place.span);
  const auto& name = link.link->name.text;
  findings_.add(Rule::bad_place, place.span,
                fmt::format("{} does not go through {}",
                            script::is_unix(transport)    ? "a unix socket"
                            : transport == Transport::udp ? "udp"
                                                          : "tcp",
                            quote(name)),
                !link.only                     ? "links carry tcp and udp"
                : *link.only == Transport::tcp ? "it leads to a listener, which takes streams"
                                               : "it leads to a bound socket, which takes datagrams");
}

/// Each condition that does not fit is told once, with the place that shows it.
void Checker::carries(const Binding& link, Transport transport, Span span) {
  const bool is_stream = script::is_stream(transport);
  for (const auto& condition : link.link->conditions) {
    const bool fits = is_stream ? !is_for_datagrams(condition.kind) : !is_for_streams(condition.kind);
    if (fits || !unfit_.insert(&condition).second) continue;
    findings_.add(is_stream ? Rule::datagram_only : Rule::stream_only, condition.span,
                  fmt::format("'{}' is for {}, and {} go through {}", word_of(condition.kind),
                              is_stream ? "datagrams" : "streams", is_stream ? "streams" : "datagrams",
                              quote(link.link->name.text)),
                  "as is to be seen at", span);
  }
}

}  // namespace volley::check
