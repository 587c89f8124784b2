// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <volley/descriptor.h>
#include <volley/endpoint.h>
#include <volley/error.h>

#include <chrono>
#include <cstdint>
#include <optional>
#include <string_view>
#include <utility>

namespace volley {

enum class Blocking : std::uint8_t { no, yes };
enum class ReuseAddress : std::uint8_t { no, yes };

/// An option as setsockopt(2) knows it, and its name for errors: `setsockopt TCP_CORK: Operation not supported`.
struct SocketOption {
  int level;
  int name;
  std::string_view text;  ///< A literal.
};

/// The options that `Socket` has methods for. `linger` and `receive_timeout` are structures, all others an int.
namespace options {
inline constexpr SocketOption reuse_address{SOL_SOCKET, SO_REUSEADDR, "SO_REUSEADDR"};
inline constexpr SocketOption reuse_port{SOL_SOCKET, SO_REUSEPORT, "SO_REUSEPORT"};
inline constexpr SocketOption no_delay{IPPROTO_TCP, TCP_NODELAY, "TCP_NODELAY"};
inline constexpr SocketOption keep_alive{SOL_SOCKET, SO_KEEPALIVE, "SO_KEEPALIVE"};
inline constexpr SocketOption v6_only{IPPROTO_IPV6, IPV6_V6ONLY, "IPV6_V6ONLY"};
inline constexpr SocketOption broadcast{SOL_SOCKET, SO_BROADCAST, "SO_BROADCAST"};
inline constexpr SocketOption linger{SOL_SOCKET, SO_LINGER, "SO_LINGER"};
inline constexpr SocketOption receive_buffer{SOL_SOCKET, SO_RCVBUF, "SO_RCVBUF"};
inline constexpr SocketOption send_buffer{SOL_SOCKET, SO_SNDBUF, "SO_SNDBUF"};
inline constexpr SocketOption ttl_v4{IPPROTO_IP, IP_TTL, "IP_TTL"};
inline constexpr SocketOption ttl_v6{IPPROTO_IPV6, IPV6_UNICAST_HOPS, "IPV6_UNICAST_HOPS"};
inline constexpr SocketOption tos_v4{IPPROTO_IP, IP_TOS, "IP_TOS"};
inline constexpr SocketOption tos_v6{IPPROTO_IPV6, IPV6_TCLASS, "IPV6_TCLASS"};
inline constexpr SocketOption max_segment{IPPROTO_TCP, TCP_MAXSEG, "TCP_MAXSEG"};
inline constexpr SocketOption cork{IPPROTO_TCP, TCP_CORK, "TCP_CORK"};
inline constexpr SocketOption quick_ack{IPPROTO_TCP, TCP_QUICKACK, "TCP_QUICKACK"};
inline constexpr SocketOption receive_timeout{SOL_SOCKET, SO_RCVTIMEO, "SO_RCVTIMEO"};
}  // namespace options

/// What every socket has: a descriptor, two names and options. Use one of the classes made from it.
class Socket {
 public:
  Socket() = default;
  explicit Socket(Descriptor descriptor) : descriptor_(std::move(descriptor)) {}

  const Descriptor& descriptor() const { return descriptor_; }
  int fd() const { return descriptor_.get(); }
  explicit operator bool() const { return static_cast<bool>(descriptor_); }

  /// getsockname(2), getpeername(2).
  Result<Endpoint> local() const;
  Result<Endpoint> peer() const;
  /// Reads and clears SO_ERROR: an errno, or 0. After a reset was taken here the kernel's next receive looks like a
  /// clean end, so whoever calls it must remember the answer: `StreamSocket` does.
  Result<int> take_error() const;
  /// Bytes that wait in the kernel to be read (FIONREAD), without reading them; of datagrams those of the first one.
  Result<std::size_t> readable_bytes() const;
  void close() { descriptor_.close(); }
  Result<void> set_blocking(bool blocking) { return descriptor_.set_blocking(blocking); }

  /// Any option whose value is an int, by its number: setsockopt(2), getsockopt(2).
  Result<void> set_option(const SocketOption& option, int value);
  Result<int> option(const SocketOption& option) const;

  // Options, each with the name it has in a scenario. Sizes are bytes; Linux reads back twice the buffer size that was
  // set.
  Result<void> set_reuse_address(bool on);
  Result<bool> reuse_address() const;
  Result<void> set_reuse_port(bool on);
  Result<bool> reuse_port() const;
  Result<void> set_no_delay(bool on);
  Result<bool> no_delay() const;
  Result<void> set_keep_alive(bool on);
  Result<bool> keep_alive() const;
  Result<void> set_v6_only(bool on);
  Result<bool> v6_only() const;
  Result<void> set_broadcast(bool on);
  Result<bool> broadcast() const;
  /// `nullopt` switches lingering off; 0 s makes close send a reset.
  Result<void> set_linger(std::optional<std::chrono::seconds> time);
  Result<std::optional<std::chrono::seconds>> linger() const;
  Result<void> set_receive_buffer(int bytes);
  Result<int> receive_buffer() const;
  Result<void> set_send_buffer(int bytes);
  Result<int> send_buffer() const;
  /// IP_TTL; on an AF_INET6 socket also IPV6_UNICAST_HOPS, which is the one read back there. 1 to 255, -1 for the
  /// system's.
  Result<void> set_ttl(int hops);
  Result<int> ttl() const;
  /// IP_TOS; on an AF_INET6 socket also IPV6_TCLASS, which is the one read back there. 0 to 255.
  Result<void> set_tos(int value);
  Result<int> tos() const;
  Result<void> set_max_segment(int bytes);
  Result<int> max_segment() const;
  Result<void> set_cork(bool on);
  Result<bool> cork() const;
  Result<void> set_quick_ack(bool on);
  Result<bool> quick_ack() const;
  /// SO_RCVTIMEO: the cheapest deadline of a blocking receive if set once and kept. Zero means none.
  /// A receive that a signal interrupts starts its time once more, never a third time.
  Result<void> set_receive_timeout(std::chrono::microseconds time);
  Result<std::chrono::microseconds> receive_timeout() const;

 protected:
  Descriptor descriptor_;

 private:
  Result<void> set_by_domain(const SocketOption& v4, const SocketOption& v6, int value);
  Result<int> get_by_domain(const SocketOption& v4, const SocketOption& v6) const;
};

}  // namespace volley
