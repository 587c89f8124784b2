// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <volley/endpoint.h>
#include <volley/stream_socket.h>

#include <set>
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
class Farewell {
 public:
  /// Tells that this end of a connection with both ends ours sends its FIN now.
  void sends_fin(const StreamSocket& stream);
  /// Knocks on every TIME_WAIT that connections have left both ends of which are closed.
  void clear();

 private:
  std::set<std::pair<Endpoint, Endpoint>> fins_;           // from, to; whose other end has sent none
  std::vector<std::pair<Endpoint, Endpoint>> time_waits_;  // the other end's place, and that of who waits
};

}  // namespace volley::engine
