// SPDX-License-Identifier: Apache-2.0
#include "program/interrupt.h"

#include <sys/eventfd.h>
#include <unistd.h>

#include <atomic>
#include <cassert>
#include <cerrno>
#include <cstdint>
#include <utility>

namespace volley::program {
namespace {

// A handler has no other way to know them.
std::atomic<const std::vector<std::unique_ptr<engine::Loop>>*> interrupted_loops = nullptr;
std::atomic<int> received = 0;
std::atomic<int> received_event = -1;

void on_signal(int signal) {
  const int code = errno;
  received = signal;
  if (const auto* loops = interrupted_loops.load()) {
    for (const auto& loop : *loops) loop->interrupt();
  }
  const std::uint64_t one = 1;
  static_cast<void>(::write(received_event, &one, sizeof one));
  errno = code;
}

}  // namespace

Result<std::unique_ptr<Interrupt>> Interrupt::watch(const std::vector<std::unique_ptr<engine::Loop>>& loops) {
  Descriptor event(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK));
  if (!event) return std::unexpected(last_error("eventfd"));
  return std::unique_ptr<Interrupt>(new Interrupt(loops, std::move(event)));
}

Interrupt::Interrupt(const std::vector<std::unique_ptr<engine::Loop>>& loops, Descriptor event)
    : event_(std::move(event)) {
  assert(interrupted_loops.load() == nullptr);
  received = 0;
  received_event = event_.get();
  interrupted_loops = &loops;
  for (std::size_t i = 0; i < signals.size(); ++i) {
    ::sigaction(signals[i], nullptr, &before_[i]);
    if (before_[i].sa_handler == SIG_IGN) continue;
    struct sigaction action{};
    action.sa_handler = on_signal;
    action.sa_flags = static_cast<int>(SA_RESTART | SA_RESETHAND);
    ::sigaction(signals[i], &action, nullptr);
  }
}

Interrupt::~Interrupt() {
  for (std::size_t i = 0; i < signals.size(); ++i) ::sigaction(signals[i], &before_[i], nullptr);
  interrupted_loops = nullptr;
  received_event = -1;
}

int Interrupt::signal() const {
  return received;
}

}  // namespace volley::program
