// SPDX-License-Identifier: Apache-2.0
#include "target/program.h"

#include <sys/eventfd.h>

#include <cerrno>
#include <csignal>
#include <utility>

#include "target/instance.h"
#include "target/places.h"

namespace volley::target {
namespace {

Result<Program::Pipes> pipes_of(Piped& piped) {
  for (auto* end : {&piped.in, &piped.out, &piped.err}) {
    if (const auto set = end->set_blocking(false); !set) return std::unexpected(set.error());
  }
  return Program::Pipes{std::move(piped.in), std::move(piped.out), std::move(piped.err)};
}

}  // namespace

Result<std::shared_ptr<Program>> Program::start(Setup setup, const Supervisor& supervisor, Elsewhere elsewhere) {
  Descriptor event(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK));
  if (!event) return std::unexpected(last_error("eventfd"));
  std::shared_ptr<Program> program(new Program(std::move(event), std::move(elsewhere)));
  program->elsewhere_([program, setup = std::move(setup), &supervisor] { program->run_start(setup, supervisor); });
  return program;
}

void Program::run_start(const Setup& setup, const Supervisor& supervisor) {
  auto piped = [&]() -> Result<Piped> {
    auto file = find_file(setup.argv.front(), setup.program_dir);
    if (!file) return std::unexpected(file.error());
    return supervisor.start_piped(
        {*std::move(file), setup.argv, program_environment(setup.dir), setup.dir, {-1, -1, -1}});
  }();
  const std::lock_guard lock(mutex_);
  if (piped) {
    started_ = pipes_of(*piped);
    program_ = std::move(piped->program);
  } else {
    started_ = std::unexpected(piped.error());
  }
  is_over_ = true;
  start_is_over_.notify_all();
  raise();
}

void Program::raise() const {
  const std::uint64_t one = 1;
  static_cast<void>(write(event_, std::as_bytes(std::span(&one, 1))));
}

void Program::drain() const {
  std::uint64_t count = 0;
  static_cast<void>(read(event_, std::as_writable_bytes(std::span(&count, 1))));
}

int Program::fd() const {
  return is_taken_ && !is_ending_ ? program_.exit_fd() : event_.get();
}

std::optional<Result<Program::Pipes>> Program::take_started() {
  const std::lock_guard lock(mutex_);
  if (is_taken_ || !is_over_) return std::nullopt;
  is_taken_ = true;
  drain();
  return std::exchange(started_, std::nullopt);
}

std::optional<ExitStatus> Program::exit_status() const {
  return is_taken_ && !is_ending_ ? program_.exit_status() : std::nullopt;
}

Result<void> Program::signal(int number) const {
  if (is_taken_ && !is_ending_) return program_.signal(number);
  return std::unexpected(Error{ESRCH, "pidfd_send_signal", signal_name(number)});
}

void Program::end(std::chrono::nanoseconds grace) {
  // A start that nobody has asked about must not look like the end.
  static_cast<void>(take_started());
  is_ending_ = true;
  elsewhere_([self = shared_from_this(), grace] { self->run_end(grace); });
}

void Program::run_end(std::chrono::nanoseconds grace) {
  std::unique_lock lock(mutex_);
  start_is_over_.wait(lock, [this] { return is_over_; });
  if (started_) drain();
  lock.unlock();
  Ended ended;
  if (program_.pid() > 0) {
    ended.status = program_.exit_status();
    ended.was_running = !ended.status;
    if (ended.was_running) {
      // It may end by itself at this very moment.
      static_cast<void>(program_.signal(SIGTERM));
      // Whoever is stopped sees a signal only when it goes on.
      static_cast<void>(program_.signal(SIGCONT));
      ended.status = program_.wait_until(std::chrono::steady_clock::now() +
                                         std::chrono::duration_cast<std::chrono::steady_clock::duration>(grace));
      ended.was_killed = !ended.status;
    }
    program_.end();
    if (ended.was_killed) ended.status = ExitStatus{ExitStatus::Kind::signalled, SIGKILL};
  }
  lock.lock();
  ended_ = ended;
  raise();
}

std::optional<Program::Ended> Program::ended() const {
  const std::lock_guard lock(mutex_);
  return ended_;
}

}  // namespace volley::target
