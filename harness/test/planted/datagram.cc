// SPDX-License-Identifier: Apache-2.0
#include "datagram.h"

#include <volley/stream_socket.h>

#include <cstddef>
#include <utility>

namespace volley::planted {

void serve_datagrams(Loop& loop, UdpSocket& socket, std::function<void(const Datagram&)> handler) {
  loop.watch(socket.fd(), Interest::read, [&socket, handler = std::move(handler)](const auto&) {
    std::vector<std::byte> buffer(65536);
    const auto received = socket.receive(buffer);
    if (!received || received->kind != ReceivedDatagram::Kind::data) return;
    handler({as_text(std::span(buffer).first(received->count)), socket, received->source});
  });
}

void send_datagram(UdpSocket& socket, std::string_view bytes, const Endpoint& client) {
  static_cast<void>(socket.send_to(as_bytes(bytes), client));
}

Result<UdpSocket> open_beside(const UdpSocket& socket) {
  const auto local = socket.local();
  if (!local) return std::unexpected(local.error());
  return UdpSocket::bind_to({local->address(), 0}, Blocking::no);
}

}  // namespace volley::planted
