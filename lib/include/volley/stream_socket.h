// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <volley/socket.h>

#include <chrono>
#include <cstddef>
#include <optional>
#include <span>
#include <string_view>
#include <utility>

namespace volley {

/// One end of a byte stream: TCP (RFC 9293) or a unix stream socket. No call of it raises SIGPIPE, none is cut short by
/// EINTR.
class StreamSocket : public Socket {
 public:
  using Socket::Socket;

  /// An unconnected socket for `domain` (AF_INET, AF_INET6, AF_UNIX), close-on-exec: set options or bind it, then
  /// `start_connect`.
  static Result<StreamSocket> open(int domain, Blocking blocking);
  Result<void> bind(const Endpoint& local);

  enum class Connecting : std::uint8_t { connected, in_progress };
  /// connect(2). A blocking socket returns when the connection stands or failed (an EINTR is waited out, not repeated);
  /// a non-blocking one may answer `in_progress`: wait for POLLOUT, then call again, until it says `connected`. A
  /// connection that stood and was reset already is `connected`: receive tells what came before the reset, then the
  /// reset. Error: call "connect", the peer as argument. EAGAIN: the queue of a unix listener is full and nothing was
  /// started, there is nothing to wait for with poll.
  Result<Connecting> start_connect(const Endpoint& peer);
  /// As `Socket::take_error`, but a reset that is read here is remembered for `receive`.
  Result<int> take_error();

  /// One send(2) with MSG_NOSIGNAL: takes as much as the kernel takes.
  Result<Sent> send(std::span<const std::byte> bytes, int flags = 0);
  /// Sends everything on a blocking socket. A peer that is gone is an Error with EPIPE or ECONNRESET here.
  Result<void> send_all(std::span<const std::byte> bytes);
  /// One recv(2), with `flags` such as MSG_PEEK, MSG_DONTWAIT, MSG_WAITALL, MSG_OOB. A buffer of size 0 gives data of
  /// count 0 at once, never `eof`. A reset is latched, whichever call was told of it: when what came before it is read,
  /// every receive says `reset`, where the kernel says it once, to anybody, and then pretends a clean end.
  Result<Received> receive(std::span<std::byte> buffer, int flags = 0);
  /// FIN: shutdown(SHUT_WR).
  Result<void> shutdown_write();
  Result<void> shutdown_read();
  /// RST: linger 0, then close. What was queued is lost.
  void reset();

 private:
  Result<Connecting> continue_connect(const Endpoint& peer);

  bool connecting_ = false;
  bool was_reset_ = false;
};

/// A TCP connection.
class TcpStream : public StreamSocket {
 public:
  using StreamSocket::StreamSocket;
  /// Connects a blocking socket, with a deadline if one is given: then ETIMEDOUT, call "connect".
  static Result<TcpStream> connect(const Endpoint& peer, std::optional<std::chrono::milliseconds> timeout = {});
};

/// A connected unix stream socket.
class UnixStream : public StreamSocket {
 public:
  using StreamSocket::StreamSocket;
  static Result<UnixStream> connect(const Endpoint& peer);
  /// socketpair(2): two ends, connected.
  static Result<std::pair<UnixStream, UnixStream>> pair(Blocking blocking);
};

inline std::string_view as_text(std::span<const std::byte> bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}
inline std::span<const std::byte> as_bytes(std::string_view text) {
  return std::as_bytes(std::span(text.data(), text.size()));
}

}  // namespace volley
