// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <volley/descriptor.h>

#include <chrono>
#include <cstdint>
#include <span>
#include <utility>
#include <vector>

namespace volley {

using Clock = std::chrono::steady_clock;

/// `urgent`: out-of-band data of TCP (EPOLLPRI), or that the other end sends no more.
enum class Interest : std::uint8_t { none = 0, read = 1, write = 2, both = 3, urgent = 4 };

/// Waits for many descriptors at once (epoll(7), level-triggered). Descriptors are not owned; closing one removes it,
/// unless a duplicate of it lives. A child's exit is waited for by its pidfd, which becomes readable; a timer is the
/// deadline given to `wait`.
class Poller {
 public:
  static Result<Poller> open();

  /// What became ready. An error or hang-up is told as readable and writable: the next call on the descriptor says
  /// which.
  struct Ready {
    std::uint64_t key;  ///< As given to `watch`.
    bool readable;      ///< Or has urgent data, if that was asked for.
    bool writable;
  };

  /// Watches `fd`, or changes what is watched for. `key` comes back in `Ready`. `Interest::none` is `forget`. Error
  /// EPERM: a regular file, which is always ready.
  Result<void> watch(int fd, Interest interest, std::uint64_t key);
  /// Stops watching; no error if the descriptor is not watched.
  void forget(int fd);
  /// Waits until something is ready or `deadline` (monotonic, in nanoseconds: epoll_pwait2 of Linux 5.11) has come;
  /// EINTR does not end it early. The span, of at most 256, is valid until the next call. Empty means that the deadline
  /// came. A deadline in the past polls without waiting; time_point::max() waits without end.
  Result<std::span<const Ready>> wait(Clock::time_point deadline);
  /// Readable when something is ready: one poller can be watched by another.
  int fd() const { return epoll_.get(); }

 private:
  explicit Poller(Descriptor epoll) : epoll_(std::move(epoll)) {}
  Descriptor epoll_;
  std::vector<Ready> ready_;
};

}  // namespace volley
