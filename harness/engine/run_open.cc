// SPDX-License-Identifier: Apache-2.0
// How a run gets its sockets: listen, bind, connect, accept; and how it gives them up.

#include "engine/run.h"
#include "script/loopback.h"

namespace volley::engine {
namespace {

const Endpoint any_port_on_loopback(Ipv4Address({127, 0, 0, 1}), 0);

}  // namespace

/// Evaluates a PLACE; on failure the run is stopped and nothing returned.
std::optional<Endpoint> Run::endpoint_of(const plan::Expression& place, Anywhere anywhere) {
  auto endpoint = plan::evaluate_endpoint(place, now_->scope);
  if (!endpoint) {
    stop_with(Reason::fault, {}, endpoint.error().what);
    return {};
  }
  if (anywhere == Anywhere::no && !script::is_on_this_machine(*endpoint)) {
    stop_with(Reason::fault, {}, endpoint->to_string() + " is not on loopback: a scenario talks to this machine only");
    return {};
  }
  return *std::move(endpoint);
}

std::optional<Endpoint> Run::own_place(const std::optional<plan::Expression>& place) {
  if (!place) return any_port_on_loopback;
  // A foreign address that cannot be had may be the statement; one that can be had ends the run at once.
  return endpoint_of(*place, plan_.steps[now_->pc].fails ? Anywhere::yes : Anywhere::no);
}

Run::Progress Run::perform(const plan::Listen& step) {
  const auto place = own_place(step.place);
  if (!place) return Progress::stopped;
  auto listener = ListenSocket::open(place->domain(), Blocking::no);
  if (!listener) return fail(listener.error(), step.peer);
  // Inherited by what is accepted (socket facts 32).
  if (const auto set = listener->set_no_delay(true); !set) return fail(set.error(), step.peer);
  if (const auto set = listener->set_reuse_address(true); !set) return fail(set.error(), step.peer);
  if (const auto set = set_options(step.options, *listener, step.peer); set != Progress::done) return set;
  const auto backlog = backlog_of(step);
  if (!backlog) return backlog.error();
  if (const auto bound = listener->bind(*place); !bound) return fail(bound.error(), step.peer);
  if (const auto listening = listener->listen(*backlog); !listening) return fail(listening.error(), step.peer);
  auto local = listener->local();
  if (!local) return fail(local.error(), step.peer);
  record(Event::Kind::opened, step.peer, {}, &*local);
  now_->scope.peers[step.peer].local = *std::move(local);
  peer(step.peer).socket = *std::move(listener);
  return Progress::done;
}

Run::Progress Run::perform(const plan::Bind& step) {
  const auto place = own_place(step.place);
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
  const auto to = endpoint_of(step.place);
  if (!to) return Progress::stopped;
  std::optional<Endpoint> from;
  if (step.from && !(from = own_place(step.from))) return Progress::stopped;
  return step.transport == plan::Transport::tcp ? connect_stream(step, *to, from) : connect_datagram(step, *to, from);
}

Run::Progress Run::connect_stream(const plan::Connect& step, const Endpoint& to, const std::optional<Endpoint>& from) {
  auto& connecting = peer(step.peer);
  if (!connecting.is_open()) {
    auto socket = StreamSocket::open(to.domain(), Blocking::no);
    if (!socket) return fail(socket.error(), step.peer);
    if (const auto set = socket->set_no_delay(true); !set) return fail(set.error(), step.peer);
    if (const auto set = set_options(step.options, *socket, step.peer); set != Progress::done) return set;
    if (from) {
      if (const auto bound = socket->bind(*from); !bound) return fail(bound.error(), step.peer);
    }
    connecting.socket = *std::move(socket);
    connecting.ours = step.listener.has_value();
  }
  // On loopback the handshake is over before the first call returns, yet a non-blocking one says "in progress": the
  // second tells.
  for (int attempt = 0; attempt < 2; ++attempt) {
    const auto state = connecting.stream().start_connect(to);
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
  if (const auto fixed = socket->connect(to); !fixed) return fail(fixed.error(), step.peer);
  peer(step.peer).socket = *std::move(socket);
  return connected(step, to);
}

Run::Progress Run::connected(const plan::Connect& step, const Endpoint& to) {
  record(Event::Kind::connected, step.peer, {}, &to);
  peer(step.peer).last_step = now_->pc;
  auto& names = now_->scope.peers[step.peer];
  names.remote = peer(step.peer).remote = to;
  if (!plan_.peers[step.peer].local_is_read) return Progress::done;
  auto& open = peer(step.peer);
  auto local = open.is_stream() ? open.stream().local() : open.datagram().local();
  if (!local) return fail(local.error(), step.peer);
  names.local = *std::move(local);
  return Progress::done;
}

Run::Progress Run::perform(const plan::Accept& step) {
  auto accepted = peer(step.listener).listener().accept(Blocking::no);
  if (!accepted) return fail(accepted.error(), step.listener);
  if (!*accepted) return wait_for(step.listener, Interest::read);
  auto& open = peer(step.peer);
  open.socket = std::move((*accepted)->stream);
  // Who connects to a listener of the scenario is a peer of it, unless there is a program that could.
  open.ours = plan_.targets.empty();
  open.last_step = now_->pc;
  record(Event::Kind::accepted, step.peer, {}, &(*accepted)->peer);
  auto& names = now_->scope.peers[step.peer];
  names.remote = open.remote = std::move((*accepted)->peer);
  if (!plan_.peers[step.peer].local_is_read) return Progress::done;
  auto local = open.stream().local();
  if (!local) return fail(local.error(), step.peer);
  names.local = *std::move(local);
  return Progress::done;
}

/// A FIN or a close goes behind what is queued, and later steps run meanwhile, unless the step is to fail.
Run::Progress Run::end_behind_outbox(PeerId id, Peer::Ending::Kind kind) {
  const Peer::Ending ending{kind, now_->pc};
  if (plan_.steps[now_->pc].fails) {
    const auto sent = after_outbox(id);
    return sent == Progress::done ? end_writing(id, ending) : sent;
  }
  if (const auto flushed = flush(id); flushed != Progress::done) return flushed;
  auto& open = peer(id);
  if (open.broken) return stop_broken(id);
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
