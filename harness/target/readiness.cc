// SPDX-License-Identifier: Apache-2.0
#include "target/readiness.h"

#include <poll.h>
#include <volley/datagram_socket.h>
#include <volley/stream_socket.h>

#include <algorithm>
#include <array>
#include <span>

#include "target/listener.h"

namespace volley::target {
namespace {

using Reason = NotReady::Reason;
using namespace std::chrono_literals;

enum class Woken : std::uint8_t { ended, ready, late };

/// Waits for the program's end, for an event on `fd` (-1: for nothing) or the deadline, whichever comes first.
Woken wait(const Supervised& program, int fd, short events, Clock::time_point deadline) {
  while (true) {
    std::array<pollfd, 2> entries{pollfd{program.exit_fd(), POLLIN, 0}, pollfd{fd, events, 0}};
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - Clock::now());
    ::poll(entries.data(), entries.size(), static_cast<int>(std::clamp<long>(left.count(), 0, 60'000)));
    if (entries[0].revents != 0) return Woken::ended;
    if (entries[1].revents != 0) return Woken::ready;
    if (Clock::now() >= deadline) return Woken::late;
  }
}

enum class Probe : std::uint8_t { refused, accepted, ended };

/// One connection. A connect that neither succeeds nor fails (a full backlog drops it) gets a second.
Result<Probe> probe(const Supervised& program, const Endpoint& endpoint, Clock::time_point deadline) {
  auto socket = StreamSocket::open(endpoint.domain(), Blocking::no);
  if (!socket) return std::unexpected(socket.error());
  auto connecting = socket->start_connect(endpoint);
  if (connecting && *connecting == StreamSocket::Connecting::in_progress) {
    const auto woken = wait(program, socket->fd(), POLLOUT, std::min(deadline, Clock::now() + 1s));
    if (woken == Woken::ended) return Probe::ended;
    connecting = socket->start_connect(endpoint);
  }
  const bool accepted = connecting && *connecting == StreamSocket::Connecting::connected;
  // A plain close would leave a TIME_WAIT on the program's port.
  socket->reset();
  return accepted ? Probe::accepted : Probe::refused;
}

ListenerOwner owner_of(const Supervised& program, const Endpoint& endpoint) {
  if (!endpoint.is_ip()) return ListenerOwner::unknown;
  return listener_owner(endpoint, program.tree());
}

std::unexpected<NotReady> not_ready(Reason reason, std::optional<Error> error = {}) {
  return std::unexpected(NotReady{reason, std::move(error)});
}

}  // namespace

std::expected<void, NotReady> wait_for_listener(const Supervised& program, const Endpoint& endpoint,
                                                Clock::time_point deadline) {
  int foreign = 0;
  for (auto pause = 5ms;; pause = std::min(2 * pause, 100ms)) {
    // A listener of the program's own is proof without a connection, which a server for one client would take for its
    // client.
    if (owner_of(program, endpoint) == ListenerOwner::ours) return {};
    const auto probed = probe(program, endpoint, deadline);
    if (!probed) return not_ready(Reason::error, probed.error());
    if (*probed == Probe::ended) return not_ready(Reason::ended);
    if (*probed == Probe::accepted) {
      // A server that hands its listener over between two looks is seen without it once, not twice.
      const auto owner = owner_of(program, endpoint);
      foreign = owner == ListenerOwner::other ? foreign + 1 : 0;
      if (foreign == 2) return not_ready(Reason::foreign_listener);
      if (foreign == 0) return program.exit_status() ? not_ready(Reason::ended) : std::expected<void, NotReady>();
    }
    if (Clock::now() >= deadline) return not_ready(Reason::late);
    if (wait(program, -1, 0, std::min(deadline, Clock::now() + pause)) == Woken::ended) return not_ready(Reason::ended);
  }
}

std::expected<void, NotReady> wait_for_answer(const Supervised& program, const Endpoint& endpoint,
                                              std::string_view datagram, Clock::time_point deadline) {
  // Not connected: a server may answer from a port of its own for each exchange, as TFTP does (RFC 1350 §4).
  auto socket = UdpSocket::bind_to(Endpoint(endpoint.address(), 0), Blocking::no);
  if (!socket) return not_ready(Reason::error, socket.error());
  for (auto pause = 5ms;; pause = std::min(2 * pause, 100ms)) {
    if (const auto sent = socket->send_to(std::as_bytes(std::span(datagram)), endpoint); !sent) {
      return not_ready(Reason::error, sent.error());
    }
    const auto woken = wait(program, socket->fd(), POLLIN, std::min(deadline, Clock::now() + pause));
    if (woken == Woken::ended) return not_ready(Reason::ended);
    if (woken == Woken::ready) return {};
    if (Clock::now() >= deadline) return not_ready(Reason::late);
  }
}

std::expected<void, NotReady> wait_for_event(const Supervised& program, int event, Clock::time_point deadline) {
  switch (wait(program, event, POLLIN, deadline)) {
    case Woken::ended:
      return not_ready(Reason::ended);
    case Woken::late:
      return not_ready(Reason::late);
    case Woken::ready:
      return {};
  }
  return {};
}

}  // namespace volley::target
