// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <volley/datagram_socket.h>
#include <volley/listen_socket.h>

#include <cstdint>
#include <vector>

namespace volley::planted {

enum class Transport : std::uint8_t { tcp, udp, both };

/// The sockets that a server is reached by, all at one port: on 127.0.0.1, and on ::1 where the machine has it.
/// None of them blocks.
struct Sockets {
  std::uint16_t port = 0;
  std::vector<TcpListener> listeners;
  std::vector<UdpSocket> datagrams;
};

/// Port 0: one that is free for all of them.
Result<Sockets> open_sockets(Transport transport, std::uint16_t port);

}  // namespace volley::planted
