// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <sys/types.h>
#include <volley/endpoint.h>

#include <cstdint>
#include <span>

namespace volley::target {

/// Who takes TCP connections to an endpoint of this host: a process of `tree`, another, or nobody that can be seen (no
/// listener, a kernel without INET_DIAG, processes whose descriptors we may not look at).
enum class ListenerOwner : std::uint8_t { ours, other, unknown };

ListenerOwner listener_owner(const Endpoint& endpoint, std::span<const pid_t> tree);

}  // namespace volley::target
