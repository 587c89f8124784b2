// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <sys/types.h>
#include <volley/descriptor.h>
#include <volley/error.h>

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace volley {

/// How a process ended: it exited with a code of 0 to 255, or a signal killed it. A value.
struct ExitStatus {
  enum class Kind : std::uint8_t { exited, signalled };
  Kind kind = Kind::exited;
  int value = 0;  ///< The exit code, or the number of the signal.

  friend bool operator==(const ExitStatus&, const ExitStatus&) = default;
};

/// `exited with status 1`, `was killed by SIGSEGV`; a signal without a name is `signal 40`.
std::string to_string(const ExitStatus& status);

/// The name of a signal: `SIGTERM`, or `signal 40` where it has none.
std::string signal_name(int signal);

/// A child process. Nothing but what `Setup` says reaches it: no other descriptor, all signals at their defaults and
/// none blocked, in a process group of its own (so that a program that signals its group reaches only itself). Movable;
/// the destructor kills and reaps a child that has not been waited for.
class Process {
 public:
  struct Setup {
    std::string program;  ///< The file to execute (see `find_program`); a relative path counts from `directory`.
    std::vector<std::string> argv;         ///< At least argv[0]. No shell reads it.
    std::vector<std::string> environment;  ///< All of it, as NAME=VALUE.
    std::string directory;                 ///< Where it starts; empty: where we are.
    /// Its descriptors 0, 1 and 2; -1 stands for /dev/null. Not owned, and still open in the caller afterwards.
    std::array<int, 3> stdio{-1, -1, -1};
  };

  /// Returns once the program has been executed. Errors: "execve" with the program's path (ENOENT, EACCES, ENOEXEC,
  /// E2BIG, …), "open" with the directory's, "fork" (EAGAIN, ENOMEM), "pidfd_open".
  static Result<Process> start(const Setup& setup);

  Process() = default;
  Process(Process&& other) noexcept;
  Process& operator=(Process&& other) noexcept;
  ~Process() { end(); }

  /// -1 if there is none, or it has been waited for.
  pid_t pid() const { return pid_; }
  /// Readable (POLLIN) once the process has ended.
  const Descriptor& pidfd() const { return pidfd_; }

  /// How it ended, or nullopt if it still runs. Once told the process is reaped; the answer stays the same.
  Result<std::optional<ExitStatus>> try_wait();
  /// Waits for the end. Precondition: it was started.
  Result<ExitStatus> wait();
  /// Sends a signal by pidfd, so never to another process that has got the same number. Error ESRCH once it has ended.
  Result<void> signal(int number);

 private:
  Process(pid_t pid, Descriptor pidfd) : pid_(pid), pidfd_(std::move(pidfd)) {}
  Result<std::optional<ExitStatus>> reap(int options);
  void end();

  pid_t pid_ = -1;
  Descriptor pidfd_;
  std::optional<ExitStatus> status_;
};

/// The file that execvp(3) would execute for `name`: `name` itself if it has a slash, else the first executable regular
/// file of that name in the directories of `search_path` (as in PATH; an empty one is the current directory).
/// Error: "execve" with `name`: ENOENT if there is none, EACCES if all there are cannot be executed.
Result<std::string> find_program(std::string_view name, std::string_view search_path);

}  // namespace volley
