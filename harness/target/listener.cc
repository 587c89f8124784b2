// SPDX-License-Identifier: Apache-2.0
#include "target/listener.h"

#include <volley/tcp_queue.h>

#include <algorithm>
#include <cstdint>
#include <optional>

#include "target/socket_inodes.h"

namespace volley::target {

ListenerOwner listener_owner(const Endpoint& endpoint, std::span<const pid_t> tree) {
  auto inspector = TcpInspector::open();
  if (!inspector) return ListenerOwner::unknown;
  const auto inodes = inspector->listeners(endpoint);
  if (!inodes || inodes->empty()) return ListenerOwner::unknown;
  bool hidden = false;
  for (const pid_t pid : tree) {
    const auto held = socket_inodes(pid);
    if (!held) hidden = true;
    if (held && std::ranges::any_of(*held, [&](const auto inode) { return inodes->contains(inode); })) {
      return ListenerOwner::ours;
    }
  }
  return hidden ? ListenerOwner::unknown : ListenerOwner::other;
}

std::optional<Endpoint> serves_elsewhere(const Endpoint& endpoint, std::span<const pid_t> tree) {
  auto inspector = TcpInspector::open();
  if (!inspector || !endpoint.is_ip()) return {};
  std::optional<Endpoint> elsewhere;
  for (const auto protocol : {TcpInspector::Protocol::tcp, TcpInspector::Protocol::udp}) {
    const auto sockets = inspector->bound(protocol, endpoint.port());
    if (!sockets) continue;
    for (const auto& [local, inode] : *sockets) {
      const auto holds = [number = inode](pid_t pid) {
        const auto held = socket_inodes(pid);
        return held && held->contains(number);
      };
      if (!std::ranges::any_of(tree, holds)) continue;
      const bool is_wildcard = local.address().is_unspecified();
      const bool takes = is_wildcard ? local.address().is_v6() || endpoint.address().is_v4()
                                     : local.address().unmapped() == endpoint.address();
      if (takes) return {};
      elsewhere = local;
    }
  }
  return elsewhere;
}

}  // namespace volley::target
