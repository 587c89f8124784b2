// SPDX-License-Identifier: Apache-2.0
// What a run says and hears: sends through outboxes, receives through matchers, ends and silence.
#include <sys/socket.h>

#include <algorithm>
#include <utility>

#include "engine/error_names.h"
#include "engine/run.h"

namespace volley::engine {
namespace {

/// What UDP's length field can say (RFC 768). A longer message is handed over as far as that and one byte: the kernel
/// refuses it, as it would the whole.
constexpr std::size_t max_datagram = 65535;
/// A unix datagram may be as long as its sender's buffer, which is never as large as this.
constexpr std::size_t max_unix_datagram = 16 << 20;
/// From here on bytes that a matcher has done with are dropped while it goes on.
constexpr std::size_t drop_from = 256 << 10;

/// Sends of one peer that wait to leave: more of them wait in their step.
constexpr std::size_t most_queued = 4096;

Reason reason_of(match::Cause cause) {
  switch (cause) {
    case match::Cause::constraint:
      return Reason::constraint;
    case match::Cause::over_limit:
      return Reason::over_limit;
    case match::Cause::ended:
      return Reason::unexpected_eof;
    case match::Cause::fault:
      return Reason::fault;
    default:
      return Reason::mismatch;
  }
}

}  // namespace

// sending

Run::Progress Run::perform(const plan::Send& step) {
  const auto& asked = plan_.steps[now_->pc];
  auto& sender = peer(step.peer);
  sender.last_step = now_->pc;
  if (const auto free = after_cutting(step.peer); free != Progress::done) return free;
  if ((step.segments || step.cut) && !now_->sending) return send_in_segments(step);
  std::optional<Endpoint> to;
  if (step.to && !(to = endpoint_of(*step.to, plan_.peers[step.peer].transport))) return Progress::stopped;
  const bool is_first_try = !now_->sending;
  if (is_first_try) {
    if (sender.outbox.count() >= most_queued) {
      if (const auto flushed = flush(step.peer); flushed != Progress::done) return flushed;
      if (sender.outbox.count() >= most_queued) return wait_for(step.peer, Interest::write);
    }
    if (sender.broken) return send_behind_cut(step.peer);
    const auto pushed = sender.outbox.push(now_->pc, step.items, now_->scope, std::move(to));
    if (!pushed) return stop_with(Reason::fault, step.peer, pushed.error().what);
    if (step.is_urgent) {
      uses_urgent_ = true;
      sender.outbox.mark_urgent();
    }
    if (step.is_held) sender.outbox.mark_held();
    now_->sending = asked.fails.has_value();
  }
  return send_queued(step);
}

/// Lets leave what the kernel takes of what a step has queued.
Run::Progress Run::send_queued(const plan::Send& step) {
  const auto& asked = plan_.steps[now_->pc];
  auto& sender = peer(step.peer);
  if (const auto flushed = flush(step.peer); flushed != Progress::done) {
    now_->sending = false;
    return flushed;
  }
  if (sender.broken && asked.fails) return send_behind_cut(step.peer);
  // Whether it fails is known only when it has left; any other send goes on while later steps run.
  if (asked.fails && !sender.outbox.empty()) return wait_for(step.peer, Interest::write);
  now_->sending = false;
  if (!sender.outbox.empty()) clock();  // no call of the kernel's has told the time
  return Progress::done;
}

/// A message before this one was cut off, and this one goes with it.
Run::Progress Run::send_behind_cut(PeerId id) {
  now_->sending = false;
  auto& sender = peer(id);
  if (plan_.steps[now_->pc].fails) {
    const auto broken = *std::exchange(sender.broken, {});
    return fail(Error{broken.code, broken.call, plan_.peers[id].name}, id);
  }
  sender.outbox.clear();
  record(Event::Kind::cut_off, id);
  return Progress::done;
}

/// Writes what the kernel takes. `done` also if some is left: then the peer is watched for room.
Run::Progress Run::flush(PeerId id) {
  auto& sender = peer(id);
  if (sender.is_datagram()) return flush_datagram(id);
  while (!sender.outbox.empty()) {
    auto chunk = sender.outbox.chunk();
    // The urgent byte leaves by itself: a call that is cut short must not make another byte urgent.
    const bool has_last = sender.outbox.is_urgent() && sender.outbox.sent() + chunk.size() == sender.outbox.size();
    const bool is_urgent = has_last && chunk.size() == 1;
    if (has_last && chunk.size() > 1) chunk.remove_suffix(1);
    const int flags = is_urgent ? MSG_OOB : sender.outbox.is_held() ? MSG_MORE : 0;
    const auto step = sender.outbox.step();
    const auto size = sender.outbox.size();
    const auto sent = sender.is_pipe() ? sender.send(as_bytes(chunk)) : sender.stream().send(as_bytes(chunk), flags);
    if (!sent) return fail_send(step, id, sent.error());
    if (sent->kind == Sent::Kind::would_block) {
      const auto watched = update_watch(id);
      return watched ? Progress::done : fail(watched.error(), id);
    }
    if (sent->kind == Sent::Kind::closed) return cut_off(id, sent->code);
    if (sent->count > 0) {
      sender.is_pushed = (flags & MSG_MORE) == 0;
    } else if (!sender.is_pushed && flags == 0) {
      if (const auto pushed = push(sender); !pushed) return fail_send(step, id, pushed.error());
    }
    taken(sender, chunk.substr(0, sent->count));
    if (is_urgent) sender.urgent_sent += sent->count;
    if (sender.outbox.advance(sent->count)) record_sent(step, id, take_leaving(sender, size), nullptr);
  }
  return sender.ending ? end_writing(id, *std::exchange(sender.ending, {})) : Progress::done;
}

/// What was held back for a message that turned out to be empty need not wait any more. A cork that the scenario has
/// set itself stays.
Result<void> Run::push(Peer& sender) {
  sender.is_pushed = true;
  const auto is_corked = sender.stream().cork();
  if (!is_corked) return std::unexpected(is_corked.error());
  return *is_corked ? Result<void>() : sender.stream().set_cork(false);
}

/// The other end takes no more of what is queued. This is no failure yet. A server may answer a request that it has not
/// read to its end, and close (RFC 9112 §9.6): what it had sent is read by the steps that follow, and one that expects
/// the end makes the cut good. The run fails, at the send, where bytes are due that cannot come any more, or when it
/// ends without having expected that.
///
/// Nothing that has arrived is lost by this. Linux empties the send queue on a reset and leaves the receive queue alone
/// (tcp_reset in net/ipv4/tcp_input.c), and a receive takes what is there before it tells the error
/// (tcp_recvmsg_locked in net/ipv4/tcp.c): measured on 6.18, with and without unread bytes at the other end. What does
/// not survive is what was still on its way behind a gap, and the error itself, which the send has used up:
/// `StreamSocket` remembers it.
Run::Progress Run::cut_off(PeerId id, int code) {
  auto& sender = peer(id);
  const auto step = sender.outbox.step();
  if (step == now_->pc && plan_.steps[step].fails) {
    sender.outbox.clear();
    return fail(Error{code, "send", plan_.peers[id].name}, id);
  }
  record_sent(step, id, take_leaving(sender, sender.outbox.sent()), nullptr);
  trace_.events.back().kind = Event::Kind::cut_off;
  if (const auto cut = sender.outbox.unexcused(); cut && !sender.broken) {
    sender.broken = Peer::Broken{*cut, code, "send"};
  }
  sender.outbox.clear();
  sender.takes_no_more = true;
  if (sender.broken || !sender.ending) return Progress::done;
  return end_writing(id, *std::exchange(sender.ending, {}));
}

Run::Progress Run::flush_datagram(PeerId id) {
  auto& sender = peer(id);
  while (!sender.outbox.empty()) {
    const auto step = sender.outbox.step();
    const bool is_unix = plan_.peers[id].transport == plan::Transport::unix_datagram;
    const auto bytes = as_bytes(sender.outbox.whole(is_unix ? max_unix_datagram : max_datagram));
    const auto to = sender.outbox.to();
    const auto at = to ? delayed(*to, false, id) : std::expected<Endpoint, Progress>(Endpoint());
    if (!at) return at.error();
    const auto sent = to ? sender.datagram().send_to(bytes, *at) : sender.datagram().send(bytes);
    using Kind = DatagramSocket::SentDatagram;
    if (sent && *sent == Kind::would_block) {
      if (is_unix) retry_later(id);
      const auto watched = update_watch(id);
      return watched ? Progress::done : fail(watched.error(), id);
    }
    if (is_unix && sent && *sent == Kind::refused) {
      // Nobody is there now, which says nothing of datagrams before this one.
      sender.outbox.clear();
      return fail_send(step, id, Error{ECONNREFUSED, "send", plan_.peers[id].name});
    }
    if (sent && *sent == Kind::refused && step == now_->pc && plan_.steps[now_->pc].fails) {
      sender.outbox.clear();
      return fail(Error{ECONNREFUSED, "send", plan_.peers[id].name}, id);
    }
    if (sent && *sent == Kind::refused) {
      // An answer to an earlier datagram; the kernel tells it once and sends nothing. It waits for a `refused` step,
      // the datagram goes out.
      sender.saw_reset = true;
      continue;
    }
    const auto size = sender.outbox.size();
    const auto told = sent && surroundings_.keeps_sent ? excerpt(trace_.arena, as_text(bytes)) : Excerpt{.size = size};
    sender.outbox.advance(size);
    if (!sent) return fail_send(step, id, sent.error());
    sender.sent += size;
    record_sent(step, id, told, to ? &*to : nullptr);
  }
  return Progress::done;
}

/// The kernel calls a unix datagram socket writable as long as it has no peer, whoever's queue is full.
void Run::retry_later(PeerId id) {
  constexpr auto pause = std::chrono::milliseconds(1);
  if (std::ranges::find(blocked_, socket(id)) == blocked_.end()) blocked_.push_back(socket(id));
  retry_at_ = Clock::now() + pause;
}

void Run::retry_blocked() {
  if (blocked_.empty() || Clock::now() < retry_at_) return;
  for (const auto socket : std::exchange(blocked_, {})) on_ready(socket, true);
}

/// The kernel has taken bytes.
void Run::taken(Peer& sender, std::string_view bytes) {
  sender.sent += bytes.size();
  taken_at_ = clock();
  if (!surroundings_.keeps_sent) return;
  if (!sender.leaving) sender.leaving = std::make_unique<Gathered>();
  sender.leaving->add(bytes);
}

/// What is told of a message that has left.
Excerpt Run::take_leaving(Peer& sender, std::uint64_t size) {
  return sender.leaving ? sender.leaving->finish(trace_.arena) : Excerpt{.size = size};
}

void Run::record_sent(std::uint32_t step, PeerId id, Excerpt bytes, const Endpoint* to) {
  record(Event::Kind::sent, id, bytes, to);
  trace_.events.back().step = step;
}

/// A send of a step, which need not be the current one, failed.
Run::Progress Run::fail_send(std::uint32_t step, PeerId id, Error error) {
  if (step == now_->pc) return fail(std::move(error), id);
  stop(is_refused_by_system(error.code) ? Reason::system : Reason::call_failed, id);
  trace_.stop.step = step;
  trace_.stop.error = named(std::move(error), id);
  return Progress::stopped;
}

/// What was cut off cannot be made good any more. What the other end had said and nobody read may tell why.
Run::Progress Run::stop_broken(PeerId id) {
  auto& sender = peer(id);
  if (sender.has_stream() && sender.inbox.empty()) static_cast<void>(read_more(sender));
  now_->matcher.reset();
  now_->consumed = {};
  stop(Reason::call_failed, id);
  trace_.stop.step = sender.broken->step;
  trace_.stop.branches = 0;
  trace_.stop.error = Error{sender.broken->code, sender.broken->call, plan_.peers[id].name};
  if (!sender.inbox.empty()) keep_received(sender.inbox.bytes(), 0);
  return Progress::stopped;
}

/// Everything queued has left: the FIN or the close that was to follow it.
Run::Progress Run::end_writing(PeerId id, Peer::Ending ending) {
  auto& open = peer(id);
  if (ending.kind == Peer::Ending::Kind::close) {
    // Input that we have read and nobody consumed would still be unread without our buffer, and a close with unread
    // input is a reset (RFC 2525 §2.17): how far we had read ahead must not show.
    const bool is_reset = !open.inbox.empty() || (open.ours && !farewell_.closes(open.stream()));
    if (is_reset) open.stream().reset();
    forget(open);
    record(Event::Kind::closed, id);
  } else if (open.is_pipe()) {
    open.pipe().close();
    record(Event::Kind::shut_down, id);
  } else if (!open.takes_no_more || plan_.steps[ending.step].fails) {
    if (open.ours) farewell_.sends_fin(open.stream());
    const auto shut = open.stream().shutdown_write();
    // A FIN is cut off by a reset as bytes are.
    const bool is_cut = !shut && shut.error().code == ENOTCONN && !plan_.steps[ending.step].fails;
    if (!shut && !is_cut) return fail_send(ending.step, id, shut.error());
    if (is_cut) open.broken = Peer::Broken{ending.step, ENOTCONN, "shutdown"};
    record(is_cut ? Event::Kind::cut_off : Event::Kind::shut_down, id);
  } else {
    record(Event::Kind::cut_off, id);
  }
  trace_.events.back().step = ending.step;
  return Progress::done;
}

/// Waits until the peer's outbox is empty.
Run::Progress Run::after_outbox(PeerId id) {
  if (peer(id).outbox.empty()) return Progress::done;
  if (const auto flushed = flush(id); flushed != Progress::done) return flushed;
  return peer(id).outbox.empty() ? Progress::done : wait_for(id, Interest::write);
}

// receiving

Result<Received::Kind> Run::read_more(Peer& reader) {
  if (reader.saw_reset) return Received::Kind::reset;
  if (reader.saw_eof) return Received::Kind::eof;
  const bool may_lose = uses_urgent_ && reader.is_stream() && left_urgent(reader);
  const auto received = reader.receive(room_of(reader));
  // What is read past its place, the kernel keeps no longer.
  if (may_lose && !left_urgent(reader)) reader.lost_urgent = true;
  if (!received) return std::unexpected(received.error());
  if (received->kind == Received::Kind::data) {
    reader.inbox.append(as_text(scratch_.first(received->count)));
    reader.read += received->count;
    reader.read_at = clock();
  }
  reader.saw_eof = received->kind == Received::Kind::eof;
  reader.saw_reset = received->kind == Received::Kind::reset;
  return received->kind;
}

/// One datagram into `room`. What the kernel had to drop before it is told.
Result<ReceivedDatagram> Run::read_datagram(PeerId id, std::span<std::byte> room, int flags) {
  auto& reader = peer(id);
  auto received = reader.datagram().receive(room, flags);
  if (received && received->dropped > reader.dropped) {
    record(Event::Kind::dropped, id, Excerpt{.size = received->dropped - reader.dropped});
    trace_.events.back().step = reader.last_step;
    reader.dropped = received->dropped;
  }
  if (received && plan_.delay) received->source = origin_of(std::move(received->source));
  return received;
}

Run::Progress Run::perform(const plan::Receive& step) {
  peer(step.peer).last_step = now_->pc;
  return peer(step.peer).is_datagram() ? receive_datagram(step) : receive_stream(step);
}

Run::Progress Run::receive_stream(const plan::Receive& step) {
  if (step.is_urgent) return receive_urgent(step);
  if (step.is_peek) return peek_stream(step);
  now_->alarm = nanoseconds::max();
  auto& reader = peer(step.peer);
  if (!now_->matcher) {
    now_->matcher.emplace(step.pattern, now_->scope, stream_limits());
    now_->consumed = {};
  }
  while (true) {
    // Asked even before anything came: its answer says what the step waits for.
    if (!now_->skipper) now_->matching = now_->matcher->match(reader.inbox.bytes(), reader.saw_eof);
    if (now_->matching.is_paused) return look_again(clock());
    if (now_->matching.state == match::State::matched) return matched_stream(step);
    const bool mismatches = now_->matching.state == match::State::mismatch;
    if (mismatches && step.skipping.empty()) return mismatched(step.peer, reader.inbox.bytes());
    if (mismatches) {
      const auto skipped = skip(step, reader);
      if (skipped == Progress::stopped) return skipped;
      if (skipped == Progress::done && goes_on_reading()) continue;
      if (skipped == Progress::done) return Progress::waiting;
    }
    // No end of the stream, as an eof is: `rest` is not complete.
    if (reader.saw_reset) return mismatched(step.peer, reader.inbox.bytes());
    // What may be skipped has to be looked at from its first byte.
    if (step.skipping.empty()) drop_settled(reader);
    if (reads_late(reader)) return Progress::waiting;
    const auto kind = read_more(reader);
    if (!kind) return fail(kind.error(), step.peer);
    if (*kind == Received::Kind::would_block) return wait_for(step.peer, Interest::read);
    if (!goes_on_reading()) return Progress::waiting;
  }
}

/// A long extent need not be held: what the matcher has done with goes, and the trace keeps its ends.
void Run::drop_settled(Peer& reader) {
  const auto settled = now_->matcher->settled() - now_->consumed.size();
  if (settled < drop_from) return;
  now_->consumed.add(reader.inbox.bytes().substr(0, settled));
  reader.inbox.consume(settled);
  now_->matcher->drop(settled);
}

Run::Progress Run::matched_stream(const plan::Receive& step) {
  auto& inbox = peer(step.peer).inbox;
  const auto rest = inbox.bytes().substr(0, now_->matching.offset - now_->consumed.size());
  Excerpt bytes;
  if (now_->consumed.size() == 0) {
    bytes = excerpt(trace_.arena, rest);
  } else {
    now_->consumed.add(rest);
    bytes = now_->consumed.finish(trace_.arena);
  }
  inbox.consume(rest.size());
  record(Event::Kind::received, step.peer, bytes);
  return Progress::done;
}

Run::Progress Run::mismatched(PeerId id, std::string_view pending) {
  const auto reason =
      now_->matching.state == match::State::more ? Reason::unexpected_reset : reason_of(now_->matching.cause);
  const bool has_ended = reason == Reason::unexpected_reset || reason == Reason::unexpected_eof;
  if (has_ended && peer(id).broken) return stop_broken(id);
  stop_with(reason, id, now_->matching.what);
  keep_received(pending, now_->matching.offset);
  return Progress::stopped;
}

Run::Progress Run::receive_datagram(const plan::Receive& step) {
  auto& reader = peer(step.peer);
  if (reader.saw_reset) return stop(Reason::refused, step.peer);
  const auto room = room_for(step);
  if (!room) return Progress::stopped;
  now_->alarm = nanoseconds::max();
  while (true) {
    auto datagram = read_datagram(step.peer, *room, step.is_peek ? MSG_PEEK : 0);
    if (!datagram) return fail(datagram.error(), step.peer);
    if (datagram->kind == ReceivedDatagram::Kind::refused) return stop(Reason::refused, step.peer);
    if (datagram->kind == ReceivedDatagram::Kind::would_block) return wait_for(step.peer, Interest::read);
    now_->matcher.emplace(step.pattern, now_->scope, limits());
    now_->consumed = {};
    const auto bytes = as_text(room->first(datagram->count));
    const auto progress = match_datagram(step, bytes, datagram->source, datagram->size);
    if (progress == Progress::waiting && goes_on_reading()) continue;
    if (progress == Progress::stopped) trace_.stop.sender = datagram->source;
    return progress;
  }
}

/// Where a datagram is to go; on failure the run is stopped and nothing returned.
std::optional<std::span<std::byte>> Run::room_for(const plan::Receive& step) {
  if (!step.buffer) return scratch_;
  const auto size = plan::evaluate_size(*step.buffer, 1, now_->scope);
  if (!size) {
    stop_with(Reason::fault, step.peer, size.error().what);
    return {};
  }
  return scratch_.first(std::min<std::uint64_t>(*size, scratch_.size()));
}

/// What was received of a datagram of `size` bytes. `waiting`: it was one that may pass before the pattern.
Run::Progress Run::match_datagram(const plan::Receive& step, std::string_view bytes, const Endpoint& source,
                                  std::size_t size) {
  const bool is_cut = bytes.size() < size;
  if (step.from) {
    const auto due = plan::evaluate_endpoint(*step.from, now_->scope);
    if (!due) return stop_with(Reason::fault, step.peer, due.error().what);
    if (*due != source) {
      stop_with(Reason::wrong_sender, step.peer, due->to_string());
      keep_received(bytes, 0);
      return Progress::stopped;
    }
  }
  now_->matching = now_->matcher->match(bytes, true);
  const bool fits = now_->matching.state == match::State::matched && now_->matching.offset == bytes.size() &&
                    is_cut == step.is_truncated;
  if (!fits && !is_cut && skips_datagram(step, bytes)) {
    record(Event::Kind::skipped, step.peer, excerpt(trace_.arena, bytes), &source);
    return Progress::waiting;
  }
  if (is_cut != step.is_truncated) return stop_cut(step.peer, bytes, size);
  if (now_->matching.state == match::State::mismatch) return mismatched(step.peer, bytes);
  if (now_->matching.offset < bytes.size()) {
    stop(Reason::too_long, step.peer);
    keep_received(bytes, now_->matching.offset);
    return Progress::stopped;
  }
  if (step.sender) now_->scope.slots[*step.sender] = source;
  const auto kind = step.is_peek ? Event::Kind::peeked : Event::Kind::received;
  record(kind, step.peer, excerpt(trace_.arena, bytes), &source);
  return Progress::done;
}

/// A datagram was longer than the step's buffer, or was not and should have been.
Run::Progress Run::stop_cut(PeerId id, std::string_view bytes, std::size_t size) {
  stop(bytes.size() < size ? Reason::cut : Reason::not_cut, id);
  trace_.stop.offset = bytes.size();
  trace_.stop.needed = size;
  keep_received(bytes, 0);
  return Progress::stopped;
}

// ends and silence

Run::Progress Run::unexpected_data(PeerId id, std::string_view bytes) {
  stop(Reason::unexpected_data, id);
  now_->consumed = {};
  keep_received(bytes, 0);
  return Progress::stopped;
}

/// A step has expected that the other end sends no more: it need not have read what was sent before.
void Run::excuse_unsent(Peer& sender) {
  sender.outbox.excuse();
  sender.broken.reset();
}

/// The other end has gone, as a step expects: what it did not take is made good.
void Run::drop_unsent(Peer& sender) {
  sender.outbox.clear();
  sender.broken.reset();
  sender.ending.reset();
}

/// The end of a stream, where no bytes are due; else what becomes of the step without it.
std::expected<Received::Kind, Run::Progress> Run::read_end(PeerId id) {
  auto& reader = peer(id);
  if (!reader.inbox.empty()) return std::unexpected(unexpected_data(id, reader.inbox.bytes()));
  const auto kind = read_more(reader);
  if (!kind) return std::unexpected(fail(kind.error(), id));
  if (*kind == Received::Kind::would_block) return std::unexpected(wait_for(id, Interest::read));
  if (*kind == Received::Kind::data) return std::unexpected(unexpected_data(id, reader.inbox.bytes()));
  return *kind;
}

/// The same for a refusal (ICMP port unreachable), which is all that ends datagrams.
std::expected<void, Run::Progress> Run::read_refusal(PeerId id) {
  if (peer(id).saw_reset) return {};
  auto datagram = read_datagram(id);
  if (!datagram) return std::unexpected(fail(datagram.error(), id));
  if (datagram->kind == ReceivedDatagram::Kind::would_block) return std::unexpected(wait_for(id, Interest::read));
  if (datagram->kind != ReceivedDatagram::Kind::data) return {};
  const auto progress = unexpected_data(id, as_text(scratch_.first(datagram->count)));
  trace_.stop.sender = std::move(datagram->source);
  return std::unexpected(progress);
}

Run::Progress Run::perform(const plan::ReceiveEnd& step) {
  using End = plan::ReceiveEnd::Kind;
  auto& reader = peer(step.peer);
  reader.last_step = now_->pc;
  if (reader.is_datagram()) {
    if (const auto refused = read_refusal(step.peer); !refused) return refused.error();
    reader.saw_reset = false;
    record(Event::Kind::refused, step.peer);
    return Progress::done;
  }
  const auto end = read_end(step.peer);
  if (!end) return end.error();
  const bool is_reset = *end == Received::Kind::reset;
  if (step.kind == (is_reset ? End::eof : End::reset)) {
    return stop_with(Reason::unexpected_end, step.peer, is_reset ? "reset" : "eof");
  }
  if (is_reset || step.kind == End::closed) drop_unsent(reader);
  excuse_unsent(reader);
  reader.reset_consumed = reader.reset_consumed || is_reset;
  record(is_reset ? Event::Kind::was_reset : Event::Kind::ended, step.peer);
  return Progress::done;
}

Run::Progress Run::perform(const plan::Silence& step) {
  auto& reader = peer(step.peer);
  reader.last_step = now_->pc;
  now_->deadline = later(step.time);
  if (reader.is_datagram()) {
    const auto refused = read_refusal(step.peer);
    return refused ? stop(Reason::refused, step.peer) : refused.error();
  }
  const auto end = read_end(step.peer);
  if (!end) return end.error();
  if (reader.broken) return stop_broken(step.peer);
  return stop_with(Reason::unexpected_end, step.peer, *end == Received::Kind::reset ? "reset" : "eof");
}

// values

Run::Progress Run::perform(const plan::Let& step) {
  clock();
  auto value = plan::evaluate(step.value, now_->scope);
  if (!value) return stop_with(Reason::fault, {}, value.error().what);
  now_->scope.slots[step.slot] = *std::move(value);
  record(Event::Kind::computed, 0);
  return Progress::done;
}

Run::Progress Run::perform(const plan::Expect& step) {
  clock();
  auto value = plan::evaluate(step.condition, now_->scope);
  if (!value) return stop_with(Reason::fault, {}, value.error().what);
  if (!step.pattern.empty()) {
    const auto wrong = match::mismatch_of(step.pattern, std::get<plan::Bytes>(*value), now_->scope, limits());
    if (wrong) return stop_with(Reason::condition, {}, wrong->what);
    record(Event::Kind::computed, 0);
    return Progress::done;
  }
  const bool holds = step.regex
                         ? match::apply(*step.regex, step.groups, std::get<plan::Bytes>(*value), now_->scope.slots)
                         : std::get<bool>(*value);
  if (!holds) return stop(Reason::condition);
  record(Event::Kind::computed, 0);
  return Progress::done;
}

Run::Progress Run::perform(const plan::Ignore& step) {
  peer(step.peer).is_ignored = true;
  excuse_unsent(peer(step.peer));
  record(Event::Kind::computed, step.peer);
  return Progress::done;
}

Run::Progress Run::perform(const plan::Wait& step) {
  now_->deadline = later(step.time);
  return Progress::waiting;
}

}  // namespace volley::engine
