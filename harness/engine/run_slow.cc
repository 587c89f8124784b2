// SPDX-License-Identifier: Apache-2.0
// A run whose side reads late and little, as a client on a slow link does: what it is sent has to wait at the sender.
#include <algorithm>
#include <utility>

#include "engine/run.h"

namespace volley::engine {

/// A small receive buffer is not enough on loopback, whose segments have 64 KiB: the kernel gives a sender room for
/// twenty of them at least, and a server's send of three megabytes does not block. With segments of 536 bytes (what any
/// host must be able to take, RFC 9293 §3.7.1) it blocks after some 48 KiB, or after a megabyte where the kernel
/// remembers that segments to this address have changed their order (tcp_metrics). Both have to be said before the
/// connection begins; what a listener is told holds for all that it accepts.
Run::Progress Run::slow_down(Socket& socket, PeerId id) {
  const auto& slow = plan_.slow_reading;
  if (!slow || plan_.peers[id].transport != plan::Transport::tcp) return Progress::done;
  if (const auto set = socket.set_receive_buffer(static_cast<int>(slow->buffer)); !set) return fail(set.error(), id);
  const auto set = socket.set_max_segment(static_cast<int>(slow->segment));
  return set ? Progress::done : fail(set.error(), id);
}

/// Whether there is something to read that this side leaves where it is for a while: its step looks again then. What
/// it would be too late for is not left.
bool Run::reads_late(Peer& reader) {
  const auto& slow = plan_.slow_reading;
  if (!slow || !reader.is_stream()) return false;
  const auto now = clock();
  if (reader.late_until == nanoseconds()) {
    const bool is_over = reader.late_reads >= slow->pauses || now + slow->pause >= now_->deadline;
    if (is_over || reader.stream().readable_bytes().value_or(0) == 0) return false;
    ++reader.late_reads;
    reader.late_until = now + slow->pause;
  }
  if (now >= reader.late_until) {
    reader.late_until = nanoseconds();
    return false;
  }
  now_->alarm = std::min(now_->alarm, reader.late_until);
  return true;
}

/// Of a long answer only the beginning is read so: a hundred megabytes through four KiB would take too long.
std::span<std::byte> Run::room_of(Peer& reader) {
  constexpr std::uint64_t slow_bytes = 256 << 10;
  constexpr int usual_buffer = 1 << 20;
  const auto& slow = plan_.slow_reading;
  if (!slow || !reader.is_stream()) return scratch_;
  if (reader.read < slow_bytes) return scratch_.first(slow->at_once);
  // Where it cannot be made larger, the rest is slow, too.
  if (!std::exchange(reader.is_awake, true)) static_cast<void>(reader.stream().set_receive_buffer(usual_buffer));
  return scratch_;
}

}  // namespace volley::engine
