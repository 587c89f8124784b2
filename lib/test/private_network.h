// SPDX-License-Identifier: Apache-2.0
#pragma once
// A network of a test's own: its sysctls, routes, MTU and ports are nobody else's.
#include <net/if.h>
#include <sched.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <unistd.h>
#include <volley/datagram_socket.h>

#include <array>
#include <cstring>
#include <optional>
#include <string>

namespace volley {

/// Sets the MTU of lo and brings it up. As text: why not, or nothing.
inline std::string start_loopback(int mtu) {
  const auto socket = DatagramSocket::open(AF_INET, Blocking::yes);
  if (!socket) return to_string(socket.error());
  ifreq request{};
  std::strcpy(request.ifr_name, "lo");
  request.ifr_mtu = mtu;
  if (::ioctl(socket->fd(), SIOCSIFMTU, &request) != 0) return to_string(last_error("ioctl SIOCSIFMTU"));
  request.ifr_flags = IFF_UP | IFF_RUNNING;
  if (::ioctl(socket->fd(), SIOCSIFFLAGS, &request) != 0) return to_string(last_error("ioctl SIOCSIFFLAGS"));
  return {};
}

/// What `report` says in a child process that has a network namespace of its own, with lo up; nullopt where that is not
/// permitted. `report` must not assert: its text is what the test compares.
template <class Report>
std::optional<std::string> in_private_network(Report report, int mtu = 65536) {
  std::array<int, 2> ends{};
  if (::pipe(ends.data()) != 0) return std::nullopt;
  const pid_t child = ::fork();
  if (child == 0) {
    if (::unshare(CLONE_NEWNET) != 0 && ::unshare(CLONE_NEWUSER | CLONE_NEWNET) != 0) ::_exit(77);
    const std::string trouble = start_loopback(mtu);
    const std::string text = trouble.empty() ? report() : trouble;
    const auto written = ::write(ends[1], text.data(), text.size());
    ::_exit(written == static_cast<ssize_t>(text.size()) ? 0 : 1);
  }
  ::close(ends[1]);
  std::string text;
  std::array<char, 512> part{};
  for (ssize_t count = 0; (count = ::read(ends[0], part.data(), part.size())) > 0;) {
    text.append(part.data(), static_cast<std::size_t>(count));
  }
  ::close(ends[0]);
  int status = 0;
  ::waitpid(child, &status, 0);
  if (WIFEXITED(status) && WEXITSTATUS(status) == 77) return std::nullopt;
  if (status != 0) text += "the child ended with wait status " + std::to_string(status);
  return text;
}

}  // namespace volley
