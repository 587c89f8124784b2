// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <volley/error.h>
#include <volley/ip_address.h>

#include <compare>
#include <cstdint>
#include <string>
#include <string_view>
#include <variant>

namespace volley {

/// The kernel's form of an endpoint: a sockaddr of any family with its length, on the stack.
struct SocketAddress {
  sockaddr_storage storage{};
  socklen_t length = 0;
  const sockaddr* get() const { return reinterpret_cast<const sockaddr*>(&storage); }
  sockaddr* get() { return reinterpret_cast<sockaddr*>(&storage); }
};

/// Where a socket is: an IP address and port, with the scope (interface index, RFC 4007) of a link-local IPv6 address,
/// or a unix path, an abstract unix name, or an unnamed unix socket. A value.
class Endpoint {
 public:
  enum class Family : std::uint8_t { ip, unix_path, unix_abstract, unix_unnamed };

  /// 0.0.0.0:0
  Endpoint() = default;
  /// The scope of an IPv4 address is always 0.
  Endpoint(IpAddress address, std::uint16_t port, std::uint32_t scope = 0)
      : address_(address), scope_(address.is_v6() ? scope : 0), port_(port) {}
  /// A filesystem path of at most 107 bytes, without NUL. Error ENAMETOOLONG or EINVAL otherwise, call "sockaddr_un". A
  /// path
  /// `./@x` is kept as `@x`, the same file.
  static Result<Endpoint> unix_path(std::string_view path);
  /// A name in Linux' abstract namespace (unix(7)), without the leading NUL, at most 107 bytes.
  static Result<Endpoint> unix_abstract(std::string_view name);
  /// The address of a unix socket that is not bound.
  static Endpoint unix_unnamed() { return Endpoint(Family::unix_unnamed, {}); }

  /// Reads `192.0.2.1:80`, `[2001:db8::1]:53`, `[fe80::1%eth0]:53` (a zone is an interface name or a decimal index, RFC
  /// 4007 §11), `unix:/path`, `unix:@abstract`, `unix:` (unnamed). Ports are decimal, 0 to 65535, no sign, no leading
  /// zero: glibc's wrap-around and short forms are refused. Only an interface's name asks the kernel. A file named `@x`
  /// is written `unix:./@x`.
  ///
  /// Errors: the offset is the byte at which the text stops being valid; a port or index out of range is wrong from its
  /// first digit on.
  static Parsed<Endpoint> parse(std::string_view text);
  /// The endpoint of a sockaddr of family AF_INET, AF_INET6 or AF_UNIX. Error EAFNOSUPPORT or EINVAL, call "sockaddr";
  /// EINVAL too for a unix path of 108 bytes, which has no room for its NUL. The flow label of IPv6 is dropped.
  static Result<Endpoint> from_sockaddr(const sockaddr* address, socklen_t length);

  Family family() const { return family_; }
  bool is_ip() const { return family_ == Family::ip; }
  /// Address, port and scope of an IP endpoint; 0.0.0.0, 0 and 0 of a unix one.
  const IpAddress& address() const { return address_; }
  std::uint16_t port() const { return port_; }
  std::uint32_t scope() const { return scope_; }
  /// Path or abstract name of a unix endpoint; empty otherwise.
  const std::string& path() const { return path_; }

  SocketAddress to_sockaddr() const;
  /// What `parse` reads: `a:p`, `[a]:p`, `[a%N]:p` with the interface's index, `unix:/path`, `unix:@name`, `unix:` if
  /// unnamed.
  std::string to_string() const;
  /// AF_INET, AF_INET6 or AF_UNIX.
  int domain() const;

  friend auto operator<=>(const Endpoint&, const Endpoint&) = default;

 private:
  Endpoint(Family family, std::string_view path) : family_(family), path_(path) {}

  Family family_ = Family::ip;
  IpAddress address_;
  std::uint32_t scope_ = 0;
  std::uint16_t port_ = 0;
  std::string path_;
};

}  // namespace volley
