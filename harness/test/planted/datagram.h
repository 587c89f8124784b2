// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <volley/datagram_socket.h>

#include <functional>
#include <string_view>
#include <vector>

#include "loop.h"

namespace volley::planted {

/// A datagram, the socket that it came by, and from whom. The bytes are not owned.
struct Datagram {
  std::string_view bytes;
  UdpSocket& socket;
  Endpoint client;
};

/// Calls `handler` for each datagram that comes to `socket`, which lives as long as it is watched.
void serve_datagrams(Loop& loop, UdpSocket& socket, std::function<void(const Datagram&)> handler);

/// Sends one, and forgets it if it cannot be sent now: datagrams may be lost.
void send_datagram(UdpSocket& socket, std::string_view bytes, const Endpoint& client);

/// A socket at a port of the system's choice, on the address that `socket` has.
Result<UdpSocket> open_beside(const UdpSocket& socket);

}  // namespace volley::planted
