// SPDX-License-Identifier: Apache-2.0
// Links: what they are to do, when they do it, and what of it the run has to know.
#include <algorithm>
#include <utility>

#include "engine/run.h"

namespace volley::engine {
namespace {

/// Links of one run differ where nobody chose their seeds, in a way that the next run repeats.
std::uint64_t seed_for(std::uint64_t run_seed, PeerId peer, std::uint32_t copy) {
  constexpr std::uint64_t odd = 0x9E3779B97F4A7C15;
  return run_seed ^ (odd * (std::uint64_t{peer} << 32 | copy));
}

/// So long the end of a round waits beyond the time at which all should be through.
constexpr nanoseconds patience = std::chrono::seconds(5);

}  // namespace

Run::Progress Run::perform(const plan::Link& step) {
  auto terms = terms_of(step);
  if (!terms) return Progress::stopped;
  const auto number =
      open_link(*std::move(terms), {.link = {}, .peer = step.peer, .step = now_->pc, .copy = now_->copy}, step.peer);
  if (!number) return number.error();
  const auto local = links_.at(*number).link->local();
  peer(step.peer).link = *number;
  now_->scope.peers[step.peer].local = local;
  record(Event::Kind::opened, step.peer, {}, &local);
  return Progress::done;
}

std::expected<std::uint32_t, Run::Progress> Run::open_link(LinkTerms terms, Linked linked, PeerId id) {
  const auto number = next_link_++;
  auto link = Link::open(std::move(terms), listener_of(number), scratch_);
  if (!link) return std::unexpected(fail(link.error(), id));
  const auto watched = poller_.watch((*link)->fd(), Interest::read, key_of(first_link + number));
  if (!watched) return std::unexpected(fail(watched.error(), id));
  linked.link = *std::move(link);
  links_.emplace(number, std::move(linked));
  return number;
}

/// On failure the run is stopped and nothing returned.
std::optional<LinkTerms> Run::terms_of(const plan::Link& step) {
  auto to = endpoint_of(step.place, plan::Transport::tcp);
  if (!to) return {};
  const auto& itself = plan_.peers[step.peer];
  LinkTerms terms;
  terms.to = *std::move(to);
  terms.carries_streams = itself.carries_streams;
  terms.carries_datagrams = itself.carries_datagrams;
  terms.is_to_ourselves = step.end.has_value() || listening_.contains(terms.to);
  terms.seed = seed_for(surroundings_.seed, step.peer, now_->copy);
  if (step.seed) {
    const auto seed = plan::evaluate_integer(*step.seed, now_->scope);
    if (!seed) {
      stop_with(Reason::fault, step.peer, seed.error().what);
      return {};
    }
    terms.seed = static_cast<std::uint64_t>(*seed);
  }
  const bool are_known = lower_way(step.there, terms.ways[0]) && lower_way(step.back, terms.ways[1]);
  return are_known ? std::optional(std::move(terms)) : std::nullopt;
}

bool Run::lower_way(const plan::Conditions& from, LinkWay& way) {
  way = {.delay = from.delay,
         .jitter = from.jitter,
         .rate = from.rate,
         .loss = from.loss,
         .duplicate = from.duplicate,
         .reorder = from.reorder,
         .corrupt = from.corrupt};
  return numbers_of(from.dropped, way.dropped) && numbers_of(from.duplicated, way.duplicated) &&
         numbers_of(from.reordered, way.reordered) && numbers_of(from.corrupted, way.corrupted) &&
         size_of(from.reset_after, way.reset_after) && size_of(from.stall_after, way.stall_after);
}

bool Run::numbers_of(const std::vector<plan::Expression>& from, std::vector<std::uint64_t>& numbers) {
  for (const auto& each : from) {
    const auto number = plan::evaluate_size(each, 1, now_->scope);
    if (!number) {
      stop_with(Reason::fault, {}, number.error().what);
      return false;
    }
    numbers.push_back(*number);
  }
  return true;
}

bool Run::size_of(const std::optional<plan::Expression>& from, std::optional<std::uint64_t>& size) {
  if (!from) return true;
  const auto value = plan::evaluate_size(*from, 1, now_->scope);
  if (!value) {
    stop_with(Reason::fault, {}, value.error().what);
    return false;
  }
  size = *value;
  return true;
}

LinkListener Run::listener_of(std::uint32_t number) {
  return {[this, number](const LinkNews& news) { note_link(number, news); },
          [this](const Endpoint& client, const Endpoint& door, const Endpoint&) { note_refusal(client, door); }};
}

/// Puts what a link did into the trace, beside the step that made it.
void Run::note_link(std::uint32_t number, const LinkNews& news) {
  if (ended_) return;
  const auto& linked = links_.at(number);
  if (!linked.peer) return;
  auto* const before = std::exchange(now_, &events_);
  record(news.kind, *linked.peer, Excerpt{.size = news.size});
  now_ = before;
  auto& event = trace_.events.back();
  event.step = linked.step;
  event.copy = linked.copy;
  event.flow = static_cast<std::uint32_t>(news.number);
  event.offset = news.detail;
  event.is_back = news.way == Way::back;
}

/// Tells a connected socket of ours what it would be told if nothing stood between: nobody is there.
void Run::note_refusal(const Endpoint& client, const Endpoint& door) {
  for (auto& one : peers_) {
    if (!one.is_datagram() || one.remote != door) continue;
    const auto local = one.datagram().local();
    if (!local || *local != client) continue;
    one.saw_reset = true;
    for (auto* strand : std::exchange(one.waiting, {})) enqueue(*strand);
  }
}

void Run::serve_link(std::uint32_t number) {
  const auto at = links_.find(number);
  if (at == links_.end()) return;
  auto& linked = at->second;
  linked.link->serve();
  const auto& error = linked.link->error();
  if (error && !ended_) {
    now_ = &events_;
    events_.copy = linked.copy;
    stop(Reason::system, linked.peer);
    trace_.stop.step = linked.step;
    trace_.stop.error = named(*error, linked.peer);
  }
  if (ended_) return;
  // A connection may have come about that a step waits for.
  const auto waits = [number](const auto& entry) { return entry.first == number; };
  for (const auto& [link, strand] : awaiting_links_) {
    if (link == number) enqueue(*strand);
  }
  std::erase_if(awaiting_links_, waits);
}

/// Those that have something to do because of the time.
void Run::serve_links() {
  if (links_.empty()) return;
  const auto now = Clock::now();
  std::vector<std::uint32_t> due;
  for (const auto& [number, linked] : links_) {
    if (linked.link->next() <= now) due.push_back(number);
  }
  for (const auto number : due) serve_link(number);
}

void Run::end_link(Peer& gone) {
  if (!gone.link) return;
  const auto at = links_.find(*gone.link);
  if (at == links_.end()) return;
  poller_.forget(at->second.link->fd());
  links_.erase(at);
}

/// Waits for the connection behind a link, so that its failure is that of the step, and says where to come from.
Run::Progress Run::prepare_link(const plan::Connect& step, std::uint32_t number, std::optional<Endpoint>& source) {
  auto& link = *links_.at(number).link;
  auto& connecting = peer(step.peer);
  if (!connecting.prepared) connecting.prepared = link.prepare(source);
  const auto outcome = link.prepared(*connecting.prepared);
  if (!outcome) {
    awaiting_links_.emplace_back(number, now_);
    return Progress::waiting;
  }
  if (const auto shared = link.source_for(*connecting.prepared)) source = shared;
  connecting.prepared.reset();
  return *outcome ? Progress::done : fail(outcome->error(), step.peer);
}

/// The way of a connection: through the link that its step names, or one that delays.
std::expected<Run::Detour, Run::Progress> Run::detour(const plan::Connect& step, const Endpoint& to) {
  Detour way{{}, to};
  if (step.link) {
    way.link = peer(*step.link).link;
    return way;
  }
  const bool is_stream = plan_.peers[step.peer].kind == plan::PeerKind::stream;
  if (const auto at = delayed(to, is_stream, step.peer, &way); !at) return std::unexpected(at.error());
  return way;
}

/// Where to go so that what reaches `to` comes late, if the plan asks for that: what is said between sockets of ours
/// does not. A datagram goes to a target, or to a port from which one has answered.
std::expected<Endpoint, Run::Progress> Run::delayed(const Endpoint& to, bool is_stream, PeerId id, Detour* detour) {
  if (!plan_.delay || !to.is_ip()) return to;
  const auto through = [&](std::uint32_t number, const Endpoint& at) {
    if (detour != nullptr) *detour = {number, at};
    return at;
  };
  for (const auto& [number, linked] : links_) {
    if (linked.peer || linked.is_for_streams != is_stream) continue;
    if (const auto door = linked.link->door_of(to)) return through(number, *door);
  }
  const bool is_place = std::ranges::find(surroundings_.places, to) != surroundings_.places.end();
  if (is_stream ? listening_.contains(to) : !is_place) return to;
  LinkTerms terms;
  terms.to = to;
  (is_stream ? terms.carries_streams : terms.carries_datagrams) = true;
  for (auto& way : terms.ways) way.delay = *plan_.delay;
  const auto number = open_link(std::move(terms), {.link = {}, .is_for_streams = is_stream}, id);
  if (!number) return std::unexpected(number.error());
  return through(*number, links_.at(*number).link->local());
}

/// Who has sent what came from a link that delays.
Endpoint Run::origin_of(Endpoint source) const {
  for (const auto& [number, linked] : links_) {
    if (linked.peer || linked.is_for_streams) continue;
    if (auto server = linked.link->server_of(source)) return *std::move(server);
  }
  return source;
}

/// At the end nothing is under way any more, as far as that is a matter of time.
Run::Progress Run::settle_links() {
  auto next = Clock::time_point::max();
  for (auto& [number, linked] : links_) {
    serve_link(number);
    if (ended_) return Progress::stopped;
    next = std::min(next, linked.link->next());
  }
  if (next == Clock::time_point::max()) return Progress::done;
  if (clock() >= end_at_) return stop(Reason::total);
  arm(*now_, std::min(next - start_, end_at_));
  return Progress::waiting;
}

/// The same at the end of a round, for what is under way by then: others may go on using the links.
Run::Progress Run::settle_links_of_round() {
  if (links_.empty()) return Progress::done;
  if (!now_->settled_at) {
    auto last = clock();
    for (auto& [number, linked] : links_) {
      serve_link(number);
      if (ended_) return Progress::stopped;
      const auto until = linked.link->last();
      if (until != Clock::time_point::min()) last = std::max<nanoseconds>(last, until - start_);
    }
    now_->settled_at = last;
  }
  now_->alarm = nanoseconds::max();
  if (clock() >= *now_->settled_at) return Progress::done;
  now_->deadline = std::max(now_->deadline, *now_->settled_at + patience);
  now_->alarm = *now_->settled_at;
  arm(*now_, now_->alarm);
  return Progress::waiting;
}

/// Where a connection of ours comes from, as who accepts it sees it.
Endpoint Run::behind_links(Endpoint client) {
  for (auto& [number, linked] : links_) {
    linked.link->serve();  // it may be about to take the connection
    if (auto exit = linked.link->exit_of(client)) return *std::move(exit);
  }
  return client;
}

}  // namespace volley::engine
