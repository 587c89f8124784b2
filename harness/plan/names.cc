// SPDX-License-Identifier: Apache-2.0
#include "plan/names.h"

#include <algorithm>

namespace volley::plan {
namespace {

/// `bytes` for all that is no integer.
Type type_of_field(const script::Field& field) {
  if (field.is_group) return Type::bytes;
  const auto& node = field.extent->node;
  const bool is_number =
      std::holds_alternative<script::IntegerItem>(node) || std::holds_alternative<script::Leb128>(node);
  return is_number ? Type::integer : Type::bytes;
}

void collect(const std::vector<script::Field>& fields, FieldNames& names) {
  for (const auto& field : fields) {
    names.ids.emplace(field.name.text, static_cast<FieldId>(names.fields.size()));
    names.fields.push_back(&field);
    names.types.push_back(type_of_field(field));
    collect(field.fields, names);
  }
}

}  // namespace

Names::Names(const script::File& file, Plan& plan) : file_(file), plan_(plan) {
  for (const auto& message : file.messages) collect(message.fields, fields_.emplace_back());
}

MessageId Names::message(std::string_view name) const {
  const auto found = std::ranges::find_if(file_.messages, [&](const auto& each) { return each.name.text == name; });
  return static_cast<MessageId>(found - file_.messages.begin());
}

MessageId Names::add_message(Message message) {
  plan_.messages.push_back(std::move(message));
  return static_cast<MessageId>(plan_.messages.size() - 1);
}

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

PeerId Names::bind_peer(const std::string& name, PeerKind kind, Transport transport) {
  const auto alternative = alternatives_.find({name, kind, transport});
  const bool is_known = alternative != alternatives_.end();
  const auto id = is_known ? alternative->second : static_cast<PeerId>(plan_.peers.size());
  if (!is_known) plan_.peers.push_back({.name = name, .kind = kind, .transport = transport});
  if (kind <= PeerKind::datagram) processes_.erase(name);
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
  for (const auto id : branch.peers) {
    const auto& peer = plan_.peers[id];
    alternatives_.insert_or_assign({peer.name, peer.kind, peer.transport}, id);
  }
}

Start Names::bind_process(const std::string& name) {
  Start start;
  start.process = bind_peer(name, PeerKind::process);
  start.input = bind_peer(name, PeerKind::input);
  start.output = bind_peer(name, PeerKind::output);
  start.errors = bind_peer(name + ".err", PeerKind::errors);
  processes_[name] = start;
  plan_.needs_dir = true;
  return start;
}

PeerId Names::writer(const std::string& name) const {
  const auto* started = find(processes_, name);
  return started ? started->input : *peer(name);
}

std::optional<PeerId> Names::input(const std::string& name) const {
  const auto* started = find(processes_, name);
  return started ? std::optional(started->input) : std::nullopt;
}

PeerId Names::process(const std::string& name) {
  if (const auto* started = find(processes_, name)) return started->process;
  if (const auto* known = find(target_processes_, name)) return *known;
  auto& targets = plan_.targets;
  auto used = std::ranges::find(targets, name);
  if (used == targets.end()) used = targets.insert(used, name);
  const auto id = static_cast<PeerId>(plan_.peers.size());
  plan_.peers.push_back({.name = name, .kind = PeerKind::process});
  plan_.peers.back().target = static_cast<std::uint32_t>(used - targets.begin());
  target_processes_[name] = id;
  return id;
}

void Names::carry(PeerId link, Transport transport) {
  auto& carrier = plan_.peers[link];
  (transport == Transport::tcp ? carrier.carries_streams : carrier.carries_datagrams) = true;
}

void Names::lead(PeerId link, PeerId to) {
  plan_.peers[link].leads_to_socket = true;
  carry(link, plan_.peers[to].transport);
}

PeerId Names::look_for(PeerId peer) {
  plan_.peers[peer].is_looked_for = true;
  return peer;
}

void Names::start_program(const Expression& program) {
  const auto* name = std::get_if<Bytes>(&program.value);
  if (program.op != Op::literal || !name) return;
  if (std::ranges::find(plan_.programs, *name) == plan_.programs.end()) plan_.programs.push_back(*name);
}

PeerId Names::reader(const std::string& name) {
  const auto id = *peer(name);
  plan_.peers[id].is_expected = plan_.peers[id].kind == PeerKind::errors;
  return id;
}

Expression Names::dir(source::Span span) {
  plan_.needs_dir = true;
  if (!plan_.dir) {
    plan_.dir = static_cast<Slot>(plan_.slots.size());
    plan_.slots.push_back("dir");
    types_.push_back(Type::bytes);
  }
  return Expression{.op = Op::slot, .value = {}, .index = *plan_.dir, .operands = {}, .span = span};
}

const script::Let* Names::constant(std::string_view name) const {
  const auto found = std::ranges::find_if(file_.lets, [&](const auto& let) { return let.name.text == name; });
  return found == file_.lets.end() ? nullptr : &*found;
}

bool Names::is_target(std::string_view name) const {
  const auto is_it = [&](const auto& target) { return target.name.text == name; };
  return std::ranges::any_of(file_.targets, is_it) || std::ranges::any_of(file_.families, is_it);
}

PlaceId Names::place(const std::string& target, const std::string& port) {
  const Place place{target, port};
  const auto found = std::ranges::find(plan_.places, place);
  if (found != plan_.places.end()) return static_cast<PlaceId>(found - plan_.places.begin());
  if (std::ranges::find(plan_.targets, target) == plan_.targets.end()) plan_.targets.push_back(target);
  plan_.places.push_back(place);
  return static_cast<PlaceId>(plan_.places.size() - 1);
}

Expression Names::entrance(PeerId peer, source::Span span) {
  plan_.peers[peer].local_is_read = true;
  return Expression{.op = Op::local, .value = {}, .index = peer, .operands = {}, .span = span};
}

Expression Names::local(PeerId peer, source::Span span) {
  // Who is told of it may be a program, which says nothing of what it sends there.
  if (is_link(peer) && !plan_.peers[peer].leads_to_socket) {
    carry(peer, Transport::tcp);
    carry(peer, Transport::udp);
  }
  return entrance(peer, span);
}

Expression Names::remote(PeerId peer, source::Span span) {
  plan_.peers[peer].remote_is_read = true;
  return Expression{.op = Op::remote, .value = {}, .index = peer, .operands = {}, .span = span};
}

}  // namespace volley::plan
