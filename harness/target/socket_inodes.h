// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <sys/types.h>

#include <cstdint>
#include <optional>
#include <set>

namespace volley::target {

/// The sockets that a process holds, by the numbers under which the kernel's tables have them; none if there is no such
/// process, nullopt if we may not look at its descriptors.
std::optional<std::set<std::uint64_t>> socket_inodes(pid_t pid);

/// Whether a process holds a datagram socket that is connected to a peer: it may be in the middle of an exchange, and
/// nothing tells it that the peer is gone.
bool has_datagram_peer(pid_t pid);

}  // namespace volley::target
