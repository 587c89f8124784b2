// SPDX-License-Identifier: Apache-2.0
#include "engine/trace.h"

#include <algorithm>
#include <utility>

namespace volley::engine {
namespace {

/// Moves what an event refers to from the old arena and endpoints to the new ones.
struct Mover {
  const std::string& arena;
  std::vector<Endpoint>& endpoints;
  std::string new_arena{};
  std::vector<Endpoint> new_endpoints{};

  void move(Excerpt& bytes) {
    const auto kept_bytes = std::size_t{bytes.head} + bytes.tail;
    if (kept_bytes == 0) return;
    const auto begin = static_cast<std::uint32_t>(new_arena.size());
    new_arena.append(arena, bytes.begin, kept_bytes);
    bytes.begin = begin;
  }
  void move(Event& event) {
    move(event.bytes);
    move(event.endpoint);
    move(event.local);
  }
  void move(std::uint32_t& endpoint) {
    if (endpoint == no_endpoint) return;
    new_endpoints.push_back(std::move(endpoints[endpoint]));
    endpoint = static_cast<std::uint32_t>(new_endpoints.size() - 1);
  }
};

}  // namespace

void forget_middle(Trace& trace, Excerpt* also) {
  auto& events = trace.events;
  const auto eighth = static_cast<std::uint32_t>(events.size() / 8);
  // There is one gap: what was behind an earlier one does not come in front of the next.
  const auto first = trace.forgotten > 0 ? std::min(trace.resumed, eighth) : eighth;
  const auto last = 3 * events.size() / 8;
  trace.forgotten += events.size() - first - last;
  trace.resumed = first;
  events.erase(events.begin() + static_cast<std::ptrdiff_t>(first), events.end() - static_cast<std::ptrdiff_t>(last));
  Mover mover{trace.arena, trace.endpoints};
  for (auto& event : events) mover.move(event);
  if (also) mover.move(*also);
  trace.arena = std::move(mover.new_arena);
  trace.endpoints = std::move(mover.new_endpoints);
}

}  // namespace volley::engine
