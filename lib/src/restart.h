// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <poll.h>
#include <sys/socket.h>
#include <sys/types.h>
#include <volley/poller.h>

#include <cerrno>
#include <chrono>

namespace volley {

/// Repeats a system call for as long as a signal cuts it short.
template <class Call>
auto restarted(Call call) {
  auto result = call();
  while (result < 0 && errno == EINTR) result = call();
  return result;
}

/// Waits for `events` with poll(2) through any number of signals: true when something is ready (the descriptor's next
/// call says what), false when `deadline` has come.
bool wait_for(int fd, short events, Clock::time_point deadline);

/// When a blocking receive that was interrupted just now has to give up: SO_RCVTIMEO from now, or time_point::max().
Clock::time_point receive_deadline(int fd);

/// Repeats a receive that a signal cuts short. SO_RCVTIMEO counts from each recv(2) anew, so a steady stream of signals
/// would keep a plain restart waiting for ever: after the first interruption the deadline stands. `call` takes flags to
/// add.
template <class Call>
ssize_t received(int fd, Call call) {
  const ssize_t first = call(0);
  if (first >= 0 || errno != EINTR) [[likely]]
    return first;
  const auto deadline = receive_deadline(fd);
  if (deadline == Clock::time_point::max()) return restarted([&] { return call(0); });
  while (true) {
    const ssize_t count = restarted([&] { return call(MSG_DONTWAIT); });
    if (count >= 0 || errno != EAGAIN) return count;
    if (!wait_for(fd, POLLIN, deadline)) {
      errno = EAGAIN;
      return -1;
    }
  }
}

}  // namespace volley
