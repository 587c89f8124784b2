// SPDX-License-Identifier: Apache-2.0
#include <volley/stream_socket.h>

#include <fstream>
#include <optional>
#include <string>

#include "catch.h"
#include "sockets.h"

namespace volley {
namespace {

using std::chrono::microseconds;
using std::chrono::seconds;

StreamSocket tcp(int domain = AF_INET) {
  return value(StreamSocket::open(domain, Blocking::yes));
}
DatagramSocket udp(int domain = AF_INET) {
  return value(DatagramSocket::open(domain, Blocking::yes));
}

}  // namespace

TEST_CASE("an option that is on or off reads back as it was set") {
  struct Row {
    const char* name;
    Result<void> (Socket::*set)(bool);
    Result<bool> (Socket::*get)() const;
  };
  const Row rows[] = {
      {"reuse_address", &Socket::set_reuse_address, &Socket::reuse_address},
      {"reuse_port", &Socket::set_reuse_port, &Socket::reuse_port},
      {"no_delay", &Socket::set_no_delay, &Socket::no_delay},
      {"keep_alive", &Socket::set_keep_alive, &Socket::keep_alive},
      {"cork", &Socket::set_cork, &Socket::cork},
      {"quick_ack", &Socket::set_quick_ack, &Socket::quick_ack},
  };
  for (const auto& row : rows) {
    CAPTURE(row.name);
    auto socket = tcp();
    value((socket.*row.set)(true));
    CHECK(value((socket.*row.get)()));
    value((socket.*row.set)(false));
    CHECK_FALSE(value((socket.*row.get)()));
  }
}

TEST_CASE("broadcast is off until it is switched on") {
  auto socket = udp();
  CHECK_FALSE(value(socket.broadcast()));
  value(socket.set_broadcast(true));
  CHECK(value(socket.broadcast()));
}

TEST_CASE("v6_only is what the system says until it is set (RFC 3493 5.3, ipv6(7))") {
  auto socket = StreamSocket::open(AF_INET6, Blocking::yes);
  std::ifstream file("/proc/sys/net/ipv6/bindv6only");
  int system = 0;
  if (!socket || !(file >> system)) return skip("no IPv6 here");
  CHECK(value(socket->v6_only()) == (system != 0));
  value(socket->set_v6_only(true));
  CHECK(value(socket->v6_only()));
  value(socket->set_v6_only(false));
  CHECK_FALSE(value(socket->v6_only()));
}

TEST_CASE("a buffer size reads back doubled (socket(7))") {
  auto socket = tcp();
  value(socket.set_receive_buffer(8192));
  CHECK(value(socket.receive_buffer()) == 16384);
  value(socket.set_send_buffer(8192));
  CHECK(value(socket.send_buffer()) == 16384);
}

TEST_CASE("linger is off, or a time") {
  auto socket = tcp();
  CHECK(value(socket.linger()) == std::nullopt);
  value(socket.set_linger(seconds(7)));
  CHECK(value(socket.linger()) == seconds(7));
  value(socket.set_linger(seconds(0)));
  CHECK(value(socket.linger()) == seconds(0));
  value(socket.set_linger(std::nullopt));
  CHECK(value(socket.linger()) == std::nullopt);
}

TEST_CASE("ttl and tos read back on IPv4") {
  auto socket = udp();
  value(socket.set_ttl(7));
  CHECK(value(socket.ttl()) == 7);
  CHECK(value(socket.option(options::ttl_v4)) == 7);
  value(socket.set_tos(0x10));
  CHECK(value(socket.tos()) == 0x10);
  CHECK(value(socket.option(options::tos_v4)) == 0x10);
}

TEST_CASE("ttl and tos of an IPv6 socket are hop limit and traffic class, and hold for its IPv4 packets too") {
  auto socket = DatagramSocket::open(AF_INET6, Blocking::yes);
  if (!socket) return skip("no IPv6 here: " + to_string(socket.error()));
  value(socket->set_ttl(7));
  CHECK(value(socket->ttl()) == 7);
  CHECK(value(socket->option(options::ttl_v6)) == 7);
  CHECK(value(socket->option(options::ttl_v4)) == 7);
  value(socket->set_tos(0x10));
  CHECK(value(socket->tos()) == 0x10);
  CHECK(value(socket->option(options::tos_v6)) == 0x10);
  CHECK(value(socket->option(options::tos_v4)) == 0x10);
}

TEST_CASE("max_segment bounds the segments of a connection") {
  auto listener = tcp_listener();
  auto client = tcp();
  value(client.set_max_segment(1000));
  value(client.start_connect(value(listener.local())));
  CHECK(value(client.max_segment()) <= 1000);
  CHECK(value(accepted(listener).max_segment()) <= 1000);
}

TEST_CASE("a receive timeout reads back, and zero is none (socket(7))") {
  auto socket = tcp();
  CHECK(value(socket.receive_timeout()) == microseconds(0));
  value(socket.set_receive_timeout(seconds(3)));
  CHECK(value(socket.receive_timeout()) == seconds(3));
  // The kernel counts in ticks of up to 10 ms and rounds up.
  value(socket.set_receive_timeout(microseconds(1500000)));
  CHECK(value(socket.receive_timeout()) >= microseconds(1500000));
  CHECK(value(socket.receive_timeout()) <= microseconds(1510000));
  value(socket.set_receive_timeout(microseconds(0)));
  CHECK(value(socket.receive_timeout()) == microseconds(0));
}

TEST_CASE("an option the socket does not have is an Error that names it") {
  auto datagrams = udp();
  CHECK(error(datagrams.set_no_delay(true)) == "setsockopt TCP_NODELAY: Protocol not available");
  CHECK(error(datagrams.no_delay()) == "getsockopt TCP_NODELAY: Operation not supported");
  auto v4 = tcp();
  CHECK(error(v4.set_v6_only(true)) == "setsockopt IPV6_V6ONLY: Protocol not available");
  auto [left, right] = value(UnixStream::pair(Blocking::yes));
  CHECK(error(left.set_ttl(7)) == "setsockopt IP_TTL: Operation not supported");
  CHECK(error(left.ttl()) == "getsockopt IP_TTL: Operation not supported");
}

TEST_CASE("a value out of range is an Error that names the option") {
  auto socket = udp();
  CHECK(error(socket.set_ttl(0)) == "setsockopt IP_TTL: Invalid argument");
  CHECK(error(socket.set_ttl(256)) == "setsockopt IP_TTL: Invalid argument");
  CHECK(error(tcp().set_max_segment(-1)) == "setsockopt TCP_MAXSEG: Invalid argument");
}

TEST_CASE("every option of a closed socket is an Error") {
  Socket none;
  const std::string reason = ": Bad file descriptor";
  CHECK(error(none.set_keep_alive(true)) == "setsockopt SO_KEEPALIVE" + reason);
  CHECK(error(none.keep_alive()) == "getsockopt SO_KEEPALIVE" + reason);
  CHECK(error(none.set_ttl(1)) == "getsockopt SO_DOMAIN" + reason);
  CHECK(error(none.ttl()) == "getsockopt SO_DOMAIN" + reason);
  CHECK(error(none.set_linger(seconds(0))) == "setsockopt SO_LINGER" + reason);
  CHECK(error(none.linger()) == "getsockopt SO_LINGER" + reason);
  CHECK(error(none.set_receive_timeout(seconds(1))) == "setsockopt SO_RCVTIMEO" + reason);
  CHECK(error(none.receive_timeout()) == "getsockopt SO_RCVTIMEO" + reason);
  CHECK(error(none.take_error()) == "getsockopt SO_ERROR" + reason);
  CHECK(error(none.peer()) == "getpeername fd -1" + reason);
}

TEST_CASE("an option without a method is set and read by its number") {
  constexpr SocketOption user_timeout{IPPROTO_TCP, TCP_USER_TIMEOUT, "TCP_USER_TIMEOUT"};
  auto socket = tcp();
  value(socket.set_option(user_timeout, 1234));
  CHECK(value(socket.option(user_timeout)) == 1234);
}

}  // namespace volley
