// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <functional>
#include <mutex>
#include <stop_token>
#include <thread>

#include "judge/verdict.h"
#include "report/progress.h"

namespace volley::program {

/// A line on stderr that tells how far a run has come, drawn again and again in place, if that is a terminal; else
/// nothing at all. It is wiped before anything else is written, and at the end. Thread-safe.
class ProgressLine {
 public:
  explicit ProgressLine(std::size_t total);
  ~ProgressLine();
  ProgressLine(const ProgressLine&) = delete;
  ProgressLine& operator=(const ProgressLine&) = delete;

  /// A case has begun to run.
  void begun();
  /// One has ended; `had_begun`: it was running.
  void ended(judge::Outcome outcome, bool had_begun);
  /// Calls `write`, which may write to the terminal, while the line is not there.
  void without(const std::function<void()>& write);

 private:
  void draw();
  void wipe();
  void keep_drawing(const std::stop_token& stop);

  const std::chrono::steady_clock::time_point began_;
  // Two, so that a terminal that takes nothing holds up nobody who counts.
  std::mutex counts_mutex_;
  report::Progress progress_;
  std::mutex screen_mutex_;
  std::condition_variable_any stopped_;
  bool is_drawn_ = false;
  std::jthread drawer_;  // last: it uses all of the above
};

}  // namespace volley::program
