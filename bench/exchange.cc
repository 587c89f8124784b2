// SPDX-License-Identifier: Apache-2.0
#include "exchange.h"

#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cstdlib>
#include <string_view>

namespace volley::bench {

void require(bool holds) {
  if (!holds) std::abort();
}

const std::string exchange = R"(scenario "a trivial exchange" {
    listen  door tcp
    connect a    tcp door
    accept  b    from door
    a > "hello"
    b < "hello"
    b > "world"
    a < "world"
}
)";

namespace {

void no_delay(int fd) {
  const int on = 1;
  require(::setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on) == 0);
}

void end_by_reset(int fd) {
  const linger now{.l_onoff = 1, .l_linger = 0};
  require(::setsockopt(fd, SOL_SOCKET, SO_LINGER, &now, sizeof now) == 0);
  ::close(fd);
}

}  // namespace

void exchange_by_hand() {
  sockaddr_in place{};
  place.sin_family = AF_INET;
  place.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t length = sizeof place;
  auto* address = reinterpret_cast<sockaddr*>(&place);
  const int on = 1;
  const int door = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  no_delay(door);
  require(::setsockopt(door, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on) == 0);
  require(::bind(door, address, length) == 0 && ::listen(door, SOMAXCONN) == 0);
  require(::getsockname(door, address, &length) == 0);
  const int a = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  no_delay(a);
  require(::connect(a, address, length) == 0);
  const int b = ::accept4(door, address, &length, SOCK_CLOEXEC);
  char buffer[64];
  require(::send(a, "hello", 5, MSG_NOSIGNAL) == 5 && ::recv(b, buffer, sizeof buffer, 0) == 5);
  require(std::string_view(buffer, 5) == "hello");
  require(::send(b, "world", 5, MSG_NOSIGNAL) == 5 && ::recv(a, buffer, sizeof buffer, 0) == 5);
  require(std::string_view(buffer, 5) == "world");
  end_by_reset(a);
  end_by_reset(b);
  ::close(door);
}

}  // namespace volley::bench
