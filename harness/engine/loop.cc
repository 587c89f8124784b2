// SPDX-License-Identifier: Apache-2.0
#include "engine/loop.h"

#include <sys/eventfd.h>
#include <unistd.h>
#include <volley/poller.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <mutex>
#include <unordered_map>
#include <utility>

#include "engine/run.h"

namespace volley::engine {
namespace {

constexpr std::uint64_t wake_key = UINT64_MAX;
constexpr std::size_t scratch_bytes = 256 << 10;  // a whole datagram fits, and a stream is read in few calls

}  // namespace

struct Loop::State {
  State(Poller made_poller, Descriptor made_wake) : poller(std::move(made_poller)), wake(std::move(made_wake)) {}

  struct Flight {
    std::unique_ptr<Run> run;
    std::function<void(Trace)> done;
  };

  void advance(std::uint32_t id);
  void run_posted();
  void interrupt_all();
  Clock::time_point next_wake() const;
  Result<void> wait(Clock::time_point until);
  void wake_up() const {
    const std::uint64_t one = 1;
    [[maybe_unused]] const auto written = ::write(wake.get(), &one, sizeof one);
  }

  Poller poller;
  Descriptor wake;
  std::vector<std::byte> scratch = std::vector<std::byte>(scratch_bytes);
  std::unordered_map<std::uint32_t, Flight> flights;
  std::uint32_t next_id = 0;
  std::vector<std::uint32_t> fresh;  // started and not advanced yet
  std::size_t holds = 0;
  std::mutex mutex;
  std::vector<std::function<void()>> posted;  // guarded by mutex
  std::atomic<bool> interrupted = false;
  static_assert(std::atomic<bool>::is_always_lock_free);  // set from a signal handler
};

Loop::Loop(std::unique_ptr<State> state) : state_(std::move(state)) {}
Loop::~Loop() = default;

Result<std::unique_ptr<Loop>> Loop::open() {
  auto poller = Poller::open();
  if (!poller) return std::unexpected(poller.error());
  Descriptor wake(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK));
  if (!wake) return std::unexpected(last_error("eventfd"));
  if (const auto watched = poller->watch(wake.get(), Interest::read, wake_key); !watched) {
    return std::unexpected(watched.error());
  }
  return std::unique_ptr<Loop>(new Loop(std::make_unique<State>(*std::move(poller), std::move(wake))));
}

void Loop::start(const plan::Plan& plan, Surroundings surroundings, std::function<void(Trace)> done) {
  const auto id = state_->next_id++;
  auto run = std::make_unique<Run>(plan, std::move(surroundings), state_->poller, id, state_->scratch);
  if (state_->interrupted) run->interrupt();
  state_->flights.emplace(id, State::Flight{std::move(run), std::move(done)});
  state_->fresh.push_back(id);
}

void Loop::State::advance(std::uint32_t id) {
  const auto at = flights.find(id);
  if (at == flights.end() || !at->second.run->advance()) return;
  auto trace = at->second.run->take();
  // `done` may start another run: nothing of this one may be in use by then.
  const auto done = std::move(at->second.done);
  flights.erase(at);
  done(std::move(trace));
}

void Loop::State::run_posted() {
  std::vector<std::function<void()>> work;
  {
    const std::lock_guard lock(mutex);
    work.swap(posted);
  }
  for (const auto& call : work) call();
}

void Loop::State::interrupt_all() {
  std::vector<std::uint32_t> ids;
  for (const auto& [id, flight] : flights) ids.push_back(id);
  std::ranges::sort(ids);
  for (const auto id : ids) {
    const auto at = flights.find(id);
    if (at != flights.end()) at->second.run->interrupt();
    advance(id);
  }
}

Clock::time_point Loop::State::next_wake() const {
  auto next = Clock::time_point::max();
  for (const auto& [id, flight] : flights) next = std::min(next, flight.run->wake_at());
  return next;
}

Result<void> Loop::State::wait(Clock::time_point until) {
  const auto ready = poller.wait(until);
  if (!ready) return std::unexpected(ready.error());
  std::vector<std::uint32_t> awake;
  for (const auto& event : *ready) {
    if (event.key == wake_key) {
      std::uint64_t count = 0;
      [[maybe_unused]] const auto drained = ::read(wake.get(), &count, sizeof count);
      continue;
    }
    const auto id = static_cast<std::uint32_t>(event.key >> 32);
    if (const auto at = flights.find(id); at != flights.end()) {
      at->second.run->on_ready(static_cast<std::uint32_t>(event.key), event.writable);
      awake.push_back(id);
    }
  }
  const auto now = Clock::now();
  for (const auto& [id, flight] : flights) {
    if (flight.run->wake_at() <= now) awake.push_back(id);
  }
  std::ranges::sort(awake);
  awake.erase(std::unique(awake.begin(), awake.end()), awake.end());
  for (const auto id : awake) advance(id);
  return {};
}

Result<void> Loop::run() {
  auto& state = *state_;
  while (true) {
    for (const auto id : std::exchange(state.fresh, {})) state.advance(id);
    state.run_posted();
    if (state.interrupted) state.interrupt_all();
    if (state.flights.size() > state.fresh.size() || state.holds > 0) {
      // Runs that start one after another must not keep those that wait from their turn.
      const auto until = state.fresh.empty() ? state.next_wake() : Clock::time_point::min();
      if (const auto waited = state.wait(until); !waited) return waited;
    } else if (state.fresh.empty()) {
      const std::lock_guard lock(state.mutex);
      if (state.posted.empty()) return {};
    }
  }
}

void Loop::post(std::function<void()> work) {
  {
    const std::lock_guard lock(state_->mutex);
    state_->posted.push_back(std::move(work));
  }
  state_->wake_up();
}

void Loop::hold() {
  ++state_->holds;
}
void Loop::release() {
  --state_->holds;
}

void Loop::interrupt() {
  state_->interrupted = true;
  state_->wake_up();
}

Result<Trace> run(const plan::Plan& plan, Surroundings surroundings) {
  auto loop = Loop::open();
  if (!loop) return std::unexpected(loop.error());
  std::optional<Trace> trace;
  (*loop)->start(plan, std::move(surroundings), [&](Trace done) { trace = std::move(done); });
  if (const auto ran = (*loop)->run(); !ran) return std::unexpected(ran.error());
  return *std::move(trace);
}

}  // namespace volley::engine
