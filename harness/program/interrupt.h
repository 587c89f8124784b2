// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <array>
#include <csignal>
#include <memory>
#include <vector>

#include "engine/loop.h"

namespace volley::program {

/// While one lives, the first SIGINT or SIGTERM ends every run of some loops, and is remembered; a second one kills us
/// at once (the supervisor then cleans up). A signal that was ignored when we were started, as after nohup(1), stays
/// ignored. One at a time.
class Interrupt {
 public:
  /// The loops must outlive it.
  explicit Interrupt(const std::vector<std::unique_ptr<engine::Loop>>& loops);
  ~Interrupt();
  Interrupt(const Interrupt&) = delete;
  Interrupt& operator=(const Interrupt&) = delete;

  /// The signal that came, 0 if none. Any thread.
  int signal() const;

 private:
  static constexpr std::array signals{SIGINT, SIGTERM};
  std::array<struct sigaction, signals.size()> before_{};
};

}  // namespace volley::program
