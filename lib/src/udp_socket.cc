// SPDX-License-Identifier: Apache-2.0
#include <netinet/in.h>
#include <sys/socket.h>
#include <volley/datagram_socket.h>

#include <algorithm>
#include <array>
#include <cstring>

#include "datagram_message.h"
#include "failure.h"
#include "open_socket.h"
#include "restart.h"

namespace volley {
namespace {

// The kernel's own limit for one sendmmsg or recvmmsg (UIO_MAXIOV).
constexpr std::size_t most_datagrams = 1024;

// Only IP comes here: half the stack of a sockaddr_storage. Left uninitialised, because only what a batch uses is to be
// touched.
template <class T>
using Places = std::array<T, most_datagrams>;

Result<UdpSocket> open_udp(const Endpoint& endpoint, std::string_view call, Blocking blocking) {
  if (!endpoint.is_ip()) return std::unexpected(Error{EAFNOSUPPORT, call, endpoint.to_string()});
  auto descriptor = open_socket(endpoint.domain(), SOCK_DGRAM, blocking);
  if (!descriptor) return std::unexpected(descriptor.error());
  return UdpSocket(std::move(*descriptor));
}

/// sendmsg(2) only reads the bytes, though its iovec says otherwise.
iovec readable(std::span<const std::byte> bytes) {
  return {const_cast<std::byte*>(bytes.data()), bytes.size()};
}

}  // namespace

Result<UdpSocket> UdpSocket::bind_to(const Endpoint& local, Blocking blocking) {
  auto socket = open_udp(local, "bind", blocking);
  if (!socket) return socket;
  if (auto bound = socket->bind(local); !bound) return std::unexpected(bound.error());
  return socket;
}

Result<UdpSocket> UdpSocket::connect_to(const Endpoint& peer, Blocking blocking) {
  auto socket = open_udp(peer, "connect", blocking);
  if (!socket) return socket;
  if (auto connected = socket->connect(peer); !connected) return std::unexpected(connected.error());
  return socket;
}

Result<std::size_t> UdpSocket::send_batch(std::span<const OutgoingDatagram> batch) {
  Places<mmsghdr> messages;
  Places<iovec> parts;
  Places<sockaddr_in6> names;
  const std::size_t size = std::min(batch.size(), most_datagrams);
  for (std::size_t i = 0; i < size; ++i) {
    parts[i] = readable(batch[i].bytes);
    messages[i] = {{nullptr, 0, &parts[i], 1, nullptr, 0, 0}, 0};
    if (!batch[i].to) continue;
    if (!batch[i].to->is_ip()) return std::unexpected(Error{EAFNOSUPPORT, "sendmmsg", batch[i].to->to_string()});
    const SocketAddress to = batch[i].to->to_sockaddr();
    std::memcpy(&names[i], &to.storage, to.length);
    messages[i].msg_hdr.msg_name = &names[i];
    messages[i].msg_hdr.msg_namelen = to.length;
  }
  const auto count =
      restarted([&] { return ::sendmmsg(fd(), messages.data(), static_cast<unsigned>(size), MSG_NOSIGNAL); });
  if (count >= 0) return static_cast<std::size_t>(count);
  if (would_block(errno)) return 0;
  return failure("sendmmsg", fd());
}

Result<std::size_t> UdpSocket::receive_batch(std::span<IncomingDatagram> batch) {
  if (batch.empty()) return 0;
  Places<mmsghdr> messages;
  Places<iovec> parts;
  Places<sockaddr_in6> names;
  Places<DatagramControl> controls;
  const std::size_t size = std::min(batch.size(), most_datagrams);
  for (std::size_t i = 0; i < size; ++i) {
    parts[i] = {batch[i].buffer.data(), batch[i].buffer.size()};
    auto& control = controls[i].bytes;
    messages[i] = {{&names[i], sizeof names[i], &parts[i], 1, control.data(), control.size(), 0}, 0};
  }
  const auto count = received(fd(), [&](int more) {
    return ::recvmmsg(fd(), messages.data(), static_cast<unsigned>(size), MSG_WAITFORONE | MSG_TRUNC | more, nullptr);
  });
  if (count < 0 && would_block(errno)) return 0;
  if (count < 0 && errno != ECONNREFUSED) return failure("recvmmsg", fd());
  if (count < 0) {
    batch[0].received = {};
    batch[0].received.kind = ReceivedDatagram::Kind::refused;
    return 1;
  }
  for (std::size_t i = 0; i < static_cast<std::size_t>(count); ++i) {
    auto datagram = received_datagram(fd(), messages[i].msg_hdr, messages[i].msg_len);
    if (!datagram) return std::unexpected(std::move(datagram).error());
    batch[i].received = std::move(*datagram);
  }
  return static_cast<std::size_t>(count);
}

}  // namespace volley
