// SPDX-License-Identifier: Apache-2.0
#include "target/target.h"

#include <fmt/core.h>

#include <cassert>
#include <cerrno>
#include <csignal>
#include <utility>

#include "target/instance.h"

namespace volley::target {
namespace {

using Failure = Target::Failure;

constexpr int most_tries = 3;
constexpr ExitStatus cannot_run{ExitStatus::Kind::exited, 77};  // as with Automake's and CTest's tests
constexpr std::size_t tail_size = 4096;

Clock::duration stretch(std::chrono::nanoseconds time, double factor) {
  return std::chrono::duration_cast<Clock::duration>(time * factor);
}

/// `5 s`, `1.5 s`, `200 ms`.
std::string duration_text(Clock::duration time) {
  const auto milliseconds = std::chrono::duration<double, std::milli>(time).count();
  return milliseconds < 1000 ? fmt::format("{:g} ms", milliseconds) : fmt::format("{:g} s", milliseconds / 1000);
}

/// The last line that is not empty, at most 200 bytes of it. Reports escape it, as all that targets say.
std::string last_line(std::string_view text) {
  const auto end = text.find_last_not_of("\r\n ");
  if (end == text.npos) return {};
  text = text.substr(0, end + 1);
  const auto line = text.substr(text.find_last_of("\r\n") + 1);
  if (line.size() <= 200) return std::string(line);
  std::size_t size = 197;
  while (size > 190 && (static_cast<unsigned char>(line[size]) & 0xC0) == 0x80) --size;  // cuts no character of UTF-8
  return std::string(line.substr(0, size)) + "...";
}

bool says_address_in_use(const Output& output) {
  for (const auto* text : {&output.out.text, &output.err.text}) {
    for (const char* words : {"ddress already in use", "ddress in use", "EADDRINUSE"}) {
      if (text->find(words) != text->npos) return true;
    }
  }
  return false;
}

std::string why(const plan::Recipe& recipe, const Instance& instance, const NotReady& reason, Clock::duration within) {
  const std::string endpoint = instance.places().main_endpoint().to_string();
  switch (reason.reason) {
    case NotReady::Reason::ended:
      return instance.program().end_text() + " before it was ready";
    case NotReady::Reason::foreign_listener:
      return "was not ready: another program listens on " + endpoint;
    case NotReady::Reason::error:
      return "cannot be probed: " + to_string(*reason.error);
    case NotReady::Reason::elsewhere:
      return fmt::format("does not serve on {}, but on {}", endpoint, reason.place->to_string());
    case NotReady::Reason::cancelled:
      return "was not waited for any more";
    case NotReady::Reason::late:
      break;
  }
  const auto* output = std::get_if<plan::Recipe::ReadyOutput>(&recipe.ready);
  if (std::holds_alternative<plan::Recipe::ReadyUdp>(recipe.ready)) {
    return fmt::format("was not ready within {}: nothing answers datagrams on {}", duration_text(within), endpoint);
  }
  return fmt::format("was not ready within {}: {}", duration_text(within),
                     output != nullptr ? "no whole line of its output matches /" + output->line.text() + "/"
                                       : "nothing accepts connections on " + endpoint);
}

bool is_on_ipv6(const Instance& instance) {
  return instance.places().endpoint("").address().is_v6();
}

/// Whether a signal killed it, or its child, which is what a shell tells by a status over 128. 255 is the -1 of many.
bool is_crash(const ExitStatus& status) {
  return status.kind == ExitStatus::Kind::signalled || (status.value > 128 && status.value <= 128 + SIGRTMAX);
}

/// Whether it does not serve because it was to do so on IPv6: many servers are for IPv4 alone, and say so by a status
/// that they choose, or by listening elsewhere. One that crashes, or comes to nothing within its time, has not said it.
bool is_without_ipv6(const Instance& instance, const NotReady& reason) {
  if (!is_on_ipv6(instance)) return false;
  if (reason.reason == NotReady::Reason::elsewhere) return true;
  const auto status = instance.program().exit_status();
  return reason.reason == NotReady::Reason::ended && status && !is_crash(*status);
}

/// Whether it is no failure of a server that it did not get ready.
bool is_excused(const Instance& instance, const NotReady& reason, const Output& output) {
  if (!output.reports.empty()) return false;
  const bool cannot = reason.reason == NotReady::Reason::ended && instance.program().exit_status() == cannot_run;
  return cannot || is_without_ipv6(instance, reason);
}

/// The failure of an instance that has been ended.
Failure explain(const plan::Recipe& recipe, const Instance& instance, const NotReady& reason, Clock::duration within) {
  const Output output = instance.output();
  Failure failure;
  failure.what = recipe.name + " " + why(recipe, instance, reason, within);
  const auto& [stream, text] =
      output.err.bytes > 0 ? std::pair("stderr", output.err.text) : std::pair("stdout", output.out.text);
  const std::string line = last_line(text);
  if (reason.reason == NotReady::Reason::elsewhere) {
    // What it wrote has nothing to do with it.
  } else if (!output.reports.empty()) {
    failure.what += fmt::format("; it reported {}", output.reports.front().what);
  } else if (!line.empty()) {
    const bool is_open = reason.reason == NotReady::Reason::late && !text.ends_with('\n');
    failure.what += fmt::format("; its {} ends{}: {}", stream, is_open ? ", in a line without an end" : "", line);
  }
  failure.reports = output.reports;
  failure.error = reason.error;
  if (reason.reason == NotReady::Reason::ended) {
    failure.status = instance.program().exit_status();
    failure.end = instance.program().end_text();
  }
  if (output.reports.empty() && failure.status == cannot_run) {
    failure.what = fmt::format("{} cannot run here{}", recipe.name, line.empty() ? "" : ": " + line);
  }
  const bool is_told = reason.reason == NotReady::Reason::ended || reason.reason == NotReady::Reason::late;
  if (is_on_ipv6(instance) && is_told) failure.what += " (its host was ::1)";
  failure.skip = is_excused(instance, reason, output);
  const std::string& err = output.err.text;
  failure.stderr_tail = err.substr(err.size() - std::min(err.size(), tail_size));
  return failure;
}

std::unexpected<Failure> cannot_start(const plan::Recipe& recipe, const Error& error) {
  Failure failure;
  if (error.code == EXDEV && error.call == "openat2") {
    failure.what = fmt::format("{} cannot be started: file \"{}\" is not below ${{dir}}", recipe.name, error.argument);
  } else {
    failure.what = fmt::format("{} cannot be started: {}", recipe.name, to_string(error));
    failure.error = error;
  }
  return std::unexpected(std::move(failure));
}

/// A program that was executed may kill its keeper before that can say so.
std::unexpected<Failure> cannot_launch(const plan::Recipe& recipe, const Error& error) {
  if (error != Error{EPIPE, "recvmsg", "supervisor"}) return cannot_start(recipe, error);
  Failure failure;
  failure.what = fmt::format("{} {} before it was ready", recipe.name, lost);
  failure.end = lost;
  return std::unexpected(std::move(failure));
}

/// The signal by which a recipe's program is asked to stop; 0 if it is none.
int stop_signal(plan::Recipe::Stop stop) {
  switch (stop) {
    case plan::Recipe::Stop::term:
      return SIGTERM;
    case plan::Recipe::Stop::interrupt:
      return SIGINT;
    case plan::Recipe::Stop::close_stdin:
      break;
  }
  return 0;
}

bool is_clean(const ExitStatus& status, int signal) {
  if (status.kind == ExitStatus::Kind::signalled) return status.value == signal;
  return status.value == 0 || (signal != 0 && status.value == 128 + signal);
}

/// How long what a server has started may take to end after it: it may be told to by nothing else than its end.
constexpr auto farewell = std::chrono::seconds(1);

/// `redis left 2 processes running: sleep (pid 4711), sh (pid 4712)`; empty if there is none.
std::string leak(const std::string& name, const std::vector<ProcessEntry>& left) {
  constexpr std::size_t most_named = 4;
  if (left.empty()) return {};
  auto text = fmt::format("{} left {} process{} running:", name, left.size(), left.size() == 1 ? "" : "es");
  for (std::size_t i = 0; i < std::min(left.size(), most_named); ++i) {
    text += fmt::format("{} {} (pid {})", i == 0 ? "" : ",", left[i].name, left[i].pid);
  }
  if (left.size() > most_named) text += fmt::format(", and {} more", left.size() - most_named);
  return text;
}

/// What to do about a program that is not there.
std::string cure_of(const std::string& program) {
  if (program.contains(' ')) return "; each argument is a text of its own, and a program has no spaces";
  if (program.starts_with('/')) return "; there is no such file";
  if (program.contains('/')) return "; a program with a slash stands beside the scenario file";
  return "; neither PATH nor /usr/sbin has it";
}

}  // namespace

struct Target::State {
  std::string name;
  std::string dir;
  std::map<std::string, Endpoint, std::less<>> external;  ///< By the names of its ports.
  std::unique_ptr<Instance> instance;                     ///< Of a target that is not external.
  plan::Recipe::Stop stop = plan::Recipe::Stop::term;
  double slow_factor = 1;
  std::optional<Stopped> stopped;
};

Target::Target(std::unique_ptr<State> state) : state_(std::move(state)) {}
Target::Target(Target&&) noexcept = default;
Target& Target::operator=(Target&&) noexcept = default;
Target::~Target() = default;

std::expected<Target, Failure> Target::start(const plan::Recipe& recipe, const Supervisor& supervisor,
                                             const std::string& scenario_dir, double slow_factor, const Wish& wish) {
  const auto file = find_file(recipe, scenario_dir);
  if (!file && file.error().code == ENOENT) {
    Failure failure;
    failure.what = file.error().argument + " is not installed" + cure_of(file.error().argument);
    failure.skip = true;
    return std::unexpected(std::move(failure));
  }
  if (!file) return cannot_start(recipe, file.error());

  const auto within = stretch(recipe.within, slow_factor);
  for (int remaining = most_tries;; --remaining) {
    auto instance = std::make_unique<Instance>();
    if (auto prepared = instance->prepare(recipe, supervisor, wish.host); !prepared)
      return cannot_start(recipe, prepared.error());
    if (auto launched = instance->launch(recipe, *file); !launched) return cannot_launch(recipe, launched.error());
    const auto ready = instance->wait_until_ready(recipe, {Clock::now() + within, wish.cancel});
    if (ready) {
      auto state = std::make_unique<State>();
      state->name = recipe.name;
      state->dir = instance->places().dir();
      state->instance = std::move(instance);
      state->stop = recipe.stop;
      state->slow_factor = slow_factor;
      return Target(std::move(state));
    }
    const auto reason = ready.error().reason;
    const bool in_use = reason == NotReady::Reason::foreign_listener ||
                        (reason == NotReady::Reason::ended && says_address_in_use(instance->output()));
    if (in_use && remaining > 1) continue;
    const bool is_failure =
        reason != NotReady::Reason::cancelled && !is_excused(*instance, ready.error(), instance->output());
    const bool is_kept = wish.keep_dir_on_failure && is_failure;
    if (is_kept) instance->program().keep_dir();
    instance->end();
    auto failure = explain(recipe, *instance, ready.error(), within);
    if (is_kept) failure.kept_dir = instance->places().dir();
    return std::unexpected(std::move(failure));
  }
}

Target Target::external(std::string name, std::map<std::string, Endpoint, std::less<>> endpoints) {
  auto state = std::make_unique<State>();
  state->name = std::move(name);
  state->external = std::move(endpoints);
  return Target(std::move(state));
}

std::expected<void, std::string> Target::find(const plan::Recipe& recipe, const std::string& scenario_dir) {
  if (const auto file = find_file(recipe, scenario_dir); !file) return std::unexpected(file.error().argument);
  return {};
}

const std::string& Target::name() const {
  return state_->name;
}

const std::string& Target::dir() const {
  return state_->dir;
}

Endpoint Target::endpoint(std::string_view port_name) const {
  if (state_->instance) return state_->instance->places().endpoint(port_name);
  const auto found = state_->external.find(port_name);
  assert(found != state_->external.end());
  return found->second;
}

bool Target::alive() const {
  return !exit_status();
}

std::string Target::end_text() const {
  return exit_status() ? state_->instance->program().end_text() : std::string();
}

std::optional<ExitStatus> Target::exit_status() const {
  return state_->instance ? state_->instance->program().exit_status() : std::nullopt;
}

int Target::exit_fd() const {
  return state_->instance ? state_->instance->program().exit_fd() : -1;
}

pid_t Target::pid() const {
  return state_->instance ? state_->instance->program().pid() : -1;
}

Result<void> Target::signal(int number) const {
  if (!state_->instance) return std::unexpected(Error{ESRCH, "pidfd_send_signal", signal_name(number)});
  return state_->instance->program().signal(number);
}

Output Target::output() const {
  return state_->instance ? state_->instance->output() : Output{};
}

Target::Stopped Target::stop(const std::function<bool(const Stopped&, const Output&)>& keeps,
                             std::chrono::nanoseconds grace) {
  if (!state_->instance) return {.clean = true, .was_running = true, .status = {}, .what = {}};
  if (state_->stopped) return *state_->stopped;
  Instance& instance = *state_->instance;
  const int signal = stop_signal(state_->stop);
  const std::string asked = signal == 0 ? "its stdin was closed" : signal_name(signal);
  const auto patience = stretch(grace, state_->slow_factor);

  Stopped stopped;
  auto status = instance.program().exit_status();
  stopped.was_running = !status;
  if (!status) {
    instance.close_stdin();
    // It may end by itself at this very moment; what counts is how it ends.
    if (signal != 0) static_cast<void>(instance.program().signal(signal));
    status = instance.program().wait_until(Clock::now() + patience);
  }
  stopped.status = status.value_or(ExitStatus{ExitStatus::Kind::signalled, SIGKILL});
  if (!stopped.was_running) {
    stopped.what = fmt::format("{} {} before it was asked to stop", name(), instance.program().end_text());
  } else if (!status) {
    stopped.what = fmt::format("{} still ran {} after {} and was killed", name(), duration_text(patience), asked);
  } else if (!is_clean(*status, signal)) {
    stopped.what = fmt::format("{} {} after {}", name(), to_string(*status), asked);
  } else {
    const auto deadline = Clock::now() + stretch(farewell, state_->slow_factor);
    stopped.what = leak(name(), instance.program().survivors(deadline));
  }
  stopped.clean = stopped.what.empty();
  if (keeps(stopped, instance.output())) instance.program().keep_dir();
  instance.end();
  state_->stopped = stopped;
  return stopped;
}

void Target::keep_dir() {
  if (state_->instance) state_->instance->program().keep_dir();
}

}  // namespace volley::target
