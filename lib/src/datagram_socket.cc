// SPDX-License-Identifier: Apache-2.0
#include <sys/socket.h>
#include <volley/datagram_socket.h>

#include <algorithm>
#include <cstring>

#include "datagram_message.h"
#include "failure.h"
#include "open_socket.h"
#include "restart.h"

namespace volley {
namespace {

using Kind = ReceivedDatagram::Kind;

constexpr SocketOption force_receive_buffer{SOL_SOCKET, SO_RCVBUFFORCE, "SO_RCVBUFFORCE"};
constexpr SocketOption watch_drops{SOL_SOCKET, SO_RXQ_OVFL, "SO_RXQ_OVFL"};

/// The kernel caps what SO_RCVBUF asks for; what SO_RCVBUFFORCE asks for it takes as it is, so one flooded socket may
/// hold this much.
constexpr int large_buffer = 64 << 20;

std::uint32_t dropped_of(msghdr message) {
  for (auto* part = CMSG_FIRSTHDR(&message); part != nullptr; part = CMSG_NXTHDR(&message, part)) {
    if (part->cmsg_level != SOL_SOCKET || part->cmsg_type != SO_RXQ_OVFL) continue;
    std::uint32_t dropped = 0;
    std::memcpy(&dropped, CMSG_DATA(part), sizeof dropped);
    return dropped;
  }
  return 0;
}

/// A receive of length 0 without a source is an empty datagram of an unnamed unix socket, or else the end that an IP
/// socket tells of after shutdown(SHUT_RD): a datagram of IP always has a source.
bool is_unix(int fd) {
  int domain = AF_UNSPEC;
  socklen_t length = sizeof domain;
  return ::getsockopt(fd, SOL_SOCKET, SO_DOMAIN, &domain, &length) == 0 && domain == AF_UNIX;
}

}  // namespace

Result<ReceivedDatagram> received_datagram(int fd, const msghdr& message, std::size_t size) {
  ReceivedDatagram datagram;
  if (size == 0 && message.msg_namelen == 0 && !is_unix(fd)) {
    datagram.kind = Kind::end;
    return datagram;
  }
  datagram.kind = Kind::data;
  datagram.size = size;
  datagram.count = std::min(size, message.msg_iov->iov_len);
  datagram.truncated = datagram.count < size;
  datagram.dropped = dropped_of(message);
  static constexpr sockaddr unnamed{AF_UNIX, {}};
  const bool named = message.msg_namelen != 0;
  const auto* name = named ? static_cast<const sockaddr*>(message.msg_name) : &unnamed;
  auto source = Endpoint::from_sockaddr(name, named ? message.msg_namelen : sizeof unnamed.sa_family);
  if (!source) return std::unexpected(std::move(source).error());
  datagram.source = std::move(*source);
  return datagram;
}

Result<DatagramSocket> DatagramSocket::open(int domain, Blocking blocking) {
  auto descriptor = open_socket(domain, SOCK_DGRAM, blocking);
  if (!descriptor) return std::unexpected(descriptor.error());
  return DatagramSocket(std::move(*descriptor));
}

Result<void> DatagramSocket::bind(const Endpoint& local) {
  return bind_socket(fd(), local);
}

Result<void> DatagramSocket::connect(const Endpoint& peer) {
  const SocketAddress address = peer.to_sockaddr();
  if (::connect(fd(), address.get(), address.length) == 0) return {};
  return failure("connect", peer.to_string());
}

Result<void> DatagramSocket::disconnect() {
  const sockaddr nobody{AF_UNSPEC, {}};
  if (::connect(fd(), &nobody, sizeof nobody) == 0) return {};
  return failure("connect", "AF_UNSPEC");
}

Result<void> DatagramSocket::grow_receive_buffer() {
  if (!set_option(force_receive_buffer, large_buffer)) {
    if (auto set = set_receive_buffer(large_buffer); !set) return set;
  }
  auto watched = set_option(watch_drops, 1);
  watches_drops_ = watched.has_value();
  return watched;
}

Result<DatagramSocket::SentDatagram> DatagramSocket::send(std::span<const std::byte> bytes) {
  const auto count = restarted([&] { return ::send(fd(), bytes.data(), bytes.size(), MSG_NOSIGNAL); });
  if (count >= 0) return SentDatagram::sent;
  if (would_block(errno)) return SentDatagram::would_block;
  if (errno == ECONNREFUSED) return SentDatagram::refused;
  return failure("send", fd());
}

Result<DatagramSocket::SentDatagram> DatagramSocket::send_to(std::span<const std::byte> bytes, const Endpoint& to) {
  const SocketAddress address = to.to_sockaddr();
  const auto count = restarted(
      [&] { return ::sendto(fd(), bytes.data(), bytes.size(), MSG_NOSIGNAL, address.get(), address.length); });
  if (count >= 0) return SentDatagram::sent;
  if (would_block(errno)) return SentDatagram::would_block;
  if (errno == ECONNREFUSED) return SentDatagram::refused;
  return failure("sendto", to.to_string());
}

Result<ReceivedDatagram> DatagramSocket::receive(std::span<std::byte> buffer, int flags) {
  sockaddr_storage source;
  DatagramControl control;
  iovec place{buffer.data(), buffer.size()};
  msghdr message{};
  const auto size = received(fd(), [&](int more) {
    message = {&source, sizeof source, &place, 1, nullptr, 0, 0};
    // recvmsg(2) takes longer than recvfrom(2), which cannot tell of drops.
    if (!watches_drops_) {
      auto* name = reinterpret_cast<sockaddr*>(&source);
      return ::recvfrom(fd(), buffer.data(), buffer.size(), flags | more | MSG_TRUNC, name, &message.msg_namelen);
    }
    message.msg_control = control.bytes.data();
    message.msg_controllen = control.bytes.size();
    return ::recvmsg(fd(), &message, flags | more | MSG_TRUNC);
  });
  if (size >= 0) return received_datagram(fd(), message, static_cast<std::size_t>(size));
  ReceivedDatagram nothing;
  if (would_block(errno)) return nothing;
  if (errno != ECONNREFUSED) return failure("recvmsg", fd());
  nothing.kind = Kind::refused;
  return nothing;
}

}  // namespace volley
