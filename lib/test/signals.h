// SPDX-License-Identifier: Apache-2.0
#pragma once
// Signals that interrupt the system calls of one thread.
#include <pthread.h>
#include <signal.h>
#include <unistd.h>
#include <volley/poller.h>

#include <atomic>
#include <fstream>
#include <string>
#include <thread>

namespace volley {

/// For the time it lives, `number` runs a handler that counts, without SA_RESTART.
class CountedSignal {
 public:
  explicit CountedSignal(int number) : number_(number) {
    struct sigaction action{};
    action.sa_handler = [](int) { count_.fetch_add(1, std::memory_order_relaxed); };
    count_ = 0;
    ::sigaction(number_, &action, &before_);
  }
  CountedSignal(const CountedSignal&) = delete;
  CountedSignal& operator=(const CountedSignal&) = delete;
  ~CountedSignal() { ::sigaction(number_, &before_, nullptr); }

  static int count() { return count_.load(std::memory_order_relaxed); }

 private:
  int number_;
  struct sigaction before_{};
  static inline std::atomic<int> count_ = 0;
};

/// Interrupts `thread` with SIGUSR1 again and again for the time it lives, which must be shorter than the thread's.
class SignalStorm {
 public:
  explicit SignalStorm(pthread_t thread)
      : storm_([this, thread] {
          while (!over_.load(std::memory_order_relaxed)) {
            ::pthread_kill(thread, SIGUSR1);
            std::this_thread::yield();
          }
        }) {}
  SignalStorm(const SignalStorm&) = delete;
  SignalStorm& operator=(const SignalStorm&) = delete;
  ~SignalStorm() {
    over_ = true;
    storm_.join();
  }

 private:
  CountedSignal signal_{SIGUSR1};
  std::atomic<bool> over_ = false;
  std::thread storm_;
};

/// Whether the thread with this number sleeps in the kernel.
inline bool sleeps(pid_t thread) {
  std::ifstream file("/proc/self/task/" + std::to_string(thread) + "/stat");
  std::string text;
  std::getline(file, text);
  const auto after_name = text.rfind(") ");
  return after_name != std::string::npos && text[after_name + 2] == 'S';
}

}  // namespace volley
