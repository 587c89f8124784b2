// SPDX-License-Identifier: Apache-2.0
#include "loop.h"

#include <sys/signalfd.h>

#include <csignal>
#include <cstdint>
#include <utility>

namespace volley::planted {
namespace {

Result<Descriptor> watch_signals() {
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGTERM);
  sigaddset(&set, SIGINT);
  if (sigprocmask(SIG_BLOCK, &set, nullptr) != 0) return std::unexpected(last_error("sigprocmask"));
  const int fd = ::signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
  if (fd < 0) return std::unexpected(last_error("signalfd"));
  return Descriptor(fd);
}

std::uint64_t key_of(int fd) {
  return static_cast<std::uint64_t>(fd);
}

}  // namespace

Result<Loop> Loop::open() {
  auto poller = Poller::open();
  if (!poller) return std::unexpected(poller.error());
  auto signals = watch_signals();
  if (!signals) return std::unexpected(signals.error());
  if (const auto watched = poller->watch(signals->get(), Interest::read, key_of(signals->get())); !watched) {
    return std::unexpected(watched.error());
  }
  return Loop(std::move(*poller), std::move(*signals));
}

Loop::Loop(Poller poller, Descriptor signals) : poller_(std::move(poller)), signals_(std::move(signals)) {}

void Loop::watch(int fd, Interest interest, Handler handler) {
  handlers_[fd] = std::make_shared<const Handler>(std::move(handler));
  change(fd, interest);
}

void Loop::change(int fd, Interest interest) {
  // What cannot be watched is never ready: its client sees a server that hangs.
  if (!poller_.watch(fd, interest, key_of(fd))) handlers_.erase(fd);
}

void Loop::forget(int fd) {
  poller_.forget(fd);
  handlers_.erase(fd);
}

void Loop::after(std::chrono::milliseconds time, Action action) {
  times_.emplace(Clock::now() + time, std::move(action));
}

Result<void> Loop::run() {
  while (!ended_) {
    if (auto turned = turn(); !turned) return turned;
  }
  return {};
}

Result<void> Loop::turn() {
  const auto ready = poller_.wait(times_.empty() ? Clock::time_point::max() : times_.begin()->first);
  if (!ready) return std::unexpected(ready.error());
  for (const auto& one : *ready) {
    if (one.key == key_of(signals_.get())) ended_ = true;
    const auto found = handlers_.find(static_cast<int>(one.key));
    if (found == handlers_.end()) continue;
    const auto handler = found->second;  // which lives on, should it forget itself
    (*handler)(one);
  }
  const auto now = Clock::now();
  while (!times_.empty() && times_.begin()->first <= now) {
    const auto action = std::move(times_.begin()->second);
    times_.erase(times_.begin());
    action();
  }
  return {};
}

}  // namespace volley::planted
