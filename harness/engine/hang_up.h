// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <poll.h>

namespace volley::engine {

/// Whether the other end of a stream sends no more, urgent data included.
inline bool is_ended(int fd) {
  pollfd asked{fd, POLLRDHUP, 0};
  return ::poll(&asked, 1, 0) > 0 && (asked.revents & (POLLRDHUP | POLLHUP | POLLERR)) != 0;
}

}  // namespace volley::engine
