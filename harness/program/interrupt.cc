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
std::atomic<const Interrupt::Loops*> interrupted_loops = nullptr;
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

Result<std::unique_ptr<Interrupt>> Interrupt::watch() {
  Descriptor event(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK));
  if (!event) return std::unexpected(last_error("eventfd"));
  return std::unique_ptr<Interrupt>(new Interrupt(std::move(event)));
}

Interrupt::Interrupt(Descriptor event) : event_(std::move(event)) {
  received = 0;
  received_event = event_.get();
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
  received_event = -1;
}

void Interrupt::attach(const Loops& loops) {
  assert(interrupted_loops.load() == nullptr);
  interrupted_loops = &loops;
  if (received == 0) return;
  for (const auto& loop : loops) loop->interrupt();
}

void Interrupt::detach() {
  interrupted_loops = nullptr;
}

int Interrupt::signal() const {
  return received;
}

}  // namespace volley::program
