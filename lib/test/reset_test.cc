// SPDX-License-Identifier: Apache-2.0
#include <volley/stream_socket.h>

#include <chrono>
#include <utility>
#include <vector>

#include "catch.h"
#include "sockets.h"

namespace volley {
namespace {

constexpr short reset_events = POLLIN | POLLERR | POLLHUP | POLLRDHUP;

void await_reset(const StreamSocket& stream) {
  polled(stream.fd(), 0, POLLHUP);
}

}  // namespace

TEST_CASE("reset closes with RST, which is told again and again, as no end (RFC 9293 3.10.7.4)") {
  auto [client, server] = tcp_pair();
  client.reset();
  CHECK_FALSE(client);
  CHECK(next(server) == "reset");
  CHECK(next(server) == "reset");
  CHECK(told(server.send(as_bytes("x"))) == "closed: Broken pipe");
  CHECK(next(server) == "reset");
}

TEST_CASE("the kernel tells a reset once and then pretends an end: what the latch is for (POSIX recv)") {
  auto [client, server] = tcp_pair();
  client.reset();
  char byte = 0;
  CHECK(::recv(server.fd(), &byte, 1, 0) == -1);
  CHECK(errno == ECONNRESET);
  CHECK(::recv(server.fd(), &byte, 1, 0) == 0);
}

TEST_CASE("a reset that send was told of is still a reset for receive") {
  auto [client, server] = tcp_pair();
  client.reset();
  await_reset(server);
  CHECK(told(server.send(as_bytes("x"))) == "closed: Connection reset by peer");
  CHECK(told(server.send(as_bytes("x"))) == "closed: Broken pipe");
  CHECK(next(server) == "reset");
}

TEST_CASE("a reset that take_error was told of is still a reset for receive (POSIX getsockopt)") {
  auto [client, server] = tcp_pair();
  client.reset();
  await_reset(server);
  CHECK(value(server.take_error()) == ECONNRESET);
  CHECK(value(server.take_error()) == 0);
  CHECK(next(server) == "reset");
  CHECK(next(server) == "reset");
}

TEST_CASE("a moved stream remembers its reset") {
  auto [client, server] = tcp_pair();
  client.reset();
  CHECK(next(server) == "reset");
  StreamSocket moved(std::move(server));
  CHECK(next(moved) == "reset");
}

TEST_CASE("what came before a reset is read before it (RFC 9293 3.10.7.4)") {
  enum class Told { receive, send, take_error };
  const auto first = GENERATE(Told::receive, Told::send, Told::take_error);
  CAPTURE(static_cast<int>(first));
  auto [client, server] = tcp_pair();
  value(client.send_all(as_bytes("bye")));
  wait_readable(server.fd());
  client.reset();
  await_reset(server);
  if (first == Told::send) CHECK(told(server.send(as_bytes("x"))) == "closed: Connection reset by peer");
  if (first == Told::take_error) CHECK(value(server.take_error()) == ECONNRESET);
  CHECK(next(server) == "data 'bye'");
  CHECK(next(server) == "reset");
  CHECK(next(server) == "reset");
}

TEST_CASE("close with unread data resets (RFC 2525 2.17)") {
  auto [client, server] = tcp_pair();
  value(client.send_all(as_bytes("unread")));
  wait_readable(server.fd());
  server.close();
  CHECK(next(client) == "reset");
  CHECK(next(client) == "reset");
}

TEST_CASE("send_all tells of a reset as an Error") {
  auto [client, server] = tcp_pair();
  client.reset();
  await_reset(server);
  CHECK(error(server.send_all(as_bytes("x"))) ==
        "send fd " + std::to_string(server.fd()) + ": Connection reset by peer");
}

TEST_CASE("a receive of length 0 after a reset says reset") {
  auto [client, server] = tcp_pair();
  client.reset();
  CHECK(next(server) == "reset");
  CHECK(next(server, 0) == "reset");
}

TEST_CASE("poll after a reset tells of everything (poll(2))") {
  auto [client, server] = tcp_pair();
  client.reset();
  CHECK(polled(server.fd(), POLLIN | POLLRDHUP, POLLHUP) == reset_events);
}

TEST_CASE("poll after a FIN tells of one end, after two of a hang-up (poll(2))") {
  auto [client, server] = tcp_pair();
  value(client.shutdown_write());
  CHECK(polled(server.fd(), POLLIN | POLLRDHUP, POLLRDHUP) == (POLLIN | POLLRDHUP));
  value(server.shutdown_write());
  CHECK(polled(server.fd(), POLLIN | POLLRDHUP, POLLHUP) == (POLLIN | POLLRDHUP | POLLHUP));
}

TEST_CASE("poll on a fresh TCP socket tells of a hang-up (poll(2))") {
  const auto stream = value(StreamSocket::open(AF_INET, Blocking::yes));
  CHECK(polled(stream.fd(), POLLIN | POLLOUT, POLLHUP) == (POLLOUT | POLLHUP));
}

TEST_CASE("close lingers for unsent data as long as it was told to (POSIX setsockopt, SO_LINGER)") {
  auto [client, server] = tcp_pair();
  value(client.set_blocking(false));
  const std::vector<std::byte> much(1 << 20);
  while (value(client.send(much)).kind == Sent::Kind::data) {
  }
  value(client.set_blocking(true));
  value(client.set_linger(std::chrono::seconds(1)));
  const auto before = Clock::now();
  client.close();
  CHECK(Clock::now() - before >= std::chrono::milliseconds(900));
}

TEST_CASE("reset loses what was queued, without waiting") {
  auto [client, server] = tcp_pair();
  value(client.set_blocking(false));
  const std::vector<std::byte> much(1 << 20);
  while (value(client.send(much)).kind == Sent::Kind::data) {
  }
  client.reset();
  await_reset(server);
  std::vector<std::byte> buffer(1 << 20);
  Received last{Received::Kind::data, 0};
  while (last.kind == Received::Kind::data) last = value(server.receive(buffer));
  CHECK(last.kind == Received::Kind::reset);
}

}  // namespace volley
