// SPDX-License-Identifier: Apache-2.0
#include <netinet/udp.h>
#include <volley/datagram_socket.h>

#include <string>
#include <thread>

#include "catch.h"
#include "signals.h"
#include "sockets.h"

namespace volley {
namespace {

/// A port that answers nobody but a peer that does not exist: to others it is closed, and nobody else can take it.
struct DeadPort {
  UdpSocket absent = udp_socket();
  UdpSocket holder = udp_socket();
  Endpoint endpoint = value(holder.local());
  DeadPort() { value(holder.connect(value(absent.local()))); }
};

UdpSocket connected_to(const Endpoint& peer) {
  auto socket = value(UdpSocket::connect_to(peer));
  value(socket.set_receive_timeout(patience));
  return socket;
}

}  // namespace

TEST_CASE("a datagram arrives with its source") {
  auto sender = udp_socket();
  auto receiver = udp_socket();
  CHECK(told(sender.send_to(as_bytes("hello"), value(receiver.local()))) == "sent");
  std::array<std::byte, 16> buffer{};
  const auto datagram = value(receiver.receive(buffer));
  CHECK(told(datagram, buffer) == "data 'hello'");
  CHECK(datagram.source == value(sender.local()));
  CHECK(datagram.size == 5);
  CHECK_FALSE(datagram.truncated);
  CHECK(datagram.dropped == 0);
}

TEST_CASE("an empty datagram is data with a source, and polls as readable (RFC 768)") {
  auto sender = udp_socket();
  auto receiver = udp_socket();
  CHECK(told(sender.send_to({}, value(receiver.local()))) == "sent");
  wait_readable(receiver.fd());
  std::array<std::byte, 16> buffer{};
  const auto datagram = value(receiver.receive(buffer));
  CHECK(told(datagram, buffer) == "data ''");
  CHECK(datagram.source == value(sender.local()));
  CHECK_FALSE(datagram.truncated);
}

TEST_CASE("a datagram longer than the buffer is cut, says so, and its rest is lost (POSIX recvmsg, udp(7))") {
  auto sender = udp_socket();
  auto receiver = udp_socket();
  const auto to = value(receiver.local());
  for (const char* text : {"0123456789", "abcd", "x"}) CHECK(told(sender.send_to(as_bytes(text), to)) == "sent");
  CHECK(next(receiver, 4) == "data '0123' of 10");
  CHECK(next(receiver, 4) == "data 'abcd'");
  CHECK(next(receiver, 0) == "data '' of 1");
}

TEST_CASE("MSG_PEEK leaves the datagram there, whole") {
  auto sender = udp_socket();
  auto receiver = udp_socket();
  CHECK(told(sender.send_to(as_bytes("hello"), value(receiver.local()))) == "sent");
  CHECK(next(receiver, 2, MSG_PEEK) == "data 'he' of 5");
  CHECK(next(receiver) == "data 'hello'");
}

TEST_CASE("a receive without a datagram would block") {
  auto receiver = udp_socket(Blocking::no);
  CHECK(next(receiver) == "would_block");
  value(receiver.set_blocking(true));
  CHECK(next(receiver, 64, MSG_DONTWAIT) == "would_block");
  value(receiver.set_receive_timeout(std::chrono::milliseconds(20)));
  const auto before = Clock::now();
  CHECK(next(receiver) == "would_block");
  CHECK(Clock::now() - before >= std::chrono::milliseconds(20));
}

TEST_CASE("a datagram receive starts again after a signal (POSIX recvmsg, EINTR)") {
  auto sender = udp_socket();
  auto receiver = udp_socket();
  const auto to = value(receiver.local());
  std::string got;
  {
    const SignalStorm storm(::pthread_self());
    std::thread late([&] {
      const int seen = CountedSignal::count();
      while (CountedSignal::count() < seen + 100) std::this_thread::yield();
      static_cast<void>(sender.send_to(as_bytes("late"), to));
    });
    got = next(receiver);
    late.join();
  }
  CHECK(got == "data 'late'");
}

TEST_CASE("65507 bytes are the most that one datagram over IPv4 takes (RFC 768)") {
  auto sender = udp_socket();
  auto receiver = udp_socket();
  const auto to = value(receiver.local());
  const std::string most(65507, 'x');
  CHECK(told(sender.send_to(as_bytes(most), to)) == "sent");
  std::vector<std::byte> buffer(70000);
  CHECK(value(receiver.receive(buffer)).size == 65507);
  CHECK(told(sender.send_to(as_bytes(most + 'x'), to)) == "sendto " + to.to_string() + ": Message too long");
}

TEST_CASE("a connected socket is told that nobody is there, once, by the next send (RFC 1122 4.1.3.3)") {
  const DeadPort dead;
  auto socket = connected_to(dead.endpoint);
  CHECK(told(socket.send(as_bytes("x"))) == "sent");
  polled(socket.fd(), 0, POLLERR);
  CHECK(told(socket.send(as_bytes("x"))) == "refused");
  CHECK(told(socket.send(as_bytes("x"))) == "sent");
}

TEST_CASE("a connected socket is told that nobody is there, once, by the next receive (RFC 1122 4.1.3.3)") {
  const DeadPort dead;
  auto socket = connected_to(dead.endpoint);
  CHECK(told(socket.send(as_bytes("x"))) == "sent");
  CHECK(next(socket) == "refused");
  CHECK(next(socket, 64, MSG_DONTWAIT) == "would_block");
}

TEST_CASE("an unconnected socket is not told that nobody is there (RFC 1122 4.1.3.3)") {
  const DeadPort dead;
  auto socket = udp_socket();
  auto witness = connected_to(dead.endpoint);
  CHECK(told(socket.send_to(as_bytes("x"), dead.endpoint)) == "sent");
  CHECK(told(witness.send(as_bytes("x"))) == "sent");
  CHECK(next(witness) == "refused");
  CHECK(told(socket.send_to(as_bytes("x"), dead.endpoint)) == "sent");
  CHECK(next(socket, 64, MSG_DONTWAIT) == "would_block");
}

TEST_CASE("a connected socket hears its peer only (POSIX connect)") {
  auto peer = udp_socket();
  auto other = udp_socket();
  auto socket = udp_socket();
  value(socket.connect(value(peer.local())));
  const auto own = value(socket.local());
  CHECK(told(other.send_to(as_bytes("no"), own)) == "sent");
  CHECK(told(peer.send_to(as_bytes("yes"), own)) == "sent");
  CHECK(next(socket) == "data 'yes'");
  CHECK(next(socket, 64, MSG_DONTWAIT) == "would_block");
}

TEST_CASE("connect chooses the source (POSIX connect)") {
  const auto peer = udp_socket();
  const auto socket = connected_to(value(peer.local()));
  CHECK(value(socket.local()).address() == Ipv4Address({127, 0, 0, 1}));
  CHECK(value(socket.local()).port() != 0);
  CHECK(value(socket.peer()) == value(peer.local()));
}

TEST_CASE("disconnect takes the peer away (POSIX connect, AF_UNSPEC)") {
  const auto peer = udp_socket();
  auto socket = connected_to(value(peer.local()));
  value(socket.disconnect());
  CHECK(error(socket.peer()) ==
        "getpeername fd " + std::to_string(socket.fd()) + ": Transport endpoint is not connected");
  CHECK(told(socket.send(as_bytes("x"))) ==
        "send fd " + std::to_string(socket.fd()) + ": Destination address required");
}

TEST_CASE("send without a peer fails (POSIX send)") {
  auto socket = udp_socket();
  CHECK(told(socket.send(as_bytes("x"))) ==
        "send fd " + std::to_string(socket.fd()) + ": Destination address required");
}

TEST_CASE("send_to port 0 fails") {
  auto socket = udp_socket();
  CHECK(told(socket.send_to(as_bytes("x"), loopback(0))) == "sendto 127.0.0.1:0: Invalid argument");
}

TEST_CASE("after shutdown of the reading side a receive tells the end, not an empty datagram") {
  auto peer = udp_socket();
  auto socket = udp_socket();
  value(socket.connect(value(peer.local())));
  CHECK(told(peer.send_to({}, value(socket.local()))) == "sent");
  wait_readable(socket.fd());
  CHECK(::shutdown(socket.fd(), SHUT_RD) == 0);
  CHECK(next(socket) == "data ''");
  CHECK(next(socket) == "end");
}

TEST_CASE("an IPv6 socket sends to an IPv4 endpoint, an IPv4 one not to IPv6 (POSIX sendto)") {
  auto six = DatagramSocket::open(AF_INET6, Blocking::yes);
  if (!six) return skip("no IPv6 here: " + to_string(six.error()));
  value(six->set_v6_only(false));
  auto four = udp_socket();
  CHECK(told(six->send_to(as_bytes("x"), value(four.local()))) == "sent");
  CHECK(next(four) == "data 'x'");
  CHECK(told(four.send_to(as_bytes("x"), endpoint("[::1]:9"))) ==
        "sendto [::1]:9: Address family not supported by protocol");
}

TEST_CASE("of two sockets that share a port by SO_REUSEADDR the last one bound hears (socket(7))") {
  auto first = value(DatagramSocket::open(AF_INET, Blocking::yes));
  auto second = value(DatagramSocket::open(AF_INET, Blocking::yes));
  value(first.set_reuse_address(true));
  value(second.set_reuse_address(true));
  value(first.bind(loopback()));
  const auto shared = value(first.local());
  value(second.bind(shared));
  value(second.set_receive_timeout(patience));
  auto sender = udp_socket();
  CHECK(told(sender.send_to(as_bytes("x"), shared)) == "sent");
  CHECK(next(second) == "data 'x'");
  CHECK(next(first, 64, MSG_DONTWAIT) == "would_block");
}

TEST_CASE("UDP_SEGMENT cuts what is sent into datagrams (udp(7))") {
  auto receiver = udp_socket();
  auto sender = udp_socket();
  const auto cut = sender.set_option({IPPROTO_UDP, UDP_SEGMENT, "UDP_SEGMENT"}, 20);
  if (!cut) return skip("not on this kernel: " + to_string(cut.error()));
  CHECK(told(sender.send_to(as_bytes(std::string(70, 'x')), value(receiver.local()))) == "sent");
  for (const std::size_t size : {20u, 20u, 20u, 10u}) CHECK(next(receiver) == "data '" + std::string(size, 'x') + "'");
}

TEST_CASE("grow_receive_buffer makes room for more than the default") {
  auto socket = udp_socket();
  const int before = value(socket.receive_buffer());
  value(socket.grow_receive_buffer());
  CHECK(value(socket.receive_buffer()) >= before);
}

TEST_CASE("a socket that watches knows how many datagrams it lost (SO_RXQ_OVFL)") {
  auto sender = udp_socket();
  auto receiver = udp_socket();
  const auto to = value(receiver.local());
  value(receiver.grow_receive_buffer());
  value(receiver.set_receive_buffer(4096));
  std::size_t sent = 0;
  const auto send = [&] {
    if (told(sender.send_to(as_bytes("x"), to)) == "sent") ++sent;
  };
  while (sent < 200) send();
  std::size_t got = 0;
  std::size_t dropped = 0;
  // A datagram carries the count as it was when it was queued: the last loss is told by the first one that got in after
  // it.
  for (const auto deadline = Clock::now() + patience; dropped == 0 || got + dropped < sent;) {
    REQUIRE(Clock::now() < deadline);
    std::array<std::byte, 1> buffer{};
    const auto datagram = value(receiver.receive(buffer, MSG_DONTWAIT));
    if (datagram.kind == ReceivedDatagram::Kind::data) {
      ++got;
      dropped = datagram.dropped;
    } else {
      send();
    }
  }
  CHECK(dropped > 0);
  CHECK(got + dropped == sent);
}

TEST_CASE("a UdpSocket has no unix endpoint") {
  const auto path = value(Endpoint::unix_path("/nowhere"));
  CHECK(error(UdpSocket::bind_to(path)) == "bind unix:/nowhere: Address family not supported by protocol");
  CHECK(error(UdpSocket::connect_to(path)) == "connect unix:/nowhere: Address family not supported by protocol");
}

}  // namespace volley
