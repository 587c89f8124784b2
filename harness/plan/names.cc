// SPDX-License-Identifier: Apache-2.0
#include "plan/names.h"

#include <algorithm>

namespace volley::plan {

Slot Names::bind_slot(const std::string& name, Type type) {
  const auto [at, is_new] = slots_.try_emplace(name, static_cast<Slot>(plan_.slots.size()));
  if (is_new) {
    plan_.slots.push_back(name);
    types_.push_back(type);
  }
  types_[at->second] = type;
  return at->second;
}

PeerId Names::bind_peer(const std::string& name, PeerKind kind) {
  const auto id = static_cast<PeerId>(plan_.peers.size());
  plan_.peers.push_back({name, kind});
  peers_[name] = id;
  return id;
}

const script::Let* Names::constant(std::string_view name) const {
  const auto found = std::ranges::find_if(file_.lets, [&](const auto& let) { return let.name.text == name; });
  return found == file_.lets.end() ? nullptr : &*found;
}

bool Names::is_target(std::string_view name) const {
  return std::ranges::any_of(file_.targets, [&](const auto& target) { return target.name.text == name; });
}

PlaceId Names::place(const std::string& target, const std::string& port) {
  const Place place{target, port};
  const auto found = std::ranges::find(plan_.places, place);
  if (found != plan_.places.end()) return static_cast<PlaceId>(found - plan_.places.begin());
  if (std::ranges::find(plan_.targets, target) == plan_.targets.end()) plan_.targets.push_back(target);
  plan_.places.push_back(place);
  return static_cast<PlaceId>(plan_.places.size() - 1);
}

Expression Names::local(PeerId peer, source::Span span) {
  plan_.peers[peer].local_is_read = true;
  return Expression{.op = Op::local, .value = {}, .index = peer, .operands = {}, .span = span};
}

Expression Names::remote(PeerId peer, source::Span span) {
  plan_.peers[peer].remote_is_read = true;
  return Expression{.op = Op::remote, .value = {}, .index = peer, .operands = {}, .span = span};
}

}  // namespace volley::plan
