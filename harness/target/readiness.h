// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <volley/endpoint.h>
#include <volley/poller.h>

#include <cstdint>
#include <expected>
#include <optional>
#include <string_view>

#include "target/supervisor.h"

namespace volley::target {

/// Why a program is not ready: it has ended; its time is over; somebody else listens where it should; or the system
/// refused us a socket.
struct NotReady {
  enum class Reason : std::uint8_t { ended, late, foreign_listener, error };
  Reason reason = Reason::late;
  std::optional<Error> error;  ///< With `error`.
};

/// Looks whether a process of the program's tree listens there; where the kernel does not tell who listens, connects
/// with a socket that is reset at once, and takes an accepted connection for an answer if the program still runs. First
/// at once, then after 5 ms, then twice as long each time up to 100 ms. Returns early when the program ends.
std::expected<void, NotReady> wait_for_listener(const Supervised& program, const Endpoint& endpoint,
                                                Clock::time_point deadline);

/// Sends the datagram from a new socket each time, at once, then after 5 ms, then twice as long each time up to 100 ms,
/// until any datagram comes back. Returns early when the program ends.
std::expected<void, NotReady> wait_for_answer(const Supervised& program, const Endpoint& endpoint,
                                              std::string_view datagram, Clock::time_point deadline);

/// Waits until `event` is readable. Returns early when the program ends.
std::expected<void, NotReady> wait_for_event(const Supervised& program, int event, Clock::time_point deadline);

}  // namespace volley::target
