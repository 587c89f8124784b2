// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <volley/poller.h>

#include <chrono>
#include <functional>
#include <map>
#include <memory>

namespace volley::planted {

/// Waits for sockets and times on one thread, until SIGTERM or SIGINT.
class Loop {
 public:
  using Handler = std::function<void(const Poller::Ready&)>;
  using Action = std::function<void()>;

  /// Precondition: the process has one thread.
  static Result<Loop> open();

  /// Calls `handler` whenever a descriptor is ready; it may forget its own.
  void watch(int fd, Interest interest, Handler handler);
  /// Waits for something else. Precondition: it is watched.
  void change(int fd, Interest interest);
  void forget(int fd);
  /// Calls `action` once, so much later.
  void after(std::chrono::milliseconds time, Action action);
  Result<void> run();

 private:
  Loop(Poller poller, Descriptor signals);
  Result<void> turn();

  Poller poller_;
  Descriptor signals_;
  std::map<int, std::shared_ptr<const Handler>> handlers_;
  std::multimap<Clock::time_point, Action> times_;
  bool ended_ = false;
};

}  // namespace volley::planted
