// SPDX-License-Identifier: Apache-2.0
// `any order` and `one of`. What comes is tried against the branches of its peer in the order written; one is passed
// over only when it cannot match any more, so that the choice does not depend on how a stream is cut. A branch that has
// been decided for runs to its end as a strand of its own before others of its peer are tried.
#include <algorithm>

#include "engine/run.h"

namespace volley::engine {
namespace {

bool ends_with(const plan::ReceiveEnd& step, bool is_reset) {
  using End = plan::ReceiveEnd::Kind;
  return step.kind == End::closed || step.kind == (is_reset ? End::reset : End::eof);
}

}  // namespace

/// Whose bytes decide for a branch.
PeerId Run::first_peer(const Strand& branch) const {
  return *needed_peer(plan_.steps[branch.body->begin]);
}

Run::Progress Run::perform(const plan::AnyOrder& step) {
  return choose(step.branches, false);
}

Run::Progress Run::perform(const plan::OneOf& step) {
  return choose(step.branches, true);
}

void Run::begin_choice(const std::vector<plan::Body>& branches, bool is_choice) {
  auto& chooser = *now_;
  chooser.is_choosing = true;
  chooser.deadline = chooser.step_began;
  for (const auto& branch : branches) {
    auto candidate = fork(branch);
    const auto& first = plan_.steps[branch.begin];
    candidate->is_branch = true;
    candidate->begun = true;
    candidate->step_began = chooser.step_began;
    const auto* silence = std::get_if<plan::Silence>(&first.action);
    candidate->deadline = silence ? later(silence->time) : chooser.step_began + stretched(first.at_most);
    chooser.deadline = std::max(chooser.deadline, candidate->deadline);
    if (silence && !is_choice) {
      candidate->begun = false;
      adopt(chooser, std::move(candidate));  // it runs beside the others
    } else {
      chooser.candidates.push_back(std::move(candidate));
    }
  }
}

Run::Progress Run::choose(const std::vector<plan::Body>& branches, bool is_choice) {
  auto& chooser = *now_;
  if (!chooser.is_choosing) begin_choice(branches, is_choice);
  chooser.alarm = nanoseconds::max();
  bool has_started = true;
  while (has_started && !chooser.candidates.empty()) {
    has_started = false;
    for (const auto id : open_peers()) {
      const auto progress = offer(id);
      if (progress == Progress::stopped) return progress;
      if (progress != Progress::done) continue;
      has_started = true;
      if (is_choice) chooser.candidates.clear();
      break;
    }
  }
  if (!chooser.candidates.empty()) return Progress::waiting;
  if (!chooser.children.empty()) {
    chooser.deadline = later(nanoseconds::max());  // they have deadlines of their own
    return Progress::waiting;
  }
  chooser.is_choosing = false;
  chooser.next = branches.back().end;
  return Progress::done;
}

/// The peers of the branches that are still open and whose turn it may be, each once.
std::vector<PeerId> Run::open_peers() const {
  std::vector<PeerId> ids;
  for (const auto& candidate : now_->candidates) {
    const auto id = first_peer(*candidate);
    const bool is_busy =
        std::ranges::any_of(now_->children, [&](const auto& child) { return first_peer(*child) == id; });
    if (!is_busy && std::ranges::find(ids, id) == ids.end()) ids.push_back(id);
  }
  return ids;
}

std::vector<Strand*> Run::candidates_of(PeerId id) const {
  std::vector<Strand*> list;
  for (const auto& candidate : now_->candidates) {
    if (first_peer(*candidate) == id) list.push_back(candidate.get());
  }
  return list;
}

/// `done`: a branch of this peer has been decided for.
Run::Progress Run::offer(PeerId id) {
  if (!peer(id).is_open()) return stop_with(Reason::fault, id, plan_.peers[id].name + " is closed");
  const auto candidates = candidates_of(id);
  peer(id).last_step = candidates.front()->pc;
  const auto progress = peer(id).is_datagram() ? offer_datagram(id, candidates) : offer_stream(id, candidates);
  if (progress != Progress::waiting) return progress;
  for (auto* candidate : candidates) {
    if (!std::holds_alternative<plan::Silence>(plan_.steps[candidate->pc].action) || candidate->is_passed_over)
      continue;
    if (clock() < candidate->deadline) {
      now_->alarm = std::min(now_->alarm, candidate->deadline);
      continue;
    }
    record_by(*candidate, Event::Kind::silent, id);
    return decide_for(*candidate);
  }
  return progress;
}

Run::Progress Run::offer_stream(PeerId id, std::span<Strand* const> candidates) {
  auto& reader = peer(id);
  // To be late would be to hear a silence that there was not.
  const bool is_silence_due = std::ranges::any_of(candidates, [this](const Strand* each) {
    return std::holds_alternative<plan::Silence>(plan_.steps[each->pc].action);
  });
  while (true) {
    bool is_undecided = false;
    for (auto* candidate : candidates) {
      const auto answer = look(*candidate, reader);
      if (answer == match::State::matched) return take_stream(*candidate, id);
      if (answer == match::State::mismatch) continue;
      if (candidate->matching.is_paused) return look_again(clock());
      is_undecided = true;
      // Silence is chosen last: it keeps nobody from being tried.
      if (!std::holds_alternative<plan::Silence>(plan_.steps[candidate->pc].action)) break;
    }
    if (!is_undecided) return stop_without_branch(id, candidates);
    if (!is_silence_due && reads_late(reader)) return Progress::waiting;
    const auto kind = read_more(reader);
    if (!kind) return fail(kind.error(), id);
    if (*kind == Received::Kind::would_block) return wait_for(id, Interest::read);
  }
}

/// Whether a branch begins with what has come on its stream.
match::State Run::look(Strand& candidate, Peer& reader) {
  if (candidate.is_passed_over) return match::State::mismatch;
  const auto& action = plan_.steps[candidate.pc].action;
  const bool has_ended = reader.saw_eof || reader.saw_reset;
  auto state = match::State::more;
  if (const auto* receive = std::get_if<plan::Receive>(&action)) {
    if (!candidate.matcher) candidate.matcher.emplace(receive->pattern, candidate.scope, stream_limits());
    candidate.matching = candidate.matcher->match(reader.inbox.bytes(), reader.saw_eof);
    state = candidate.matching.state;
    const bool is_undecided = state == match::State::more && !candidate.matching.is_paused;
    if (is_undecided && reader.saw_reset) state = match::State::mismatch;
  } else if (!reader.inbox.empty()) {
    state = match::State::mismatch;
  } else if (has_ended) {
    const auto* end = std::get_if<plan::ReceiveEnd>(&action);
    state = end && ends_with(*end, reader.saw_reset) ? match::State::matched : match::State::mismatch;
  }
  candidate.is_passed_over = state == match::State::mismatch;
  return state;
}

Run::Progress Run::take_stream(Strand& candidate, PeerId id) {
  auto* const chooser = std::exchange(now_, &candidate);
  const auto& action = plan_.steps[candidate.pc].action;
  const auto* receive = std::get_if<plan::Receive>(&action);
  const auto* end = std::get_if<plan::ReceiveEnd>(&action);
  const auto progress = receive ? matched_stream(*receive) : perform(*end);
  if (progress == Progress::stopped) return progress;
  now_ = chooser;
  // The others of this peer begin with what comes next.
  for (auto* other : candidates_of(id)) {
    other->matcher.reset();
    other->is_passed_over = false;
  }
  return decide_for(candidate);
}

Run::Progress Run::offer_datagram(PeerId id, std::span<Strand* const> candidates) {
  auto& reader = peer(id);
  std::optional<ReceivedDatagram> datagram;
  if (!reader.saw_reset) {
    auto received = read_datagram(id);
    if (!received) return fail(received.error(), id);
    if (received->kind == ReceivedDatagram::Kind::would_block) return wait_for(id, Interest::read);
    reader.saw_reset = received->kind == ReceivedDatagram::Kind::refused;
    datagram = *std::move(received);
  }
  if (reader.saw_reset) {
    const auto expects = [this](const Strand* each) {
      return std::holds_alternative<plan::ReceiveEnd>(plan_.steps[each->pc].action);
    };
    const auto found = std::ranges::find_if(candidates, expects);
    if (found == candidates.end()) return stop(Reason::refused, id);
    reader.saw_reset = false;
    record_by(**found, Event::Kind::refused, id);
    return decide_for(**found);
  }
  const auto bytes = as_text(scratch_.first(datagram->count));
  for (auto* candidate : candidates) {
    if (look_at_datagram(*candidate, bytes, datagram->source)) return decide_for(*candidate);
  }
  now_ = best_of(candidates);
  stop_in_block(candidates);
  const auto* receive = std::get_if<plan::Receive>(&plan_.steps[now_->pc].action);
  if (receive) now_->matcher.emplace(receive->pattern, now_->scope, limits());
  const auto progress =
      receive ? match_datagram(*receive, bytes, datagram->source, bytes.size()) : unexpected_data(id, bytes);
  trace_.stop.sender = std::move(datagram->source);
  return progress;
}

/// Whether a branch begins with this datagram; if so it has consumed it.
bool Run::look_at_datagram(Strand& candidate, std::string_view bytes, const Endpoint& source) {
  const auto* receive = std::get_if<plan::Receive>(&plan_.steps[candidate.pc].action);
  if (!receive) return false;
  if (receive->from) {
    const auto due = plan::evaluate_endpoint(*receive->from, candidate.scope);
    if (!due || *due != source) return false;
  }
  match::Matcher matcher(receive->pattern, candidate.scope, limits());
  candidate.matching = matcher.match(bytes, true);
  if (candidate.matching.state != match::State::matched || candidate.matching.offset < bytes.size()) return false;
  if (receive->sender) candidate.scope.slots[*receive->sender] = source;
  record_by(candidate, Event::Kind::received, receive->peer, excerpt(trace_.arena, bytes), &source);
  return true;
}

/// The candidate goes on behind its first receive, as a strand of its own.
Run::Progress Run::decide_for(Strand& candidate) {
  const auto& first = plan_.steps[candidate.pc];
  if (first.at_least && clock() - candidate.step_began < *first.at_least) {
    now_ = &candidate;
    return stop(Reason::too_early);
  }
  ++trace_.done[candidate.pc];
  peer(first_peer(candidate)).last_step = candidate.pc;
  candidate.scope.now = now_->scope.now;
  candidate.begun = false;
  candidate.matcher.reset();
  candidate.pc = candidate.next = candidate.pc + 1;
  const auto at = std::ranges::find(now_->candidates, &candidate, &std::unique_ptr<Strand>::get);
  auto owned = std::move(*at);
  now_->candidates.erase(at);
  adopt(*now_, std::move(owned));
  return Progress::done;
}

void Run::record_by(Strand& strand, Event::Kind kind, PeerId id, Excerpt bytes, const Endpoint* endpoint) {
  auto* const chooser = std::exchange(now_, &strand);
  record(kind, id, bytes, endpoint);
  now_ = chooser;
}

/// The branch whose pattern came furthest with what has come.
Strand* Run::best_of(std::span<Strand* const> candidates) const {
  return *std::ranges::max_element(candidates, {}, [this](const Strand* each) {
    const bool is_pattern = std::holds_alternative<plan::Receive>(plan_.steps[each->pc].action);
    return std::pair(is_pattern, is_pattern ? each->matching.offset : 0);
  });
}

/// The stop that follows is that of a block with so many branches.
void Run::stop_in_block(std::span<Strand* const> candidates) {
  if (candidates.size() > 1) trace_.stop.branches = static_cast<std::uint32_t>(candidates.size());
}

Run::Progress Run::stop_without_branch(PeerId id, std::span<Strand* const> candidates) {
  now_ = best_of(candidates);
  stop_in_block(candidates);
  auto& reader = peer(id);
  const auto& action = plan_.steps[now_->pc].action;
  if (std::holds_alternative<plan::Receive>(action)) return mismatched(id, reader.inbox.bytes());
  if (!reader.inbox.empty()) return unexpected_data(id, reader.inbox.bytes());
  return stop_with(Reason::unexpected_end, id, reader.saw_reset ? "reset" : "eof");
}

/// The time of a block is over, and a branch is open.
Run::Progress Run::stop_late_choice() {
  auto list = std::vector<Strand*>();
  for (const auto& candidate : now_->candidates) list.push_back(candidate.get());
  now_ = list.front();
  stop_in_block(list);
  return stop(Reason::timeout, first_peer(*now_));
}

}  // namespace volley::engine
