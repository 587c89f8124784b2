// SPDX-License-Identifier: Apache-2.0
#include "target/port_lease.h"

#include <sys/wait.h>
#include <unistd.h>
#include <volley/datagram_socket.h>
#include <volley/listen_socket.h>

#include <algorithm>
#include <mutex>
#include <set>
#include <thread>
#include <vector>

#include "catch.h"
#include "target/pipe.h"

namespace volley::target {
namespace {

Result<void> bind_name(DatagramSocket& socket, std::uint16_t port) {
  return socket.bind(*Endpoint::unix_abstract("volley-port-" + std::to_string(port)));
}

/// Takes leases in two threads, holds them, and gives their ports.
std::vector<std::uint16_t> lease_in_threads(std::vector<PortLease>& leases) {
  std::mutex mutex;
  std::vector<std::thread> threads;
  for (int i = 0; i < 2; ++i) {
    threads.emplace_back([&] {
      for (int n = 0; n < 50; ++n) {
        auto lease = PortLease::take({20000, 20999});  // narrow, so that they meet
        const std::lock_guard lock(mutex);
        if (lease) leases.push_back(std::move(*lease));
      }
    });
  }
  for (auto& thread : threads) thread.join();
  std::vector<std::uint16_t> ports;
  for (const auto& lease : leases) ports.push_back(lease.port());
  return ports;
}

}  // namespace

TEST_CASE("ports are leased outside of the ephemeral range") {
  struct Row {
    const char* ephemeral;
    PortRange range;
  };
  const Row rows[] = {
      {"32768\t60999\n", {10000, 32767}}, {"", {10000, 32767}},
      {"11000\t65535\n", {10000, 10999}}, {"10999 65535\n", {1024, 10998}},
      {"2024\t65535\n", {1024, 2023}},    {"1024\t60000\n", {60001, 65535}},
      {"1024\t64535\n", {64536, 65535}},  {"1024\t65000\n", {1024, 65535}},  // next to nothing is left
  };
  for (const auto& row : rows) {
    CAPTURE(row.ephemeral);
    const PortRange range = lease_range(row.ephemeral);
    CHECK(range.first == row.range.first);
    CHECK(range.last == row.range.last);
  }
}

TEST_CASE("a leased port can be used for TCP and UDP, IPv4 and IPv6") {
  const auto lease = PortLease::take();
  REQUIRE(lease);
  const IpAddress any[] = {Ipv4Address(), Ipv6Address()};
  for (const auto& address : any) {
    const Endpoint endpoint(address, lease->port());
    CAPTURE(endpoint.to_string());
    auto tcp = ListenSocket::open(endpoint.domain(), Blocking::yes);
    if (!tcp && tcp.error().code == EAFNOSUPPORT) {
      WARN("this host has no IPv6");
      continue;
    }
    auto udp = DatagramSocket::open(endpoint.domain(), Blocking::yes);
    if (address.is_v6()) {
      REQUIRE(tcp->set_v6_only(true));
      REQUIRE(udp->set_v6_only(true));
    }
    CHECK(tcp->bind(endpoint));
    CHECK(tcp->listen());
    CHECK(udp->bind(endpoint));
  }
}

TEST_CASE("a lease holds the name of its port until it ends") {
  auto lease = PortLease::take();
  REQUIRE(lease);
  const std::uint16_t port = lease->port();
  CHECK(port >= 1024);
  auto socket = DatagramSocket::open(AF_UNIX, Blocking::yes);
  REQUIRE(socket);
  const auto bound = bind_name(*socket, port);
  REQUIRE_FALSE(bound);
  CHECK(bound.error() == Error{EADDRINUSE, "bind", "unix:@volley-port-" + std::to_string(port)});

  PortLease moved = std::move(*lease);
  CHECK_FALSE(bind_name(*socket, port));
  moved = PortLease();
  CHECK(moved.port() == 0);
  CHECK(bind_name(*socket, port));
}

TEST_CASE("a port that is in use is not leased") {
  const auto taken = [](const auto& socket) {
    const std::uint16_t port = socket.local()->port();
    const auto lease = PortLease::take({port, port});
    REQUIRE_FALSE(lease);
    CHECK(lease.error() == Error{EADDRINUSE, "bind", std::to_string(port) + "-" + std::to_string(port)});
  };
  const Endpoint loopback(Ipv4Address({127, 0, 0, 1}), 0);
  taken(*TcpListener::listen(loopback));
  taken(*UdpSocket::bind_to(loopback));
  const Endpoint loopback6(*IpAddress::parse("::1"), 0);
  const auto tcp6 = TcpListener::listen(loopback6);
  if (!tcp6) {
    WARN("this host has no IPv6");
    return;
  }
  taken(*tcp6);
  taken(*UdpSocket::bind_to(loopback6));
}

TEST_CASE("processes and threads that lease at once never get the same port") {
  constexpr int processes = 4;
  auto ports = Pipe::open();
  auto done = Pipe::open();
  REQUIRE(ports);
  REQUIRE(done);
  std::vector<pid_t> children;
  for (int i = 0; i < processes; ++i) {
    const pid_t child = ::fork();
    REQUIRE(child >= 0);
    if (child == 0) {
      done->write_end.close();
      std::vector<PortLease> leases;
      const auto mine = lease_in_threads(leases);
      static_cast<void>(write(ports->write_end, std::as_bytes(std::span(mine))));
      std::byte end{};
      static_cast<void>(read(done->read_end, std::span(&end, 1)));  // holds the leases until all have told theirs
      ::_exit(0);
    }
    children.push_back(child);
  }
  ports->write_end.close();
  std::vector<std::uint16_t> all(processes * 100);
  auto left = std::as_writable_bytes(std::span(all));
  while (!left.empty()) {
    const auto received = read(ports->read_end, left);
    REQUIRE(received);
    if (received->kind != Received::Kind::data) break;
    left = left.subspan(received->count);
  }
  done->write_end.close();
  for (const pid_t child : children) CHECK(::waitpid(child, nullptr, 0) == child);
  CHECK(left.empty());
  CHECK(std::set(all.begin(), all.end()).size() == all.size());
}

}  // namespace volley::target
