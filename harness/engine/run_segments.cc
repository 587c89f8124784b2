// SPDX-License-Identifier: Apache-2.0
// A send in segments: each is delivered before the next one leaves, so that the other end meets every cut. Delivered is
// what has left the receive queue of the other end (run_other_end.cc): we read it ourselves where that end is ours, and
// ask the kernel where it is a stranger's. Asking again is left to the loop's timer, in growing steps. Where the kernel
// knows of no such socket, on another host or behind a translated address, a pause parts the segments.
//
// What several strands send on one socket does not mix: whoever sends while another one cuts waits for it.
#include <algorithm>

#include "engine/hang_up.h"
#include "engine/run.h"

namespace volley::engine {
namespace {

constexpr nanoseconds first_pause = std::chrono::microseconds(20);
constexpr nanoseconds longest_pause = std::chrono::milliseconds(1);
/// So long a stranger may leave a segment unread.
constexpr nanoseconds patience = std::chrono::seconds(1);
/// After so many segments others have their turn, and the time is looked at.
constexpr int turn = 256;
/// Programs mostly read at once: it pays to ask a few times before the loop is waited for.
constexpr int quick_looks = 4;
/// How much one end of ours may have read that no step has asked for.
constexpr std::size_t most_read_ahead = 64 << 10;

/// Of both sides of a cut the trace keeps so much.
constexpr std::size_t kept_of_side = 24;

/// The offset of a cut in a send whose items begin where `begins` says.
std::uint64_t place_of(const plan::Cut& cut, const std::vector<std::uint64_t>& begins) {
  const auto begin = begins[cut.item];
  const auto size = begins[cut.item + 1] - begin;
  return begin + std::min(cut.offset.value_or((size + 1) / 2), size);
}

/// The last of the bytes that have left so far.
void keep_last(std::string& last, std::string_view bytes) {
  last += bytes.substr(bytes.size() - std::min(bytes.size(), kept_of_side));
  if (last.size() > kept_of_side) last.erase(0, last.size() - kept_of_side);
}

}  // namespace

Run::Progress Run::send_in_segments(const plan::Send& step) {
  if (!now_->cutting) {
    if (const auto sent = after_outbox(step.peer); sent != Progress::done) return sent;
    if (peer(step.peer).broken) return send_behind_cut(step.peer);
    if (const auto begun = begin_cutting(step); begun != Progress::done) return begun;
    peer(step.peer).cutter = now_;
  }
  const auto progress = go_on_cutting(step);
  if (progress != Progress::waiting || !now_->cutting) leave_socket(step.peer);
  return progress;
}

/// Another strand's send in segments comes first. The time of the step begins behind it.
Run::Progress Run::after_cutting(PeerId id) {
  auto& sender = peer(id);
  if (sender.cutter == now_) return Progress::done;
  now_->alarm = nanoseconds::max();
  if (sender.cutter == nullptr) {
    if (now_->deadline == later(century)) now_->deadline = clock() + stretched(plan_.steps[now_->pc].at_most);
    return Progress::done;
  }
  now_->deadline = later(century);
  if (std::ranges::find(sender.waiting, now_) == sender.waiting.end()) sender.waiting.push_back(now_);
  return Progress::waiting;
}

/// A cutting is over: who waits for it has to look again.
void Run::leave_socket(PeerId id) {
  now_->cutting.reset();
  peer(id).cutter = nullptr;
  for (auto* strand : std::exchange(peer(id).waiting, {})) enqueue(*strand);
}

Run::Progress Run::go_on_cutting(const plan::Send& step) {
  auto& cutting = *now_->cutting;
  now_->alarm = nanoseconds::max();
  for (int sent = 0; sent < turn; ++sent) {
    if (cutting.is_on_its_way) {
      if (const auto delivered = await_delivery(step.peer); delivered != Progress::done) return delivered;
      cutting.is_on_its_way = false;
      if (cutting.cut && !cutting.outbox.empty()) {
        record_cut(step.peer);
        // The rest leaves as it would have as written.
        peer(step.peer).outbox.append(std::move(cutting.outbox));
      }
    }
    if (cutting.outbox.empty()) return end_cutting(step);
    const auto next = cutting.sent_at + (step.segments ? step.segments->every : nanoseconds());
    if (cutting.sent > 0 && clock() < next) return look_again(next);
    if (const auto gone = send_segment(step.peer); gone != Progress::done) return gone;
  }
  return look_again(clock());
}

Run::Progress Run::begin_cutting(const plan::Send& step) {
  Cutting cutting;
  std::vector<std::uint64_t> begins;
  if (const auto pushed = cutting.outbox.push(now_->pc, step.items, now_->scope, {}, &begins); !pushed) {
    return stop_with(Reason::fault, step.peer, pushed.error().what);
  }
  cutting.size = cutting.outbox.size();
  cutting.moved_at = clock();
  if (step.segments) {
    const auto size = plan::evaluate_size(step.segments->size, 1, now_->scope);
    if (!size) return stop_with(Reason::fault, step.peer, size.error().what);
    if (*size == 0) return stop_with(Reason::fault, step.peer, "a segment has at least one byte");
    cutting.segment = *size;
    if (step.segments->edge) cutting.edge = *step.segments->edge;
  } else {
    // A place at an end cuts nothing.
    const auto place = place_of(*step.cut, begins);
    if (cutting.size > 0) cutting.cut = place == 0 ? cutting.size : place;
  }
  if (peer(step.peer).is_stream()) {
    if (const auto local = peer(step.peer).stream().local()) cutting.local = *local;
    if (const auto remote = peer(step.peer).stream().peer()) cutting.remote = *remote;
  }
  now_->cutting = std::move(cutting);
  // How long it may take is said by the patience with whoever reads.
  now_->deadline = later(century);
  return Progress::done;
}

/// Tells where a send was cut, with what stands on both sides.
void Run::record_cut(PeerId id) {
  auto& cutting = *now_->cutting;
  const auto after = cutting.outbox.coming(kept_of_side);
  const Excerpt sides{.size = cutting.before.size() + after.size(),
                      .begin = static_cast<std::uint32_t>(trace_.arena.size()),
                      .head = static_cast<std::uint32_t>(cutting.before.size()),
                      .tail = static_cast<std::uint32_t>(after.size())};
  trace_.arena.append(cutting.before).append(after);
  record(Event::Kind::cut, id, sides);
  trace_.events.back().offset = *cutting.cut;
}

/// Nothing is left to be cut; what is left is queued.
Run::Progress Run::end_cutting(const plan::Send& step) {
  now_->cutting.reset();
  now_->deadline = clock() + stretched(plan_.steps[now_->pc].at_most);
  now_->sending = plan_.steps[now_->pc].fails.has_value();
  return send_queued(step);
}

/// Hands the rest of a segment to the kernel.
Run::Progress Run::send_segment(PeerId id) {
  auto& cutting = *now_->cutting;
  auto& sender = peer(id);
  if (cutting.left == 0) {
    cutting.left = cutting.next();
    // A reader of ours does not take so much before its step asks for it.
    const bool is_middle = cutting.edge < cutting.size && !cutting.is_last();
    if (is_middle && cutting.left > most_read_ahead && sender.ours) return give_up_cutting(id);
  }
  const bool looks_for_other =
      sender.ours && plan_.peers[id].transport == plan::Transport::unix_stream && cutting.unix_other == nullptr;
  const auto before = looks_for_other ? unread_unix() : std::vector<Unread>();
  // An empty message has no segment, and is sent all the same.
  while ((cutting.left > 0 || cutting.size == 0) && !cutting.outbox.empty()) {
    const auto chunk = cutting.outbox.chunk().substr(0, cutting.left);
    const auto sent = sender.send(as_bytes(chunk));
    if (!sent) return fail(sent.error(), id);
    if (sent->kind == Sent::Kind::closed) {
      sender.outbox.append(std::move(cutting.outbox));
      return cut_off(id, sent->code);
    }
    if (sent->kind == Sent::Kind::would_block) {
      const auto room = make_room(id);
      if (room != Progress::done || cutting.outbox.empty()) return room;
      continue;
    }
    taken(sender, chunk.substr(0, sent->count));
    if (cutting.cut) keep_last(cutting.before, chunk.substr(0, sent->count));
    cutting.sent += sent->count;
    cutting.left -= sent->count;
    cutting.moved_at = taken_at_;
    if (cutting.outbox.advance(sent->count)) record_sent(now_->pc, id, take_leaving(sender, cutting.size), nullptr);
  }
  if (looks_for_other) cutting.unix_other = grown_since(before);
  cutting.is_on_its_way = !cutting.outbox.empty();
  cutting.left = 0;
  cutting.sent_at = clock();
  cutting.pause = first_pause;
  return Progress::done;
}

/// The kernel takes no more of a segment until the other end reads. `done`: there is room, or the cutting is given up.
Run::Progress Run::make_room(PeerId id) {
  auto& cutting = *now_->cutting;
  if (auto* const other = other_end()) {
    if (other->inbox.bytes().size() >= most_read_ahead) return give_up_cutting(id);
    const auto kind = read_ahead(*other);
    if (!kind) return fail(kind.error(), id);
    return *kind == Received::Kind::data ? Progress::done : look_later();
  }
  if (clock() - cutting.moved_at >= stretched(patience)) return give_up_cutting(id);
  now_->alarm = cutting.moved_at + stretched(patience);
  return wait_for(id, Interest::write);
}

Run::Progress Run::await_delivery(PeerId id) {
  auto& cutting = *now_->cutting;
  auto& sender = peer(id);
  if (auto* const other = other_end()) return deliver_ourselves(id, *other);
  // Nobody has accepted it yet, and no step before the next one will; or the other end is closed, which the next
  // segment will tell.
  if (sender.ours) return is_ended(sender.fd()) ? Progress::done : give_up_cutting(id);
  if (cutting.pauses)
    return clock() < cutting.sent_at + longest_pause ? look_again(cutting.sent_at + longest_pause) : Progress::done;
  for (int look = 0; look < quick_looks; ++look) {
    const auto waiting = unread_by_other(sender);
    if (waiting == 0 || (!waiting && is_ended(sender.fd()))) return Progress::done;
    if (!waiting) {
      cutting.pauses = true;
      record(Event::Kind::paused, id);
      return look_again(cutting.sent_at + longest_pause);
    }
    if (*waiting != std::exchange(cutting.waiting, *waiting)) cutting.moved_at = clock();
  }
  if (clock() - cutting.moved_at >= stretched(patience)) return give_up_cutting(id);
  return look_later();
}

Run::Progress Run::look_later() {
  auto& pause = now_->cutting->pause;
  const auto next = clock() + pause;
  pause = std::min(2 * pause, longest_pause);
  return look_again(next);
}

/// Takes what has come to an end of ours into its inbox. Who waits for it there must look again.
Result<Received::Kind> Run::read_ahead(Peer& reader) {
  auto kind = read_more(reader);
  if (kind && *kind != Received::Kind::would_block) {
    for (auto* strand : std::exchange(reader.waiting, {})) enqueue(*strand);
  }
  return kind;
}

/// It is there as a rule: loopback delivers while it sends.
Run::Progress Run::deliver_ourselves(PeerId id, Peer& reader) {
  while (reader.read + peer(id).urgent_sent < peer(id).sent) {
    const auto kind = read_ahead(reader);
    if (!kind) return fail(kind.error(), id);
    if (*kind == Received::Kind::would_block) return look_later();
    if (*kind != Received::Kind::data) break;
  }
  return Progress::done;
}

/// The rest goes out as it is, behind the steps that follow, and the trace says from where on.
Run::Progress Run::give_up_cutting(PeerId id) {
  auto& cutting = *now_->cutting;
  const bool is_cut_no_more = !cutting.outbox.empty() && (cutting.left == 0 || !cutting.is_last());
  if (is_cut_no_more) record(Event::Kind::not_segmented, id, Excerpt{.size = cutting.sent});
  peer(id).outbox.append(std::move(cutting.outbox));
  return Progress::done;
}

Run::Progress Run::look_again(nanoseconds when) {
  now_->alarm = when;
  return Progress::waiting;
}

}  // namespace volley::engine
