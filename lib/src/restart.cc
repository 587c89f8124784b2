// SPDX-License-Identifier: Apache-2.0
#include "restart.h"

#include "remaining.h"

namespace volley {

bool wait_for(int fd, short events, Clock::time_point deadline) {
  pollfd waiting{fd, events, 0};
  while (true) {
    const auto left = remaining(deadline);
    const int ready = ::ppoll(&waiting, 1, left ? &*left : nullptr, nullptr);
    if (ready != 0 && !(ready < 0 && errno == EINTR)) return true;
    if (ready == 0) return false;
  }
}

Clock::time_point receive_deadline(int fd) {
  timeval time{};
  socklen_t length = sizeof time;
  const bool none =
      ::getsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &time, &length) != 0 || (time.tv_sec == 0 && time.tv_usec == 0);
  if (none) return Clock::time_point::max();
  return Clock::now() + std::chrono::seconds(time.tv_sec) + std::chrono::microseconds(time.tv_usec);
}

}  // namespace volley
