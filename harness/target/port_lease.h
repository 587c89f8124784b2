// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <volley/datagram_socket.h>
#include <volley/error.h>

#include <cstdint>
#include <string_view>

namespace volley::target {

/// Ports of which none is handed out by the kernel: both ends included.
struct PortRange {
  std::uint16_t first = 0;
  std::uint16_t last = 0;
  friend bool operator==(const PortRange&, const PortRange&) = default;
};

/// Where to lease ports, given the text of /proc/sys/net/ipv4/ip_local_port_range: below the ephemeral range from 10000
/// up (from 1024 up where that leaves too little), else above it. If the ephemeral range is nearly all there is, the
/// range is 1024-65535, and a lease is then only as good as the moment.
PortRange lease_range(std::string_view ip_local_port_range);

/// A port number that is ours until the lease ends: no other lease on this host (network namespace) has it, whichever
/// process took it, and when it was taken TCP and UDP had it free for IPv4 and IPv6. It binds the abstract unix name
/// `volley-port-N`, not the port, which is for the program that it was leased for. Movable; any thread.
class PortLease {
 public:
  /// Error EADDRINUSE (call "bind") if no port of the range is free; whatever socket(2) and bind(2) say otherwise.
  static Result<PortLease> take();
  /// The same, of a given range.
  static Result<PortLease> take(PortRange range);

  PortLease() = default;
  /// 0 if there is none.
  std::uint16_t port() const { return port_; }

 private:
  PortLease(std::uint16_t port, DatagramSocket name) : port_(port), name_(std::move(name)) {}
  std::uint16_t port_ = 0;
  DatagramSocket name_;
};

}  // namespace volley::target
