// SPDX-License-Identifier: Apache-2.0
// A send in segments: each is delivered before the next one leaves, so that the other end meets every cut. Delivered is
// what has left the receive queue of the other end: we read it ourselves where that end is ours, and ask the kernel
// (INET_DIAG) where it is a stranger's. Asking again is left to the loop's timer, in growing steps.
#include <sys/socket.h>

#include <algorithm>

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
/// Of both sides of a cut the trace keeps so much.
constexpr std::size_t kept_of_side = 24;

/// The offset of a cut in a send whose items begin where `begins` says.
std::uint64_t place_of(const plan::Cut& cut, const std::vector<std::uint64_t>& begins) {
  const auto begin = begins[cut.item];
  const auto size = begins[cut.item + 1] - begin;
  return begin + std::min(cut.offset.value_or((size + 1) / 2), size);
}

/// A place at an end cuts nothing.
void set_cut(Cutting& cutting, std::uint64_t place) {
  if (cutting.size == 0) return;
  cutting.cut = place == 0 ? cutting.size : place;
  const auto chunk = cutting.outbox.chunk();
  if (*cutting.cut > chunk.size()) return;
  const auto kept_before = std::min<std::size_t>(*cutting.cut, kept_of_side);
  cutting.before = chunk.substr(*cutting.cut - kept_before, kept_before);
  cutting.after = chunk.substr(*cutting.cut, kept_of_side);
}

}  // namespace

Run::Progress Run::send_in_segments(const plan::Send& step) {
  if (!now_->cutting) {
    if (const auto sent = after_outbox(step.peer); sent != Progress::done) return sent;
    if (peer(step.peer).broken) return send_behind_cut(step.peer);
    if (const auto begun = begin_cutting(step); begun != Progress::done) return begun;
  }
  auto& cutting = *now_->cutting;
  now_->alarm = nanoseconds::max();
  for (int sent = 0; sent < turn; ++sent) {
    if (cutting.is_on_its_way) {
      if (const auto delivered = await_delivery(step.peer); delivered != Progress::done) return delivered;
      cutting.is_on_its_way = false;
      if (cutting.cut && !cutting.is_whole) {
        record_cut(step.peer);
        return queue_rest(step.peer);
      }
    }
    if (cutting.is_whole && cutting.is_varied) return queue_rest(step.peer);
    if (cutting.outbox.empty()) {
      now_->cutting.reset();
      return Progress::done;
    }
    const auto next = cutting.sent_at + (step.segments ? step.segments->every : nanoseconds());
    if (cutting.sent > 0 && clock() < next) {
      now_->deadline = next + stretched(plan_.steps[now_->pc].at_most);
      return look_again(next);
    }
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
  cutting.is_varied = step.cut || step.segments->edge;
  if (step.segments) {
    const auto size = plan::evaluate_size(step.segments->size, 1, now_->scope);
    if (!size) return stop_with(Reason::fault, step.peer, size.error().what);
    if (*size == 0) return stop_with(Reason::fault, step.peer, "a segment has at least one byte");
    cutting.segment = *size;
    if (step.segments->edge) cutting.edge = *step.segments->edge;
  } else {
    set_cut(cutting, place_of(*step.cut, begins));
  }
  cutting.left = cutting.next();
  if (const auto local = peer(step.peer).stream().local()) cutting.local = *local;
  now_->cutting = std::move(cutting);
  return Progress::done;
}

/// Tells where a send was cut, with what stands on both sides.
void Run::record_cut(PeerId id) {
  const auto& cutting = *now_->cutting;
  const Excerpt sides{.size = cutting.before.size() + cutting.after.size(),
                      .begin = static_cast<std::uint32_t>(trace_.arena.size()),
                      .head = static_cast<std::uint32_t>(cutting.before.size()),
                      .tail = static_cast<std::uint32_t>(cutting.after.size())};
  trace_.arena.append(cutting.before).append(cutting.after);
  record(Event::Kind::cut, id, sides);
  trace_.events.back().offset = *cutting.cut;
}

/// What is left leaves as it would have without a variation: while later steps run. These may be what it waits for.
Run::Progress Run::queue_rest(PeerId id) {
  peer(id).outbox.append(std::move(now_->cutting->outbox));
  now_->cutting.reset();
  return flush(id);
}

/// There is no room for a segment.
Run::Progress Run::await_room(PeerId id) {
  const auto& cutting = *now_->cutting;
  if (!cutting.is_varied) return wait_for(id, Interest::write);
  const auto end = std::max(taken_at_, cutting.sent_at) + stretched(patience);
  if (peer(id).ours || clock() >= end) return give_up_cutting(id);
  now_->alarm = end;
  return wait_for(id, Interest::write);
}

/// Hands the rest of a segment to the kernel.
Run::Progress Run::send_segment(PeerId id) {
  auto& cutting = *now_->cutting;
  auto& sender = peer(id);
  while (cutting.left > 0 && !cutting.outbox.empty()) {
    const auto limit = cutting.is_whole ? cutting.size : cutting.left;
    const auto chunk = cutting.outbox.chunk().substr(0, limit);
    const auto sent = sender.stream().send(as_bytes(chunk));
    if (!sent) return fail(sent.error(), id);
    if (sent->kind == Sent::Kind::would_block) return await_room(id);
    if (sent->kind == Sent::Kind::closed) {
      sender.outbox.append(std::move(cutting.outbox));
      return cut_off(id, sent->code);
    }
    taken(sender, chunk.substr(0, sent->count));
    cutting.sent += sent->count;
    cutting.left -= std::min<std::uint64_t>(cutting.left, sent->count);
    if (cutting.is_whole && !cutting.outbox.empty()) cutting.left = cutting.size - cutting.sent;
    if (cutting.outbox.advance(sent->count)) record_sent(now_->pc, id, take_leaving(sender, cutting.size), nullptr);
    // As long as some is taken there is hope.
    now_->deadline = taken_at_ + stretched(plan_.steps[now_->pc].at_most);
  }
  cutting.is_on_its_way = !cutting.is_whole && !cutting.outbox.empty();
  cutting.left = cutting.next();
  cutting.sent_at = clock();
  cutting.pause = first_pause;
  return Progress::done;
}

Run::Progress Run::await_delivery(PeerId id) {
  auto& cutting = *now_->cutting;
  if (auto* const other = other_end(cutting)) return deliver_ourselves(id, *other);
  if (cutting.is_varied && peer(id).ours) return give_up_cutting(id);  // nobody has accepted it yet
  for (int look = 0; look < quick_looks; ++look) {
    const auto is_read = is_read_by_other(peer(id));
    if (!is_read) return give_up_cutting(id);
    if (*is_read) return Progress::done;
  }
  if (clock() - cutting.sent_at >= stretched(patience)) return give_up_cutting(id);
  return look_later();
}

Run::Progress Run::look_later() {
  auto& pause = now_->cutting->pause;
  const auto next = clock() + pause;
  pause = std::min(2 * pause, longest_pause);
  return look_again(next);
}

/// Takes what has come to the other end into its inbox. It is there as a rule: loopback delivers while it sends.
Run::Progress Run::deliver_ourselves(PeerId id, Peer& reader) {
  while (reader.read + peer(id).urgent_sent < peer(id).sent) {
    const auto kind = read_more(reader);
    if (!kind) return fail(kind.error(), id);
    if (*kind == Received::Kind::would_block) return look_later();
    if (*kind != Received::Kind::data) break;
  }
  return Progress::done;
}

/// Whether the program at the other end has read all that was sent; nullopt if that cannot be known.
std::optional<bool> Run::is_read_by_other(const Peer& sender) {
  const auto& stream = std::get<StreamSocket>(sender.socket);
  const auto local = stream.local();
  const auto remote = stream.peer();
  if (!local || !remote || !local->is_ip()) return {};
  if (!inspector_) {
    auto opened = TcpInspector::open();
    if (!opened) return {};
    inspector_.emplace(*std::move(opened));
  }
  const auto found = inspector_->find(*remote, *local);
  if (!found || !*found) return {};
  return (*found)->unread == 0 && (*found)->received >= sender.sent;
}

/// The rest goes out as it is, and the trace says from where on.
Run::Progress Run::give_up_cutting(PeerId id) {
  auto& cutting = *now_->cutting;
  cutting.is_whole = true;
  if (!cutting.outbox.empty()) record(Event::Kind::not_segmented, id, Excerpt{.size = cutting.sent});
  return Progress::done;
}

/// The socket of this run at the other end of a stream, whosever it is; null if that is no socket of ours.
Peer* Run::other_end(const Cutting& cutting) {
  if (!cutting.local || !cutting.local->is_ip()) return nullptr;
  const auto found = std::ranges::find_if(
      peers_, [&](const Peer& other) { return other.is_stream() && other.is_open() && other.remote == cutting.local; });
  return found == peers_.end() ? nullptr : &*found;
}

/// The other end takes no more at all.
Run::Progress Run::stop_cutting(PeerId id) {
  const auto sent = now_->cutting->sent;
  const auto size = now_->cutting->size;
  stop(Reason::not_taken, id);
  trace_.stop.offset = sent;
  trace_.stop.needed = size - sent;
  return Progress::stopped;
}

Run::Progress Run::look_again(nanoseconds when) {
  now_->alarm = when;
  return Progress::waiting;
}

}  // namespace volley::engine
