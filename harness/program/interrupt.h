// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <volley/descriptor.h>
#include <volley/error.h>

#include <array>
#include <csignal>
#include <memory>
#include <vector>

#include "engine/loop.h"

namespace volley::program {

/// While one lives, the first SIGINT, SIGTERM or SIGHUP is remembered, and ends every run of the loops that are
/// attached or will be; a second one kills us at once (the supervisor then cleans up). A signal that was ignored when
/// we were started, as after nohup(1), stays ignored. One at a time.
class Interrupt {
 public:
  using Loops = std::vector<std::unique_ptr<engine::Loop>>;

  /// Error: "eventfd".
  static Result<std::unique_ptr<Interrupt>> watch();
  ~Interrupt();
  Interrupt(const Interrupt&) = delete;
  Interrupt& operator=(const Interrupt&) = delete;

  /// Makes a signal end the runs of these loops, also one that has come already. They must live until `detach`.
  void attach(const Loops& loops);
  /// No other thread may run by now.
  void detach();

  /// The signal that came, 0 if none. Any thread.
  int signal() const;
  /// Readable for ever once a signal has come; never to be read. Any thread.
  int fd() const { return event_.get(); }

 private:
  explicit Interrupt(Descriptor event);

  static constexpr std::array signals{SIGINT, SIGTERM, SIGHUP};
  Descriptor event_;
  std::array<struct sigaction, signals.size()> before_{};
};

}  // namespace volley::program
