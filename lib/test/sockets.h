// SPDX-License-Identifier: Apache-2.0
#pragma once
// What the tests of sockets share: results as text, connected pairs, and waiting without sleeping. Asserts, so only for
// the thread that runs the test.
#include <poll.h>
#include <volley/datagram_socket.h>
#include <volley/listen_socket.h>
#include <volley/poller.h>
#include <volley/stream_socket.h>

#include <array>
#include <chrono>
#include <string>
#include <utility>

#include "catch.h"

namespace volley {

/// How long a test waits for what must come: only a failure waits this long.
constexpr std::chrono::seconds patience{30};

/// What a call gave, which must have gone well.
template <class T>
T value(Result<T> result) {
  if (!result) FAIL(to_string(result.error()));
  if constexpr (!std::is_void_v<T>) return std::move(*result);
}

/// Says visibly that the rest of a test cannot be done here: `if (!six) return skip("no IPv6: ...")`.
inline void skip(const std::string& why) {
  WARN("skipped: " << why);
}

/// The text of the Error, or "no error".
template <class T>
std::string error(const Result<T>& result) {
  return result ? "no error" : to_string(result.error());
}

inline Endpoint endpoint(const std::string& text) {
  const auto parsed = Endpoint::parse(text);
  if (!parsed) FAIL(text << ": " << parsed.error().what);
  return *parsed;
}

inline Endpoint loopback(std::uint16_t port = 0) {
  return {Ipv4Address({127, 0, 0, 1}), port};
}

inline std::string text_of(std::span<const std::byte> bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

/// `data 'ab'`, `eof`, `reset`, `would_block` or the text of the Error.
inline std::string told(const Result<Received>& received, std::span<const std::byte> buffer) {
  if (!received) return to_string(received.error());
  switch (received->kind) {
    case Received::Kind::data:
      return "data '" + text_of(buffer.first(received->count)) + "'";
    case Received::Kind::eof:
      return "eof";
    case Received::Kind::reset:
      return "reset";
    case Received::Kind::would_block:
      return "would_block";
  }
  return "?";
}

/// `data 2`, `would_block`, `closed: Broken pipe` or the text of the Error.
inline std::string told(const Result<Sent>& sent) {
  if (!sent) return to_string(sent.error());
  switch (sent->kind) {
    case Sent::Kind::data:
      return "data " + std::to_string(sent->count);
    case Sent::Kind::would_block:
      return "would_block";
    case Sent::Kind::closed:
      return "closed: " + std::generic_category().message(sent->code);
  }
  return "?";
}

/// `data 'abcd'`, `data 'ab' of 4` if it was cut, `refused`, `would_block` or `end`.
inline std::string told(const ReceivedDatagram& datagram, std::span<const std::byte> buffer) {
  switch (datagram.kind) {
    case ReceivedDatagram::Kind::data:
      break;
    case ReceivedDatagram::Kind::refused:
      return "refused";
    case ReceivedDatagram::Kind::would_block:
      return "would_block";
    case ReceivedDatagram::Kind::end:
      return "end";
  }
  const std::string data = "data '" + text_of(buffer.first(datagram.count)) + "'";
  return datagram.truncated ? data + " of " + std::to_string(datagram.size) : data;
}

/// `sent`, `would_block`, `refused` or the text of the Error.
inline std::string told(const Result<DatagramSocket::SentDatagram>& sent) {
  if (!sent) return to_string(sent.error());
  switch (*sent) {
    case DatagramSocket::SentDatagram::sent:
      return "sent";
    case DatagramSocket::SentDatagram::would_block:
      return "would_block";
    case DatagramSocket::SentDatagram::refused:
      return "refused";
  }
  return "?";
}

/// One receive, as text.
inline std::string next(StreamSocket& stream, std::size_t size = 64, int flags = 0) {
  std::array<std::byte, 64> buffer{};
  return told(stream.receive(std::span(buffer).first(size), flags), buffer);
}

inline std::string next(DatagramSocket& socket, std::size_t size = 64, int flags = 0) {
  std::array<std::byte, 64> buffer{};
  const auto datagram = socket.receive(std::span(buffer).first(size), flags);
  return datagram ? told(*datagram, buffer) : to_string(datagram.error());
}

/// poll(2) until everything in `until` is told, which it must be; all that was told then.
inline short polled(int fd, short events, short until) {
  const auto deadline = Clock::now() + patience;
  pollfd waiting{fd, events, 0};
  while (Clock::now() < deadline) {
    ::poll(&waiting, 1, 100);
    if ((waiting.revents & until) == until) return waiting.revents;
  }
  FAIL("poll told " << waiting.revents << " and not " << until);
  return 0;
}

inline void wait_readable(int fd) {
  polled(fd, POLLIN, POLLIN);
}

inline TcpListener tcp_listener(ListenOptions options = {}) {
  return value(TcpListener::listen(loopback(), options));
}

inline TcpStream tcp_client(const ListenSocket& listener) {
  auto stream = value(TcpStream::connect(value(listener.local())));
  value(stream.set_receive_timeout(patience));
  return stream;
}

inline StreamSocket accepted(ListenSocket& listener, Blocking blocking = Blocking::yes) {
  wait_readable(listener.fd());
  auto connection = value(listener.accept(blocking));
  REQUIRE(connection);
  value(connection->stream.set_receive_timeout(patience));
  return std::move(connection->stream);
}

struct TcpPair {
  TcpStream client;
  StreamSocket server;
};

/// Both ends of a connection over 127.0.0.1, blocking, with a receive timeout so that no failure hangs.
inline TcpPair tcp_pair() {
  auto listener = tcp_listener();
  auto client = tcp_client(listener);
  return {std::move(client), accepted(listener)};
}

inline UdpSocket udp_socket(Blocking blocking = Blocking::yes) {
  auto socket = value(UdpSocket::bind_to(loopback(), blocking));
  value(socket.set_receive_timeout(patience));
  return socket;
}

}  // namespace volley
