// SPDX-License-Identifier: Apache-2.0
#include "report/link_deed.h"

#include <fmt/format.h>

#include <chrono>
#include <string_view>

#include "report/clean.h"

namespace volley::report {
namespace {

using engine::Event;

/// `to tftp`, `from tftp`: the place as it is written.
std::string direction(const plan::Plan& plan, const Event& event, const source::Source& source) {
  constexpr std::size_t width = 40;
  const auto* link = event.step < plan.steps.size() ? std::get_if<plan::Link>(&plan.steps[event.step].action) : nullptr;
  const auto* word = event.is_back ? "from" : "to";
  return fmt::format("{} {}", word, link ? cut(one_line(source.text(link->place.span)), width) : "?");
}

/// What became of a datagram, and what there is to say of it.
struct Deed {
  std::string_view verb;
  std::string more;
};

Deed deed_of_datagram(const Event& event) {
  switch (event.kind) {
    case Event::Kind::lost:
      return {"lost", {}};
    case Event::Kind::duplicated:
      return {"duplicated", {}};
    case Event::Kind::reordered:
      return {"reordered", fmt::format(" behind datagram {}", event.offset)};
    case Event::Kind::corrupted:
      return {"corrupted", fmt::format(", byte {} of it", event.offset)};
    default: {
      const std::chrono::nanoseconds time(event.offset);
      return {"passed", fmt::format(" after {:.2f} ms", std::chrono::duration<double, std::milli>(time).count())};
    }
  }
}

}  // namespace

std::string deed_of(const plan::Plan& plan, const Event& event, const source::Source& source) {
  const auto where = direction(plan, event, source);
  const auto bytes = fmt::format("{} byte{}", event.bytes.size, event.bytes.size == 1 ? "" : "s");
  if (event.kind == Event::Kind::stalled)
    return fmt::format("stalled connection {} {} after {}", event.flow, where, bytes);
  if (event.kind == Event::Kind::line_cut) {
    return fmt::format("reset connection {} after {} {}", event.flow, bytes, where);
  }
  const auto deed = deed_of_datagram(event);
  return fmt::format("{} datagram {} {}{} ({})", deed.verb, event.flow, where, deed.more, bytes);
}

}  // namespace volley::report
