// SPDX-License-Identifier: Apache-2.0
// How a run starts programs, hears how they ended, and ends them.
#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <utility>

#include "engine/run.h"

namespace volley::engine {
namespace {

/// How long a program may take to end by SIGTERM when its scenario is over.
constexpr nanoseconds grace = std::chrono::seconds(5);
constexpr std::size_t errors_tail = 4096;

std::optional<ExitStatus> exit_status(const Peer& peer) {
  if (const auto* program = peer.program()) return program->exit_status();
  return std::get<const target::Target*>(*peer.process())->exit_status();
}

Result<void> send_signal(const Peer& peer, int number) {
  if (const auto* program = peer.program()) return program->signal(number);
  return std::get<const target::Target*>(*peer.process())->signal(number);
}

}  // namespace

Run::Progress Run::perform(const plan::Start& step) {
  auto& starting = peer(step.process);
  starting.last_step = now_->pc;
  if (!starting.process()) return launch(step);
  auto& program = *starting.program();
  const int event = program.fd();
  auto started = program.take_started();
  if (!started) return wait_for(step.process, Interest::read);
  // From here on another descriptor tells of it.
  poller_.forget(event);
  starting.watched = Interest::none;
  if (!*started) return fail(started->error(), step.process);
  return take_pipes(step, std::move(**started));
}

Run::Progress Run::launch(const plan::Start& step) {
  target::Program::Setup setup{{}, surroundings_.dir, surroundings_.program_dir};
  for (const auto& argument : step.argv) {
    auto value = plan::evaluate_bytes(argument, now_->scope);
    if (!value) return stop_with(Reason::fault, {}, value.error().what);
    setup.argv.push_back(*std::move(value));
    if (setup.argv.back().contains('\0'))
      return stop_with(Reason::fault, {}, "an argument of a program has no NUL byte");
  }
  auto program = target::Program::start(std::move(setup), *surroundings_.supervisor, surroundings_.elsewhere);
  if (!program) return fail(program.error(), step.process);
  peer(step.process).socket = Process(*std::move(program));
  programs_.push_back(
      {step.process, socket(step.process), socket(step.input), socket(step.output), socket(step.errors)});
  return wait_for(step.process, Interest::read);
}

Run::Progress Run::take_pipes(const plan::Start& step, target::Program::Pipes pipes) {
  peer(step.input).socket = PipeEnd(std::move(pipes.in));
  peer(step.output).socket = PipeEnd(std::move(pipes.out));
  peer(step.errors).socket = PipeEnd(std::move(pipes.err));
  for (const auto id : {step.input, step.output, step.errors}) peer(id).last_step = now_->pc;
  record(Event::Kind::started, step.process);
  return plan_.peers[step.errors].is_expected ? Progress::done : watch_errors(step.errors);
}

/// What no step receives must not stop the program from writing it.
Run::Progress Run::watch_errors(PeerId id) {
  auto& errors = peer(id);
  errors.log = std::make_unique<target::OutputLog>();
  watch(socket(id));
  return Progress::done;
}

/// Watches for something to read until it is forgotten. A watch that is refused costs only what is not heard.
void Run::watch(std::uint32_t socket) {
  auto& watched = peers_[socket];
  watched.watched = Interest::read;
  static_cast<void>(poller_.watch(watched.fd(), Interest::read, key_of(socket)));
}

void Run::drain(Peer& errors) {
  if (!errors.is_open()) return;
  const auto received = errors.receive(scratch_);
  if (received && received->kind == Received::Kind::data) {
    errors.log->append(as_text(scratch_.first(received->count)));
  } else if (!received || received->kind != Received::Kind::would_block) {
    poller_.forget(errors.fd());
    errors.socket = std::monostate{};
  }
}

Run::Progress Run::perform(const plan::ProcessEnd& step) {
  auto& process = peer(step.process);
  process.last_step = now_->pc;
  const auto code = plan::evaluate_integer(step.code, now_->scope);
  if (!code) return stop_with(Reason::fault, {}, code.error().what);
  const auto status = exit_status(process);
  if (!status) return wait_for(step.process, Interest::read);
  process.end_is_known = true;
  const bool was_killed = status->kind == ExitStatus::Kind::signalled;
  if (was_killed != step.is_killed || status->value != *code) {
    return stop_with(Reason::wrong_end, step.process, to_string(*status));
  }
  // What it did not take of its stdin is made good.
  if (step.input) drop_unsent(peer(*step.input));
  record(was_killed ? Event::Kind::killed : Event::Kind::exited, step.process,
         Excerpt{.size = static_cast<std::uint64_t>(status->value)});
  return Progress::done;
}

Run::Progress Run::perform(const plan::Signal& step) {
  auto& process = peer(step.process);
  process.last_step = now_->pc;
  if (const auto sent = send_signal(process, step.number); !sent) {
    const bool has_ended = sent.error().code == ESRCH;
    if (has_ended) return stop_with(Reason::process_failed, step.process, "has ended: no signal reaches it");
    return fail(sent.error(), step.process);
  }
  record(Event::Kind::signalled, step.process, Excerpt{.size = static_cast<std::uint64_t>(step.number)});
  return Progress::done;
}

/// The steps have passed. A program that has failed by now, and no step has looked, fails the run.
Run::Progress Run::look_at_programs(std::span<const PeerId> ids) {
  if (programs_.empty()) return Progress::done;
  for (const auto id : ids) {
    const auto& process = peer(id);
    if (!process.program() || process.end_is_known) continue;
    const auto status = exit_status(process);
    if (status && *status != ExitStatus{}) {
      return stop_failed(id, process.last_step, to_string(*status) + ": no step expects it");
    }
  }
  return Progress::done;
}

Run::Progress Run::stop_failed(PeerId id, std::uint32_t step, std::string what) {
  stop_with(Reason::process_failed, id, std::move(what));
  trace_.stop.step = step;
  return Progress::stopped;
}

/// Ends the programs among the peers of a body that is over.
Run::Progress Run::end_programs(std::span<const PeerId> ids) {
  if (programs_.empty()) return Progress::done;
  bool all_gone = true;
  for (const auto id : ids) {
    const auto running = std::ranges::find(programs_, socket(id), &Running::process);
    if (running == programs_.end() || end_program(*running)) continue;
    all_gone = false;
    peer(id).waiting.push_back(now_);
  }
  if (!all_gone) {
    now_->deadline = later(century);
    return Progress::waiting;
  }
  for (const auto id : ids) {
    const auto running = std::ranges::find(programs_, socket(id), &Running::process);
    if (running == programs_.end()) continue;
    tell_end(*running);
    programs_.erase(running);
  }
  return ended_ ? Progress::stopped : Progress::done;
}

/// The run is over: ends what was started. False as long as some of it is left.
bool Run::programs_are_gone() {
  if (programs_.empty()) return true;
  if (!over_at_) over_at_ = Clock::now() - start_;
  bool all_gone = true;
  for (const auto& running : programs_) all_gone = end_program(running) && all_gone;
  wake_at_ = at(century);
  if (!all_gone) return false;
  now_ = root_;
  for (const auto& running : std::exchange(programs_, {})) tell_end(running);
  return true;
}

/// True once it is gone.
bool Run::end_program(const Running& running) {
  const auto* program = peers_[running.process].program();
  if (!program->is_ending()) begin_end(running);
  if (program->ended()) return true;
  watch(running.process);
  return false;
}

void Run::begin_end(const Running& running) {
  for (const auto socket : {running.input, running.output}) forget(peers_[socket]);
  auto& errors = peers_[running.errors];
  if (!errors.log) {
    errors.log = std::make_unique<target::OutputLog>();
    errors.log->append(errors.inbox.bytes());
    if (errors.is_open()) watch(running.errors);
  }
  auto& process = peers_[running.process];
  poller_.forget(process.fd());
  process.program()->end(stretched(grace));
}

void Run::tell_end(const Running& running) {
  auto& errors = peers_[running.errors];
  constexpr int most_reads = 64;  // the largest pipe has 1 MiB
  for (int i = 0; i < most_reads && errors.is_open(); ++i) drain(errors);
  const auto& process = peers_[running.process];
  const auto ended = *process.program()->ended();
  poller_.forget(process.fd());
  ProgramEnd told{running.id, ended.was_running ? std::nullopt : ended.status, errors.log->text()};
  if (told.errors.size() > errors_tail) told.errors.erase(0, told.errors.size() - errors_tail);
  trace_.programs.push_back(std::move(told));
  if (!ended.was_killed || trace_.stop.reason != Reason::none) return;
  stop_failed(running.id, process.last_step, "did not end by SIGTERM, and was killed");
}

}  // namespace volley::engine
