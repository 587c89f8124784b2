// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "engine/loop.h"
#include "program/command_line.h"
#include "program/lane.h"
#include "program/ledger.h"
#include "program/schedule.h"
#include "program/starter.h"
#include "program/suite.h"
#include "target/supervisor.h"
#include "target/target.h"

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
  /// A target of the file, as far as this lane has come with it.
  struct Server {
    std::size_t recipe = 0;  ///< Into the file's recipes.
    std::optional<target::Target> target;
    std::optional<target::Target::Failure> failure;
    std::chrono::nanoseconds failed_after{};  ///< What the failed start took; told by the first case after it.
    bool is_external = false;
    // Of this instance:
    bool end_is_told = false;        ///< A step has expected its end, or a case has told it.
    std::uint64_t told_reports = 0;  ///< Of sanitizers.
    bool is_kept = false;            ///< Its directory stays.
  };

  const Suite::Member& member() const { return setting_.suite.members[lane_.members[at_]]; }
  const SuiteFile& file() const { return setting_.suite.files[lane_.file]; }
  const plan::Plan& plan() const { return setting_.suite.plan(member()); }
  report::Case new_case() const;
  /// The servers of the current scenario; made, not started, when they are first asked for.
  std::vector<Server*> servers();
  Server& server(const std::string& name);

  void next();
  bool needs_start(const Server& server) const;
  std::optional<std::string> reason_to_skip() const;
  /// Counts an attempt. If there is another one, the case is kept until then.
  bool tries_again(report::Case& one);
  void deliver(report::Case one);
  void apply_brake(const report::Case& one);
  /// Runs `job` on a thread where it may block, and then `after` on the loop's.
  void elsewhere(std::function<void()> job, std::function<void()> after);
  void start(const std::vector<Server*>& waiting);
  void prepare_dir();
  void prepared();
  bool ended_as_expected(const Server& server, const engine::Trace& trace) const;
  void deliver_unstarted(Server& server);
  void run_scenario();
  void finished(engine::Trace trace);
  void conclude(engine::Trace trace);
  bool blame_servers(report::Case& one, engine::Trace& trace);
  void keep_directories(report::Case& one);
  void finish_case(report::Case one);
  void stop_servers();
  /// Stops an instance; a complaint goes to `complaints_`, unless the instance has been told of. Blocks.
  void stop(Server& server);
  void end();

  const Setting& setting_;
  const Lane& lane_;
  engine::Loop& loop_;
  std::function<void()> done_;
  std::size_t at_ = 0;
  std::vector<Server> servers_;                              // reserved for all recipes, so that none moves
  std::vector<report::Case> complaints_;                     // of targets
  std::chrono::sys_time<std::chrono::nanoseconds> began_{};  // the current scenario's run
  std::size_t attempts_ = 0;                                 // at the current scenario, that have ended,
  std::optional<report::Case> first_failure_;  // and the first of them, if it failed and there was another
  bool is_ended_badly_ = false;  // whether in the last one a server died or reported an error: that is never flaky
  // Of the current scenario, if it needs a directory:
  std::shared_ptr<target::Supervised> dir_keeper_;
  Result<std::string> dir_;
  std::optional<std::string> missing_program_;
};

}  // namespace volley::program
