// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <array>

#include "engine/trace.h"

namespace volley::engine {
namespace {

constexpr std::array<std::string_view, 33> event_names{
    "opened",     "connected", "accepted",   "sent",          "received",   "ended",    "was_reset",
    "refused",    "silent",    "shut_down",  "closed",        "reset_sent", "computed", "failed_as_expected",
    "skipped",    "peeked",    "option_set", "not_segmented", "dropped",    "started",  "exited",
    "killed",     "signalled", "cut_off",    "paused",        "cut",        "passed",   "lost",
    "duplicated", "reordered", "corrupted",  "stalled",       "line_cut"};
static_assert(event_names.size() == static_cast<std::size_t>(last_kind) + 1);

/// Of times only that they passed: they differ.
std::string of_link(const Event& event) {
  const auto* way = event.is_back ? "back" : "there";
  auto text = fmt::format(" {} {} size {}", event.flow, way, event.bytes.size);
  const bool has_detail = event.kind == Event::Kind::reordered || event.kind == Event::Kind::corrupted;
  return has_detail ? text + fmt::format(" at {}", event.offset) : text;
}

std::string dump(const Trace& trace, const Stop& stop, const plan::Plan& plan) {
  if (stop.reason == Reason::none) return "passed\n";
  auto text = fmt::format("{:3} {}", stop.step, name_of(stop.reason));
  if (stop.peer) text += " " + plan.peers[*stop.peer].name;
  if (stop.item || stop.offset || stop.needed)
    text += fmt::format(" item {} at {} offset {} needed {}", stop.item, stop.item_begin, stop.offset, stop.needed);
  if (stop.received.size)
    text += fmt::format(" received {} from {}: {}", stop.received.size, stop.received_begin,
                        plan::to_literal(trace.head(stop.received)));
  if (stop.error) text += " error " + to_string(Error{stop.error->code, stop.error->call, {}});
  if (!stop.what.empty()) text += " what " + stop.what;
  if (stop.copy) text += fmt::format(" copy {}", stop.copy);
  for (const auto& round : stop.rounds) text += fmt::format(" round {} of {}", round.number, round.step);
  if (stop.branches) text += fmt::format(" branches {}", stop.branches);
  return text + '\n';
}

}  // namespace

std::string_view name_of(Event::Kind kind) {
  return event_names[static_cast<std::size_t>(kind)];
}

std::string_view name_of(Reason reason) {
  static constexpr std::array<std::string_view, 28> names{"none",
                                                          "mismatch",
                                                          "constraint",
                                                          "too_long",
                                                          "over_limit",
                                                          "timeout",
                                                          "too_many_rounds",
                                                          "too_early",
                                                          "unexpected_eof",
                                                          "unexpected_reset",
                                                          "unexpected_data",
                                                          "unexpected_end",
                                                          "refused",
                                                          "cut",
                                                          "not_cut",
                                                          "wrong_sender",
                                                          "condition",
                                                          "fault",
                                                          "call_failed",
                                                          "call_succeeded",
                                                          "not_taken",
                                                          "left_over",
                                                          "total",
                                                          "target_died",
                                                          "interrupted",
                                                          "system",
                                                          "wrong_end",
                                                          "process_failed"};
  static_assert(names.size() == static_cast<std::size_t>(Reason::process_failed) + 1);
  return names[static_cast<std::size_t>(reason)];
}

std::string dump(const Trace& trace, const plan::Plan& plan) {
  std::string text;
  for (const auto& event : trace.events) {
    text += fmt::format("{:3} {}", event.step, name_of(event.kind));
    if (event.kind != Event::Kind::computed) text += " " + plan.peers[event.peer].name;
    if (event.copy) text += fmt::format("[{}]", event.copy);
    const bool shows_size = event.kind == Event::Kind::sent || event.kind == Event::Kind::not_segmented ||
                            (event.kind >= Event::Kind::exited && event.kind <= Event::Kind::cut_off);
    if (event.kind == Event::Kind::cut) text += fmt::format(" after {}", event.offset);
    if (is_of_link(event.kind)) text += of_link(event);
    if (shows_size) text += fmt::format(" {}", event.bytes.size);
    const bool shows_bytes =
        event.kind == Event::Kind::received || event.kind == Event::Kind::skipped || event.kind == Event::Kind::peeked;
    if (shows_bytes) {
      text +=
          fmt::format(" {} {}", event.bytes.size,
                      plan::to_literal(std::string(trace.head(event.bytes)) + std::string(trace.tail(event.bytes))));
    }
    text += '\n';
  }
  text += dump(trace, trace.stop, plan);
  if (trace.always) text += "always " + dump(trace, *trace.always, plan);
  return text;
}

}  // namespace volley::engine
