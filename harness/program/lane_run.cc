// SPDX-License-Identifier: Apache-2.0
#include "program/lane_run.h"

#include <fmt/format.h>
#include <poll.h>

#include <algorithm>
#include <cassert>
#include <filesystem>
#include <memory>
#include <utility>

#include "judge/verdict.h"
#include "program/descriptor_limit.h"
#include "program/need.h"
#include "program/one_case.h"
#include "program/seed.h"
#include "target/instance.h"

namespace volley::program {
namespace {

using engine::Reason;

constexpr std::size_t output_tail = 4096;

/// How long a target may take to die after it has dropped a connection: a crash closes sockets before the process is
/// reaped.
constexpr int dying_ms = 100;

/// The same after a run that passed: short, since a server may well close a connection and live.
constexpr int parting_ms = 20;

/// Whether the other end of some connection went away in a run that passed, which is how a crash looks from outside.
bool saw_an_end(const engine::Trace& trace) {
  using Kind = engine::Event::Kind;
  return std::ranges::any_of(trace.events, [](const engine::Event& event) {
    return event.kind == Kind::ended || event.kind == Kind::was_reset || event.kind == Kind::refused;
  });
}

/// Whether a run may have ended so because a target was about to die.
bool may_be_death(Reason reason) {
  return reason == Reason::unexpected_eof || reason == Reason::unexpected_reset || reason == Reason::unexpected_end ||
         reason == Reason::refused || reason == Reason::call_failed || reason == Reason::not_taken ||
         reason == Reason::left_over;
}

/// Of the sanitizers' reports beyond the `told` ones the one that tells most: UBSan's may come before a crash that they
/// foretell. Null if no text of them is kept.
const target::Output::Report* untold_report(const target::Output& output, std::uint64_t told) {
  if (told >= output.reports.size()) return nullptr;
  const auto first = output.reports.begin() + static_cast<std::ptrdiff_t>(told);
  const auto fatal =
      std::find_if(first, output.reports.end(), [](const auto& report) { return report.what.contains("Sanitizer: "); });
  return &*(fatal == output.reports.end() ? first : fatal);
}

/// `reported AddressSanitizer: heap-buffer-overflow`, if there is a report beyond those that were told.
std::string new_report(const target::Output& output, std::uint64_t told) {
  if (output.reported <= told) return {};
  const auto* report = untold_report(output, told);
  return report == nullptr ? "reported one more error of a sanitizer" : "reported " + report->what;
}

/// How it ended, with a report that was not told yet, or else with the end of its stderr.
report::TargetEnd end_of(const target::Target& target, const target::Output& output, std::uint64_t told) {
  report::TargetEnd end{target.name(), target.end_text(), {}, false};
  if (const auto* report = untold_report(output, told)) {
    end.output = report->text.substr(0, output_tail);
    end.is_report = true;
  } else {
    end.output = output.err.text.substr(output.err.text.size() - std::min(output.err.text.size(), output_tail));
  }
  return end;
}

std::vector<report::TargetEnd> ends_of_programs(const plan::Plan& plan, const engine::Trace& trace) {
  std::vector<report::TargetEnd> ends;
  for (const auto& program : trace.programs) {
    const auto status = program.status ? to_string(*program.status) : std::string();
    ends.push_back({plan.peers[program.peer].name, status, program.errors});
  }
  return ends;
}

/// Where a relative name of a program in a file counts from.
std::string directory_of(const std::string& path) {
  const auto directory = std::filesystem::path(path).parent_path().string();
  return directory.empty() ? "." : directory;
}

judge::Verdict failed_at(source::Span span, std::string what) {
  judge::Verdict verdict;
  verdict.outcome = judge::Outcome::failed;
  verdict.explanation = judge::Explanation{span, std::move(what), {}, {}};
  return verdict;
}

}  // namespace

LaneRun::LaneRun(const Setting& setting, const Lane& lane, engine::Loop& loop, std::function<void()> done)
    : setting_(setting), lane_(lane), loop_(loop), done_(std::move(done)) {
  servers_.reserve(file().recipes.size());
}

report::Case LaneRun::new_case() const {
  return program::new_case(setting_.suite, member(), setting_.options, setting_.course.round);
}

LaneRun::Server& LaneRun::server(const std::string& name) {
  const auto& recipes = file().recipes;
  const auto known =
      std::ranges::find(servers_, name, [&](const Server& server) { return recipes[server.recipe].name; });
  if (known != servers_.end()) return *known;
  const auto recipe = std::ranges::find(recipes, name, &plan::Recipe::name);
  assert(recipe != recipes.end());  // `check` has bound every name
  auto& made = servers_.emplace_back();
  made.recipe = static_cast<std::size_t>(recipe - recipes.begin());
  const auto external = setting_.options.external.find(name);
  if (external != setting_.options.external.end()) {
    made.is_external = true;
    made.target = target::Target::external(name, external->second);
  }
  return made;
}

std::vector<LaneRun::Server*> LaneRun::servers() {
  std::vector<Server*> used;
  for (const auto& name : plan().targets) used.push_back(&server(name));
  return used;
}

/// Goes on to the next scenario that needs something to happen first, or to the end.
void LaneRun::next() {
  for (; at_ < lane_.members.size(); ++at_) {
    if (const auto reason = reason_to_skip()) {
      deliver(skipped(new_case(), *reason));
      continue;
    }
    if (const auto lack = lacks_descriptors(plan())) {
      deliver(in_error(new_case(), *lack));
      continue;
    }
    const auto used = servers();
    const auto broken = std::ranges::find_if(used, [](const Server* server) { return server->failure.has_value(); });
    if (broken != used.end()) {
      deliver_unstarted(**broken);
      continue;
    }
    std::vector<Server*> waiting;
    std::ranges::copy_if(used, std::back_inserter(waiting),
                         [this](const Server* server) { return needs_start(*server); });
    return waiting.empty() && !plan().needs_dir ? run_scenario() : start(waiting);
  }
  stop_servers();
}

/// A `fresh` scenario that is tried again gets a new instance.
bool LaneRun::needs_start(const Server& server) const {
  return !server.target || !server.target->alive() || (plan().fresh && attempts_ > 0);
}

std::optional<std::string> LaneRun::reason_to_skip() const {
  if (setting_.course.interrupt.signal() != 0) return "interrupted";
  const auto cause = setting_.course.brake.cause();
  if (cause && attempts_ == 0) return fmt::format("not run after the failure of {}", *cause);
  if (auto unmet = unmet_need(plan(), setting_.options.selection.reach)) return unmet;
  const auto& external = setting_.options.external;
  for (const auto& name : plan().targets) {
    if (plan().fresh && external.contains(name)) {
      return fmt::format("needs an instance of {} of its own, and --target gives one that runs already", name);
    }
  }
  for (const auto& place : plan().places) {
    const auto given = external.find(place.target);
    if (given == external.end() || given->second.contains(place.port)) continue;
    return place.port.empty()
               ? fmt::format("needs the port of {}, and --target gives only others", place.target)
               : fmt::format("needs {0}.{1}, and no --target {0}.{1}=HOST:PORT gives it", place.target, place.port);
  }
  return {};
}

bool LaneRun::tries_again(report::Case& one) {
  ++attempts_;
  const bool again = one.verdict.outcome == judge::Outcome::failed && attempts_ <= setting_.options.retries &&
                     !is_ended_badly_ && setting_.course.interrupt.signal() == 0;
  if (again && !first_failure_) first_failure_ = std::move(one);
  return again;
}

void LaneRun::deliver(report::Case one) {
  if (first_failure_) {
    auto first = *std::exchange(first_failure_, std::nullopt);
    if (is_ended_badly_) {
      one.is_last_attempt = true;
      one.kept.insert(one.kept.begin(), first.kept.begin(), first.kept.end());
    } else {
      if (one.verdict.outcome == judge::Outcome::passed) first.verdict.outcome = judge::Outcome::flaky;
      one = std::move(first);
    }
    one.attempts = attempts_;
  }
  attempts_ = 0;
  is_ended_badly_ = false;
  apply_brake(one);
  setting_.ledger.add(lane_.members[at_], std::move(one));
}

void LaneRun::apply_brake(const report::Case& one) {
  const auto& options = setting_.options;
  if (!options.fail_fast || !fails_run(one.verdict.outcome, options.strict)) return;
  setting_.course.brake.pull(report::identity(one));
}

void LaneRun::elsewhere(std::function<void()> job, std::function<void()> after) {
  loop_.hold();
  setting_.starter.run([this, job = std::move(job), after = std::move(after)] {
    job();
    loop_.post([this, after] {
      loop_.release();
      after();
    });
  });
}

void LaneRun::start(const std::vector<Server*>& waiting) {
  const auto job = [this, waiting] {
    for (auto* server : waiting) {
      const auto& path = file().source.path(file().targets[server->recipe].begin);
      if (server->target) stop(*server);
      const auto began = std::chrono::steady_clock::now();
      auto started = target::Target::start(
          file().recipes[server->recipe], *setting_.supervisor, directory_of(path), setting_.options.slow_factor,
          {.keep_dir_on_failure = setting_.options.keep, .cancel = setting_.course.interrupt.fd()});
      if (!started) {
        server->failure = std::move(started.error());
        server->failed_after = std::chrono::steady_clock::now() - began;
        return;
      }
      server->target = std::move(*started);
    }
    if (plan().needs_dir) prepare_dir();
  };
  elsewhere(job, [this, waiting] {
    const bool all_serve =
        std::ranges::all_of(waiting, [](const Server* server) { return server->target.has_value(); });
    // One that has died already is not started again and again: the scenario finds out.
    if (all_serve && setting_.course.interrupt.signal() == 0) return prepared();
    dir_keeper_.reset();
    next();
  });
}

/// A directory for the scenario, if all programs that it starts are installed. Blocks.
void LaneRun::prepare_dir() {
  missing_program_.reset();
  for (const auto& program : plan().programs) {
    if (!target::find_file(program, directory_of(file().source.path()))) missing_program_ = program;
    if (missing_program_) return;
  }
  auto keeper = setting_.supervisor->open();
  if (keeper) {
    dir_keeper_ = std::make_shared<target::Supervised>(std::move(*keeper));
    dir_ = dir_keeper_->make_dir();
  } else {
    dir_ = std::unexpected(keeper.error());
  }
}

/// Everything serves that the scenario needs.
void LaneRun::prepared() {
  if (plan().needs_dir && (missing_program_ || !dir_)) {
    deliver(missing_program_ ? skipped(new_case(), *missing_program_ + " is not installed")
                             : in_error(new_case(), to_string(dir_.error())));
    ++at_;
    return next();
  }
  run_scenario();
}

void LaneRun::deliver_unstarted(Server& server) {
  const auto& failure = *server.failure;
  auto one = new_case();
  one.duration = std::exchange(server.failed_after, {});
  if (failure.skip) return deliver(skipped(std::move(one), failure.what));
  if (failure.error) return deliver(in_error(std::move(one), failure.what));
  one.verdict = failed_at(file().targets[server.recipe], failure.what);
  const bool is_ill = !failure.reports.empty();
  one.target =
      report::TargetEnd{file().recipes[server.recipe].name, failure.end,
                        is_ill ? failure.reports.front().text.substr(0, output_tail) : failure.stderr_tail, is_ill};
  if (!failure.kept_dir.empty()) one.kept.push_back(failure.kept_dir);
  deliver(std::move(one));
}

void LaneRun::run_scenario() {
  engine::Surroundings surroundings;
  for (const auto& place : plan().places)
    surroundings.places.push_back(server(place.target).target->endpoint(place.port));
  surroundings.seed = case_seed(setting_.options.seed, plan::identity(plan()));
  surroundings.slow_factor = setting_.options.slow_factor;
  surroundings.reach = setting_.options.selection.reach;
  surroundings.keeps_sent = setting_.options.keeps_sent();
  for (const auto& name : plan().targets) surroundings.targets.push_back(&*server(name).target);
  if (plan().needs_dir) {
    surroundings.dir = *dir_;
    surroundings.program_dir = directory_of(file().source.path());
    surroundings.supervisor = setting_.supervisor;
    surroundings.elsewhere = [this](std::function<void()> job) { setting_.starter.run(std::move(job)); };
  }
  began_ = std::chrono::system_clock::now();
  setting_.ledger.begin(lane_.members[at_]);
  loop_.start(plan(), std::move(surroundings), [this](engine::Trace trace) { finished(std::move(trace)); });
}

void LaneRun::finished(engine::Trace trace) {
  std::vector<pollfd> ends;
  const bool passed = trace.stop.reason == Reason::none;
  const int patience = passed ? parting_ms : dying_ms;
  if (passed ? saw_an_end(trace) : may_be_death(trace.stop.reason)) {
    for (const auto* server : servers()) {
      if (!server->is_external) ends.push_back({server->target->exit_fd(), POLLIN, 0});
    }
  }
  if (ends.empty()) return conclude(std::move(trace));
  const auto kept = std::make_shared<engine::Trace>(std::move(trace));
  elsewhere([ends, patience]() mutable { ::poll(ends.data(), ends.size(), patience); },
            [this, kept] { conclude(std::move(*kept)); });
}

void LaneRun::conclude(engine::Trace trace) {
  auto one = new_case();
  is_ended_badly_ = blame_servers(one, trace);  // no clause allows that
  one.verdict = judge::judge(plan(), trace, file().source);
  const bool is_harmless =
      one.verdict.outcome == judge::Outcome::advice || one.verdict.outcome == judge::Outcome::information;
  const bool is_strict = setting_.options.strict && one.verdict.outcome == judge::Outcome::advice;
  if (is_strict || (is_harmless && is_ended_badly_)) one.verdict.outcome = judge::Outcome::failed;
  one.programs = ends_of_programs(plan(), trace);
  one.duration = trace.duration;
  one.began = began_;
  if (trace.stop.reason == Reason::interrupted) one = skipped(std::move(one), "interrupted");
  one.trace = std::move(trace);
  // Of attempts only those that are told leave something behind.
  const bool is_told = !first_failure_ || is_ended_badly_;
  if (setting_.options.keep && is_told && one.verdict.outcome == judge::Outcome::failed) keep_directories(one);
  finish_case(std::move(one));
}

/// Whether a server of the scenario has died or reported an error of a sanitizer: then a run that passed did not.
bool LaneRun::blame_servers(report::Case& one, engine::Trace& trace) {
  bool is_any = false;
  for (auto* server : servers()) {
    if (server->is_external) continue;
    const auto output = server->target->output();
    const auto end = end_of(*server->target, output, server->told_reports);
    const auto reported = new_report(output, server->told_reports);
    const bool is_expected = ended_as_expected(*server, trace);
    const bool is_dead = !end.status.empty() && !is_expected;
    const bool is_to_blame = is_dead || !reported.empty();
    server->end_is_told = server->end_is_told || is_expected || is_dead;
    server->told_reports = output.reported;
    if (is_to_blame && trace.stop.reason == Reason::none) {
      trace.stop.reason = Reason::target_died;
      trace.stop.at = trace.duration;
      trace.stop.step = static_cast<std::uint32_t>(plan().steps.size() - 1);
      trace.stop.what = fmt::format("target {} {}", end.name, is_dead ? end.status : reported);
      if (is_dead && !reported.empty()) trace.stop.what += ", and " + reported;
    }
    if (is_to_blame || !one.target) one.target = end;
    is_any = is_any || is_to_blame;
  }
  return is_any;
}

void LaneRun::keep_directories(report::Case& one) {
  for (auto* server : servers()) {
    if (server->is_external) continue;
    server->target->keep_dir();
    server->is_kept = true;
    one.kept.push_back(server->target->dir());
  }
  if (!dir_keeper_) return;
  dir_keeper_->keep_dir();
  one.kept.push_back(*dir_);
}

/// Delivers the case when the scenario's directory is gone, and goes on.
void LaneRun::finish_case(report::Case one) {
  if (!dir_keeper_) {
    if (tries_again(one)) return next();
    deliver(std::move(one));
    ++at_;
    return next();
  }
  const auto kept = std::make_shared<report::Case>(std::move(one));
  elsewhere([keeper = std::exchange(dir_keeper_, nullptr)] { keeper->end(); },
            [this, kept] { finish_case(std::move(*kept)); });
}

/// Whether a step has expected how it ended.
bool LaneRun::ended_as_expected(const Server& server, const engine::Trace& trace) const {
  using Kind = engine::Event::Kind;
  return std::ranges::any_of(trace.events, [&](const engine::Event& event) {
    if (event.kind != Kind::exited && event.kind != Kind::killed) return false;
    const auto& target = plan().peers[event.peer].target;
    return target && plan().targets[*target] == file().recipes[server.recipe].name;
  });
}

void LaneRun::stop_servers() {
  const bool any =
      std::ranges::any_of(servers_, [](const Server& server) { return server.target && !server.is_external; });
  if (!any) return end();
  elsewhere(
      [this] {
        for (auto& server : servers_) {
          if (server.target && !server.is_external) stop(server);
        }
      },
      [this] { end(); });
}

void LaneRun::stop(Server& server) {
  const auto complaint = [&](const target::Target::Stopped& stopped, const target::Output& output) {
    const auto reported = new_report(output, server.told_reports);
    const auto what = server.end_is_told ? std::string() : stopped.what;
    if (reported.empty()) return what;
    return what.empty() ? server.target->name() + " " + reported : what + ", and " + reported;
  };
  bool is_kept = server.is_kept;
  const auto stopped = server.target->stop([&](const auto& so_far, const auto& output) {
    is_kept = is_kept || (setting_.options.keep && !complaint(so_far, output).empty());
    return is_kept;
  });
  const auto output = server.target->output();
  if (auto what = complaint(stopped, output); !what.empty()) {
    auto one = new_target_case(file(), server.recipe, setting_.course.round);
    one.verdict = failed_at(file().targets[server.recipe], std::move(what));
    one.target = end_of(*server.target, output, server.told_reports);
    if (is_kept) one.kept.push_back(server.target->dir());
    apply_brake(one);
    complaints_.push_back(std::move(one));
  }
  const auto recipe = server.recipe;
  server = Server{};
  server.recipe = recipe;
}

void LaneRun::end() {
  for (auto& complaint : complaints_) setting_.ledger.add_target(lane_.file, std::move(complaint));
  setting_.ledger.end_lane(lane_.file);
  done_();
}

}  // namespace volley::program
