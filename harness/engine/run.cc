// SPDX-License-Identifier: Apache-2.0
// The course of a run: steps, deadlines, the end. What the single steps do is in run_open.cc and run_exchange.cc.
#include "engine/run.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <utility>

#include "engine/error_names.h"

namespace volley::engine {
namespace {

/// How long the end of a scenario waits for a peer that takes nothing of its last sends.
constexpr nanoseconds last_sends = std::chrono::seconds(5);
constexpr std::uint32_t no_step = UINT32_MAX;
/// How many steps a run may do before others of its loop have their turn.
constexpr int turn = 4096;
/// Of a trace: loops may go on for long.
constexpr std::size_t most_events = 64 << 10;
constexpr std::size_t most_bytes = 32 << 20;

}  // namespace

Run::Run(const plan::Plan& plan, Surroundings surroundings, Poller& poller, std::uint32_t id,
         std::span<std::byte> scratch)
    : plan_(plan),
      surroundings_(std::move(surroundings)),
      poller_(poller),
      id_(id),
      scratch_(scratch),
      start_(Clock::now()),
      wake_at_(start_),
      all_peers_(plan.peers.size()),
      peers_(plan.peers.size()) {
  std::iota(all_peers_.begin(), all_peers_.end(), PeerId{0});
  main_.end = plan::end_of_main(plan);
  main_.scope.slots.resize(plan.slots.size());
  main_.scope.peers.resize(plan.peers.size());
  main_.scope.places = surroundings_.places;
  main_.scope.seed = surroundings_.seed;
  main_.scope.sockets = this;
  main_.scope.messages = &plan.messages;
  events_.pc = no_step;
  events_.sockets = all_peers_;
  trace_.seed = surroundings_.seed;
  trace_.done.resize(plan.steps.size());
  trace_.events.reserve(plan.steps.size() + 4);
  if (plan.dir) main_.scope.slots[*plan.dir] = surroundings_.dir;
  place_targets();
  end_at_ = stretched(plan.total);
}

/// The targets that the plan names as processes.
void Run::place_targets() {
  for (PeerId id = 0; id < plan_.peers.size(); ++id) {
    if (const auto target = plan_.peers[id].target) peers_[id].socket = Process(surroundings_.targets[*target]);
  }
}

/// At most a century, so that no sum of times can overflow.
nanoseconds Run::stretched(nanoseconds time) const {
  const double stretched_time = static_cast<double>(time.count()) * surroundings_.slow_factor;
  if (stretched_time >= static_cast<double>(century.count())) return century;
  return surroundings_.slow_factor == 1 ? time : nanoseconds(std::llround(stretched_time));
}

nanoseconds Run::later(nanoseconds time) const {
  return now_->step_began + std::min(time, century);
}

void Run::begin_step() {
  const auto& step = plan_.steps[now_->pc];
  now_->begun = true;
  now_->step_began = now_->scope.now;
  now_->deadline = now_->step_began + stretched(step.at_most);
  now_->matcher.reset();
  now_->matching = {};
  now_->skipper.reset();
  now_->cutting.reset();
  now_->settled_at.reset();
}

Clock::time_point Run::wake_at() const {
  auto next = blocked_.empty() ? wake_at_ : std::min(wake_at_, retry_at_);
  for (const auto& [number, linked] : links_) next = std::min(next, linked.link->next());
  return next;
}

bool Run::advance() {
  budget_ = turn;
  retry_blocked();
  serve_links();
  if (!ended_) enqueue_due();
  do {
    while (!ended_ && !ready_.empty() && budget_ > 0) {
      now_ = ready_.front();
      ready_.pop_front();
      now_->is_queued = false;
      go_on();
    }
    if (ended_ && !programs_are_gone()) return false;
  } while (ended_ && begin_always());
  if (ended_) {
    close_all();
    finish_trace();
    return true;
  }
  const auto next = timers_.empty() ? root_->wake_at : std::min(root_->wake_at, timers_.begin()->first);
  wake_at_ = ready_.empty() ? at(next) : Clock::time_point::min();
  return false;
}

/// Does the steps of the current strand until one has to wait, or it ends.
void Run::go_on() {
  for (; budget_ > 0; --budget_) {
    if (now_->pc == now_->end) return end_strand();
    if (!now_->begun) begin_step();
    if (now_->scope.now >= end_at_) {
      stop(Reason::total);
      return;
    }
    const auto& step = plan_.steps[now_->pc];
    auto progress = perform(step);
    if (progress == Progress::waiting && on_deadline(step)) progress = ended_ ? Progress::stopped : Progress::done;
    if (progress == Progress::waiting || progress == Progress::stopped) return;
    now_->begun = false;
    ++trace_.done[now_->pc];
    now_->pc = now_->next;
  }
  enqueue(*now_);
}

/// All steps of the current strand are done.
void Run::end_strand() {
  if (now_ == root_) return finish();
  if (!now_->is_branch) {
    begin_end();
    if (end_peers(now_->body->peers) != Progress::done) return;
  }
  leave();
}

/// Goes on with the steps that run whatever came of those before them; false if there are none.
bool Run::begin_always() {
  if (root_ != &main_ || !plan_.always || trace_.stop.reason == Reason::interrupted) return false;
  close_all();
  peers_.resize(plan_.peers.size());
  place_targets();
  free_sockets_.clear();
  over_at_.reset();
  ready_.clear();
  timers_.clear();
  main_stop_ = std::exchange(trace_.stop, {});
  always_.pc = *plan_.always;
  always_.end = static_cast<std::uint32_t>(plan_.steps.size());
  always_.scope = (stopped_ ? stopped_ : root_)->scope;
  stopped_ = nullptr;
  root_ = now_ = &always_;
  end_at_ = clock() + stretched(plan_.total);
  ended_ = false;
  enqueue(always_);
  return true;
}

void Run::finish_trace() {
  trace_.duration = over_at_.value_or(clock());
  if (main_stop_ && main_stop_->reason != Reason::none) {
    if (trace_.stop.reason != Reason::none) trace_.always = std::move(trace_.stop);
    trace_.stop = *std::move(main_stop_);
  }
  auto& last = (stopped_ ? stopped_ : root_)->scope;
  trace_.slots = std::move(last.slots);
  trace_.peers = std::move(last.peers);
  trace_.places = std::move(last.places);
}

void Run::enqueue(Strand& strand) {
  if (std::exchange(strand.is_queued, true)) return;
  ready_.push_back(&strand);
}

/// Lets the strand be tried then at the latest.
void Run::arm(Strand& strand, nanoseconds time) {
  if (&strand != root_) {
    timers_.erase({strand.wake_at, &strand});
    timers_.emplace(time, &strand);
  }
  strand.wake_at = time;
}

void Run::disarm(Strand& strand) {
  timers_.erase({strand.wake_at, &strand});
  strand.wake_at = nanoseconds::max();
}

void Run::enqueue_due() {
  enqueue(*root_);
  if (timers_.empty()) return;
  const auto now = Clock::now() - start_;
  while (!timers_.empty() && timers_.begin()->first <= now) {
    auto& due = *timers_.begin()->second;
    disarm(due);
    enqueue(due);
  }
}

/// A step waits. True if its time is over: then it is done if time was all it waited for, or the run is stopped.
bool Run::on_deadline(const plan::Step& step) {
  const auto now = clock();
  // Who waits for the peer to take bytes has patience as long as it takes some.
  const auto late = waits_for_outbox(step);
  if (late) now_->deadline = std::max(now_->deadline, taken_at_ + stretched(step.at_most));
  if (now >= now_->deadline) {
    if (std::holds_alternative<plan::Wait>(step.action)) {
      record(Event::Kind::computed, 0);
      return true;
    }
    if (const auto* silence = std::get_if<plan::Silence>(&step.action)) {
      record(Event::Kind::silent, silence->peer);
      return true;
    }
    if (late) {
      stop_not_taken(*late);
    } else if (now_->skipper) {
      // What came is not the pattern, and not complete as what may pass.
      const auto id = std::get<plan::Receive>(step.action).peer;
      mismatched(id, peer(id).inbox.bytes());
    } else if (!now_->candidates.empty()) {
      stop_late_choice();
    } else {
      stop_late(step);
    }
    return true;
  }
  if (now >= end_at_) {
    stop(Reason::total);
    return true;
  }
  arm(*now_, std::min({now_->deadline, now_->alarm, end_at_}));
  return false;
}

/// Who has not said in time what a step waits for. A receive under way tells its peer and what had come itself.
void Run::stop_late(const plan::Step& step) {
  std::optional<PeerId> id;
  if (const auto* end = std::get_if<plan::ReceiveEnd>(&step.action)) id = end->peer;
  if (const auto* receive = std::get_if<plan::Receive>(&step.action); receive && !now_->matcher) id = receive->peer;
  stop(Reason::timeout, id);
}

Run::Progress Run::perform(const plan::Step& step) {
  if (const auto closed = closed_peer(step)) {
    return stop_with(Reason::fault, closed, plan_.peers[*closed].name + " has been closed by another branch");
  }
  now_->next = now_->pc + 1;
  const auto progress = std::visit([this](const auto& action) { return perform(action); }, step.action);
  if (progress == Progress::failed_as_expected) return Progress::done;
  if (progress != Progress::done) return progress;
  if (step.fails) return stop(Reason::call_succeeded);
  if (step.at_least && now_->scope.now - now_->step_began < *step.at_least) return stop(Reason::too_early);
  return progress;
}

void Run::on_ready(std::uint32_t socket, bool writable) {
  if (socket >= first_link) return serve_link(socket - first_link);
  auto& ready = peers_[socket];
  if (ready.log) return drain(ready);
  if (!ready.is_open()) return;
  if (ended_) {
    // Programs may still have to end: what nobody reads any more must not wake the loop meanwhile.
    if (!ready.process() && std::exchange(ready.watched, Interest::none) != Interest::none) poller_.forget(ready.fd());
    return;
  }
  for (auto* strand : std::exchange(ready.waiting, {})) enqueue(*strand);
  const auto id = ready.id;
  now_ = &events_;
  events_.sockets[id] = socket;
  events_.copy = ready.copy;
  serve(id, writable);
  events_.sockets[id] = id;
}

void Run::serve(PeerId id, bool writable) {
  auto& ready = peer(id);
  // A step that waits for its own bytes to leave writes them itself, and judges what comes of it.
  const bool step_writes = (std::to_underlying(ready.wanted) & std::to_underlying(Interest::write)) != 0;
  if (writable && !step_writes && !ready.outbox.empty()) flush(id);
  // What nobody waits for any more must not wake the loop again and again.
  if (!ended_ && ready.is_open() && ready.wanted == Interest::none) {
    if (const auto watched = update_watch(id); !watched) fail_send(ready.last_step, id, watched.error());
  }
  ready.wanted = Interest::none;
}

Run::Progress Run::wait_for(PeerId id, Interest interest) {
  auto& awaited = peer(id);
  awaited.wanted = static_cast<Interest>(std::to_underlying(awaited.wanted) | std::to_underlying(interest));
  if (std::ranges::find(awaited.waiting, now_) == awaited.waiting.end()) awaited.waiting.push_back(now_);
  const auto watched = update_watch(id);
  return watched ? Progress::waiting : fail(watched.error(), id);
}

/// Watches for what a step waits for, and for room while something is queued.
Result<void> Run::update_watch(PeerId id) {
  auto& watching = peer(id);
  auto all = std::to_underlying(watching.wanted);
  if (!watching.outbox.empty()) all |= std::to_underlying(Interest::write);
  if (plan_.peers[id].transport == plan::Transport::unix_datagram) all &= std::to_underlying(Interest::read);
  const auto interest = static_cast<Interest>(all);
  watching.id = id;
  watching.copy = now_->copy;
  if (interest == watching.watched) return {};
  watching.watched = interest;
  if (interest != Interest::none) return poller_.watch(watching.fd(), interest, key_of(socket(id)));
  poller_.forget(watching.fd());
  return {};
}

void Run::interrupt() {
  if (ended_) return;
  now_ = root_;
  stop(Reason::interrupted);
}

Run::Progress Run::stop(Reason reason, std::optional<PeerId> id) {
  ended_ = true;
  const bool is_between_steps = now_ == &events_;
  stopped_ = is_between_steps ? root_ : now_;
  auto& end = trace_.stop;
  end.reason = reason;
  end.step = is_between_steps ? 0 : now_->pc < now_->end || now_->end == 0 ? now_->pc : now_->end - 1;
  end.copy = now_->copy;
  end.rounds = now_->rounds;
  end.peer = id;
  end.at = clock();
  end.waited = end.at - now_->step_began;
  end.allowed = reason == Reason::total ? stretched(plan_.total) : now_->deadline - now_->step_began;
  if (!now_->matcher) return Progress::stopped;
  // A receive was under way: how far it had come belongs to the answer.
  end.item = now_->matching.item;
  end.item_begin = now_->matching.item_begin;
  end.offset = now_->matching.offset;
  end.needed = now_->matching.needed;
  end.what = now_->matching.what;
  if (const auto* receive = std::get_if<plan::Receive>(&plan_.steps[now_->pc].action); receive && !end.peer) {
    end.peer = receive->peer;
    end.received_at = peer(receive->peer).read_at;
    keep_received(peer(receive->peer).inbox.bytes(), end.offset);
  }
  return Progress::stopped;
}

Run::Progress Run::stop_with(Reason reason, std::optional<PeerId> id, std::string what) {
  stop(reason, id);
  trace_.stop.what = std::move(what);
  return Progress::stopped;
}

/// The peer whose unsent bytes a step waits for, if that is what it waits for.
std::optional<PeerId> Run::waits_for_outbox(const plan::Step& step) const {
  std::optional<PeerId> id;
  if (const auto* shutdown = std::get_if<plan::Shutdown>(&step.action)) id = shutdown->peer;
  if (const auto* close = std::get_if<plan::Close>(&step.action)) id = close->peer;
  if (const auto* send = std::get_if<plan::Send>(&step.action)) id = send->peer;
  return id && !peer(*id).outbox.empty() ? id : std::nullopt;
}

Run::Progress Run::stop_not_taken(PeerId id) {
  const auto& late = peer(id).outbox;
  stop(Reason::not_taken, id);
  trace_.stop.step = late.step();
  trace_.stop.offset = late.sent();
  trace_.stop.needed = late.size() - late.sent();
  return Progress::stopped;
}

Error Run::named(Error error, std::optional<PeerId> id) const {
  if (id && error.argument.starts_with("fd ")) error.argument = plan_.peers[*id].name;
  return error;
}

/// A system call of the current step failed: as it should, by the peer's doing, or because the system refused us
/// something.
Run::Progress Run::fail(Error error, std::optional<PeerId> id) {
  error = named(std::move(error), id);
  const auto* step = now_->pc < now_->end ? &plan_.steps[now_->pc] : nullptr;
  if (step && step->fails && !is_shortage(error.code)) {
    if (is_error_named(*step->fails, error.code)) {
      record(Event::Kind::failed_as_expected, id.value_or(0));
      return Progress::failed_as_expected;
    }
    stop(Reason::call_succeeded, id);
  } else {
    stop(is_refused_by_system(error.code) ? Reason::system : Reason::call_failed, id);
  }
  trace_.stop.error = std::move(error);
  return Progress::stopped;
}

/// The bytes around a place of what came and was not consumed; offsets count from the start of the pattern.
void Run::keep_received(std::string_view pending, std::uint64_t around) {
  constexpr std::uint64_t before = kept / 2;
  const std::uint64_t dropped = now_->consumed.size();
  const std::uint64_t begin = std::max(dropped, around > before ? around - before : 0);
  const auto window = pending.substr(std::min<std::uint64_t>(begin - dropped, pending.size()));
  trace_.stop.received_begin = begin;
  trace_.stop.received = excerpt(trace_.arena, window.substr(0, kept));
  trace_.stop.received.size = window.size();
}

void Run::record(Event::Kind kind, PeerId id, Excerpt bytes, const Endpoint* endpoint) {
  Event event{.at = clock(), .step = now_->pc, .peer = id, .kind = kind, .bytes = bytes, .copy = now_->copy};
  if (endpoint) {
    event.endpoint = static_cast<std::uint32_t>(trace_.endpoints.size());
    trace_.endpoints.push_back(*endpoint);
  }
  number_flow(event);
  trace_.events.push_back(event);
  if (trace_.events.size() >= most_events || trace_.arena.size() >= most_bytes) {
    forget_middle(trace_, main_stop_ ? &main_stop_->received : nullptr);
  }
}

/// Says which socket of the run an event belongs to, and where its bytes stand in the stream.
void Run::number_flow(Event& event) {
  using enum Event::Kind;
  if (event.peer >= plan_.peers.size() || plan_.peers[event.peer].kind >= plan::PeerKind::process) return;
  const auto at = socket(event.peer);
  if (at >= flows_.size()) flows_.resize(at + 1);
  auto& flow = flows_[at];
  if (event.kind == opened || event.kind == connected || event.kind == accepted) flow = {.number = ++flow_count_};
  event.flow = flow.number;
  if (event.kind == sent) event.offset = std::exchange(flow.sent, flow.sent + event.bytes.size);
  const bool is_taken = event.kind == received || event.kind == skipped;
  if (is_taken) event.offset = std::exchange(flow.received, flow.received + event.bytes.size);
}

/// Completes the event of a connection with the name of the own end, which costs a system call.
void Run::keep_local(PeerId id) {
  if (!surroundings_.keeps_sent) return;
  auto& open = peer(id);
  auto local = open.is_stream() ? open.stream().local() : open.datagram().local();
  if (!local) return;
  trace_.events.back().local = static_cast<std::uint32_t>(trace_.endpoints.size());
  trace_.endpoints.push_back(*std::move(local));
}

void Run::begin_end() {
  if (now_->begun) return;
  now_->begun = true;
  now_->step_began = now_->scope.now;
  now_->deadline = now_->step_began + stretched(last_sends);
  now_->matcher.reset();
  now_->settled_at.reset();
}

/// All steps have passed. What is queued still has to leave; then what nobody expected is looked for.
void Run::finish() {
  begin_end();
  if (settle_outboxes(all_peers_) != Progress::done) return;
  if (settle_links() != Progress::done) return;
  if (look_at_programs(all_peers_) != Progress::done) return;
  if (look_for_left_overs(all_peers_) == Progress::done) ended_ = true;
}

Run::Progress Run::settle_outboxes(std::span<const PeerId> ids) {
  for (const auto id : ids) {
    if (!peer(id).is_open()) continue;
    const auto progress = after_outbox(id);
    if (progress == Progress::done && peer(id).broken) return stop_broken(id);
    if (progress == Progress::stopped) return progress;
    if (progress == Progress::done) continue;
    const auto now = clock();
    const auto patient_until = std::max(now_->deadline, taken_at_ + stretched(last_sends));
    if (now >= patient_until || now >= end_at_) return stop_not_taken(id);
    now_->deadline = patient_until;
    arm(*now_, std::min(patient_until, end_at_));
    return Progress::waiting;
  }
  return Progress::done;
}

Run::Progress Run::look_for_left_overs(std::span<const PeerId> ids) {
  for (const auto id : ids) {
    auto& open = peer(id);
    if (!open.is_open() || open.is_ignored) continue;
    std::string_view left = open.inbox.bytes();
    std::optional<Endpoint> sender;
    if (plan_.peers[id].kind == plan::PeerKind::errors) continue;
    // Before anything is read: to read past its place is to lose it.
    if (open.is_stream() && uses_urgent_ && (open.lost_urgent || left_urgent(open))) {
      stop_with(Reason::left_over, id, "an urgent byte");
      trace_.stop.step = open.last_step;
      return Progress::stopped;
    }
    if (open.has_stream() && plan_.peers[id].kind != plan::PeerKind::input && left.empty()) {
      const auto kind = read_more(open);
      if (!kind) return fail(kind.error(), id);
      left = open.inbox.bytes();
      if (left.empty() && open.saw_reset && !open.reset_consumed) {
        stop_with(Reason::left_over, id, "a reset");
        trace_.stop.step = open.last_step;
        return Progress::stopped;
      }
    } else if (open.is_datagram()) {
      auto datagram = read_datagram(id);
      // A refusal stands before the datagrams that wait; nothing was lost by it.
      if (datagram && datagram->kind == ReceivedDatagram::Kind::refused) datagram = read_datagram(id);
      if (!datagram) return fail(datagram.error(), id);
      if (datagram->kind != ReceivedDatagram::Kind::data) continue;
      left = as_text(scratch_.first(datagram->count));
      sender = std::move(datagram->source);
    }
    if (left.empty() && !sender) continue;
    stop(Reason::left_over, id);
    trace_.stop.step = open.last_step;
    trace_.stop.sender = std::move(sender);
    now_->consumed = {};
    keep_received(left, 0);
    return Progress::stopped;
  }
  return Progress::done;
}

/// Ends every socket. Connections with both ends ours end by a reset, so that no run leaves a TIME_WAIT on a listener's
/// port; those to a target end by FIN, as a client's would.
void Run::close_all() {
  awaiting_links_.clear();
  links_.clear();  // first: what comes from their ends interests nobody any more
  for (auto& open : peers_) {
    end_connection(open);
    end_lingering(open);
    // A program's descriptors are its target's, and outlive this.
    if (open.process() && open.watched != Interest::none) poller_.forget(open.fd());
  }
  peers_.clear();
  waiting_.clear();
  listening_.clear();
  makers_.clear();
  blocked_.clear();
  farewell_.clear();
}

void Run::end_connection(Peer& ending) {
  if (ending.is_stream() && ending.ours && ending.is_open()) ending.stream().reset();
}

/// A close that lingers blocks until all is sent, whatever else the loop has to do: that time is not for us to wait.
/// Zero stays, which makes the close a reset.
void Run::end_lingering(Peer& closing) {
  if (!uses_linger_ || !closing.is_stream() || !closing.is_open()) return;
  const auto time = closing.stream().linger();
  if (time && *time && **time > std::chrono::seconds(0)) static_cast<void>(closing.stream().set_linger(std::nullopt));
}

/// A socket is gone, or about to be closed: who waits for it has to look again.
void Run::forget(Peer& gone) {
  if (std::holds_alternative<ListenSocket>(gone.socket)) {
    if (const auto local = gone.listener().local()) listening_.erase(*local);
    waiting_.erase(&gone);
  }
  for (auto* strand : std::exchange(gone.waiting, {})) enqueue(*strand);
  end_link(gone);
  end_lingering(gone);
  gone = Peer{};
}

}  // namespace volley::engine
