// SPDX-License-Identifier: Apache-2.0
#include "target/port_lease.h"

#include <volley/stream_socket.h>

#include <cerrno>
#include <charconv>
#include <fstream>
#include <iterator>
#include <optional>
#include <random>
#include <string>

namespace volley::target {
namespace {

constexpr std::uint16_t first_unprivileged = 1024;
constexpr std::uint16_t first_wanted = 10000;  // below it live the services that people start by hand
constexpr unsigned enough = 1000;

PortRange ephemeral_range(std::string_view text) {
  PortRange range{32768, 60999};  // what Linux has unless told otherwise
  const char* end = text.data() + text.size();
  const auto low = std::from_chars(text.data(), end, range.first);
  const char* next = low.ptr;
  while (next != end && (*next == ' ' || *next == '\t')) ++next;
  std::from_chars(next, end, range.last);
  return range;
}

/// Whether `Socket` binds the port on any address of the family. A family that the host does not have leaves it free.
template <class Socket>
bool is_free(IpAddress any, std::uint16_t port) {
  const Endpoint endpoint(any, port);
  auto socket = Socket::open(endpoint.domain(), Blocking::yes);
  if (!socket) return socket.error().code == EAFNOSUPPORT;
  if (any.is_v6() && !socket->set_v6_only(true)) return false;
  const auto bound = socket->bind(endpoint);
  return bound || bound.error().code == EADDRNOTAVAIL;
}

bool is_free(std::uint16_t port) {
  const IpAddress any[] = {Ipv4Address(), Ipv6Address()};
  for (const auto& address : any) {
    if (!is_free<StreamSocket>(address, port) || !is_free<DatagramSocket>(address, port)) return false;
  }
  return true;
}

/// The bound name, or nullopt if another lease has it.
Result<std::optional<DatagramSocket>> bind_name(std::uint16_t port) {
  const auto name = Endpoint::unix_abstract("volley-port-" + std::to_string(port));
  if (!name) return std::unexpected(name.error());
  auto socket = DatagramSocket::open(AF_UNIX, Blocking::yes);
  if (!socket) return std::unexpected(socket.error());
  const auto bound = socket->bind(*name);
  if (bound) return std::move(*socket);
  if (bound.error().code == EADDRINUSE) return std::nullopt;
  return std::unexpected(bound.error());
}

PortRange host_range() {
  std::ifstream file("/proc/sys/net/ipv4/ip_local_port_range");
  return lease_range(std::string(std::istreambuf_iterator<char>(file), {}));
}

}  // namespace

PortRange lease_range(std::string_view ip_local_port_range) {
  const PortRange ephemeral = ephemeral_range(ip_local_port_range);
  const auto below = static_cast<std::uint16_t>(ephemeral.first - 1);
  if (ephemeral.first >= first_wanted + enough) return {first_wanted, below};
  if (ephemeral.first >= first_unprivileged + enough) return {first_unprivileged, below};
  if (ephemeral.last <= 65535 - enough) return {static_cast<std::uint16_t>(ephemeral.last + 1), 65535};
  return {first_unprivileged, 65535};
}

Result<PortLease> PortLease::take() {
  return take(host_range());
}

Result<PortLease> PortLease::take(PortRange range) {
  const unsigned count = range.last - range.first + 1U;
  // From a random place on: processes that lease at the same time seldom try the same ports, and a port that was just
  // given back, whose connections may still be in TIME_WAIT, is seldom the next.
  const unsigned start = std::random_device()() % count;
  for (unsigned i = 0; i < count; ++i) {
    const auto port = static_cast<std::uint16_t>(range.first + (start + i) % count);
    auto name = bind_name(port);
    if (!name) return std::unexpected(name.error());
    if (*name && is_free(port)) return PortLease(port, std::move(**name));
  }
  return std::unexpected(Error{EADDRINUSE, "bind", std::to_string(range.first) + "-" + std::to_string(range.last)});
}

}  // namespace volley::target
