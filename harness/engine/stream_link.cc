// SPDX-License-Identifier: Apache-2.0
#include "engine/stream_link.h"

#include <algorithm>
#include <cerrno>

namespace volley::engine {
namespace {

constexpr std::size_t most_connections = 4096;
/// Bytes that one way of a connection holds; TCP's flow control holds the rest.
constexpr std::size_t most_queued = 1 << 20;
constexpr std::size_t largest_chunk = 64 << 10;
/// How often one way of a connection is read before others have their turn.
constexpr int turn = 16;
/// With a rate, chunks are so small that at least as many pass each second.
constexpr std::uint64_t chunks_a_second = 200;
constexpr std::array both_ways{Way::there, Way::back};

std::chrono::nanoseconds time_at(std::uint64_t rate, std::size_t size) {
  if (rate == 0) return {};
  constexpr double second = 1e9;
  return std::chrono::nanoseconds(
      static_cast<std::int64_t>(static_cast<double>(size) * second / static_cast<double>(rate)));
}

/// Binds a socket so that another one may have the same place.
Result<Endpoint> bind_shared(StreamSocket& stream, const Endpoint& at) {
  if (const auto set = stream.set_reuse_address(true); !set) return std::unexpected(set.error());
  if (const auto bound = stream.bind(at); !bound) return std::unexpected(bound.error());
  return stream.local();
}

}  // namespace

/// Ends like those of a client: a server sees a FIN. The client is a peer of ours, and by a reset it leaves no
/// TIME_WAIT.
StreamLink::~StreamLink() {
  for (auto& [number, one] : connections_) {
    one.ends[0].reset();
    if (terms_.is_to_ourselves) one.ends[1].reset();
  }
}

Result<Endpoint> StreamLink::open(const Endpoint& at) {
  auto socket = ListenSocket::open(at.domain(), Blocking::no);
  if (!socket) return std::unexpected(socket.error());
  if (const auto set = socket->set_no_delay(true); !set) return std::unexpected(set.error());
  if (const auto bound = socket->bind(at); !bound) return std::unexpected(bound.error());
  if (const auto listening = socket->listen(); !listening) return std::unexpected(listening.error());
  entrance_ = *std::move(socket);
  const auto watched = poller_.watch(entrance_.fd(), Interest::read, link_key(LinkSocket::listener, 0));
  if (!watched) return std::unexpected(watched.error());
  auto local = entrance_.local();
  if (local) local_ = *local;
  return local;
}

Result<StreamSocket> StreamLink::open_exit() const {
  auto stream = StreamSocket::open(terms_.to.domain(), Blocking::no);
  if (!stream) return stream;
  if (const auto set = stream->set_no_delay(true); !set) return std::unexpected(set.error());
  return stream;
}

void StreamLink::begin_connect(StreamSocket& stream, std::optional<Result<void>>& outcome) const {
  // On loopback the second call tells what the first one began.
  for (int attempt = 0; attempt < 2 && !outcome; ++attempt) {
    const auto state = stream.start_connect(terms_.to);
    if (!state) {
      outcome.emplace(std::unexpected(state.error()));
    } else if (*state == StreamSocket::Connecting::connected) {
      outcome.emplace();
    }
  }
}

std::uint32_t StreamLink::prepare(const std::optional<Endpoint>& from) {
  const auto number = next_prepared_++;
  auto& one = prepared_[number];
  auto stream = open_exit();
  if (!stream) {
    one.outcome.emplace(std::unexpected(stream.error()));
    return number;
  }
  one.stream = *std::move(stream);
  const auto at = from || !terms_.to.address().is_loopback() ? from : std::optional(Endpoint(local_.address(), 0));
  if (at) {
    if (auto source = bind_shared(one.stream, *at)) {
      one.source = *std::move(source);
    } else if (from) {
      one.outcome.emplace(std::unexpected(source.error()));
      return number;
    }
  }
  begin_connect(one.stream, one.outcome);
  if (one.outcome) return number;
  const auto watched = poller_.watch(one.stream.fd(), Interest::write, link_key(LinkSocket::prepared, number));
  if (!watched) one.outcome.emplace(std::unexpected(watched.error()));
  return number;
}

std::optional<Result<void>> StreamLink::prepared(std::uint32_t number) {
  const auto at = prepared_.find(number);
  if (at == prepared_.end()) return Result<void>();
  auto outcome = at->second.outcome;
  if (outcome && !*outcome) prepared_.erase(at);
  return outcome;
}

std::optional<Endpoint> StreamLink::source_for(std::uint32_t number) const {
  const auto at = prepared_.find(number);
  return at == prepared_.end() ? std::nullopt : at->second.source;
}

void StreamLink::go_on(Prepared& one) {
  const auto state = one.stream.start_connect(terms_.to);
  if (state && *state == StreamSocket::Connecting::in_progress) return;
  poller_.forget(one.stream.fd());
  if (!state) {
    one.outcome.emplace(std::unexpected(state.error()));
  } else {
    one.outcome.emplace();
  }
}

Result<void> StreamLink::on_ready(LinkSocket kind, std::uint32_t number) {
  if (kind == LinkSocket::listener) return accept_all();
  if (kind == LinkSocket::prepared) {
    if (const auto at = prepared_.find(number); at != prepared_.end()) go_on(at->second);
    return {};
  }
  const auto at = connections_.find(number);
  return at == connections_.end() ? Result<void>() : serve(at->second);
}

Result<void> StreamLink::accept_all() {
  while (connections_.size() < most_connections) {
    auto next = entrance_.accept(Blocking::no);
    if (!next) return std::unexpected(next.error());
    if (!*next) return {};
    if (auto begun = begin(std::move((*next)->stream), std::move((*next)->peer)); !begun) return begun;
  }
  is_full_ = true;
  poller_.forget(entrance_.fd());
  return {};
}

/// A connection to the place, and whether it still has to come about.
Result<std::pair<StreamSocket, bool>> StreamLink::way_out(const Endpoint& client) {
  const auto fits = [&](const auto& entry) {
    const auto& one = entry.second;
    return one.outcome && *one.outcome && (!one.source || *one.source == client);
  };
  const auto ready = std::ranges::find_if(prepared_, fits);
  if (ready != prepared_.end()) {
    auto stream = std::move(ready->second.stream);
    prepared_.erase(ready);
    return std::pair(std::move(stream), false);
  }
  auto stream = open_exit();
  if (!stream) return std::unexpected(stream.error());
  std::optional<Result<void>> outcome;
  begin_connect(*stream, outcome);
  return std::pair(*std::move(stream), true);
}

Result<void> StreamLink::begin(StreamSocket client, Endpoint from) {
  auto out = way_out(from);
  if (!out) return std::unexpected(out.error());
  const auto number = ++count_;
  auto& one = connections_[number];
  one.ends = {std::move(client), std::move(out->first)};
  one.client = std::move(from);
  one.number = number;
  one.is_connecting = out->second;
  return serve(one);
}

/// Does all that can be done for a connection now. It may be gone afterwards.
Result<void> StreamLink::serve(Connection& one) {
  const auto now = Clock::now();
  if (!one.is_connecting || connect(one)) {
    for (const auto way : both_ways) {
      if (!one.is_over) read(one, way, now);
      if (!one.is_over) write(one, way, now);
    }
  }
  if (one.pipes[0].end_is_passed && one.pipes[1].end_is_passed) one.is_over = true;
  if (one.is_over) {
    end(one.number);
    if (!std::exchange(is_full_, false)) return {};
    return poller_.watch(entrance_.fd(), Interest::read, link_key(LinkSocket::listener, 0));
  }
  arm(one);
  return watch(one);
}

/// Whether the connection to the place stands. If there is to be none, the client is reset: it has been accepted.
bool StreamLink::connect(Connection& one) {
  const auto state = one.ends[1].start_connect(terms_.to);
  if (!state) {
    reset(one);
    return false;
  }
  one.is_connecting = *state == StreamSocket::Connecting::in_progress;
  return !one.is_connecting;
}

/// How many bytes may be read at once; none where nothing more is to pass.
std::size_t StreamLink::room(const Pipe& pipe, Way way) const {
  const auto& conditions = terms_.of(way);
  if (pipe.end != Pipe::End::none || pipe.is_stalled || pipe.queued >= most_queued) return 0;
  auto most = std::min(largest_chunk, scratch_.size());
  if (conditions.rate > 0) most = std::clamp<std::size_t>(conditions.rate / chunks_a_second, 1, most);
  if (conditions.stall_after) most = std::min<std::uint64_t>(most, *conditions.stall_after - pipe.taken);
  return most;
}

void StreamLink::read(Connection& one, Way way, Clock::time_point now) {
  auto& going = pipe(one, way);
  const auto& conditions = terms_.of(way);
  if (going.taken == 0) cut(one, way);
  for (int i = 0; i < turn && !one.is_over; ++i) {
    const auto most = room(going, way);
    if (most == 0) return;
    const auto received = source(one, way).receive(scratch_.first(most));
    if (received && received->kind == Received::Kind::would_block) return;
    auto& free_at = free_at_[static_cast<std::size_t>(way)];
    const auto size = received && received->kind == Received::Kind::data ? received->count : 0;
    free_at = std::max(free_at, now) + time_at(conditions.rate, size);
    going.last_due = std::max(going.last_due, (conditions.rate > 0 ? free_at : now) + conditions.delay);
    if (size > 0) {
      going.queue.push_back({std::string(as_text(scratch_.first(size))), going.last_due});
      going.queued += size;
      going.taken += size;
      continue;
    }
    going.end = received && received->kind == Received::Kind::eof ? Pipe::End::eof : Pipe::End::reset;
    going.end_due = going.last_due;
    return;
  }
}

void StreamLink::write(Connection& one, Way way, Clock::time_point now) {
  auto& going = pipe(one, way);
  going.is_blocked = false;
  while (!one.is_over && !going.queue.empty() && going.queue.front().due <= now && !going.is_blocked) {
    if (!write_chunk(one, way)) return;
    cut(one, way);
  }
  if (!one.is_over) pass_end(one, way, now);
}

/// Hands the kernel what it takes of the first chunk. False if the connection is over.
bool StreamLink::write_chunk(Connection& one, Way way) {
  auto& going = pipe(one, way);
  auto rest = std::string_view(going.queue.front().bytes).substr(going.begin);
  if (const auto& after = terms_.of(way).reset_after) rest = rest.substr(0, *after - going.passed);
  const auto sent = sink(one, way).send(as_bytes(rest));
  if (!sent || sent->kind == Sent::Kind::closed) {
    reset(one);
    return false;
  }
  going.is_blocked = sent->kind == Sent::Kind::would_block;
  going.begin += sent->count;
  going.passed += sent->count;
  going.queued -= sent->count;
  if (going.begin < going.queue.front().bytes.size()) return true;
  going.queue.pop_front();
  going.begin = 0;
  return true;
}

/// What the conditions say of so many bytes that have passed.
void StreamLink::cut(Connection& one, Way way) {
  auto& going = pipe(one, way);
  const auto& conditions = terms_.of(way);
  if (conditions.stall_after && going.passed >= *conditions.stall_after && !going.is_stalled) {
    going.is_stalled = true;
    tell(Event::Kind::stalled, one, way);
  }
  if (conditions.reset_after && going.passed >= *conditions.reset_after && !one.is_over) {
    tell(Event::Kind::line_cut, one, way);
    reset(one);
  }
}

/// An end goes behind the bytes before it. A reset waits for the time of those only: a receiver that takes none of them
/// is reset all the same.
void StreamLink::pass_end(Connection& one, Way way, Clock::time_point now) {
  auto& going = pipe(one, way);
  if (going.end == Pipe::End::none || going.end_is_passed || going.is_stalled || going.end_due > now) return;
  if (going.end == Pipe::End::reset) return reset(one);
  if (!going.queue.empty()) return;
  going.end_is_passed = true;
  if (!sink(one, way).shutdown_write()) reset(one);
}

void StreamLink::reset(Connection& one) {
  for (auto& end : one.ends) end.reset();
  one.is_over = true;
}

void StreamLink::tell(Event::Kind kind, const Connection& one, Way way) const {
  listener_.tell({kind, way, one.number, one.pipes[static_cast<std::size_t>(way)].passed});
}

/// When there is something to do for a connection without anything new.
void StreamLink::arm(Connection& one) {
  auto next = Clock::time_point::max();
  for (const auto& going : one.pipes) {
    if (going.is_stalled || going.is_blocked) continue;
    if (!going.queue.empty()) {
      next = std::min(next, going.queue.front().due);
    } else if (going.end != Pipe::End::none && !going.end_is_passed) {
      next = std::min(next, going.end_due);
    }
  }
  if (next == one.armed) return;
  due_.erase({one.armed, one.number});
  one.armed = next;
  if (next != Clock::time_point::max()) due_.emplace(next, one.number);
}

Result<void> StreamLink::watch(Connection& one) {
  for (const auto way : both_ways) {
    const auto index = static_cast<std::size_t>(way);
    const bool reads = !one.is_connecting && room(pipe(one, way), way) > 0;
    const bool connects = one.is_connecting && way == Way::back;
    const bool writes = connects || one.pipes[1 - index].is_blocked;
    const auto interest = static_cast<Interest>((reads ? 1 : 0) | (writes ? 2 : 0));
    if (interest == one.watched[index]) continue;
    one.watched[index] = interest;
    const auto kind = way == Way::there ? LinkSocket::client_end : LinkSocket::server_end;
    if (auto set = poller_.watch(one.ends[index].fd(), interest, link_key(kind, one.number)); !set) return set;
  }
  return {};
}

void StreamLink::end(std::uint32_t number) {
  due_.erase({connections_.at(number).armed, number});
  connections_.erase(number);
}

Result<void> StreamLink::pass_due() {
  const auto now = Clock::now();
  while (!due_.empty() && due_.begin()->first <= now) {
    auto& one = connections_.at(due_.begin()->second);
    const auto armed = one.armed;
    const auto number = one.number;
    if (auto served = serve(one); !served) return served;
    // What is due and cannot go has been told of otherwise: by room in the kernel's buffers.
    if (const auto at = connections_.find(number); at != connections_.end() && at->second.armed == armed) return {};
  }
  return {};
}

Clock::time_point StreamLink::last() const {
  auto last = Clock::time_point::min();
  for (const auto& [time, number] : due_) {
    for (const auto& going : connections_.at(number).pipes) last = std::max(last, going.last_due);
  }
  return last;
}

std::optional<Endpoint> StreamLink::exit_of(const Endpoint& client) const {
  const auto found =
      std::ranges::find_if(connections_, [&](const auto& entry) { return entry.second.client == client; });
  if (found == connections_.end()) return {};
  const auto local = found->second.ends[1].local();
  return local ? std::optional(*local) : std::nullopt;
}

}  // namespace volley::engine
