// SPDX-License-Identifier: Apache-2.0
#include "program/lane_run.h"

#include <fmt/format.h>
#include <poll.h>

#include <algorithm>
#include <cassert>
#include <memory>
#include <utility>

#include "program/conclusion.h"
#include "program/descriptor_limit.h"
#include "program/one_case.h"
#include "program/seed.h"
#include "program/skip_reason.h"
#include "target/instance.h"

namespace volley::program {
namespace {

/// Where its targets serve.
IpAddress host_of(const plan::Plan& plan) {
  if (plan.on_ipv6) return Ipv6Address({0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1});
  return Ipv4Address({127, 0, 0, 1});
}

}  // namespace

LaneRun::LaneRun(const Setting& setting, const Lane& lane, engine::Loop& loop, std::function<void()> done)
    : setting_(setting), lane_(lane), loop_(loop), done_(std::move(done)), attempts_(setting.options.retries) {
  servers_.reserve(2 * file().recipes.size());  // on either loopback
}

report::Case LaneRun::new_case() const {
  return program::new_case(setting_.suite, member(), setting_.options, setting_.course.round);
}

LaneServer& LaneRun::server(const std::string& name) {
  const auto host = host_of(plan());
  const auto known = std::ranges::find_if(
      servers_, [&](const LaneServer& server) { return server.name() == name && server.host() == host; });
  if (known != servers_.end()) return *known;
  const auto& recipes = file().recipes;
  const auto recipe = std::ranges::find(recipes, name, &plan::Recipe::name);
  assert(recipe != recipes.end());  // `check` has bound every name
  const auto index = static_cast<std::size_t>(recipe - recipes.begin());
  return servers_.emplace_back(file(), index, setting_.options, setting_.course.round, host);
}

std::vector<LaneServer*> LaneRun::servers() {
  std::vector<LaneServer*> used;
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
    if (const auto lack = runs_ ? std::nullopt : lacks_descriptors(plan())) {
      deliver(in_error(new_case(), *lack));
      continue;
    }
    const auto used = servers();
    const auto broken = std::ranges::find_if(used, &LaneServer::has_failed);
    if (broken != used.end()) {
      deliver((*broken)->unstarted(new_case()));
      continue;
    }
    std::vector<LaneServer*> waiting;
    std::ranges::copy_if(used, std::back_inserter(waiting),
                         [this](const LaneServer* server) { return needs_start(*server); });
    return waiting.empty() && !plan().needs_dir ? run_scenario() : start(waiting);
  }
  stop_servers();
}

/// Each run of a `fresh` scenario gets a new instance.
bool LaneRun::needs_start(const LaneServer& server) const {
  return !server.serves() || (plan().fresh && has_used_fresh_);
}

/// What became of the scenario as it is written, if this is a variation of it.
std::optional<judge::Outcome> LaneRun::as_written() const {
  const bool is_of_it = !plan().variation.empty() && written_.plan && written_.plan->line == plan().line &&
                        written_.plan->server == plan().server;
  return is_of_it ? std::optional(written_.outcome) : std::nullopt;
}

std::optional<std::string> LaneRun::reason_to_skip() const {
  if (setting_.course.interrupt.signal() != 0) return "interrupted";
  const auto cause = setting_.course.brake.cause();
  if (cause && attempts_.is_first() && !runs_) return fmt::format("not run after the failure of {}", *cause);
  if (const auto outcome = as_written(); outcome && !tells_enough(*outcome).empty()) {
    return std::string(tells_enough(*outcome));
  }
  return unfit(plan(), setting_.options);
}

void LaneRun::deliver(report::Case one) {
  runs_.reset();
  one = attempts_.conclude(std::move(one));
  if (plan().variation.empty()) written_ = {&plan(), one.verdict.outcome};
  one.verdict.outcome = settled(one.verdict.outcome, setting_.options.strict);
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

void LaneRun::start(const std::vector<LaneServer*>& waiting) {
  const auto job = [this, waiting] {
    for (auto* server : waiting) {
      const auto user = plan().fresh ? plan::title(plan()) : std::string();
      complain_of(server->start(*setting_.supervisor, user, setting_.course.interrupt.fd()));
      if (server->has_failed()) return;
    }
    if (plan().needs_dir) prepare_dir();
  };
  has_used_fresh_ = false;
  elsewhere(job, [this, waiting] {
    const bool all_serve = std::ranges::all_of(waiting, &LaneServer::is_started);
    // One that has died already is not started again and again: the scenario finds out.
    if (all_serve && setting_.course.interrupt.signal() == 0) return prepared();
    dir_keeper_.reset();
    next();
  });
}

/// A target's own case, if there is one. Any thread, one at a time.
void LaneRun::complain_of(std::optional<report::Case> target) {
  if (!target) return;
  apply_brake(*target);
  complaints_.push_back(*std::move(target));
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

void LaneRun::run_scenario() {
  if (!runs_) runs_.emplace(plan(), vary::Limits{.split = setting_.options.split_limit});
  const auto seed = case_seed(setting_.options.seed, plan::identity(plan()));
  has_used_fresh_ = true;
  began_ = std::chrono::system_clock::now();
  setting_.ledger.begin(lane_.members[at_]);
  for (std::size_t i = 0; i < runs_->at_once(); ++i) {
    auto around = surroundings();
    around.seed = runs_->seed(seed, i);
    loop_.start(runs_->plan(), std::move(around), [this](engine::Trace trace) {
      if (auto counting = runs_->add(std::move(trace))) finished(*std::move(counting));
    });
  }
}

engine::Surroundings LaneRun::surroundings() {
  engine::Surroundings surroundings;
  for (const auto& place : plan().places)
    surroundings.places.push_back(server(place.target).target().endpoint(place.port));
  surroundings.slow_factor = setting_.options.slow_factor;
  surroundings.reach = setting_.options.selection.reach;
  surroundings.keeps_sent = setting_.options.keeps_sent();
  for (const auto& name : plan().targets) surroundings.targets.push_back(&server(name).target());
  if (plan().needs_dir) {
    surroundings.dir = *dir_;
    surroundings.program_dir = directory_of(file().source.path());
    surroundings.supervisor = setting_.supervisor;
    surroundings.elsewhere = [this](std::function<void()> job) { setting_.starter.run(std::move(job)); };
  }
  return surroundings;
}

void LaneRun::finished(engine::Trace trace) {
  std::vector<pollfd> ends;
  const int patience = patience_after(trace, *runs_);
  if (patience > 0) {
    for (const auto* server : servers()) {
      if (!server->is_external()) ends.push_back({server->target().exit_fd(), POLLIN, 0});
    }
  }
  if (ends.empty()) return conclude(std::move(trace));
  const auto kept = std::make_shared<engine::Trace>(std::move(trace));
  elsewhere([ends, patience]() mutable { ::poll(ends.data(), ends.size(), patience); },
            [this, kept] { conclude(std::move(*kept)); });
}

void LaneRun::conclude(engine::Trace trace) {
  auto one = new_case();
  one.began = began_;
  const bool ended_badly = blame_servers(one, trace);
  if (ended_badly) attempts_.end_badly();
  one = concluded(std::move(one), std::move(trace), *runs_, ended_badly, as_written());
  // Of attempts only those that are told leave something behind.
  if (setting_.options.keep && attempts_.is_told() &&
      settled(one.verdict.outcome, setting_.options.strict) == judge::Outcome::failed) {
    keep_directories(one);
  }
  finish_case(std::move(one));
}

/// Whether a server of the scenario has died or reported an error of a sanitizer: then a run that passed did not.
bool LaneRun::blame_servers(report::Case& one, engine::Trace& trace) {
  bool is_any = false;
  for (auto* server : servers()) is_any = server->blame(one, trace, plan()) || is_any;
  return is_any;
}

void LaneRun::keep_directories(report::Case& one) {
  for (auto* server : servers()) server->keep_dir(one);
  if (!dir_keeper_) return;
  dir_keeper_->keep_dir();
  one.kept.push_back(*dir_);
}

/// Delivers the case when the scenario's directory is gone, and goes on.
void LaneRun::finish_case(report::Case one) {
  if (!dir_keeper_) {
    if (runs_->goes_on(one)) return next();
    runs_->tell(one);
    if (attempts_.tries_again(one, setting_.course.interrupt.signal() == 0)) {
      runs_.reset();
      return next();
    }
    deliver(std::move(one));
    ++at_;
    return next();
  }
  const auto kept = std::make_shared<report::Case>(std::move(one));
  elsewhere([keeper = std::exchange(dir_keeper_, nullptr)] { keeper->end(); },
            [this, kept] { finish_case(std::move(*kept)); });
}

void LaneRun::stop_servers() {
  const bool any = std::ranges::any_of(
      servers_, [](const LaneServer& server) { return server.is_started() && !server.is_external(); });
  if (!any) return end();
  elsewhere(
      [this] {
        for (auto& server : servers_) complain_of(server.stop());
      },
      [this] { end(); });
}

void LaneRun::end() {
  for (auto& complaint : complaints_) setting_.ledger.add_target(lane_.file, std::move(complaint));
  setting_.ledger.end_lane(lane_.file);
  done_();
}

}  // namespace volley::program
