// SPDX-License-Identifier: Apache-2.0
// How a run takes connections from its listeners: the next one, or the one that a step describes.
#include <algorithm>
#include <utility>

#include "engine/run.h"

namespace volley::engine {

Run::Progress Run::perform(const plan::Accept& step) {
  return step.by || step.sending ? accept_fitting(step) : accept_any(step);
}

Run::Progress Run::accept_any(const plan::Accept& step) {
  if (const auto at = waiting_.find(&peer(step.listener)); at != waiting_.end() && !at->second.empty()) {
    return take_waiting(step, at->second, 0);
  }
  auto next = peer(step.listener).listener().accept(Blocking::no);
  if (!next) return fail(next.error(), step.listener);
  if (!*next) return wait_for(step.listener, Interest::read);
  return accepted(step, std::move((*next)->stream), std::move((*next)->peer));
}

/// Takes what has come from the listener; the first connection that fits is the step's, others wait for theirs.
Run::Progress Run::accept_fitting(const plan::Accept& step) {
  auto& waiting = waiting_[&peer(step.listener)];
  while (true) {
    auto next = peer(step.listener).listener().accept(Blocking::no);
    if (!next) return fail(next.error(), step.listener);
    if (!*next) break;
    waiting.push_back({std::move((*next)->stream), std::move((*next)->peer), {}, false, false});
  }
  const auto found = step.by ? find_maker(step, waiting) : find_sender(step, waiting);
  if (!found) return found.error();
  if (*found) return take_waiting(step, waiting, **found);
  return wait_for(step.listener, Interest::read);
}

/// The connection whose other end is the step's peer.
std::expected<std::optional<std::size_t>, Run::Progress> Run::find_maker(const plan::Accept& step,
                                                                         const std::vector<Waiting>& waiting) {
  if (!peer(*step.by).is_stream()) {
    return std::unexpected(
        stop_with(Reason::fault, step.by, plan_.peers[*step.by].name + " has been closed by another branch"));
  }
  const auto maker = peer(*step.by).stream().local();
  if (!maker) return std::unexpected(fail(maker.error(), *step.by));
  const auto found = std::ranges::find(waiting, behind_links(*maker), &Waiting::from);
  if (found == waiting.end()) return std::nullopt;
  return static_cast<std::size_t>(found - waiting.begin());
}

/// The connection whose first bytes are the step's. No more is read of any, so that it can be read as from the kernel.
std::expected<std::optional<std::size_t>, Run::Progress> Run::find_sender(const plan::Accept& step,
                                                                          std::vector<Waiting>& waiting) {
  const auto wanted = plan::evaluate_bytes(*step.sending, now_->scope);
  if (!wanted) return std::unexpected(stop_with(Reason::fault, {}, wanted.error().what));
  for (std::size_t i = 0; i < waiting.size(); ++i) {
    auto& one = waiting[i];
    const auto may_fit = [&] { return wanted->starts_with(std::string_view(one.first).substr(0, wanted->size())); };
    bool would_block = false;
    while (may_fit() && one.first.size() < wanted->size() && !one.has_ended && !would_block) {
      const auto room = std::min(scratch_.size(), wanted->size() - one.first.size());
      const auto received = one.stream.receive(scratch_.first(room));
      if (!received) return std::unexpected(fail(received.error(), step.listener));
      would_block = received->kind == Received::Kind::would_block;
      one.has_ended = received->kind == Received::Kind::eof || received->kind == Received::Kind::reset;
      one.first += as_text(scratch_.first(received->count));
    }
    if (may_fit() && one.first.size() >= wanted->size()) return i;
    // Only who may still fit wakes the run by what it sends.
    if (would_block != one.is_watched) {
      one.is_watched = would_block;
      if (!would_block) poller_.forget(one.stream.fd());
      const auto watched =
          would_block ? poller_.watch(one.stream.fd(), Interest::read, key_of(socket(step.listener))) : Result<void>();
      if (!watched) return std::unexpected(fail(watched.error(), step.listener));
    }
  }
  return std::nullopt;
}

Run::Progress Run::take_waiting(const plan::Accept& step, std::vector<Waiting>& waiting, std::size_t index) {
  auto one = std::move(waiting[index]);
  waiting.erase(waiting.begin() + static_cast<std::ptrdiff_t>(index));
  if (one.is_watched) poller_.forget(one.stream.fd());
  // Who still looks for one of the others watches it again.
  for (auto& other : waiting) {
    if (std::exchange(other.is_watched, false)) poller_.forget(other.stream.fd());
  }
  for (auto* strand : std::exchange(peer(step.listener).waiting, {})) enqueue(*strand);
  auto& inbox = peer(step.peer).inbox;
  const auto progress = accepted(step, std::move(one.stream), std::move(one.from));
  inbox.append(one.first);
  peer(step.peer).read += one.first.size();
  return progress;
}

Run::Progress Run::accepted(const plan::Accept& step, StreamSocket stream, Endpoint from) {
  auto& open = peer(step.peer);
  open.socket = std::move(stream);
  open.ours = is_ours(from);
  open.last_step = now_->pc;
  record(Event::Kind::accepted, step.peer, {}, &from);
  keep_local(step.peer);
  auto& names = now_->scope.peers[step.peer];
  names.remote = open.remote = std::move(from);
  if (!plan_.peers[step.peer].local_is_read) return Progress::done;
  auto local = open.stream().local();
  if (!local) return fail(local.error(), step.peer);
  names.local = *std::move(local);
  return Progress::done;
}

/// Who connects to a listener of the scenario is a peer of it, unless there is a program that could.
bool Run::is_ours(const Endpoint& from) {
  if (plan_.targets.empty() && !plan_.needs_dir) return true;
  const auto maker = makers_.find(from);
  if (maker == makers_.end()) return false;
  makers_.erase(maker);
  return true;
}

/// Remembers a connection to ourselves, if it might be taken for one of a program.
void Run::note_maker(const Peer& connector) {
  if (plan_.targets.empty() && !plan_.needs_dir) return;
  const auto* stream = std::get_if<StreamSocket>(&connector.socket);
  if (!stream) return;
  if (auto local = stream->local()) makers_.insert(*std::move(local));
}

}  // namespace volley::engine
