// SPDX-License-Identifier: Apache-2.0
// Cases that need routes, sysctls or an MTU of their own: each in a child process with its own network.
#include "private_network.h"

#include <netinet/in.h>
#include <volley/listen_socket.h>

#include <fstream>
#include <string>
#include <vector>

#include "catch.h"
#include "sockets.h"

namespace volley {
namespace {

const char* const not_permitted = "a network namespace of one's own is not permitted here";

constexpr SocketOption discovery{IPPROTO_IP, IP_MTU_DISCOVER, "IP_MTU_DISCOVER"};
constexpr SocketOption path_mtu{IPPROTO_IP, IP_MTU, "IP_MTU"};
constexpr SocketOption multicast_loop{IPPROTO_IP, IP_MULTICAST_LOOP, "IP_MULTICAST_LOOP"};

const Endpoint group(Ipv4Address({239, 1, 2, 3}), 4567);

/// Four ports for all who let the kernel choose.
void shrink_port_range() {
  std::ofstream("/proc/sys/net/ipv4/ip_local_port_range") << "40000 40003\n";
}

std::string line(const std::string& name, const std::string& what) {
  return name + ": " + what + "\n";
}

bool join(const Socket& socket) {
  ip_mreqn request{};
  request.imr_multiaddr.s_addr = ::htonl(0xef010203);
  request.imr_ifindex = 1;  // lo is the first interface of every network
  return ::setsockopt(socket.fd(), IPPROTO_IP, IP_ADD_MEMBERSHIP, &request, sizeof request) == 0;
}

bool send_multicast_by_lo(const Socket& socket) {
  ip_mreqn request{};
  request.imr_ifindex = 1;
  return ::setsockopt(socket.fd(), IPPROTO_IP, IP_MULTICAST_IF, &request, sizeof request) == 0;
}

}  // namespace

TEST_CASE("bind to port 0 fails when the kernel has no port left to choose (POSIX bind)") {
  const auto told = in_private_network([] {
    shrink_port_range();
    std::vector<TcpListener> listeners;
    std::string text;
    for (int i = 0; i < 5; ++i) {
      auto listener = TcpListener::listen(loopback(), {.reuse_address = ReuseAddress::no});
      text += line("listen", error(listener));
      if (listener) listeners.push_back(std::move(*listener));
    }
    return text;
  });
  if (!told) return skip(not_permitted);
  CHECK(*told ==
        "listen: no error\nlisten: no error\nlisten: no error\nlisten: no error\n"
        "listen: bind 127.0.0.1:0: Address already in use\n");
}

TEST_CASE("connect fails when the kernel has no port left to choose (POSIX connect)") {
  const auto told = in_private_network([] {
    auto listener = TcpListener::listen(loopback(1234));
    if (!listener) return to_string(listener.error());
    shrink_port_range();
    std::vector<TcpStream> streams;
    std::string text;
    for (int i = 0; i < 5; ++i) {
      auto stream = TcpStream::connect(loopback(1234));
      text += line("connect", error(stream));
      if (stream) streams.push_back(std::move(*stream));
    }
    return text;
  });
  if (!told) return skip(not_permitted);
  CHECK(*told ==
        "connect: no error\nconnect: no error\nconnect: no error\nconnect: no error\n"
        "connect: connect 127.0.0.1:1234: Cannot assign requested address\n");
}

TEST_CASE("a datagram larger than the MTU is refused where fragments are forbidden, and sent in fragments elsewhere") {
  const auto report = [] {
    auto receiver = UdpSocket::bind_to(loopback());
    if (!receiver) return to_string(receiver.error());
    auto sender = UdpSocket::connect_to(*receiver->local());
    if (!sender) return to_string(sender.error());
    static_cast<void>(receiver->set_receive_timeout(patience));
    std::vector<std::byte> buffer(5000);
    std::string text;
    const auto send = [&](std::size_t size) {
      const auto result = told(sender->send(std::span(buffer).first(size)));
      const auto reason = result.substr(result.find_last_of(':') + 1);  // without the descriptor's number
      const auto got = reason == "sent" ? receiver->receive(buffer) : Result<ReceivedDatagram>();
      text += line(std::to_string(size), got ? reason + ", received " + std::to_string(got->size) : error(got));
    };
    text += line("DO", error(sender->set_option(discovery, IP_PMTUDISC_DO)));
    for (const std::size_t size : {1472u, 1473u, 4000u}) send(size);
    text += line("IP_MTU", std::to_string(sender->option(path_mtu).value_or(0)));
    text += line("DONT", error(sender->set_option(discovery, IP_PMTUDISC_DONT)));
    send(4000);
    return text;
  };
  const auto told = in_private_network(report, 1500);
  if (!told) return skip(not_permitted);
  CHECK(*told ==
        "DO: no error\n"
        "1472: sent, received 1472\n"
        "1473:  Message too long, received 0\n"
        "4000:  Message too long, received 0\n"
        "IP_MTU: 1500\n"
        "DONT: no error\n"
        "4000: sent, received 4000\n");
}

TEST_CASE("a broadcast needs SO_BROADCAST (POSIX sendto)") {
  const auto told = in_private_network([] {
    const Endpoint everybody(Ipv4Address({127, 255, 255, 255}), 9);
    auto socket = UdpSocket::bind_to(Endpoint());
    if (!socket) return to_string(socket.error());
    std::string text = line("without", volley::told(socket->send_to(as_bytes("x"), everybody)));
    text += line("set", error(socket->set_broadcast(true)));
    return text + line("with", volley::told(socket->send_to(as_bytes("x"), everybody)));
  });
  if (!told) return skip(not_permitted);
  CHECK(*told == "without: sendto 127.255.255.255:9: Permission denied\nset: no error\nwith: sent\n");
}

TEST_CASE("a network without a route is unreachable (POSIX sendto)") {
  const auto told = in_private_network([] {
    auto socket = UdpSocket::bind_to(Endpoint());
    if (!socket) return to_string(socket.error());
    return line("multicast", volley::told(socket->send_to(as_bytes("x"), group))) +
           line("broadcast", volley::told(socket->send_to(as_bytes("x"), endpoint("255.255.255.255:9")))) +
           line("unicast", error(TcpStream::connect(endpoint("192.0.2.1:9"))));
  });
  if (!told) return skip(not_permitted);
  CHECK(*told ==
        "multicast: sendto 239.1.2.3:4567: Network is unreachable\n"
        "broadcast: sendto 255.255.255.255:9: Network is unreachable\n"
        "unicast: connect 192.0.2.1:9: Network is unreachable\n");
}

TEST_CASE("the loopback interface loops multicast back whatever IP_MULTICAST_LOOP says (ip(7))") {
  const auto told = in_private_network([] {
    auto receiver = UdpSocket::bind_to(group);
    auto sender = UdpSocket::bind_to(loopback());
    if (!receiver || !sender) return error(receiver) + error(sender);
    static_cast<void>(receiver->set_receive_timeout(patience));
    if (!join(*receiver) || !send_multicast_by_lo(*sender)) return to_string(last_error("setsockopt"));
    std::string text;
    for (const int loop : {1, 0}) {
      text += line("loop " + std::to_string(loop), error(sender->set_option(multicast_loop, loop)));
      text += line("send", volley::told(sender->send_to(as_bytes("x"), group)));
      text += line("receive", next(*receiver));
    }
    return text;
  });
  if (!told) return skip(not_permitted);
  CHECK(*told ==
        "loop 1: no error\nsend: sent\nreceive: data 'x'\n"
        "loop 0: no error\nsend: sent\nreceive: data 'x'\n");
}

}  // namespace volley
