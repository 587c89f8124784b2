// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

namespace volley::program {

/// Threads for what blocks, so that no event loop does it: starting and stopping targets. There are as many as jobs at
/// once, made when they are needed; a run without targets makes none. The destructor calls `close`.
class Starter {
 public:
  Starter() = default;
  ~Starter() { close(); }

  /// Calls `job` on another thread, soon. Thread-safe.
  void run(std::function<void()> job);
  /// Waits for all jobs. None may be added afterwards.
  void close();

 private:
  void work();

  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<std::function<void()>> jobs_;
  std::size_t idle_ = 0;
  bool closing_ = false;
  std::vector<std::jthread> threads_;  // last: they use all of the above
};

}  // namespace volley::program
