// SPDX-License-Identifier: Apache-2.0
#include <sys/socket.h>
#include <volley/stream_socket.h>

#include <array>

#include "failure.h"
#include "open_socket.h"
#include "restart.h"

namespace volley {
namespace {

std::unexpected<Error> connect_failure(int code, const Endpoint& peer) {
  return std::unexpected(Error{code, "connect", peer.to_string()});
}

}  // namespace

Result<StreamSocket> StreamSocket::open(int domain, Blocking blocking) {
  auto descriptor = open_socket(domain, SOCK_STREAM, blocking);
  if (!descriptor) return std::unexpected(descriptor.error());
  return StreamSocket(std::move(*descriptor));
}

Result<void> StreamSocket::bind(const Endpoint& local) {
  return bind_socket(fd(), local);
}

Result<StreamSocket::Connecting> StreamSocket::start_connect(const Endpoint& peer) {
  if (connecting_) return continue_connect(peer);
  const SocketAddress address = peer.to_sockaddr();
  const auto connect = [&] { return ::connect(fd(), address.get(), address.length); };
  // An interrupted connect of TCP goes on by itself (connect(2) would wait a second time), one of a unix socket does
  // not.
  if ((peer.is_ip() ? connect() : restarted(connect)) == 0) return Connecting::connected;
  switch (errno) {
    case EISCONN:
      return Connecting::connected;
    case EINPROGRESS:
    case EALREADY:
      connecting_ = true;
      return Connecting::in_progress;
    case EINTR:
      wait_for(fd(), POLLOUT, Clock::time_point::max());
      return continue_connect(peer);
    default:
      return connect_failure(errno, peer);
  }
}

// Not by a second connect(2): where the connection was reset in the meantime that one throws away what came before the
// reset.
Result<StreamSocket::Connecting> StreamSocket::continue_connect(const Endpoint& peer) {
  connecting_ = !wait_for(fd(), POLLOUT, Clock::time_point::min());
  if (connecting_) return Connecting::in_progress;
  const auto error = take_error();
  if (!error) return std::unexpected(error.error());
  // Until the connection stands a reset is told as ECONNREFUSED; EPIPE is a reset after an end.
  if (*error == 0 || *error == ECONNRESET || *error == EPIPE) return Connecting::connected;
  return connect_failure(*error, peer);
}

Result<int> StreamSocket::take_error() {
  auto error = Socket::take_error();
  if (error && *error == ECONNRESET) was_reset_ = true;
  return error;
}

Result<Sent> StreamSocket::send(std::span<const std::byte> bytes, int flags) {
  const auto count = restarted([&] { return ::send(fd(), bytes.data(), bytes.size(), flags | MSG_NOSIGNAL); });
  if (count >= 0) return Sent{Sent::Kind::data, static_cast<std::size_t>(count), 0};
  if (would_block(errno)) return Sent{Sent::Kind::would_block, 0, 0};
  if (errno != EPIPE && errno != ECONNRESET) return failure("send", fd());
  // This call has used the error up: the next receive would look like a clean end.
  if (errno == ECONNRESET) was_reset_ = true;
  return Sent{Sent::Kind::closed, 0, errno};
}

Result<void> StreamSocket::send_all(std::span<const std::byte> bytes) {
  while (!bytes.empty()) {
    const auto sent = send(bytes);
    if (!sent) return std::unexpected(sent.error());
    if (sent->kind != Sent::Kind::data) {
      errno = sent->kind == Sent::Kind::closed ? sent->code : EAGAIN;
      return failure("send", fd());
    }
    bytes = bytes.subspan(sent->count);
  }
  return {};
}

Result<Received> StreamSocket::receive(std::span<std::byte> buffer, int flags) {
  // recv(2) would wait for bytes, take none and say 0.
  if (buffer.empty()) return Received{was_reset_ ? Received::Kind::reset : Received::Kind::data, 0};
  const auto count = received(fd(), [&](int more) { return ::recv(fd(), buffer.data(), buffer.size(), flags | more); });
  if (count > 0) return Received{Received::Kind::data, static_cast<std::size_t>(count)};
  if (count == 0) return Received{was_reset_ ? Received::Kind::reset : Received::Kind::eof, 0};
  if (would_block(errno)) return Received{Received::Kind::would_block, 0};
  if (errno != ECONNRESET) return failure("recv", fd());
  was_reset_ = true;
  return Received{Received::Kind::reset, 0};
}

Result<void> StreamSocket::shutdown_write() {
  if (::shutdown(fd(), SHUT_WR) == 0) return {};
  return failure("shutdown", fd());
}

Result<void> StreamSocket::shutdown_read() {
  if (::shutdown(fd(), SHUT_RD) == 0) return {};
  return failure("shutdown", fd());
}

void StreamSocket::reset() {
  // If the option cannot be set there is nothing left but to close.
  static_cast<void>(set_linger(std::chrono::seconds(0)));
  close();
}

Result<TcpStream> TcpStream::connect(const Endpoint& peer, std::optional<std::chrono::milliseconds> timeout) {
  if (!peer.is_ip()) return connect_failure(EAFNOSUPPORT, peer);
  const auto deadline = timeout ? Clock::now() + *timeout : Clock::time_point::max();
  auto descriptor = open_socket(peer.domain(), SOCK_STREAM, timeout ? Blocking::no : Blocking::yes);
  if (!descriptor) return std::unexpected(descriptor.error());
  TcpStream stream(std::move(*descriptor));
  auto state = stream.start_connect(peer);
  while (state && *state == Connecting::in_progress) {
    if (!wait_for(stream.fd(), POLLOUT, deadline)) return connect_failure(ETIMEDOUT, peer);
    state = stream.start_connect(peer);
  }
  if (!state) return std::unexpected(state.error());
  if (!timeout) return stream;
  if (auto set = stream.set_blocking(true); !set) return std::unexpected(set.error());
  return stream;
}

Result<UnixStream> UnixStream::connect(const Endpoint& peer) {
  if (peer.is_ip()) return connect_failure(EAFNOSUPPORT, peer);
  auto descriptor = open_socket(AF_UNIX, SOCK_STREAM, Blocking::yes);
  if (!descriptor) return std::unexpected(descriptor.error());
  UnixStream stream(std::move(*descriptor));
  if (auto state = stream.start_connect(peer); !state) return std::unexpected(state.error());
  return stream;
}

Result<std::pair<UnixStream, UnixStream>> UnixStream::pair(Blocking blocking) {
  std::array<int, 2> ends{};
  const int flags = SOCK_CLOEXEC | (blocking == Blocking::no ? SOCK_NONBLOCK : 0);
  if (::socketpair(AF_UNIX, SOCK_STREAM | flags, 0, ends.data()) != 0) return failure("socketpair", "AF_UNIX");
  return std::pair(UnixStream(Descriptor(ends[0])), UnixStream(Descriptor(ends[1])));
}

}  // namespace volley
