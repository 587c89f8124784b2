// SPDX-License-Identifier: Apache-2.0
#include <volley/listen_socket.h>
#include <volley/tcp_queue.h>

#include <vector>

#include "catch.h"
#include "sockets.h"

namespace volley {

TEST_CASE("TcpInspector tells how much of what was sent is read") {
  auto inspector = value(TcpInspector::open());
  auto [client, server] = tcp_pair();
  const auto here = value(server.local());
  const auto there = value(server.peer());
  const auto fresh = value(inspector.find(here, there));
  REQUIRE(fresh);
  CHECK(fresh->unread == 0);
  CHECK(fresh->received == 0);

  value(client.send_all(as_bytes("hello")));
  wait_readable(server.fd());
  const auto sent = value(inspector.find(here, there));
  REQUIRE(sent);
  CHECK(sent->unread == 5);
  CHECK(sent->received == 5);

  CHECK(next(server, 3) == "data 'hel'");
  const auto read = value(inspector.find(here, there));
  REQUIRE(read);
  CHECK(read->unread == 2);
  CHECK(read->received == 5);
}

TEST_CASE("TcpInspector tells the two ends of a connection apart") {
  auto inspector = value(TcpInspector::open());
  auto [client, server] = tcp_pair();
  value(client.send_all(as_bytes("x")));
  wait_readable(server.fd());
  const auto other = value(inspector.find(value(client.local()), value(client.peer())));
  REQUIRE(other);
  CHECK(other->unread == 0);
  CHECK(other->received == 0);
}

TEST_CASE("TcpInspector finds nothing where no connection is") {
  auto inspector = value(TcpInspector::open());
  auto [client, server] = tcp_pair();
  const auto here = value(server.local());
  const auto there = value(server.peer());
  CHECK_FALSE(value(inspector.find(here, loopback(1))));
  server.reset();
  client.close();
  CHECK_FALSE(value(inspector.find(here, there)));
}

TEST_CASE("TcpInspector finds the listeners that take connections to an endpoint") {
  struct Row {
    const char* own;
    const char* asked;
    std::size_t sockets;
  };
  const Row rows[] = {{"127.0.0.1", "127.0.0.1", 1},
                      {"127.0.0.2", "127.0.0.1", 0},
                      {"0.0.0.0", "127.0.0.1", 1},
                      {"0.0.0.0", "::1", 0},
                      {"::1", "127.0.0.1", 0},
                      {"::", "127.0.0.1", 1},
                      {"::", "::1", 1}};
  auto inspector = value(TcpInspector::open());
  for (const auto& row : rows) {
    CAPTURE(row.own, row.asked);
    const auto listener = value(TcpListener::listen(Endpoint(*IpAddress::parse(row.own), 0)));
    const Endpoint place(*IpAddress::parse(row.asked), value(listener.local()).port());
    CHECK(value(inspector.listeners(place)).size() == row.sockets);
  }
  CHECK(value(inspector.listeners(loopback(1))).empty());
}

TEST_CASE("TcpInspector reads a list of listeners that needs many datagrams to its end") {
  auto inspector = value(TcpInspector::open());
  std::vector<TcpListener> listeners;
  for (int i = 0; i < 300; ++i) listeners.push_back(value(TcpListener::listen(loopback(0))));
  for (const auto* listener : {&listeners.front(), &listeners.back()}) {
    CHECK(value(inspector.listeners(value(listener->local()))).size() == 1);
  }
}

}  // namespace volley
