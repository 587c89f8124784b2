// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <volley/descriptor.h>
#include <volley/endpoint.h>
#include <volley/error.h>

#include <cstdint>
#include <optional>
#include <set>
#include <vector>

namespace volley {

/// How far a TCP socket of this host has come with what it is sent, whoever owns it.
struct TcpQueue {
  std::uint64_t unread = 0;    ///< Bytes received in order that its program has not read.
  std::uint64_t received = 0;  ///< All bytes received in order since the connection began (RFC 4898).
};

/// A socket that is not connected, and what /proc/PID/fd calls it.
struct BoundSocket {
  Endpoint local;
  std::uint64_t inode = 0;
};

/// Asks the kernel for TCP sockets of this host, whoever owns them: INET_DIAG, sock_diag(7). Needs no privilege.
class TcpInspector {
 public:
  static Result<TcpInspector> open();

  /// The socket at `local` whose other end is `remote`, both IP endpoints of one family; nullopt if there is none in
  /// this network namespace, or its program has closed it. Does not wait. Error: the kernel refuses the question.
  Result<std::optional<TcpQueue>> find(const Endpoint& local, const Endpoint& remote);

  /// The inodes of all sockets that take connections to an IP endpoint, wildcards among them. Does not wait. Error: the
  /// kernel refuses the question.
  Result<std::set<std::uint64_t>> listeners(const Endpoint& endpoint);

  enum class Protocol : std::uint8_t { tcp, udp };
  /// Every socket of this network namespace that listens, or of UDP is bound and not connected, on `port`. Does not
  /// wait. Error: the kernel refuses the question.
  Result<std::vector<BoundSocket>> bound(Protocol protocol, std::uint16_t port);

 private:
  explicit TcpInspector(Descriptor netlink) : netlink_(std::move(netlink)) {}
  Descriptor netlink_;
};

}  // namespace volley
