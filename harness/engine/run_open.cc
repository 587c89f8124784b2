// SPDX-License-Identifier: Apache-2.0
// How a run gets its sockets: listen, bind, connect, accept; and how it gives them up.

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <system_error>

#include "engine/run.h"

namespace volley::engine {
namespace {

const Endpoint any_port_on_loopback(Ipv4Address({127, 0, 0, 1}), 0);
const Endpoint any_port_on_ipv6_loopback(Ipv6Address({0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1}), 0);

}  // namespace

/// Evaluates a PLACE; on failure the run is stopped and nothing returned.
std::optional<Endpoint> Run::endpoint_of(const plan::Expression& place, plan::Transport transport, Anywhere anywhere) {
  auto endpoint = plan::evaluate_endpoint(place, now_->scope);
  if (!endpoint) {
    stop_with(Reason::fault, {}, endpoint.error().what);
    return {};
  }
  if (endpoint->is_ip() == plan::is_unix(transport)) {
    stop_with(Reason::fault, {},
              fmt::format("{} is no place for a {} socket", endpoint->to_string(), plan::name_of(transport)));
    return {};
  }
  if (anywhere == Anywhere::no && !surroundings_.reach.covers(*endpoint)) {
    stop_with(Reason::fault, {}, surroundings_.reach.refusal(*endpoint));
    return {};
  }
  return *std::move(endpoint);
}

std::optional<Endpoint> Run::own_place(const std::optional<plan::Expression>& place, PeerId id) {
  const auto transport = plan_.peers[id].transport;
  if (!place && plan::is_unix(transport)) return path_for(id);
  if (!place) return plan_.on_ipv6 ? any_port_on_ipv6_loopback : any_port_on_loopback;
  // A foreign address that cannot be had may be the statement; one that can be had ends the run at once.
  auto endpoint = endpoint_of(*place, transport, plan_.steps[now_->pc].fails ? Anywhere::yes : Anywhere::no);
  if (endpoint && !may_create(*endpoint)) {
    stop_with(Reason::fault, {}, endpoint->to_string() + " is outside of the scenario's directory");
    return {};
  }
  return endpoint;
}

/// A unix socket is a file, and those are made in the scenario's directory, or where its target expects a neighbour.
bool Run::may_create(const Endpoint& endpoint) const {
  if (endpoint.family() != Endpoint::Family::unix_path) return true;
  if (std::ranges::find(surroundings_.places, endpoint) != surroundings_.places.end()) return true;
  if (surroundings_.dir.empty()) return false;
  std::error_code error;
  const auto root = std::filesystem::weakly_canonical(surroundings_.dir, error).string();
  const auto path = std::filesystem::path(endpoint.path());
  const auto parent = std::filesystem::weakly_canonical(path.parent_path(), error).string();
  return !error && path.has_filename() && path.filename() != ".." && (parent + "/").starts_with(root + "/");
}

/// Numbered, since a name may be bound again in another round.
std::optional<Endpoint> Run::path_for(PeerId id) {
  constexpr std::size_t longest_name = 40;
  const auto name = plan_.peers[id].name.substr(0, longest_name);
  auto endpoint = Endpoint::unix_path(fmt::format("{}/{}-{}.sock", surroundings_.dir, name, ++named_sockets_));
  if (endpoint) return *std::move(endpoint);
  fail(endpoint.error(), id);
  return {};
}

Run::Progress Run::perform(const plan::Listen& step) {
  const auto place = own_place(step.place, step.peer);
  if (!place) return Progress::stopped;
  auto listener = ListenSocket::open(place->domain(), Blocking::no);
  if (!listener) return fail(listener.error(), step.peer);
  if (place->is_ip()) {
    // Inherited by what is accepted (socket facts 32).
    if (const auto set = listener->set_no_delay(true); !set) return fail(set.error(), step.peer);
    if (const auto set = listener->set_reuse_address(true); !set) return fail(set.error(), step.peer);
  }
  if (const auto slowed = slow_down(*listener, step.peer); slowed != Progress::done) return slowed;
  if (const auto set = set_options(step.options, *listener, step.peer); set != Progress::done) return set;
  const auto backlog = backlog_of(step);
  if (!backlog) return backlog.error();
  if (const auto bound = listener->bind(*place); !bound) return fail(bound.error(), step.peer);
  if (!surroundings_.reach.covers(*place)) return Progress::done;  // it should have failed: nobody shall be let in
  if (const auto listening = listener->listen(*backlog); !listening) return fail(listening.error(), step.peer);
  auto local = listener->local();
  if (!local) return fail(local.error(), step.peer);
  record(Event::Kind::opened, step.peer, {}, &*local);
  listening_.insert(*local);
  now_->scope.peers[step.peer].local = *std::move(local);
  peer(step.peer).socket = *std::move(listener);
  return Progress::done;
}

Run::Progress Run::perform(const plan::Bind& step) {
  const auto place = own_place(step.place, step.peer);
  if (!place) return Progress::stopped;
  auto socket = DatagramSocket::open(place->domain(), Blocking::no);
  if (!socket) return fail(socket.error(), step.peer);
  if (const auto grown = socket->grow_receive_buffer(); !grown) return fail(grown.error(), step.peer);
  if (const auto set = set_options(step.options, *socket, step.peer); set != Progress::done) return set;
  if (const auto bound = socket->bind(*place); !bound) return fail(bound.error(), step.peer);
  auto local = socket->local();
  if (!local) return fail(local.error(), step.peer);
  record(Event::Kind::opened, step.peer, {}, &*local);
  now_->scope.peers[step.peer].local = *std::move(local);
  peer(step.peer).socket = *std::move(socket);
  peer(step.peer).last_step = now_->pc;
  return Progress::done;
}

Run::Progress Run::perform(const plan::Connect& step) {
  const auto to = endpoint_of(step.place, step.transport);
  if (!to) return Progress::stopped;
  std::optional<Endpoint> from;
  if (step.from && !(from = own_place(step.from, step.peer))) return Progress::stopped;
  const bool is_stream = plan_.peers[step.peer].kind == plan::PeerKind::stream;
  return is_stream ? connect_stream(step, *to, from) : connect_datagram(step, *to, from);
}

Run::Progress Run::connect_stream(const plan::Connect& step, const Endpoint& to, const std::optional<Endpoint>& from) {
  auto& connecting = peer(step.peer);
  const auto way = detour(step, to);
  if (!way) return way.error();
  auto source = from;
  if (way->link && !connecting.is_open()) {
    if (const auto prepared = prepare_link(step, *way->link, source); prepared != Progress::done) return prepared;
  }
  if (!connecting.is_open()) {
    auto socket = StreamSocket::open(to.domain(), Blocking::no);
    if (!socket) return fail(socket.error(), step.peer);
    if (to.is_ip()) {
      if (const auto set = socket->set_no_delay(true); !set) return fail(set.error(), step.peer);
    }
    if (const auto slowed = slow_down(*socket, step.peer); slowed != Progress::done) return slowed;
    if (const auto set = set_options(step.options, *socket, step.peer); set != Progress::done) return set;
    // Bound to no name, a unix socket gets one of the system's choice: an `accept … by` knows it by that.
    const bool needs_name = !to.is_ip() && plan_.peers[step.peer].is_looked_for;
    if (way->link && source) {
      if (const auto set = socket->set_reuse_address(true); !set) return fail(set.error(), step.peer);
    }
    if (source || needs_name) {
      const auto bound = socket->bind(source ? *source : Endpoint::unix_unnamed());
      if (!bound) return fail(bound.error(), step.peer);
    }
    connecting.socket = *std::move(socket);
    connecting.remote = way->at;
    connecting.ours = step.listener.has_value() || listening_.contains(to);
  }
  // On loopback the handshake is over before the first call returns, yet a non-blocking one says "in progress": the
  // second tells.
  for (int attempt = 0; attempt < 2; ++attempt) {
    const auto state = connecting.stream().start_connect(way->at);
    if (!state) {
      auto error = state.error();
      connecting.socket = std::monostate{};
      connecting.watched = Interest::none;
      return fail(std::move(error), step.peer);
    }
    if (*state == StreamSocket::Connecting::connected) return connected(step, to);
  }
  return wait_for(step.peer, Interest::write);
}

Run::Progress Run::connect_datagram(const plan::Connect& step, const Endpoint& to,
                                    const std::optional<Endpoint>& from) {
  auto socket = DatagramSocket::open(to.domain(), Blocking::no);
  if (!socket) return fail(socket.error(), step.peer);
  if (const auto grown = socket->grow_receive_buffer(); !grown) return fail(grown.error(), step.peer);
  if (const auto set = set_options(step.options, *socket, step.peer); set != Progress::done) return set;
  if (from) {
    if (const auto bound = socket->bind(*from); !bound) return fail(bound.error(), step.peer);
  }
  const auto way = detour(step, to);
  if (!way) return way.error();
  if (const auto fixed = socket->connect(way->at); !fixed) return fail(fixed.error(), step.peer);
  peer(step.peer).socket = *std::move(socket);
  peer(step.peer).remote = way->at;
  return connected(step, to);
}

Run::Progress Run::connected(const plan::Connect& step, const Endpoint& to) {
  record(Event::Kind::connected, step.peer, {}, &to);
  keep_local(step.peer);
  peer(step.peer).last_step = now_->pc;
  if (peer(step.peer).ours) {
    note_maker(peer(step.peer));
    if (peer(step.peer).is_stream()) farewell_.begins(peer(step.peer).stream());
  }
  auto& names = now_->scope.peers[step.peer];
  names.remote = to;
  if (!plan_.peers[step.peer].local_is_read) return Progress::done;
  auto& open = peer(step.peer);
  auto local = open.is_stream() ? open.stream().local() : open.datagram().local();
  if (!local) return fail(local.error(), step.peer);
  names.local = *std::move(local);
  return Progress::done;
}

/// A FIN or a close goes behind what is queued, and later steps run meanwhile, unless the step is to fail.
Run::Progress Run::end_behind_outbox(PeerId id, Peer::Ending::Kind kind) {
  if (const auto free = after_cutting(id); free != Progress::done) return free;
  const Peer::Ending ending{kind, now_->pc};
  if (plan_.steps[now_->pc].fails) {
    const auto sent = after_outbox(id);
    return sent == Progress::done ? end_writing(id, ending) : sent;
  }
  if (const auto flushed = flush(id); flushed != Progress::done) return flushed;
  auto& open = peer(id);
  if (open.broken && kind == Peer::Ending::Kind::close) return stop_broken(id);
  if (open.outbox.empty()) return end_writing(id, ending);
  open.ending = ending;
  return Progress::done;
}

Run::Progress Run::perform(const plan::Shutdown& step) {
  return end_behind_outbox(step.peer, Peer::Ending::Kind::shutdown);
}

Run::Progress Run::perform(const plan::Close& step) {
  if (peer(step.peer).is_stream()) return end_behind_outbox(step.peer, Peer::Ending::Kind::close);
  forget(peer(step.peer));
  record(Event::Kind::closed, step.peer);
  return Progress::done;
}

Run::Progress Run::perform(const plan::Reset& step) {
  peer(step.peer).stream().reset();
  forget(peer(step.peer));
  record(Event::Kind::reset_sent, step.peer);
  return Progress::done;
}

}  // namespace volley::engine
