// SPDX-License-Identifier: Apache-2.0
// Receives that are about the call itself: peeking, urgent data; and what may pass before a pattern.
#include <sys/socket.h>

#include <array>
#include <cerrno>

#include "engine/hang_up.h"
#include "engine/run.h"

namespace volley::engine {
/// The pattern has not matched: whether something stands in its place that may pass. `waiting`: that is not known yet.
Run::Progress Run::skip(const plan::Receive& step, Peer& reader) {
  if (!now_->skipper) now_->skipper.emplace(step.skipping, now_->scope, stream_limits());
  const auto skipped = now_->skipper->match(reader.inbox.bytes(), reader.saw_eof);
  if (skipped.is_paused) return look_again(clock());
  if (skipped.state == match::State::more && !reader.saw_reset) return Progress::waiting;
  // What takes no bytes would be skipped for ever.
  if (skipped.state != match::State::matched || skipped.offset == 0) {
    return mismatched(step.peer, reader.inbox.bytes());
  }
  record(Event::Kind::skipped, step.peer, excerpt(trace_.arena, reader.inbox.bytes().substr(0, skipped.offset)));
  reader.inbox.consume(skipped.offset);
  now_->skipper.reset();
  now_->matcher.emplace(step.pattern, now_->scope, stream_limits());
  return Progress::done;
}

/// A peer that never stops sending what may pass must neither keep others from their turn nor outlast the deadline.
/// False: the step has to wait, though only for its turn.
bool Run::goes_on_reading() {
  if (--budget_ > 0 && now_->scope.now < now_->deadline) return true;
  look_again(now_->scope.now);
  return false;
}

bool Run::skips_datagram(const plan::Receive& step, std::string_view bytes) {
  if (step.skipping.empty()) return false;
  match::Matcher skipper(step.skipping, now_->scope, limits());
  const auto skipped = skipper.match(bytes, true);
  return skipped.state == match::State::matched && skipped.offset == bytes.size();
}

/// What is there stays there: in the kernel while one call shows enough of it, else in our inbox.
Run::Progress Run::peek_stream(const plan::Receive& step) {
  auto& reader = peer(step.peer);
  now_->alarm = nanoseconds::max();
  if (!now_->matcher) {
    now_->matcher.emplace(step.pattern, now_->scope, stream_limits());
    now_->consumed = {};
  }
  while (true) {
    if (reads_late(reader)) return Progress::waiting;
    auto seen = reader.inbox.bytes();
    if (seen.empty() && !reader.saw_eof && !reader.saw_reset) {
      const auto peeked = reader.stream().receive(scratch_, MSG_PEEK);
      if (!peeked) return fail(peeked.error(), step.peer);
      if (peeked->kind == Received::Kind::data) seen = as_text(scratch_.first(peeked->count));
    }
    now_->matching = now_->matcher->match(seen, reader.saw_eof);
    if (now_->matching.is_paused) return look_again(clock());
    if (now_->matching.state == match::State::matched) {
      record(Event::Kind::peeked, step.peer, excerpt(trace_.arena, seen.substr(0, now_->matching.offset)));
      return Progress::done;
    }
    if (now_->matching.state == match::State::mismatch || reader.saw_reset) return mismatched(step.peer, seen);
    const auto kind = read_more(reader);
    if (!kind) return fail(kind.error(), step.peer);
    if (*kind == Received::Kind::would_block) return wait_for(step.peer, Interest::read);
  }
}

/// The urgent byte, which stands beside the stream (RFC 6093; Linux keeps one, the last).
Run::Progress Run::receive_urgent(const plan::Receive& step) {
  auto& reader = peer(step.peer);
  now_->matcher.emplace(step.pattern, now_->scope, limits());
  now_->consumed = {};
  std::array<std::byte, 1> place;
  const auto received = reader.stream().receive(place, MSG_OOB);
  if (!received && received.error().code != EINVAL) return fail(received.error(), step.peer);
  if (!received || received->kind != Received::Kind::data) {
    if (is_ended(reader.fd())) return urgent_cannot_come(step.peer);
    now_->matching = now_->matcher->match({}, false);
    return wait_for(step.peer, Interest::urgent);
  }
  const auto byte = as_text(place);
  now_->matching = now_->matcher->match(byte, true);
  if (now_->matching.state == match::State::mismatch) return mismatched(step.peer, byte);
  if (now_->matching.offset == 0) return unexpected_data(step.peer, byte);
  record(Event::Kind::received, step.peer, excerpt(trace_.arena, byte));
  return Progress::done;
}

Run::Progress Run::urgent_cannot_come(PeerId id) {
  if (peer(id).broken) return stop_broken(id);
  const auto error = peer(id).stream().take_error();
  const bool is_reset = error && *error == ECONNRESET;
  now_->matching = now_->matcher->match({}, false);
  return stop(is_reset ? Reason::unexpected_reset : Reason::unexpected_eof, id);
}

/// Whether an urgent byte came that no step has read.
std::optional<char> Run::left_urgent(Peer& reader) {
  std::array<std::byte, 1> place;
  const auto received = reader.stream().receive(place, MSG_OOB | MSG_PEEK);
  if (!received || received->kind != Received::Kind::data) return {};
  return static_cast<char>(place[0]);
}

}  // namespace volley::engine
