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
  bound_slots_.push_back(at->second);
  return at->second;
}

PeerId Names::bind_peer(const std::string& name, PeerKind kind) {
  const auto alternative = alternatives_.find(name);
  const bool is_known = alternative != alternatives_.end() && plan_.peers[alternative->second].kind == kind;
  const auto id = is_known ? alternative->second : static_cast<PeerId>(plan_.peers.size());
  if (!is_known) plan_.peers.push_back({name, kind});
  peers_[name] = id;
  bound_peers_.push_back(id);
  return id;
}

void Names::take_since(Mark mark, Body& body) const {
  const auto unique = [](auto& list) {
    std::ranges::sort(list);
    list.erase(std::unique(list.begin(), list.end()), list.end());
  };
  body.slots.assign(bound_slots_.begin() + static_cast<std::ptrdiff_t>(mark.slots), bound_slots_.end());
  body.peers.assign(bound_peers_.begin() + static_cast<std::ptrdiff_t>(mark.peers), bound_peers_.end());
  unique(body.slots);
  unique(body.peers);
}

void Names::next_alternative(const Body& branch) {
  for (const auto peer : branch.peers) alternatives_.insert_or_assign(plan_.peers[peer].name, peer);
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
