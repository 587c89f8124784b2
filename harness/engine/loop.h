// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <volley/endpoint.h>
#include <volley/error.h>

#include <cstdint>
#include <functional>
#include <memory>
#include <vector>

#include "engine/trace.h"
#include "plan/plan.h"
#include "target/program.h"
#include "target/target.h"

namespace volley::engine {

/// What a run needs beside its plan.
struct Surroundings {
  std::vector<Endpoint> places;  ///< One for each of the plan's places.
  std::uint64_t seed = 0;
  double slow_factor = 1;   ///< Stretches upper time bounds only.
  script::Reach reach{};    ///< With whom it may talk.
  bool keeps_sent = false;  ///< The trace has the first and last bytes of each send too, and who was connected to whom.
  std::vector<const target::Target*> targets{};  ///< One for each of the plan's targets, if it names one as a process.
  // Of a plan that needs a directory:
  std::string dir{};                               ///< Its own, absolute;
  std::string program_dir{};                       ///< where relative names of programs count from;
  const target::Supervisor* supervisor = nullptr;  ///< who starts them,
  target::Program::Elsewhere elsewhere{};          ///< on another thread.
};

/// One event loop: drives any number of runs on the thread that calls `run`. A run is a program counter over its plan;
/// nothing in it blocks. Only `post` and `interrupt` may be called from other threads.
class Loop {
 public:
  static Result<std::unique_ptr<Loop>> open();
  ~Loop();

  /// Begins a run; `done` is called once, from `run()`, with what happened. The plan must outlive it.
  void start(const plan::Plan& plan, Surroundings surroundings, std::function<void(Trace)> done);

  /// Drives runs and posted work until there is neither, and no `hold` is outstanding. Error: epoll_wait failed.
  Result<void> run();

  /// Lets `work` be called from `run()`. Thread-safe.
  void post(std::function<void()> work);
  /// Keeps `run()` waiting for posted work even while no run is in flight: call `hold` on the loop's thread before
  /// handing work to another thread, `release` in what that thread posts back.
  void hold();
  void release();

  /// Ends every run in flight, and those started later, with `Reason::interrupted`. Thread-safe and async-signal-safe.
  void interrupt();

 private:
  struct State;
  explicit Loop(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

/// Runs one plan on a loop of its own, on this thread.
Result<Trace> run(const plan::Plan& plan, Surroundings surroundings = {});

}  // namespace volley::engine
