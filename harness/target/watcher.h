// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <sys/types.h>
#include <volley/descriptor.h>
#include <volley/error.h>

#include <array>
#include <cstdint>
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
#include "target/sanitizer.h"

namespace volley::target {

/// Drains a program's stdout and stderr in a thread of its own, so that the program never waits for us, and keeps what
/// `Output` says. A resource; neither copied nor moved.
class Watcher {
 public:
  /// What is asked about the program when it seems to have written a sanitizer's report. Called under a lock.
  struct Questions {
    std::function<bool(pid_t)> is_ours;  ///< Whether a process belongs to it.
    std::function<bool()> has_ubsan;     ///< Whether one of its programs was built with UBSan.
  };

  /// Takes the read ends of the pipes. With `ready`, a whole line of either that matches is told by `ready_fd`.
  /// Errors: "eventfd", "fcntl …", "pthread_create".
  static Result<std::unique_ptr<Watcher>> start(Descriptor out, Descriptor err, std::optional<plan::Regex> ready,
                                                Questions questions);
  Watcher(const Watcher&) = delete;
  Watcher& operator=(const Watcher&) = delete;
  ~Watcher() { finish(); }

  /// Readable for ever once a line has matched.
  int ready_fd() const { return ready_event_.get(); }
  /// Processes of the program that a later report may name, even if they are gone by then. Any thread.
  void remember(const std::vector<pid_t>& pids);
  /// What there is so far: all that was written before the call, but for a flood. Any thread.
  Output output();
  /// Takes what is in the pipes now and ends the thread. Harmless if repeated.
  void finish();

 private:
  struct Stream {
    Descriptor pipe;
    OutputLog log;
    LineCutter lines;
    std::optional<std::size_t> report;  ///< The one that goes on here, in `reports_`.
  };

  Watcher() = default;
  void run();
  bool take(Stream& stream);
  void take_line(Stream& stream, std::string_view line);
  bool is_genuine(const Stream& stream, const ReportHead& head) const;

  Descriptor ready_event_;
  Descriptor stop_event_;
  std::optional<plan::Regex> ready_;  ///< Until a line has matched.
  Questions questions_;
  std::mutex mutex_;  ///< Of what follows.
  std::set<pid_t> known_;
  std::array<Stream, 2> streams_;
  std::vector<Output::Report> reports_;
  std::uint64_t reported_ = 0;
  std::thread thread_;
};

}  // namespace volley::target
