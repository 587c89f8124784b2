// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <volley/poller.h>

#include <ctime>
#include <optional>

namespace volley {

/// The time until `deadline` as ppoll(2) and epoll_pwait2(2) take it: zero if it has passed, nullopt (no end) for
/// time_point::max().
inline std::optional<timespec> remaining(Clock::time_point deadline) {
  if (deadline == Clock::time_point::max()) return std::nullopt;
  const auto now = Clock::now();
  if (deadline <= now) return timespec{};
  const auto left = deadline - now;
  const auto whole = std::chrono::floor<std::chrono::seconds>(left);
  return timespec{whole.count(), (left - whole).count()};
}

}  // namespace volley
