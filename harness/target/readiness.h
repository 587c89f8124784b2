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

/// Why a program is not ready: it has ended; its time is over; somebody else listens where it should; it serves on the
/// port, but at another address; the system refused us a socket; or nobody wants it any more.
struct NotReady {
  enum class Reason : std::uint8_t { ended, late, foreign_listener, elsewhere, error, cancelled };
  Reason reason = Reason::late;
  std::optional<Error> error;       ///< With `error`.
  std::optional<Endpoint> place{};  ///< With `elsewhere`.
};

/// How long to wait: until `deadline`, or until the descriptor `cancel` is readable, -1 for none. (Made from a deadline
/// alone, too.)
struct Patience {
  Clock::time_point deadline;
  int cancel = -1;
  Patience(Clock::time_point until, int cancel_fd = -1) : deadline(until), cancel(cancel_fd) {}
};

/// Looks whether a process of the program's tree listens there; where the kernel does not tell who listens, connects
/// with a socket that is reset at once, and takes an accepted connection for an answer if the program still runs. First
/// at once, then after 5 ms, then twice as long each time up to 100 ms. Returns early when the program ends.
std::expected<void, NotReady> wait_for_listener(const Supervised& program, const Endpoint& endpoint,
                                                const Patience& patience);

/// Sends the datagram from a new socket each time, at once, then after 5 ms, then twice as long each time up to 100 ms,
/// until any datagram comes back. Returns early when the program ends.
std::expected<void, NotReady> wait_for_answer(const Supervised& program, const Endpoint& endpoint,
                                              std::string_view datagram, const Patience& patience);

/// Waits until `event` is readable. Returns early when the program ends.
std::expected<void, NotReady> wait_for_event(const Supervised& program, int event, const Patience& patience);

}  // namespace volley::target
