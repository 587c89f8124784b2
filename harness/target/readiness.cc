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

enum class Woken : std::uint8_t { ended, ready, late, cancelled };

/// Waits for the program's end, for an event on `fd` (-1: for nothing) or the end of patience, whichever comes first.
Woken wait(const Supervised& program, int fd, short events, const Patience& patience) {
  while (true) {
    std::array<pollfd, 3> entries{pollfd{program.exit_fd(), POLLIN, 0}, pollfd{fd, events, 0},
                                  pollfd{patience.cancel, POLLIN, 0}};
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(patience.deadline - Clock::now());
    ::poll(entries.data(), entries.size(), static_cast<int>(std::clamp<long>(left.count(), 0, 60'000)));
    if (entries[0].revents != 0) return Woken::ended;
    if (entries[1].revents != 0) return Woken::ready;
    if (entries[2].revents != 0) return Woken::cancelled;
    if (Clock::now() >= patience.deadline) return Woken::late;
  }
}

enum class Probe : std::uint8_t { refused, accepted, ended };

/// The same, but no longer than a while.
Woken wait_a_while(const Supervised& program, int fd, short events, const Patience& patience, Clock::duration most) {
  return wait(program, fd, events, {std::min(patience.deadline, Clock::now() + most), patience.cancel});
}

/// One connection. A connect that neither succeeds nor fails (a full backlog drops it) gets a second.
Result<Probe> probe(const Supervised& program, const Endpoint& endpoint, const Patience& patience) {
  auto socket = StreamSocket::open(endpoint.domain(), Blocking::no);
  if (!socket) return std::unexpected(socket.error());
  auto connecting = socket->start_connect(endpoint);
  if (connecting && *connecting == StreamSocket::Connecting::in_progress) {
    const auto woken = wait_a_while(program, socket->fd(), POLLOUT, patience, 1s);
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
  const auto tree = program.tree();
  // Empty only if we could not look.
  return tree.empty() ? ListenerOwner::unknown : listener_owner(endpoint, tree);
}

std::unexpected<NotReady> not_ready(Reason reason, std::optional<Error> error = {}) {
  return std::unexpected(NotReady{reason, std::move(error), {}});
}

/// Tells a program that serves on IPv4 alone from one that has not come to IPv6 yet: it is seen a few times.
class Elsewhere {
 public:
  explicit Elsewhere(const Endpoint& endpoint) : endpoint_(endpoint) {}

  /// Where it serves in place of the endpoint; nullopt as long as it may still come there.
  std::optional<Endpoint> look(const Supervised& program) {
    if (!endpoint_.is_ip() || endpoint_.address().is_v4()) return {};
    auto place = serves_elsewhere(endpoint_, program.tree());
    seen_ = place ? seen_ + 1 : 0;
    return seen_ < enough ? std::nullopt : place;
  }

 private:
  static constexpr int enough = 5;
  const Endpoint& endpoint_;
  int seen_ = 0;
};

}  // namespace

std::expected<void, NotReady> wait_for_listener(const Supervised& program, const Endpoint& endpoint,
                                                const Patience& patience) {
  int foreign = 0;
  Elsewhere elsewhere(endpoint);
  for (auto pause = 5ms;; pause = std::min(2 * pause, 100ms)) {
    // A listener of the program's own is proof without a connection, which a server for one client would take for its
    // client.
    if (owner_of(program, endpoint) == ListenerOwner::ours) return {};
    const auto probed = probe(program, endpoint, patience);
    if (!probed) return not_ready(Reason::error, probed.error());
    if (*probed == Probe::ended) return not_ready(Reason::ended);
    if (*probed == Probe::accepted) {
      // A server that hands its listener over between two looks is seen without it once, not twice.
      const auto owner = owner_of(program, endpoint);
      foreign = owner == ListenerOwner::other ? foreign + 1 : 0;
      if (foreign == 2) return not_ready(Reason::foreign_listener);
      if (foreign == 0) return program.exit_status() ? not_ready(Reason::ended) : std::expected<void, NotReady>();
    }
    if (auto place = elsewhere.look(program)) return std::unexpected(NotReady{Reason::elsewhere, {}, *place});
    if (Clock::now() >= patience.deadline) return not_ready(Reason::late);
    const auto woken = wait_a_while(program, -1, 0, patience, pause);
    if (woken == Woken::ended) return not_ready(Reason::ended);
    if (woken == Woken::cancelled) return not_ready(Reason::cancelled);
  }
}

std::expected<void, NotReady> wait_for_answer(const Supervised& program, const Endpoint& endpoint,
                                              std::string_view datagram, const Patience& patience) {
  // Not connected: a server may answer from a port of its own for each exchange, as TFTP does (RFC 1350 §4).
  auto socket = UdpSocket::bind_to(Endpoint(endpoint.address(), 0), Blocking::no);
  if (!socket) return not_ready(Reason::error, socket.error());
  Elsewhere elsewhere(endpoint);
  for (auto pause = 5ms;; pause = std::min(2 * pause, 100ms)) {
    if (const auto sent = socket->send_to(std::as_bytes(std::span(datagram)), endpoint); !sent) {
      return not_ready(Reason::error, sent.error());
    }
    const auto woken = wait_a_while(program, socket->fd(), POLLIN, patience, pause);
    if (woken == Woken::ended) return not_ready(Reason::ended);
    if (woken == Woken::cancelled) return not_ready(Reason::cancelled);
    if (woken == Woken::ready) return {};
    if (auto place = elsewhere.look(program)) return std::unexpected(NotReady{Reason::elsewhere, {}, *place});
    if (Clock::now() >= patience.deadline) return not_ready(Reason::late);
  }
}

std::expected<void, NotReady> wait_for_event(const Supervised& program, int event, const Patience& patience) {
  switch (wait(program, event, POLLIN, patience)) {
    case Woken::ended:
      return not_ready(Reason::ended);
    case Woken::late:
      return not_ready(Reason::late);
    case Woken::cancelled:
      return not_ready(Reason::cancelled);
    case Woken::ready:
      return {};
  }
  return {};
}

}  // namespace volley::target
