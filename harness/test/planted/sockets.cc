// SPDX-License-Identifier: Apache-2.0
#include "sockets.h"

#include <cerrno>
#include <string_view>
#include <utility>

namespace volley::planted {
namespace {

Endpoint place(std::string_view address, std::uint16_t port) {
  return {*IpAddress::parse(address), port};
}

Result<void> add(Sockets& sockets, Transport transport, std::string_view address) {
  if (transport != Transport::udp) {
    auto listener = TcpListener::listen(place(address, sockets.port), {.blocking = Blocking::no});
    if (!listener) return std::unexpected(listener.error());
    sockets.listeners.push_back(std::move(*listener));
    sockets.port = sockets.listeners.back().local()->port();
  }
  if (transport != Transport::tcp) {
    auto socket = UdpSocket::bind_to(place(address, sockets.port), Blocking::no);
    if (!socket) return std::unexpected(socket.error());
    if (const auto grown = socket->grow_receive_buffer(); !grown) return grown;
    sockets.datagrams.push_back(std::move(*socket));
    sockets.port = sockets.datagrams.back().local()->port();
  }
  return {};
}

Result<Sockets> open_once(Transport transport, std::uint16_t port) {
  Sockets sockets{.port = port, .listeners = {}, .datagrams = {}};
  if (const auto added = add(sockets, transport, "127.0.0.1"); !added) return std::unexpected(added.error());
  const auto added = add(sockets, transport, "::1");
  if (!added && added.error().code != EADDRNOTAVAIL && added.error().code != EAFNOSUPPORT) {
    return std::unexpected(added.error());
  }
  return sockets;
}

}  // namespace

Result<Sockets> open_sockets(Transport transport, std::uint16_t port) {
  auto sockets = open_once(transport, port);
  // The port that one socket was given may be another program's for the next.
  for (int tries = 0; tries < 50 && !sockets && port == 0 && sockets.error().code == EADDRINUSE; ++tries) {
    sockets = open_once(transport, port);
  }
  return sockets;
}

}  // namespace volley::planted
