// SPDX-License-Identifier: Apache-2.0
#include <volley/listen_socket.h>

#include <string>
#include <utility>

#include "catch.h"
#include "sockets.h"

namespace volley {
namespace {

std::string in_use(const Endpoint& endpoint) {
  return "bind " + endpoint.to_string() + ": Address already in use";
}

/// A port whose last connection is in TIME_WAIT, made by a listener with or without SO_REUSEADDR.
Endpoint time_wait_port(ReuseAddress reuse) {
  auto listener = tcp_listener({.reuse_address = reuse});
  auto client = tcp_client(listener);
  accepted(listener).close();
  CHECK(next(client) == "eof");
  return value(listener.local());
}

/// Whether an IPv6 socket can be bound here.
bool has_ipv6() {
  return TcpListener::listen(endpoint("[::1]:0")).has_value();
}

}  // namespace

TEST_CASE("port 0 lets the kernel choose, and local tells (POSIX bind, getsockname)") {
  const auto listener = tcp_listener();
  CHECK(value(listener.local()).address() == Ipv4Address({127, 0, 0, 1}));
  CHECK(value(listener.local()).port() != 0);
}

TEST_CASE("bind to a port in use names it (POSIX bind)") {
  const auto listener = tcp_listener();
  const auto own = value(listener.local());
  auto stream = value(StreamSocket::open(AF_INET, Blocking::yes));
  CHECK(error(stream.bind(own)) == in_use(own));
  const auto udp = udp_socket();
  const auto udp_name = value(udp.local());
  CHECK(error(UdpSocket::bind_to(udp_name)) == in_use(udp_name));
}

TEST_CASE("SO_REUSEADDR takes no port from who listens there (socket(7))") {
  const auto listener = tcp_listener({.reuse_address = ReuseAddress::yes});
  const auto own = value(listener.local());
  CHECK(error(TcpListener::listen(own, {.reuse_address = ReuseAddress::yes})) == in_use(own));
}

TEST_CASE("two sockets bound with SO_REUSEADDR: the second that listens is refused (listen(2))") {
  auto first = value(ListenSocket::open(AF_INET, Blocking::yes));
  auto second = value(ListenSocket::open(AF_INET, Blocking::yes));
  value(first.set_reuse_address(true));
  value(second.set_reuse_address(true));
  value(first.bind(loopback()));
  const auto own = value(first.local());
  value(second.bind(own));
  value(first.listen());
  CHECK(error(second.listen()) == "listen " + own.to_string() + ": Address already in use");
}

TEST_CASE("two listeners share a port if both have SO_REUSEPORT (socket(7))") {
  auto first = value(ListenSocket::open(AF_INET, Blocking::yes));
  auto second = value(ListenSocket::open(AF_INET, Blocking::yes));
  value(first.set_reuse_port(true));
  value(second.set_reuse_port(true));
  value(first.bind(loopback()));
  value(first.listen());
  value(second.bind(value(first.local())));
  value(second.listen());
  CHECK(value(second.local()) == value(first.local()));
}

TEST_CASE("a port in TIME_WAIT can be bound if the old listener and the new one have SO_REUSEADDR (RFC 9293 3.6.1)") {
  struct Row {
    ReuseAddress old_listener;
    ReuseAddress new_listener;
    bool works;
  };
  const Row rows[] = {
      {ReuseAddress::no, ReuseAddress::no, false},
      {ReuseAddress::no, ReuseAddress::yes, false},
      {ReuseAddress::yes, ReuseAddress::no, false},
      {ReuseAddress::yes, ReuseAddress::yes, true},
  };
  for (const auto& row : rows) {
    CAPTURE(row.old_listener, row.new_listener);
    const auto port = time_wait_port(row.old_listener);
    const auto again = TcpListener::listen(port, {.reuse_address = row.new_listener});
    CHECK(error(again) == (row.works ? "no error" : in_use(port)));
  }
}

TEST_CASE("a socket is bound once (POSIX bind)") {
  auto stream = value(StreamSocket::open(AF_INET, Blocking::yes));
  value(stream.bind(loopback()));
  CHECK(error(stream.bind(loopback())) == "bind 127.0.0.1:0: Invalid argument");
}

TEST_CASE("bind to an address of another host fails (POSIX bind)") {
  CHECK(error(TcpListener::listen(endpoint("192.0.2.1:0"))) == "bind 192.0.2.1:0: Cannot assign requested address");
}

TEST_CASE("a stream can be bound before it connects") {
  auto listener = tcp_listener();
  auto client = value(StreamSocket::open(AF_INET, Blocking::yes));
  value(client.bind(loopback()));
  const auto own = value(client.local());
  value(client.start_connect(value(listener.local())));
  CHECK(value(accepted(listener).peer()) == own);
}

TEST_CASE("a dual-stack listener shows an IPv4 client as an IPv4-mapped address (RFC 3493 3.7)") {
  if (!has_ipv6()) return skip("no IPv6 here");
  auto listener = value(ListenSocket::open(AF_INET6, Blocking::yes));
  value(listener.set_v6_only(false));
  value(listener.bind(endpoint("[::]:0")));
  value(listener.listen());
  const auto client = value(TcpStream::connect(loopback(value(listener.local()).port())));
  const auto peer = value(accepted(listener).peer());
  CHECK(peer.address().to_string() == "::ffff:127.0.0.1");
  CHECK(peer.address().unmapped() == Ipv4Address({127, 0, 0, 1}));
  CHECK(peer.port() == value(client.local()).port());
}

TEST_CASE("a dual-stack listener holds the IPv4 port too, a V6ONLY one does not (ipv6(7))") {
  if (!has_ipv6()) return skip("no IPv6 here");
  const bool only = GENERATE(false, true);
  auto listener = value(ListenSocket::open(AF_INET6, Blocking::yes));
  value(listener.set_v6_only(only));
  value(listener.bind(endpoint("[::]:0")));
  value(listener.listen());
  const Endpoint everywhere(Ipv4Address(), value(listener.local()).port());
  CHECK(error(TcpListener::listen(everywhere)) == (only ? "no error" : in_use(everywhere)));
}

TEST_CASE("IPV6_V6ONLY is set before bind or not at all (RFC 3493 5.3)") {
  if (!has_ipv6()) return skip("no IPv6 here");
  auto listener = value(ListenSocket::open(AF_INET6, Blocking::yes));
  value(listener.bind(endpoint("[::1]:0")));
  CHECK(error(listener.set_v6_only(true)) == "setsockopt IPV6_V6ONLY: Invalid argument");
}

TEST_CASE("bytes arrive over IPv6") {
  if (!has_ipv6()) return skip("no IPv6 here");
  auto listener = value(TcpListener::listen(endpoint("[::1]:0")));
  auto client = tcp_client(listener);
  auto server = accepted(listener);
  value(client.send_all(as_bytes("six")));
  CHECK(next(server) == "data 'six'");
  CHECK(value(server.peer()) == value(client.local()));
}

}  // namespace volley
