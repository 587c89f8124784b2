// SPDX-License-Identifier: Apache-2.0
#include "target/readiness.h"

#include <sys/eventfd.h>
#include <unistd.h>
#include <volley/datagram_socket.h>
#include <volley/listen_socket.h>
#include <volley/tcp_queue.h>

#include <array>
#include <span>
#include <string>
#include <thread>
#include <utility>

#include "catch.h"
#include "target/listener.h"
#include "target/port_lease.h"

namespace volley::target {
namespace {

using namespace std::chrono_literals;
using Reason = NotReady::Reason;

const Endpoint any_port(Ipv4Address({127, 0, 0, 1}), 0);
const Endpoint nowhere(Ipv4Address({127, 0, 0, 1}), 1);

Supervised sleeper(const Supervisor& supervisor, const char* script = "exec sleep 100") {
  auto program = supervisor.open();
  REQUIRE(program);
  REQUIRE(program->start({"/bin/sh", {"sh", "-c", script}, {"PATH=/usr/bin:/bin"}, "/", {-1, -1, -1}}));
  return std::move(*program);
}

bool has_inet_diag() {
  auto inspector = TcpInspector::open();
  if (inspector && inspector->listeners(nowhere)) return true;
  WARN("this kernel has no INET_DIAG");
  return false;
}

}  // namespace

TEST_CASE("who takes connections to an endpoint is told by the processes that hold its listener") {
  if (!has_inet_diag()) return;
  const auto listener = TcpListener::listen(any_port);
  REQUIRE(listener);
  const Endpoint place = *listener->local();
  const pid_t self[] = {::getpid()};
  CHECK(listener_owner(place, self) == ListenerOwner::ours);
  CHECK(listener_owner(place, {}) == ListenerOwner::other);
  const pid_t nobody[] = {-1};
  CHECK(listener_owner(place, nobody) == ListenerOwner::other);
  CHECK(listener_owner(nowhere, self) == ListenerOwner::unknown);
}

TEST_CASE("a program is not ready while somebody else listens where it should") {
  if (!has_inet_diag()) return;
  auto supervisor = Supervisor::fork();
  REQUIRE(supervisor);
  const Supervised program = sleeper(*supervisor);
  const auto listener = TcpListener::listen(any_port);
  REQUIRE(listener);
  const auto ready = wait_for_listener(program, *listener->local(), Clock::now() + 10s);
  REQUIRE_FALSE(ready);
  CHECK(ready.error().reason == Reason::foreign_listener);
}

TEST_CASE("a program on whose port nobody listens is late") {
  auto supervisor = Supervisor::fork();
  REQUIRE(supervisor);
  const Supervised program = sleeper(*supervisor);
  const auto lease = PortLease::take();  // nobody else takes it meanwhile
  REQUIRE(lease);
  const Endpoint closed(Ipv4Address({127, 0, 0, 1}), lease->port());
  const auto begun = Clock::now();
  const auto ready = wait_for_listener(program, closed, begun + 50ms);
  REQUIRE_FALSE(ready);
  CHECK(ready.error().reason == Reason::late);
  CHECK(Clock::now() - begun >= 50ms);
}

TEST_CASE("a program that speaks datagrams is ready when one comes back") {
  auto supervisor = Supervisor::fork();
  REQUIRE(supervisor);
  const Supervised program = sleeper(*supervisor);
  auto server = UdpSocket::bind_to(any_port);
  REQUIRE(server);
  std::string asked;
  std::thread answering([&] {
    std::array<std::byte, 100> buffer;
    for (int i = 0; i < 2; ++i) {  // the first goes unanswered
      const auto datagram = server->receive(buffer);
      if (!datagram) return;
      asked.assign(reinterpret_cast<const char*>(buffer.data()), datagram->count);
      if (i == 1) static_cast<void>(server->send_to(std::as_bytes(std::span("?")), datagram->source));
    }
  });
  const auto ready = wait_for_answer(program, *server->local(), "up?", Clock::now() + 10s);
  answering.join();
  CHECK(ready);
  CHECK(asked == "up?");
}

TEST_CASE("a program that speaks datagrams may answer from another port") {
  auto supervisor = Supervisor::fork();
  REQUIRE(supervisor);
  const Supervised program = sleeper(*supervisor);
  auto server = UdpSocket::bind_to(any_port);
  auto transfer = UdpSocket::bind_to(any_port);
  REQUIRE(server);
  REQUIRE(transfer);
  std::thread answering([&] {
    std::array<std::byte, 100> buffer;
    const auto datagram = server->receive(buffer);
    if (datagram) static_cast<void>(transfer->send_to(std::as_bytes(std::span("?")), datagram->source));
  });
  CHECK(wait_for_answer(program, *server->local(), "up?", Clock::now() + 10s));
  answering.join();
}

TEST_CASE("a program that answers no datagram is late") {
  auto supervisor = Supervisor::fork();
  REQUIRE(supervisor);
  const Supervised program = sleeper(*supervisor);
  const auto lease = PortLease::take();  // nobody else takes it meanwhile
  REQUIRE(lease);
  const Endpoint closed(Ipv4Address({127, 0, 0, 1}), lease->port());
  const auto begun = Clock::now();
  const auto ready = wait_for_answer(program, closed, "up?", begun + 50ms);
  REQUIRE_FALSE(ready);
  CHECK(ready.error().reason == Reason::late);
}

TEST_CASE("waiting for a program ends at once when it dies") {
  auto supervisor = Supervisor::fork();
  REQUIRE(supervisor);
  const auto lease = PortLease::take();  // nobody else takes it meanwhile
  REQUIRE(lease);
  const Endpoint closed(Ipv4Address({127, 0, 0, 1}), lease->port());
  const auto begun = Clock::now();
  {
    const Supervised program = sleeper(*supervisor, "exit 1");
    const auto ready = wait_for_listener(program, closed, Clock::now() + 1h);
    REQUIRE_FALSE(ready);
    CHECK(ready.error().reason == Reason::ended);
  }
  {
    const Supervised program = sleeper(*supervisor, "exit 1");
    const auto ready = wait_for_event(program, -1, Clock::now() + 1h);
    REQUIRE_FALSE(ready);
    CHECK(ready.error().reason == Reason::ended);
  }
  {
    const Supervised program = sleeper(*supervisor, "exit 1");
    const auto ready = wait_for_answer(program, closed, "up?", Clock::now() + 1h);
    REQUIRE_FALSE(ready);
    CHECK(ready.error().reason == Reason::ended);
  }
  CHECK(Clock::now() - begun < 1min);
}

TEST_CASE("waiting for a program ends at once when nobody wants it any more") {
  auto supervisor = Supervisor::fork();
  REQUIRE(supervisor);
  const Supervised program = sleeper(*supervisor);
  const Descriptor never(::eventfd(0, EFD_CLOEXEC));
  const Descriptor cancel(::eventfd(1, EFD_CLOEXEC));
  const auto silent = UdpSocket::bind_to(any_port);
  REQUIRE(silent);
  const Patience patience(Clock::now() + 1000s, cancel.get());
  CHECK(wait_for_event(program, never.get(), patience).error().reason == Reason::cancelled);
  CHECK(wait_for_listener(program, nowhere, patience).error().reason == Reason::cancelled);
  CHECK(wait_for_answer(program, *silent->local(), "?", patience).error().reason == Reason::cancelled);
}

}  // namespace volley::target
