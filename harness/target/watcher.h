// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <sys/types.h>
#include <volley/descriptor.h>
#include <volley/error.h>

#include <array>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "plan/regex.h"
#include "target/output.h"
#include "target/output_log.h"

namespace volley::target {

/// Drains a program's stdout and stderr in a thread of its own, so that the program never waits for us, and keeps what
/// `Output` says. A resource; neither copied nor moved.
class Watcher {
 public:
  /// Whether a process belongs to the program. Called in the watcher's thread.
  using IsOurs = std::function<bool(pid_t)>;

  /// Takes the read ends of the pipes. With `ready`, a whole line of either that matches is told by `ready_fd`.
  /// Errors: "eventfd", "fcntl …", "pthread_create".
  static Result<std::unique_ptr<Watcher>> start(Descriptor out, Descriptor err, std::optional<plan::Regex> ready,
                                                IsOurs is_ours);
  Watcher(const Watcher&) = delete;
  Watcher& operator=(const Watcher&) = delete;
  ~Watcher() { finish(); }

  /// Readable for ever once a line has matched.
  int ready_fd() const { return ready_event_.get(); }
  /// Processes of the program that a later report may name, even if they are gone by then. Any thread.
  void remember(const std::vector<pid_t>& pids);
  /// What there is so far. Any thread.
  Output output() const;
  /// Takes what is in the pipes now and ends the thread. Harmless if repeated.
  void finish();

 private:
  struct Stream {
    Descriptor pipe;
    OutputLog log;
    LineCutter lines;
    bool reports = false;  ///< A sanitizer's report has begun.
  };

  Watcher() = default;
  void run();
  bool take(Stream& stream);
  void take_line(Stream& stream, std::string_view line);

  Descriptor ready_event_;
  Descriptor stop_event_;
  std::optional<plan::Regex> ready_;  ///< Until a line has matched.
  IsOurs is_ours_;
  mutable std::mutex mutex_;  ///< Of what follows.
  std::set<pid_t> known_;
  std::array<Stream, 2> streams_;
  std::string sanitizer_;
  std::thread thread_;
};

}  // namespace volley::target
