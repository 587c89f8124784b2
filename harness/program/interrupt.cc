// SPDX-License-Identifier: Apache-2.0
#include "program/interrupt.h"

#include <atomic>
#include <cassert>
#include <cerrno>

namespace volley::program {
namespace {

// A handler has no other way to know them.
std::atomic<const std::vector<std::unique_ptr<engine::Loop>>*> interrupted_loops = nullptr;
std::atomic<int> received = 0;

void on_signal(int signal) {
  const int code = errno;
  received = signal;
  if (const auto* loops = interrupted_loops.load()) {
    for (const auto& loop : *loops) loop->interrupt();
  }
  errno = code;
}

}  // namespace

Interrupt::Interrupt(const std::vector<std::unique_ptr<engine::Loop>>& loops) {
  assert(interrupted_loops.load() == nullptr);
  received = 0;
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
}

int Interrupt::signal() const {
  return received;
}

}  // namespace volley::program
