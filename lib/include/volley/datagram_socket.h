// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <volley/socket.h>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

namespace volley {

/// What one datagram receive told. An empty datagram is `data` with count 0, never mistaken for an end (except on a
/// unix socket whose reading side was shut down: the kernel tells the two alike there, and so it is `data`).
struct ReceivedDatagram {
  enum class Kind : std::uint8_t { data, refused, would_block, end };
  /// refused: an ICMP port unreachable reached a connected socket (RFC 1122 §4.1.3.3), or a unix peer is gone.
  /// end: the reading side of an IP socket was shut down and nothing is queued.
  Kind kind = Kind::would_block;
  std::size_t count = 0;  ///< Bytes put into the buffer.
  std::size_t size = 0;   ///< Bytes the datagram had; more than `count` if it was truncated.
  bool truncated = false;
  Endpoint source;            ///< unix_unnamed if the sender has no name.
  std::uint32_t dropped = 0;  ///< Datagrams lost before this one because the buffer was full, if watched (SO_RXQ_OVFL).
};

/// A datagram socket: UDP (RFC 768) or unix.
class DatagramSocket : public Socket {
 public:
  using Socket::Socket;

  static Result<DatagramSocket> open(int domain, Blocking blocking);
  Result<void> bind(const Endpoint& local);
  /// Fixes the peer: others' datagrams are dropped by the kernel, ICMP errors are told.
  Result<void> connect(const Endpoint& peer);
  /// Takes the peer away again: connect(2) to AF_UNSPEC.
  Result<void> disconnect();
  /// Asks for a receive buffer of 64 MiB, past net.core.rmem_max if this process may (SO_RCVBUFFORCE), else up to it,
  /// and counts drops (SO_RXQ_OVFL).
  Result<void> grow_receive_buffer();

  enum class SentDatagram : std::uint8_t { sent, would_block, refused };
  /// One datagram to the connected peer, or to `to`. A pending ICMP refusal is told as `refused` (this datagram was not
  /// sent). Errors: EMSGSIZE above 65507 bytes for UDP over IPv4, EDESTADDRREQ, EACCES (broadcast), …
  Result<SentDatagram> send(std::span<const std::byte> bytes);
  Result<SentDatagram> send_to(std::span<const std::byte> bytes, const Endpoint& to);
  /// recvfrom(2), or recvmsg(2) where drops are watched; `flags` may have MSG_PEEK and MSG_DONTWAIT.
  Result<ReceivedDatagram> receive(std::span<std::byte> buffer, int flags = 0);

 private:
  bool watches_drops_ = false;
};

/// One datagram of a batch; `bytes` is not owned.
struct OutgoingDatagram {
  std::span<const std::byte> bytes;
  std::optional<Endpoint> to;
};
/// A place for one datagram; `buffer` is not owned, the rest is filled in.
struct IncomingDatagram {
  std::span<std::byte> buffer;
  ReceivedDatagram received;
};

/// A UDP socket.
class UdpSocket : public DatagramSocket {
 public:
  using DatagramSocket::DatagramSocket;
  static Result<UdpSocket> bind_to(const Endpoint& local, Blocking blocking = Blocking::yes);
  static Result<UdpSocket> connect_to(const Endpoint& peer, Blocking blocking = Blocking::yes);
  /// sendmmsg(2): how many datagrams were sent, from the front; 0 if it would block. At most 1024 a call. An Error
  /// tells of the first datagram (ECONNREFUSED: a pending refusal, nothing was sent); one further on ends the batch
  /// before it.
  Result<std::size_t> send_batch(std::span<const OutgoingDatagram> batch);
  /// recvmmsg(2): how many places were filled, from the front; 0 if it would block. Waits for the first datagram only,
  /// and takes the others if they are there. At most 1024 a call. A refusal takes one place. The timeout of recvmmsg is
  /// not used (it is looked at only after each datagram): set a receive timeout.
  Result<std::size_t> receive_batch(std::span<IncomingDatagram> batch);
};

}  // namespace volley
