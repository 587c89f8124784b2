// SPDX-License-Identifier: Apache-2.0
#include "engine/pipe_end.h"

#include <cerrno>
#include <csignal>
#include <ctime>

namespace volley::engine {

// A write to a pipe has no MSG_NOSIGNAL. The signal goes to the thread that writes, so it can be held back there and
// taken away; what was pending before stays.
Result<Sent> PipeEnd::send(std::span<const std::byte> bytes) {
  if (!descriptor_) return Sent{Sent::Kind::closed, 0, EPIPE};
  sigset_t broken_pipe, before, pending;
  sigemptyset(&broken_pipe);
  sigaddset(&broken_pipe, SIGPIPE);
  sigpending(&pending);
  ::pthread_sigmask(SIG_BLOCK, &broken_pipe, &before);
  auto sent = write(descriptor_, bytes);
  if (sent && sent->kind == Sent::Kind::closed && sigismember(&pending, SIGPIPE) == 0) {
    constexpr timespec at_once{};
    while (sigtimedwait(&broken_pipe, nullptr, &at_once) < 0 && errno == EINTR) continue;
  }
  ::pthread_sigmask(SIG_SETMASK, &before, nullptr);
  return sent;
}

}  // namespace volley::engine
