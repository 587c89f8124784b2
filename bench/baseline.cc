// SPDX-License-Identifier: Apache-2.0
// volley_baseline: whole programs to compare volley with, or to measure it against. Without an argument it does
// nothing; `exchanges N` makes so many exchanges by hand; `echo PORT` is a server that sends back what comes, for any
// number of clients.
#include <arpa/inet.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cstdio>
#include <cstdlib>
#include <string_view>

#include "exchange.h"

namespace {

using volley::bench::require;

void watch(int poller, int fd) {
  epoll_event event{};
  event.events = EPOLLIN;
  event.data.fd = fd;
  require(::epoll_ctl(poller, EPOLL_CTL_ADD, fd, &event) == 0);
}

/// What came goes back; a client that has ended is forgotten.
void answer(int client) {
  std::array<char, 4096> buffer{};
  const auto count = ::recv(client, buffer.data(), buffer.size(), MSG_DONTWAIT);
  if (count > 0) {
    require(::send(client, buffer.data(), static_cast<std::size_t>(count), MSG_NOSIGNAL) == count);
  } else if (count == 0) {
    ::close(client);
  }
}

/// As many open files as the system lets us have.
void raise_limit() {
  rlimit limit{};
  require(::getrlimit(RLIMIT_NOFILE, &limit) == 0);
  limit.rlim_cur = limit.rlim_max;
  require(::setrlimit(RLIMIT_NOFILE, &limit) == 0);
}

[[noreturn]] void serve(std::uint16_t port) {
  raise_limit();
  sockaddr_in place{};
  place.sin_family = AF_INET;
  place.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  place.sin_port = htons(port);
  const int door = ::socket(AF_INET, SOCK_STREAM, 0);
  const int on = 1;
  require(::setsockopt(door, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on) == 0);
  require(::bind(door, reinterpret_cast<sockaddr*>(&place), sizeof place) == 0 && ::listen(door, SOMAXCONN) == 0);
  const int poller = ::epoll_create1(0);
  watch(poller, door);
  std::array<epoll_event, 256> events{};
  while (true) {
    const int count = ::epoll_wait(poller, events.data(), static_cast<int>(events.size()), -1);
    for (int i = 0; i < count; ++i) {
      const int fd = events[static_cast<std::size_t>(i)].data.fd;
      if (fd != door) {
        answer(fd);
      } else if (const int client = ::accept(door, nullptr, nullptr); client >= 0) {
        watch(poller, client);
      }
    }
  }
}

}  // namespace

int main(int count, char** arguments) {
  const std::string_view what = count > 2 ? arguments[1] : "";
  const long number = count > 2 ? std::strtol(arguments[2], nullptr, 10) : 0;
  if (what == "echo") serve(static_cast<std::uint16_t>(number));
  if (what == "exchanges") {
    for (long i = 0; i < number; ++i) volley::bench::exchange_by_hand();
  }
  return 0;
}
