// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <sys/types.h>
#include <volley/endpoint.h>

#include <cstdint>
#include <optional>
#include <span>

namespace volley::target {

/// Who takes TCP connections to an endpoint of this host: a process of `tree`, another, or nobody that can be seen (no
/// listener, a kernel without INET_DIAG, processes whose descriptors we may not look at).
enum class ListenerOwner : std::uint8_t { ours, other, unknown };

ListenerOwner listener_owner(const Endpoint& endpoint, std::span<const pid_t> tree);

/// Where on the port of `endpoint` processes of `tree` serve, TCP or UDP, if it is not there; empty if some take what
/// goes to `endpoint`, or none can be seen.
std::optional<Endpoint> serves_elsewhere(const Endpoint& endpoint, std::span<const pid_t> tree);

}  // namespace volley::target
