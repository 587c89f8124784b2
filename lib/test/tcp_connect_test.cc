// SPDX-License-Identifier: Apache-2.0
#include <netinet/tcp.h>
#include <volley/stream_socket.h>

#include <atomic>
#include <string>
#include <thread>
#include <vector>

#include "catch.h"
#include "signals.h"
#include "sockets.h"

namespace volley {
namespace {

using Connecting = StreamSocket::Connecting;

/// A port of 127.0.0.1 that is taken, so that nobody else gets it, and on which nobody listens.
struct DeadPort {
  StreamSocket holder = value(StreamSocket::open(AF_INET, Blocking::yes));
  Endpoint endpoint;
  DeadPort() {
    value(holder.bind(loopback()));
    endpoint = value(holder.local());
  }
};

tcp_info info_of(int fd) {
  tcp_info info{};
  socklen_t length = sizeof info;
  ::getsockopt(fd, IPPROTO_TCP, TCP_INFO, &info, &length);
  return info;
}

/// Waits for the kernel by asking it again and again.
template <class Condition>
void await(Condition condition) {
  const auto deadline = Clock::now() + patience;
  while (!condition()) {
    if (Clock::now() > deadline) FAIL("waited too long");
    std::this_thread::yield();
  }
}

/// A listener whose queue is full: the kernel drops the SYN of whoever comes next (listen(2)).
struct FullListener {
  TcpListener listener = tcp_listener({.backlog = 0});
  TcpStream queued = tcp_client(listener);
  Endpoint endpoint = value(listener.local());
  FullListener() {
    await([&] { return info_of(listener.fd()).tcpi_unacked == 1; });
  }
};

}  // namespace

TEST_CASE("connect to a port where nobody listens is refused (RFC 9293 3.10.7.1)") {
  const DeadPort dead;
  const std::string text = "connect " + dead.endpoint.to_string() + ": Connection refused";
  CHECK(error(TcpStream::connect(dead.endpoint)) == text);
  CHECK(error(TcpStream::connect(dead.endpoint, patience)) == text);
}

TEST_CASE("a connected stream knows both its names") {
  auto listener = tcp_listener();
  const auto client = tcp_client(listener);
  const auto server = accepted(listener);
  CHECK(value(client.peer()) == value(listener.local()));
  CHECK(value(client.local()) == value(server.peer()));
  CHECK(value(server.local()) == value(client.peer()));
}

TEST_CASE("a non-blocking connect is in progress, then writable, then connected (POSIX connect)") {
  auto listener = tcp_listener();
  const auto peer = value(listener.local());
  auto client = value(StreamSocket::open(AF_INET, Blocking::no));
  CHECK(value(client.start_connect(peer)) == Connecting::in_progress);
  polled(client.fd(), POLLOUT, POLLOUT);
  CHECK(value(client.take_error()) == 0);
  CHECK(value(client.start_connect(peer)) == Connecting::connected);
  CHECK(value(client.peer()) == peer);
}

TEST_CASE("a non-blocking connect that is refused polls as an error, which SO_ERROR tells once (POSIX getsockopt)") {
  const DeadPort dead;
  auto client = value(StreamSocket::open(AF_INET, Blocking::no));
  CHECK(value(client.start_connect(dead.endpoint)) == Connecting::in_progress);
  CHECK(polled(client.fd(), POLLOUT, POLLHUP) == (POLLOUT | POLLERR | POLLHUP));
  CHECK(value(client.take_error()) == ECONNREFUSED);
  CHECK(value(client.take_error()) == 0);
}

TEST_CASE("start_connect called again tells why a non-blocking connect failed") {
  const DeadPort dead;
  auto client = value(StreamSocket::open(AF_INET, Blocking::no));
  CHECK(value(client.start_connect(dead.endpoint)) == Connecting::in_progress);
  polled(client.fd(), POLLOUT, POLLHUP);
  CHECK(error(client.start_connect(dead.endpoint)) == "connect " + dead.endpoint.to_string() + ": Connection refused");
}

TEST_CASE("start_connect on a connected stream goes on saying connected, where connect(2) says EISCONN") {
  auto listener = tcp_listener();
  auto client = tcp_client(listener);
  const auto peer = value(listener.local());
  CHECK(value(client.start_connect(peer)) == Connecting::connected);
  const auto address = peer.to_sockaddr();
  CHECK(::connect(client.fd(), address.get(), address.length) == -1);
  CHECK(errno == EISCONN);
}

TEST_CASE("start_connect is in progress for as long as the kernel says EALREADY (POSIX connect)") {
  const FullListener full;
  auto client = value(StreamSocket::open(AF_INET, Blocking::no));
  CHECK(value(client.start_connect(full.endpoint)) == Connecting::in_progress);
  CHECK(value(client.start_connect(full.endpoint)) == Connecting::in_progress);
}

TEST_CASE("a backlog of 1 lets two clients in, the others try on (listen(2))") {
  auto listener = tcp_listener({.backlog = 1});
  const auto peer = value(listener.local());
  const auto first = tcp_client(listener);
  const auto second = tcp_client(listener);
  await([&] { return info_of(listener.fd()).tcpi_unacked == 2; });
  std::vector<StreamSocket> others;
  for (int i = 0; i < 4; ++i) {
    others.push_back(value(StreamSocket::open(AF_INET, Blocking::no)));
    CHECK(value(others.back().start_connect(peer)) == Connecting::in_progress);
  }
  for (auto& other : others) CHECK(value(other.start_connect(peer)) == Connecting::in_progress);
  CHECK(info_of(listener.fd()).tcpi_unacked == 2);
}

TEST_CASE("connect gives up at its deadline") {
  const FullListener full;
  const auto before = Clock::now();
  CHECK(error(TcpStream::connect(full.endpoint, std::chrono::milliseconds(30))) ==
        "connect " + full.endpoint.to_string() + ": Connection timed out");
  CHECK(Clock::now() - before >= std::chrono::milliseconds(30));
}

TEST_CASE("a stream connected with a deadline is blocking like one without") {
  auto listener = tcp_listener();
  auto client = value(TcpStream::connect(value(listener.local()), patience));
  auto server = accepted(listener);
  value(client.set_receive_timeout(std::chrono::milliseconds(20)));
  const auto before = Clock::now();
  CHECK(next(client) == "would_block");
  CHECK(Clock::now() - before >= std::chrono::milliseconds(20));
}

TEST_CASE("a blocking connect that signals interrupt still connects, once (POSIX connect, EINTR)") {
  FullListener full;
  auto client = value(StreamSocket::open(AF_INET, Blocking::yes));
  std::atomic<bool> done = false;
  std::string outcome;
  std::thread connecting([&] {
    const auto result = client.start_connect(full.endpoint);
    outcome = result ? (*result == Connecting::connected ? "connected" : "in progress") : to_string(result.error());
    done = true;
  });
  {
    const SignalStorm storm(connecting.native_handle());
    await([&] { return info_of(client.fd()).tcpi_state == TCP_SYN_SENT; });
    const int seen = CountedSignal::count();
    await([&] { return CountedSignal::count() > seen + 10; });
    CHECK_FALSE(done);
    const auto first = accepted(full.listener);  // makes room: the next SYN, sent again after a second, is answered
    await([&] { return done.load(); });
  }
  connecting.join();
  CHECK(outcome == "connected");
  CHECK(value(accepted(full.listener).peer()) == value(client.local()));
  value(full.listener.set_blocking(false));
  CHECK_FALSE(value(full.listener.accept(Blocking::yes)));
}

TEST_CASE("a connection that was reset before it was looked at is connected, and its data can be read") {
  auto listener = tcp_listener();
  const auto peer = value(listener.local());
  auto client = value(StreamSocket::open(AF_INET, Blocking::no));
  REQUIRE(value(client.start_connect(peer)) == Connecting::in_progress);
  {
    auto server = accepted(listener);
    value(server.send_all(as_bytes("bye")));
    server.reset();
  }
  polled(client.fd(), POLLOUT, POLLHUP);
  CHECK(value(client.start_connect(peer)) == Connecting::connected);
  CHECK(next(client) == "data 'bye'");
  CHECK(next(client) == "reset");
}

TEST_CASE("a connection that ended and was reset before it was looked at is connected") {
  auto listener = tcp_listener();
  const auto peer = value(listener.local());
  auto client = value(StreamSocket::open(AF_INET, Blocking::no));
  REQUIRE(value(client.start_connect(peer)) == Connecting::in_progress);
  {
    auto server = accepted(listener);
    value(server.shutdown_write());
    polled(client.fd(), POLLRDHUP, POLLRDHUP);
    server.reset();
  }
  polled(client.fd(), POLLOUT, POLLHUP);
  CHECK(value(client.start_connect(peer)) == Connecting::connected);
  CHECK(next(client) == "eof");
}

TEST_CASE("a TCP socket connected to itself talks to itself (RFC 9293 3.5, simultaneous open)") {
  auto stream = value(StreamSocket::open(AF_INET, Blocking::yes));
  value(stream.bind(loopback()));
  const auto own = value(stream.local());
  CHECK(value(stream.start_connect(own)) == Connecting::connected);
  CHECK(value(stream.peer()) == own);
  value(stream.send_all(as_bytes("echo")));
  CHECK(next(stream) == "data 'echo'");
}

TEST_CASE("connect to 0.0.0.0 reaches 127.0.0.1 (ip(7))") {
  auto listener = tcp_listener();
  const auto own = value(listener.local());
  const auto client = value(TcpStream::connect({Ipv4Address(), own.port()}));
  CHECK(value(client.peer()) == own);
}

TEST_CASE("an IPv6 socket refuses an IPv4 peer, and the other way round (POSIX connect)") {
  auto v6 = StreamSocket::open(AF_INET6, Blocking::yes);
  if (!v6) return skip("no IPv6 here: " + to_string(v6.error()));
  auto v4 = value(StreamSocket::open(AF_INET, Blocking::yes));
  CHECK(error(v6->start_connect(endpoint("127.0.0.1:9"))) == "connect 127.0.0.1:9: Invalid argument");
  CHECK(error(v4.start_connect(endpoint("[::1]:9"))) == "connect [::1]:9: Address family not supported by protocol");
}

TEST_CASE("connect to a link-local address without a scope fails (RFC 4007 6, ipv6(7))") {
  auto stream = StreamSocket::open(AF_INET6, Blocking::yes);
  if (!stream) return skip("no IPv6 here: " + to_string(stream.error()));
  CHECK(error(stream->start_connect(endpoint("[fe80::1]:9"))) == "connect [fe80::1]:9: Invalid argument");
}

TEST_CASE("TcpStream connects to no unix endpoint") {
  CHECK(error(TcpStream::connect(value(Endpoint::unix_path("/nowhere")))) ==
        "connect unix:/nowhere: Address family not supported by protocol");
}

TEST_CASE("open names the domain it could not open") {
  CHECK(error(StreamSocket::open(AF_UNSPEC, Blocking::yes)) ==
        "socket domain 0: Address family not supported by protocol");
}

TEST_CASE("an unconnected TCP socket has no peer, an unbound one no name (POSIX getpeername, getsockname)") {
  auto stream = value(StreamSocket::open(AF_INET, Blocking::yes));
  const std::string fd = "fd " + std::to_string(stream.fd());
  const std::string reason = ": Transport endpoint is not connected";
  CHECK(error(stream.peer()) == "getpeername " + fd + reason);
  CHECK(value(stream.local()) == Endpoint());
  CHECK(next(stream) == "recv " + fd + reason);
  CHECK(told(stream.send(as_bytes("x"))) == "closed: Broken pipe");
  CHECK(error(stream.shutdown_write()) == "shutdown " + fd + reason);
  CHECK(error(stream.shutdown_read()) == "shutdown " + fd + reason);
}

}  // namespace volley
