// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <sys/types.h>
#include <volley/endpoint.h>

#include <cstdint>
#include <optional>
#include <set>
#include <span>

namespace volley::target {

/// Who takes TCP connections to an endpoint of this host: a process of `tree`, another, or nobody that can be seen (no
/// listener, a kernel without INET_DIAG, processes whose descriptors we may not look at).
enum class ListenerOwner : std::uint8_t { ours, other, unknown };

ListenerOwner listener_owner(const Endpoint& endpoint, std::span<const pid_t> tree);

/// The inodes of all TCP sockets that take connections to an IP endpoint, wildcards among them, by INET_DIAG
/// (sock_diag(7)); nullopt if the kernel does not tell.
std::optional<std::set<std::uint64_t>> listening_inodes(const Endpoint& endpoint);

}  // namespace volley::target
