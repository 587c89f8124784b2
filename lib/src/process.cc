// SPDX-License-Identifier: Apache-2.0
#include <fcntl.h>
#include <spawn.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>
#include <volley/process.h>

#include <cassert>
#include <csignal>
#include <cstring>

#include "failure.h"
#include "restart.h"

namespace volley {
namespace {

/// The NULL-terminated array that execve(2) takes; valid as long as `texts`.
std::vector<char*> pointers(const std::vector<std::string>& texts) {
  std::vector<char*> all;
  all.reserve(texts.size() + 1);
  for (const auto& text : texts) all.push_back(const_cast<char*>(text.c_str()));
  all.push_back(nullptr);
  return all;
}

/// What posix_spawn(3) is told, freed once.
struct Spawn {
  posix_spawn_file_actions_t actions;
  posix_spawnattr_t attributes;

  Spawn() {
    posix_spawn_file_actions_init(&actions);
    posix_spawnattr_init(&attributes);
  }
  Spawn(const Spawn&) = delete;
  Spawn& operator=(const Spawn&) = delete;
  ~Spawn() {
    posix_spawn_file_actions_destroy(&actions);
    posix_spawnattr_destroy(&attributes);
  }

  void default_signals() {
    sigset_t signals;
    sigfillset(&signals);
    posix_spawnattr_setsigdefault(&attributes, &signals);
    sigemptyset(&signals);
    posix_spawnattr_setsigmask(&attributes, &signals);
    posix_spawnattr_setpgroup(&attributes, 0);
    posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETPGROUP);
  }
};

Result<Descriptor> open_path(const char* path, int flags) {
  const int fd = restarted([&] { return ::open(path, flags | O_CLOEXEC); });
  if (fd < 0) return failure("open", path);
  return Descriptor(fd);
}

/// The program's 0, 1 and 2 as descriptors of ours above 2, so that no dup2 overwrites one that a later dup2 needs.
Result<std::array<Descriptor, 3>> above_stdio(const std::array<int, 3>& stdio) {
  auto null = open_path("/dev/null", O_RDWR);
  if (!null) return std::unexpected(null.error());
  std::array<Descriptor, 3> above;
  for (std::size_t i = 0; i < stdio.size(); ++i) {
    const int from = stdio[i] < 0 ? null->get() : stdio[i];
    above[i] = Descriptor(::fcntl(from, F_DUPFD_CLOEXEC, 3));
    if (!above[i]) return failure("fcntl F_DUPFD_CLOEXEC", from);
  }
  return above;
}

Result<Descriptor> open_pidfd(pid_t pid) {
  const auto fd = ::syscall(SYS_pidfd_open, pid, 0);
  if (fd < 0) return failure("pidfd_open", std::to_string(pid));
  return Descriptor(static_cast<int>(fd));
}

Error spawn_error(int code, const std::string& program) {
  const bool forking = code == EAGAIN || code == ENOMEM;
  return Error{code, forking ? "fork" : "execve", program};
}

}  // namespace

std::string signal_name(int signal) {
  const char* name = ::sigabbrev_np(signal);
  return name != nullptr ? std::string("SIG") + name : "signal " + std::to_string(signal);
}

std::string to_string(const ExitStatus& status) {
  if (status.kind == ExitStatus::Kind::exited) return "exited with status " + std::to_string(status.value);
  return "was killed by " + signal_name(status.value);
}

Result<Process> Process::start(const Setup& setup) {
  assert(!setup.argv.empty());
  const auto stdio = above_stdio(setup.stdio);
  if (!stdio) return std::unexpected(stdio.error());
  Spawn spawn;
  for (std::size_t i = 0; i < stdio->size(); ++i)
    posix_spawn_file_actions_adddup2(&spawn.actions, (*stdio)[i].get(), static_cast<int>(i));
  Descriptor directory;
  if (!setup.directory.empty()) {
    auto opened = open_path(setup.directory.c_str(), O_PATH | O_DIRECTORY);
    if (!opened) return std::unexpected(opened.error());
    directory = std::move(*opened);
    posix_spawn_file_actions_addfchdir_np(&spawn.actions, directory.get());
  }
  posix_spawn_file_actions_addclosefrom_np(&spawn.actions, 3);
  spawn.default_signals();

  pid_t pid = -1;
  const int code = ::posix_spawn(&pid, setup.program.c_str(), &spawn.actions, &spawn.attributes,
                                 pointers(setup.argv).data(), pointers(setup.environment).data());
  if (code != 0) return std::unexpected(spawn_error(code, setup.program));
  auto pidfd = open_pidfd(pid);
  if (!pidfd) {
    ::kill(pid, SIGKILL);
    restarted([&] { return ::waitpid(pid, nullptr, 0); });
    return std::unexpected(pidfd.error());
  }
  return Process(pid, std::move(*pidfd));
}

Process::Process(Process&& other) noexcept
    : pid_(std::exchange(other.pid_, -1)), pidfd_(std::move(other.pidfd_)), status_(std::exchange(other.status_, {})) {}

Process& Process::operator=(Process&& other) noexcept {
  if (this == &other) return *this;
  end();
  pid_ = std::exchange(other.pid_, -1);
  pidfd_ = std::move(other.pidfd_);
  status_ = std::exchange(other.status_, {});
  return *this;
}

Result<std::optional<ExitStatus>> Process::reap(int options) {
  if (status_ || pid_ < 0) return status_;
  siginfo_t info{};
  const auto id = static_cast<id_t>(pidfd_.get());
  if (restarted([&] { return ::waitid(P_PIDFD, id, &info, WEXITED | options); }) < 0)
    return failure("waitid", std::to_string(pid_));
  if (info.si_pid == 0) return std::nullopt;
  const bool exited = info.si_code == CLD_EXITED;
  status_ = ExitStatus{exited ? ExitStatus::Kind::exited : ExitStatus::Kind::signalled, info.si_status};
  pid_ = -1;
  return status_;
}

Result<std::optional<ExitStatus>> Process::try_wait() {
  return reap(WNOHANG);
}

Result<ExitStatus> Process::wait() {
  assert(pid_ >= 0 || status_);
  const auto status = reap(0);
  if (!status) return std::unexpected(status.error());
  return **status;
}

Result<void> Process::signal(int number) {
  if (::syscall(SYS_pidfd_send_signal, pidfd_.get(), number, nullptr, 0) < 0)
    return failure("pidfd_send_signal", signal_name(number));
  return {};
}

void Process::end() {
  if (pid_ < 0) return;
  static_cast<void>(signal(SIGKILL));
  static_cast<void>(reap(0));
}

Result<std::string> find_program(std::string_view name, std::string_view search_path) {
  const std::unexpected<Error> missing(Error{ENOENT, "execve", std::string(name)});
  if (name.empty()) return missing;
  if (name.contains('/')) return std::string(name);
  bool forbidden = false;
  for (std::size_t begin = 0; begin <= search_path.size();) {
    const auto end = std::min(search_path.find(':', begin), search_path.size());
    std::string path(search_path.substr(begin, end - begin));
    path.append(path.empty() ? "./" : "/").append(name);
    struct stat status{};
    if (::stat(path.c_str(), &status) == 0 && S_ISREG(status.st_mode)) {
      if (::faccessat(AT_FDCWD, path.c_str(), X_OK, AT_EACCESS) == 0) return path;
      forbidden = true;
    }
    begin = end + 1;
  }
  if (forbidden) return std::unexpected(Error{EACCES, "execve", std::string(name)});
  return missing;
}

}  // namespace volley
