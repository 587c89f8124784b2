// SPDX-License-Identifier: Apache-2.0
// Who is at the other end of a send in segments, and what waits there to be read. INET_DIAG tells it for the very
// socket, since SIOCOUTQ of a TCP socket tells what is acknowledged, read or not; SIOCOUTQ of a unix socket, whose
// bytes count as the sender's until they are read.
#include <linux/sockios.h>
#include <sys/ioctl.h>

#include <algorithm>

#include "engine/run.h"

namespace volley::engine {
namespace {

bool is_same(const Endpoint& a, const Endpoint& b) {
  return a.is_ip() && b.is_ip() && a.port() == b.port() && a.address().unmapped() == b.address().unmapped();
}

/// What an ioctl that counts bytes says.
std::optional<std::uint64_t> counted(int fd, unsigned long request) {
  int count = 0;
  if (::ioctl(fd, request, &count) != 0) return {};
  return static_cast<std::uint64_t>(count);
}

}  // namespace

/// How many of the bytes that were sent the program at the other end has not read; nullopt if that cannot be known.
std::optional<std::uint64_t> Run::unread_by_other(const Peer& sender) {
  if (sender.is_pipe()) return counted(sender.fd(), FIONREAD);
  const auto& stream = std::get<StreamSocket>(sender.socket);
  const auto& cutting = *now_->cutting;
  if (!cutting.local || !cutting.remote) return {};
  if (!cutting.local->is_ip()) return counted(stream.fd(), SIOCOUTQ);
  if (!inspector_) {
    auto opened = TcpInspector::open();
    if (!opened) return {};
    inspector_.emplace(*std::move(opened));
  }
  const auto found = inspector_->find(*cutting.remote, *cutting.local);
  if (!found || !*found) return {};
  const auto arrived = std::min((*found)->received, sender.sent);
  return (*found)->unread + (sender.sent - arrived);
}

/// The socket of this run at the other end of the send under way, whosever it is; null if that is no socket of ours.
Peer* Run::other_end() {
  const auto& cutting = *now_->cutting;
  if (cutting.unix_other != nullptr) return cutting.unix_other->is_open() ? cutting.unix_other : nullptr;
  if (!cutting.local || !cutting.remote || !cutting.local->is_ip()) return nullptr;
  for (auto& other : peers_) {
    if (!other.is_stream() || !other.is_open() || !other.remote || !is_same(*other.remote, *cutting.local)) continue;
    const auto local = other.stream().local();
    if (local && is_same(*local, *cutting.remote)) return &other;
  }
  return nullptr;
}

/// What waits at the unix streams between ourselves.
std::vector<Run::Unread> Run::unread_unix() {
  std::vector<Unread> all;
  for (auto& other : peers_) {
    if (!other.is_stream() || !other.is_open() || !other.ours) continue;
    if (const auto local = other.stream().local(); !local || local->is_ip()) continue;
    all.push_back({&other, other.stream().readable_bytes().value_or(0)});
  }
  return all;
}

/// Clients of unix sockets have no names to be known by. What one sends is at its other end at once, and nobody else
/// has sent meanwhile: where there is more than before, is the other end.
Peer* Run::grown_since(const std::vector<Unread>& before) {
  const auto has_grown = [](const Unread& one) { return one.peer->stream().readable_bytes().value_or(0) > one.count; };
  const auto found = std::ranges::find_if(before, has_grown);
  return found == before.end() ? nullptr : found->peer;
}

}  // namespace volley::engine
