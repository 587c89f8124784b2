// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "engine/loop.h"
#include "program/attempts.h"
#include "program/case_runs.h"
#include "program/command_line.h"
#include "program/lane.h"
#include "program/lane_server.h"
#include "program/ledger.h"
#include "program/schedule.h"
#include "program/starter.h"
#include "program/suite.h"
#include "target/supervisor.h"

namespace volley::program {

/// What all lanes of a run share.
struct Setting {
  const Suite& suite;
  const RunOptions& options;
  const target::Supervisor* supervisor;  ///< None if no target has to be started.
  const Course& course;
  Starter& starter;
  Ledger& ledger;
};

/// A lane on its way: its scenarios one after another, each when the targets that it uses serve. All of it happens on
/// the loop's thread, but starting and stopping targets, which block: meanwhile the loop is held and nothing here is
/// touched.
///
/// A target that dies fails the scenario during which it died, or, between two, itself; it is started again for the
/// next scenario. One that does not start fails all scenarios after it, without another try.
class LaneRun {
 public:
  /// `done` is called once, on the loop's thread, when all its targets have been stopped. All arguments must outlive
  /// this.
  LaneRun(const Setting& setting, const Lane& lane, engine::Loop& loop, std::function<void()> done);

  void begin() { next(); }

 private:
  const Suite::Member& member() const { return setting_.suite.members[lane_.members[at_]]; }
  const SuiteFile& file() const { return setting_.suite.files[lane_.file]; }
  const plan::Plan& plan() const { return setting_.suite.plan(member()); }
  report::Case new_case() const;
  /// The servers of the current scenario; made, not started, when they are first asked for.
  std::vector<LaneServer*> servers();
  LaneServer& server(const std::string& name);

  void next();
  bool needs_start(const LaneServer& server) const;
  std::optional<std::string> reason_to_skip() const;
  void deliver(report::Case one);
  void apply_brake(const report::Case& one);
  /// Runs `job` on a thread where it may block, and then `after` on the loop's.
  void elsewhere(std::function<void()> job, std::function<void()> after);
  void start(const std::vector<LaneServer*>& waiting);
  void complain_of(std::optional<report::Case> target);
  void prepare_dir();
  void prepared();
  void run_scenario();
  engine::Surroundings surroundings();
  std::optional<judge::Outcome> as_written() const;
  void finished(engine::Trace trace);
  void conclude(engine::Trace trace);
  bool blame_servers(report::Case& one, engine::Trace& trace);
  void keep_directories(report::Case& one);
  void finish_case(report::Case one);
  void stop_servers();
  void end();

  const Setting& setting_;
  const Lane& lane_;
  engine::Loop& loop_;
  std::function<void()> done_;
  std::size_t at_ = 0;
  std::vector<LaneServer> servers_;                          // reserved for all recipes, so that none moves
  std::vector<report::Case> complaints_;                     // of targets
  std::chrono::sys_time<std::chrono::nanoseconds> began_{};  // the current scenario's run
  Attempts attempts_;                                        // at the current scenario,
  std::optional<CaseRuns> runs_;                             // of the current attempt, once it has begun
  bool has_used_fresh_ = false;                              // whether a run has used the servers of a fresh scenario
  /// What became of a scenario as it is written, which runs before its variations.
  struct Written {
    const plan::Plan* plan = nullptr;
    judge::Outcome outcome = judge::Outcome::passed;
  };
  Written written_;
  // Of the current scenario, if it needs a directory:
  std::shared_ptr<target::Supervised> dir_keeper_;
  Result<std::string> dir_;
  std::optional<std::string> missing_program_;
};

}  // namespace volley::program
