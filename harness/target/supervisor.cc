// SPDX-License-Identifier: Apache-2.0
#include "target/supervisor.h"

#include <poll.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>
#include <volley/poller.h>

#include <algorithm>
#include <cassert>
#include <cerrno>
#include <csignal>
#include <thread>
#include <utility>

#include "target/keeper.h"
#include "target/message.h"
#include "target/pipe.h"
#include "target/socket_inodes.h"

namespace volley::target {
namespace {

/// The answer to a request: {"ok", text} with at most one descriptor.
Result<Message> receive_answer(const Descriptor& channel) {
  auto answer = receive_message(channel);
  if (!answer) return std::unexpected(answer.error());
  if (!*answer) return std::unexpected(Error{EPIPE, "recvmsg", "supervisor"});
  if ((*answer)->texts.front() != "ok") return std::unexpected(error_from((*answer)->texts));
  return std::move(**answer);
}

/// Waits until `fd` has one of `events`, or is hung up; false at the deadline.
bool wait_for(int fd, short events, Clock::time_point deadline) {
  while (true) {
    pollfd entry{fd, events, 0};
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - Clock::now());
    const bool endless = deadline == Clock::time_point::max();
    const int ready = ::poll(&entry, 1, endless ? -1 : static_cast<int>(std::clamp<long>(left.count(), 0, 60'000)));
    if (ready > 0) return true;
    if (!endless && Clock::now() >= deadline) return false;
  }
}

}  // namespace

Supervised& Supervised::operator=(Supervised&& other) noexcept {
  if (this == &other) return *this;
  end();
  keeper_ = std::exchange(other.keeper_, -1);
  pid_ = std::exchange(other.pid_, -1);
  channel_ = std::move(other.channel_);
  pidfd_ = std::move(other.pidfd_);
  directory_ = std::exchange(other.directory_, {});
  leftovers_ = std::move(other.leftovers_);
  return *this;
}

Result<std::string> Supervised::make_dir() {
  const std::string request[] = {"dir"};
  if (auto sent = send_message(channel_, request); !sent) return std::unexpected(sent.error());
  auto answer = receive_answer(channel_);
  if (!answer) return std::unexpected(answer.error());
  directory_ = directory_at(answer->texts.at(1));
  return std::move(answer->texts.at(1));
}

Result<void> Supervised::start(const Process::Setup& setup) {
  assert(pid_ < 0 && !setup.argv.empty());
  std::vector<std::string> request{"start", setup.directory, setup.program};
  std::string given;
  std::vector<int> descriptors;
  for (const int fd : setup.stdio) {
    given += fd < 0 ? '0' : '1';
    if (fd >= 0) descriptors.push_back(fd);
  }
  request.push_back(given);
  request.push_back(std::to_string(setup.argv.size()));
  request.insert(request.end(), setup.argv.begin(), setup.argv.end());
  request.insert(request.end(), setup.environment.begin(), setup.environment.end());
  if (auto sent = send_message(channel_, request, descriptors); !sent) return sent;
  auto answer = receive_answer(channel_);
  if (!answer) return std::unexpected(answer.error());
  pid_ = std::stoi(answer->texts.at(1));
  pidfd_ = std::move(answer->descriptors.at(0));
  return {};
}

std::optional<ExitStatus> Supervised::exit_status() const {
  if (pid_ < 0) return std::nullopt;
  const auto texts = peek_message(channel_);
  if (!texts) return std::nullopt;
  if (texts->size() != 3) return ExitStatus{ExitStatus::Kind::signalled, SIGKILL};
  const bool exited = (*texts)[1] == "exited";
  return ExitStatus{exited ? ExitStatus::Kind::exited : ExitStatus::Kind::signalled, std::stoi((*texts)[2])};
}

std::string Supervised::end_text() const {
  const auto texts = peek_message(channel_);
  if (texts && texts->empty()) return std::string(lost);
  return to_string(*exit_status());
}

std::optional<ExitStatus> Supervised::wait_until(std::chrono::steady_clock::time_point deadline) const {
  if (pid_ < 0 || !wait_for(channel_.get(), POLLIN, deadline)) return std::nullopt;
  return exit_status();
}

Result<void> Supervised::signal(int number) const {
  if (pidfd_ && ::syscall(SYS_pidfd_send_signal, pidfd_.get(), number, nullptr, 0) == 0) return {};
  return std::unexpected(Error{pidfd_ ? errno : ESRCH, "pidfd_send_signal", signal_name(number)});
}

std::vector<pid_t> Supervised::tree() const {
  std::vector<pid_t> pids;
  if (keeper_ < 0) return pids;
  for (const auto& process : descendants(keeper_)) pids.push_back(process.pid);
  return pids;
}

std::vector<ProcessEntry> Supervised::survivors(std::chrono::steady_clock::time_point deadline) const {
  constexpr std::chrono::milliseconds longest_pause{20};
  for (std::chrono::milliseconds pause{1};; pause = std::min(2 * pause, longest_pause)) {
    const bool is_over = Clock::now() >= deadline;  // before the look: the last one is after the deadline
    auto running = keeper_ < 0 ? std::vector<ProcessEntry>() : descendants(keeper_);
    std::erase_if(running, [](const ProcessEntry& process) {
      return process.state == 'Z' || process.state == 'X' || has_datagram_peer(process.pid);
    });
    if (running.empty() || is_over) return running;
    std::this_thread::sleep_for(pause);
  }
}

bool Supervised::has(pid_t pid) const {
  return keeper_ > 0 && is_descendant(pid, keeper_);
}

void Supervised::keep_dir() {
  directory_ = {};
  const std::string request[] = {"keep"};
  static_cast<void>(send_message(channel_, request));
}

void Supervised::end() {
  if (!channel_) return;
  ::shutdown(channel_.get(), SHUT_WR);
  wait_for(channel_.get(), 0, Clock::time_point::max());
  // Only if somebody has killed the keeper does its program still run.
  static_cast<void>(signal(SIGKILL));
  if (leftovers_ && is_there(directory_)) leftovers_->add(std::exchange(directory_, {}));
}

Result<Supervisor> Supervisor::fork() {
  auto ends = message_pair();
  if (!ends) return std::unexpected(ends.error());
  // Until the child has a session and handlers of its own, a signal of the terminal could still mean it.
  sigset_t all, before;
  sigfillset(&all);
  ::pthread_sigmask(SIG_SETMASK, &all, &before);
  const pid_t pid = ::fork();
  if (pid == 0) {
    ends->first.close();
    run_supervisor(std::move(ends->second));
  }
  const int code = errno;
  ::pthread_sigmask(SIG_SETMASK, &before, nullptr);
  if (pid < 0) return std::unexpected(Error{code, "fork", {}});
  return Supervisor(pid, std::move(ends->first));
}

Supervisor::Supervisor(Supervisor&& other) noexcept
    : pid_(std::exchange(other.pid_, -1)),
      control_(std::move(other.control_)),
      leftovers_(std::move(other.leftovers_)) {}

Supervisor::~Supervisor() {
  control_.close();
  while (pid_ > 0 && ::waitpid(pid_, nullptr, 0) < 0 && errno == EINTR) continue;
}

Result<Supervised> Supervisor::open() const {
  auto ends = message_pair();
  if (!ends) return std::unexpected(ends.error());
  const std::string request[] = {"open"};
  const int theirs = ends->second.get();
  if (auto sent = send_message(control_, request, std::span(&theirs, 1)); !sent) return std::unexpected(sent.error());
  ends->second.close();
  auto answer = receive_answer(ends->first);
  if (!answer) return std::unexpected(answer.error());
  return Supervised(std::stoi(answer->texts.at(1)), std::move(ends->first), leftovers_);
}

Result<Piped> Supervisor::start_piped(Process::Setup setup) const {
  auto in = Pipe::open();
  auto out = Pipe::open();
  auto err = Pipe::open();
  for (const auto* pipe : {&in, &out, &err}) {
    if (!*pipe) return std::unexpected(pipe->error());
  }
  auto program = open();
  if (!program) return std::unexpected(program.error());
  setup.stdio = {in->read_end.get(), out->write_end.get(), err->write_end.get()};
  if (auto started = program->start(setup); !started) return std::unexpected(started.error());
  return Piped{std::move(*program), std::move(in->write_end), std::move(out->read_end), std::move(err->read_end)};
}

}  // namespace volley::target
