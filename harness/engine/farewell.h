// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <volley/endpoint.h>
#include <volley/stream_socket.h>

#include <cstddef>
#include <map>
#include <utility>
#include <vector>

namespace volley::engine {

/// Clears away the TIME_WAIT states that connections with both ends ours would leave behind.
///
/// The end that sends its FIN first stays in TIME_WAIT for a minute (RFC 9293 §3.6.1). A run that lasts 100 us would
/// leave one each time, and 28,000 runs use up the ephemeral ports. Nothing can arrive late on a loopback connection
/// that both sides have ended, so the wait protects nobody here. It is ended by the protocol's own means: a SYN from
/// the other end's old address is answered by TIME_WAIT with an ACK that the new socket does not expect, so it answers
/// with a reset (RFC 9293 §3.10.7.3), and Linux ends TIME_WAIT on a reset with the right sequence number
/// (net.ipv4.tcp_rfc1337 = 0). Where this does not work, nothing is lost but the port.
///
/// While the place of the other end has a listener, nobody can knock from there. So a run leaves only so many: then an
/// end whose other end is closed already is closed by a reset. Nobody sees it in place of the FIN, and it leaves no
/// TIME_WAIT. The first ones stay, since a scenario may be about one.
class Farewell {
 public:
  /// Tells of a new connection between the two ends' places: what an older one between them did counts no more.
  void begins(const StreamSocket& stream);
  /// Tells that this end of a connection with both ends ours sends its FIN now.
  void sends_fin(const StreamSocket& stream);
  /// The same of an end that is closed. False if a reset does in place of the FIN.
  bool closes(const StreamSocket& stream);
  /// Knocks on the TIME_WAITs of connections that have ended since it was called last.
  void clear_new();
  /// On every one, also those that could not be knocked on: a listener was at the address.
  void clear();

 private:
  using Ends = std::pair<Endpoint, Endpoint>;
  void note_fin(Ends ends, bool is_closed);

  std::map<Ends, bool> fins_;     // from, to; whose other end has sent none. Whether the sender is closed
  std::vector<Ends> time_waits_;  // the other end's place, and that of who waits
  std::size_t tried_ = 0;         // of `time_waits_`
};

}  // namespace volley::engine
