// SPDX-License-Identifier: Apache-2.0
#include "program/schedule.h"

#include <algorithm>
#include <atomic>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <utility>

#include "engine/loop.h"
#include "program/lane.h"
#include "program/lane_run.h"
#include "program/ledger.h"
#include "program/one_case.h"
#include "program/seed.h"
#include "program/shuffle.h"
#include "program/starter.h"

namespace volley::program {
namespace {

/// The lanes that nobody has taken yet.
struct Queue {
  const std::vector<Lane>& lanes;
  std::atomic<std::size_t> next = 0;

  const Lane* take() {
    const auto index = next.fetch_add(1);
    return index < lanes.size() ? &lanes[index] : nullptr;
  }
};

/// One thread's share: an event loop that drives up to `places` lanes.
class Worker {
 public:
  Worker(const Setting& setting, Queue& queue, engine::Loop& loop) : setting_(setting), queue_(queue), loop_(loop) {}

  void run(std::size_t places) {
    for (std::size_t i = 0; i < places; ++i) take();
    if (const auto ran = loop_.run(); !ran) error_ = ran.error();
    setting_.ledger.end_worker();
  }

  const std::optional<Error>& error() const { return error_; }

 private:
  void take() {
    const auto* lane = queue_.take();
    if (lane == nullptr) return;
    // A lane's end is posted: it must not grow the stack of the lane before it.
    runs_.push_back(std::make_unique<LaneRun>(setting_, *lane, loop_, [this] { loop_.post([this] { take(); }); }));
    runs_.back()->begin();
  }

  const Setting& setting_;
  Queue& queue_;
  engine::Loop& loop_;
  std::vector<std::unique_ptr<LaneRun>> runs_;
  std::optional<Error> error_;
};

Result<std::vector<std::unique_ptr<engine::Loop>>> open_loops(std::size_t count) {
  std::vector<std::unique_ptr<engine::Loop>> loops;
  for (std::size_t i = 0; i < count; ++i) {
    auto loop = engine::Loop::open();
    if (!loop) return std::unexpected(loop.error());
    loops.push_back(std::move(*loop));
  }
  return loops;
}

/// One worker on this thread prints as it goes, since nothing else is in flight then; of several each has a thread, and
/// this one prints.
void run_workers(std::vector<std::unique_ptr<Worker>>& workers, std::size_t in_flight, Ledger& ledger) {
  if (in_flight == 1) return workers.front()->run(1);
  std::vector<std::jthread> threads;
  for (std::size_t i = 0; i < workers.size(); ++i) {
    const auto places = in_flight / workers.size() + (i < in_flight % workers.size() ? 1 : 0);
    threads.emplace_back([worker = workers[i].get(), places] { worker->run(places); });
  }
  ledger.print_until_ended(workers.size());
}

}  // namespace

Result<Finished> run_suite(const Suite& suite, const RunOptions& options, const target::Supervisor* supervisor,
                           const Course& course, std::function<void(const report::Case&)> print, Ledger::Watch watch) {
  const auto began = std::chrono::steady_clock::now();
  auto all = lanes(suite);
  if (all.empty()) return Finished{};
  if (options.shuffle) shuffle(all, case_seed(*options.shuffle, std::to_string(course.round)));
  const auto in_flight = std::min(options.jobs, all.size());
  const std::size_t processors = std::max(1u, std::thread::hardware_concurrency());
  const auto loops = open_loops(std::min(in_flight, processors));
  if (!loops) return std::unexpected(loops.error());

  course.interrupt.attach(*loops);
  Ledger ledger(suite, all, in_flight == 1 ? Ledger::Printing::at_once : Ledger::Printing::elsewhere, std::move(print),
                std::move(watch));
  Queue queue{all};
  Starter starter;
  const Setting setting{suite, options, supervisor, course, starter, ledger};
  std::vector<std::unique_ptr<Worker>> workers;
  for (const auto& loop : *loops) workers.push_back(std::make_unique<Worker>(setting, queue, *loop));
  run_workers(workers, in_flight, ledger);
  starter.close();  // if a loop failed its jobs may still use the lanes of the workers
  course.interrupt.detach();
  std::string trouble = "an event loop failed";
  for (const auto& worker : workers) {
    if (worker->error()) trouble = to_string(*worker->error());
  }
  auto cases = ledger.finish([&](std::size_t member) {
    return in_error(new_case(suite, suite.members[member], options, course.round), trouble);
  });
  return Finished{std::move(cases), std::chrono::steady_clock::now() - began};
}

}  // namespace volley::program
