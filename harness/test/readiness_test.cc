// SPDX-License-Identifier: Apache-2.0
#include "target/readiness.h"

#include <unistd.h>
#include <volley/listen_socket.h>

#include <utility>

#include "catch.h"
#include "target/listener.h"
#include "target/port_lease.h"

namespace volley::target {
namespace {

using namespace std::chrono_literals;
using Reason = NotReady::Reason;

const Endpoint any_port(Ipv4Address({127, 0, 0, 1}), 0);

Supervised sleeper(const Supervisor& supervisor, const char* script = "exec sleep 100") {
  auto program = supervisor.open();
  REQUIRE(program);
  REQUIRE(program->start({"/bin/sh", {"sh", "-c", script}, {"PATH=/usr/bin:/bin"}, "/", {-1, -1, -1}}));
  return std::move(*program);
}

}  // namespace

TEST_CASE("a listening port is found with the inodes of its sockets") {
  const auto listener = TcpListener::listen(any_port);
  REQUIRE(listener);
  const std::uint16_t port = listener->local()->port();
  const auto inodes = listening_inodes(port);
  if (!inodes) {
    WARN("this kernel has no INET_DIAG");
    return;
  }
  CHECK(inodes->size() == 1);
  const pid_t self[] = {::getpid()};
  CHECK(listener_owner(port, self) == ListenerOwner::ours);
  CHECK(listener_owner(port, {}) == ListenerOwner::other);
  const pid_t nobody[] = {-1};
  CHECK(listener_owner(port, nobody) == ListenerOwner::other);
  CHECK(listener_owner(1, self) == ListenerOwner::unknown);
}

TEST_CASE("a program is not ready while somebody else listens where it should") {
  if (!listening_inodes(1)) {
    WARN("this kernel has no INET_DIAG");
    return;
  }
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
  CHECK(Clock::now() - begun < 1min);
}

}  // namespace volley::target
