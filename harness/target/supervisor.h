// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <sys/types.h>
#include <volley/descriptor.h>
#include <volley/error.h>
#include <volley/process.h>

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "target/leftovers.h"
#include "target/process_tree.h"

namespace volley::target {

/// What is said of a program whose keeper, or the supervisor, has been killed.
inline constexpr std::string_view lost = "was lost: somebody killed the process of volley that kept it";

/// One program that the supervisor started for us, with all its descendants and a directory: they end together. Between
/// the program and us stands a *keeper*, a child of the supervisor and a subreaper, so that a descendant which
/// double-forks, changes its session or its user stays in its tree. Movable; the destructor calls `end`.
class Supervised {
 public:
  Supervised() = default;
  Supervised(Supervised&&) = default;
  Supervised& operator=(Supervised&& other) noexcept;
  ~Supervised() { end(); }

  /// Makes its directory (mode 0755, below TMPDIR or /tmp); it is removed at the end, even if we are killed; if its
  /// keeper is killed, then at the end of the Supervisor. Once only.
  Result<std::string> make_dir();
  /// Executes a program; errors as of `Process::start`. At most once. `setup.program` and `setup.directory` must be
  /// absolute (the supervisor is in `/`), and the strings together under 100 KB. The descriptors are not owned.
  Result<void> start(const Process::Setup& setup);

  /// The program's process, -1 before `start`.
  pid_t pid() const { return pid_; }
  /// Readable (POLLIN) for ever once `exit_status` has an answer; for poll and epoll, never to be read.
  int exit_fd() const { return channel_.get(); }
  /// How the program ended; nullopt while it runs. Does not block; any thread. If its keeper was killed, so was it.
  std::optional<ExitStatus> exit_status() const;
  /// In words, how the program ended, or that its keeper did and took it along. Precondition: `exit_status` is known.
  std::string end_text() const;
  /// Waits until the program has ended; nullopt if it has not by the deadline.
  std::optional<ExitStatus> wait_until(std::chrono::steady_clock::time_point deadline) const;
  /// Sends the program a signal. Error ESRCH once it has ended.
  Result<void> signal(int number) const;
  /// The processes of the program that run now: itself, its children, and what was left to the keeper by their deaths.
  std::vector<pid_t> tree() const;
  /// Those of them that have not ended by the deadline, but for those in an exchange of datagrams with a peer, which
  /// may end long after it; none as soon as there is no other.
  std::vector<ProcessEntry> survivors(std::chrono::steady_clock::time_point deadline) const;
  /// Whether a process that runs, or was not reaped yet, is one of the tree.
  bool has(pid_t pid) const;

  /// The directory stays at the end.
  void keep_dir();
  /// Kills the program and all its descendants, removes the directory, and returns when all of that is done.
  /// `exit_status` keeps its answer. Harmless if repeated.
  void end();

 private:
  friend class Supervisor;
  Supervised(pid_t keeper, Descriptor channel, std::shared_ptr<Leftovers> leftovers)
      : keeper_(keeper), channel_(std::move(channel)), leftovers_(std::move(leftovers)) {}

  pid_t keeper_ = -1;
  pid_t pid_ = -1;
  Descriptor channel_;  ///< To the keeper. Never read after `start`, only peeked at: what comes is the exit status.
  Descriptor pidfd_;
  Directory directory_;  ///< As long as it is the keeper's to remove.
  std::shared_ptr<Leftovers> leftovers_;
};

/// A supervised program with our ends of its stdin, stdout and stderr, all close-on-exec and blocking. Closing `in` is
/// the program's end of file.
struct Piped {
  Supervised program;
  Descriptor in;
  Descriptor out;
  Descriptor err;
};

/// The process that starts all programs and outlives us long enough to clean up: when we end, in whatever way (a
/// SIGKILL too), all descendants of all programs are killed and their directories removed. It has a session of its own,
/// so the terminal's signals do not reach it, holds none of our descriptors, and ignores SIGINT, SIGTERM, SIGHUP and
/// SIGQUIT. Movable. The destructor ends everything that is still supervised and waits for it.
class Supervisor {
 public:
  /// Forks it. Precondition: no other thread has been started yet.
  static Result<Supervisor> fork();

  Supervisor(Supervisor&& other) noexcept;
  Supervisor& operator=(Supervisor&&) = delete;
  ~Supervisor();

  /// A new keeper, without program or directory yet. Any thread. Error EPIPE if the supervisor is gone.
  Result<Supervised> open() const;
  /// `open`, then `start` with three new pipes in place of `setup.stdio`. Any thread.
  Result<Piped> start_piped(Process::Setup setup) const;

 private:
  Supervisor(pid_t pid, Descriptor control)
      : pid_(pid), control_(std::move(control)), leftovers_(std::make_shared<Leftovers>()) {}

  pid_t pid_ = -1;
  Descriptor control_;  ///< The one write end: its closing tells the supervisor that we have ended.
  std::shared_ptr<Leftovers> leftovers_;
};

}  // namespace volley::target
