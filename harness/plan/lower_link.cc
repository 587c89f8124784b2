// SPDX-License-Identifier: Apache-2.0
#include "plan/names.h"

namespace volley::plan {
namespace {

using Kind = script::Condition::Kind;

/// One condition, into what holds for one way.
struct Lower {
  const script::Condition& from;
  Conditions& way;
  Names& names;

  void operator()(nanoseconds time) const { (from.kind == Kind::delay ? way.delay : way.jitter) = time; }
  void operator()(script::Condition::Percent percent) const { share() = static_cast<std::uint8_t>(percent.value); }
  void operator()(const script::Condition::Rate& rate) const { way.rate = rate.bytes.value; }
  void operator()(const script::Items& values) const {
    if (from.kind == Kind::reset) {
      way.reset_after = lower_value(values[0], names);
    } else if (from.kind == Kind::stall) {
      way.stall_after = lower_value(values[0], names);
    } else {
      for (const auto& value : values) numbers().push_back(lower_value(value, names));
    }
  }

 private:
  std::uint8_t& share() const {
    switch (from.kind) {
      case Kind::corrupt:
        return way.corrupt;
      case Kind::duplicate:
        return way.duplicate;
      case Kind::reorder:
        return way.reorder;
      default:
        return way.loss;
    }
  }
  std::vector<Expression>& numbers() const {
    switch (from.kind) {
      case Kind::corrupt:
        return way.corrupted;
      case Kind::duplicate:
        return way.duplicated;
      case Kind::reorder:
        return way.reordered;
      default:
        return way.dropped;
    }
  }
};

/// The socket of this scenario that the link leads to.
std::optional<PeerId> end_of(const script::Link& link, const Names& names) {
  const auto* reference = std::get_if<script::Reference>(&link.place.node);
  const auto* peer = reference ? names.peer(reference->name) : nullptr;
  return peer ? std::optional(*peer) : std::nullopt;
}

}  // namespace

Link lower_link(const script::Link& from, Names& names) {
  Link link;
  link.place = lower_place(from.place, names);
  link.end = end_of(from, names);
  for (const auto& condition : from.conditions) {
    if (condition.kind == Kind::seed) {
      link.seed = lower_value(std::get<script::Items>(condition.value)[0], names);
      continue;
    }
    if (condition.way != script::Way::back) std::visit(Lower{condition, link.there, names}, condition.value);
    if (condition.way != script::Way::there) std::visit(Lower{condition, link.back, names}, condition.value);
  }
  link.peer = names.bind_peer(from.name.text, PeerKind::link);
  if (link.end) names.lead(link.peer, *link.end);
  return link;
}

}  // namespace volley::plan
