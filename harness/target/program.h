// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <volley/descriptor.h>
#include <volley/error.h>
#include <volley/process.h>

#include <chrono>
#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "target/supervisor.h"

namespace volley::target {

/// A program that a scenario talks to over its stdin, stdout and stderr. What blocks, its start and its end, is done on
/// another thread: no function of it waits, and `fd` tells when there is something new. Shared with the jobs on that
/// thread; all functions are for one thread.
class Program : public std::enable_shared_from_this<Program> {
 public:
  /// Runs a job on a thread where it may block.
  using Elsewhere = std::function<void(std::function<void()>)>;
  struct Setup {
    std::vector<std::string> argv;  ///< argv[0] is looked up in PATH unless it has a slash.
    std::string dir;                ///< Where it runs; its HOME and TMPDIR. Absolute.
    std::string program_dir;        ///< A relative argv[0] with a slash counts from here.
  };
  /// Our ends of its streams, close-on-exec and non-blocking.
  struct Pipes {
    Descriptor in;
    Descriptor out;
    Descriptor err;
  };
  struct Ended {
    bool was_running = false;          ///< It was asked to end, by SIGTERM;
    bool was_killed = false;           ///< and did not.
    std::optional<ExitStatus> status;  ///< None if it was never started.
  };

  /// Begins to start it. `supervisor` must outlive it. Error: "eventfd".
  static Result<std::shared_ptr<Program>> start(Setup setup, const Supervisor& supervisor, Elsewhere elsewhere);
  Program(const Program&) = delete;
  Program& operator=(const Program&) = delete;

  /// Readable (POLLIN) until it is asked about: when the start is over; then for ever when the program has ended; after
  /// `end`, for ever when all of it is gone. It is another descriptor after `take_started` and after `end`.
  int fd() const;
  /// Once the start is over, how it came out; nullopt before, and after it was taken. Errors: as of
  /// `Supervisor::start_piped`, and "execve" with ENOENT where there is no such program.
  std::optional<Result<Pipes>> take_started();
  /// How it ended; nullopt while it runs or is not started.
  std::optional<ExitStatus> exit_status() const;
  /// Sends it a signal. Error ESRCH if it is not running.
  Result<void> signal(int number) const;
  /// Begins to end it: SIGTERM if it runs, SIGKILL after `grace`; then whatever it has left running is killed. At most
  /// once.
  void end(std::chrono::nanoseconds grace);
  bool is_ending() const { return is_ending_; }
  /// How that came out; nullopt as long as it is under way.
  std::optional<Ended> ended() const;

 private:
  Program(Descriptor event, Elsewhere elsewhere) : event_(std::move(event)), elsewhere_(std::move(elsewhere)) {}
  void run_start(const Setup& setup, const Supervisor& supervisor);
  void run_end(std::chrono::nanoseconds grace);
  void raise() const;
  void drain() const;

  Descriptor event_;
  Elsewhere elsewhere_;
  bool is_taken_ = false;   // the start was told
  bool is_ending_ = false;  // by then only the job uses `program_`

  mutable std::mutex mutex_;  // of what follows
  std::condition_variable start_is_over_;
  std::optional<Result<Pipes>> started_;
  bool is_over_ = false;
  Supervised program_;
  std::optional<Ended> ended_;
};

}  // namespace volley::target
