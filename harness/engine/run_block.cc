// SPDX-License-Identifier: Apache-2.0
// Blocks: rounds, copies, branches. Every strand that a block starts ends with its body; the one that it was started
// from waits for it.
#include <algorithm>

#include "engine/run.h"

namespace volley::engine {
namespace {

constexpr plan::Integer most_copies = 100'000;

}  // namespace

// rounds

Run::Progress Run::perform(const plan::Repeat& step) {
  clock();
  const auto limit = plan::evaluate_size(step.count ? *step.count : step.at_most, 1, now_->scope);
  if (!limit) return stop_with(Reason::fault, {}, limit.error().what);
  if (*limit == 0) {
    now_->next = step.body.end + 1;
    return Progress::done;
  }
  now_->rounds.push_back({now_->pc, 1, *limit});
  begin_round(step);
  return Progress::done;
}

void Run::begin_round(const plan::Repeat& step) {
  if (step.round) now_->scope.slots[*step.round] = plan::Integer{now_->rounds.back().number};
  now_->next = step.body.begin;
}

Run::Progress Run::perform(const plan::NextRound& step) {
  const auto& repeat = std::get<plan::Repeat>(plan_.steps[step.repeat].action);
  if (const auto ended = end_peers(repeat.body.peers); ended != Progress::done) return ended;
  auto& round = now_->rounds.back();
  bool is_last = round.number == round.most;
  if (repeat.until) {
    clock();
    const auto holds = plan::evaluate_condition(*repeat.until, now_->scope);
    if (!holds) return stop_with(Reason::fault, {}, holds.error().what);
    if (!*holds && is_last) return stop(Reason::too_many_rounds);
    is_last = *holds;
  }
  if (is_last) {
    now_->rounds.pop_back();
    return Progress::done;
  }
  ++round.number;
  begin_round(repeat);
  return Progress::done;
}

/// Peers of a body that is over: what is queued has to leave, nothing may be left over, and they are closed.
Run::Progress Run::end_peers(std::span<const PeerId> ids) {
  if (const auto settled = settle_outboxes(ids); settled != Progress::done) return settled;
  if (!ids.empty()) {
    if (const auto settled = settle_links_of_round(); settled != Progress::done) return settled;
  }
  if (const auto none_failed = look_at_programs(ids); none_failed != Progress::done) return none_failed;
  if (const auto nothing_left = look_for_left_overs(ids); nothing_left != Progress::done) return nothing_left;
  if (const auto gone = end_programs(ids); gone != Progress::done) return gone;
  for (const auto id : ids) {
    end_connection(peer(id));
    forget(peer(id));
  }
  farewell_.clear_new();
  return Progress::done;
}

// strands

namespace {

/// The open peer that a step needs.
struct NeededPeer {
  using Id = std::optional<PeerId>;
  Id operator()(const plan::Accept& step) const { return step.listener; }
  Id operator()(const plan::Send& step) const { return step.peer; }
  Id operator()(const plan::Receive& step) const { return step.peer; }
  Id operator()(const plan::ReceiveEnd& step) const { return step.peer; }
  Id operator()(const plan::Silence& step) const { return step.peer; }
  Id operator()(const plan::Shutdown& step) const { return step.peer; }
  Id operator()(const plan::Close& step) const { return step.peer; }
  Id operator()(const plan::Set& step) const { return step.peer; }
  Id operator()(const plan::Reset& step) const { return step.peer; }
  template <class Other>
  Id operator()(const Other&) const {
    return {};
  }
};

}  // namespace

std::optional<PeerId> Run::needed_peer(const plan::Step& step) {
  return std::visit(NeededPeer{}, step.action);
}

/// A peer that a step needs and that another branch has closed: `check` cannot know in which order branches run.
std::optional<PeerId> Run::closed_peer(const plan::Step& step) const {
  const auto id = needed_peer(step);
  return id && peer(*id).is_closing() ? id : std::nullopt;
}

/// A strand for the steps of `body`, which sees what this one has bound.
std::unique_ptr<Strand> Run::fork(const plan::Body& body) {
  auto made = std::make_unique<Strand>();
  made->pc = made->next = body.begin;
  made->end = body.end;
  made->body = &body;
  made->parent = now_;
  made->scope = now_->scope;
  made->copy = now_->copy;
  made->rounds = now_->rounds;
  made->sockets = now_->sockets;
  return made;
}

void Run::adopt(Strand& parent, std::unique_ptr<Strand> child) {
  child->number = parent.children.size();
  enqueue(*child);
  parent.children.push_back(std::move(child));
}

/// A strand has run to its end.
void Run::leave() {
  auto& child = *now_;
  auto& parent = *child.parent;
  if (child.is_branch) {
    for (const auto slot : child.body->slots) parent.scope.slots[slot] = std::move(child.scope.slots[slot]);
    for (const auto id : child.body->peers) parent.scope.peers[id] = std::move(child.scope.peers[id]);
    parent.scope.now = std::max(parent.scope.now, child.scope.now);
  } else {
    for (const auto id : child.body->peers) free_sockets_.push_back(child.sockets[id]);
  }
  disarm(child);
  if (child.is_queued) std::erase(ready_, &child);
  // A step that time has ended may still wait for its peer.
  for (const auto id : all_peers_) std::erase(peer(id).waiting, &child);
  std::erase_if(awaiting_links_, [&](const auto& entry) { return entry.second == &child; });
  enqueue(parent);
  const auto at = child.number;
  std::swap(parent.children[at], parent.children.back());
  parent.children[at]->number = at;
  parent.children.pop_back();
  now_ = &parent;
}

// copies

Run::Progress Run::perform(const plan::Parallel& step) {
  if (!now_->is_choosing) {
    clock();
    const auto count = plan::evaluate_integer(step.count, now_->scope);
    if (!count) return stop_with(Reason::fault, {}, count.error().what);
    if (*count < 0 || *count > most_copies) {
      return stop_with(Reason::fault, {}, plan::to_text(*count) + " is no count of copies: 0 to 100000");
    }
    now_->is_choosing = true;
    for (plan::Integer i = 1; i <= *count; ++i) start_copy(step, static_cast<std::uint32_t>(i));
  }
  if (!now_->children.empty()) {
    now_->deadline = later(nanoseconds::max());  // they have deadlines of their own
    return Progress::waiting;
  }
  clock();
  now_->is_choosing = false;
  now_->next = step.body.end;
  return Progress::done;
}

void Run::start_copy(const plan::Parallel& step, std::uint32_t number) {
  auto copy = fork(step.body);
  copy->copy = number;
  if (step.copy) copy->scope.slots[*step.copy] = plan::Integer{number};
  if (copy->sockets.empty()) {
    for (std::uint32_t i = 0; i < plan_.peers.size(); ++i) copy->sockets.push_back(i);
  }
  for (const auto id : step.body.peers) copy->sockets[id] = new_socket();
  adopt(*now_, std::move(copy));
}

std::uint32_t Run::new_socket() {
  if (!free_sockets_.empty()) {
    const auto socket = free_sockets_.back();
    free_sockets_.pop_back();
    return socket;
  }
  peers_.emplace_back();
  return static_cast<std::uint32_t>(peers_.size() - 1);
}

}  // namespace volley::engine
