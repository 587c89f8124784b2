// SPDX-License-Identifier: Apache-2.0
#include <arpa/inet.h>
#include <net/if.h>
#include <volley/endpoint.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <cstddef>
#include <cstring>
#include <optional>

#include "decimal.h"

namespace volley {
namespace {

constexpr std::string_view unix_scheme = "unix:";
constexpr std::size_t path_offset = offsetof(sockaddr_un, sun_path);
constexpr std::size_t max_path = sizeof(sockaddr_un::sun_path) - 1;
constexpr DecimalRange zone_range{1, 0xFFFFFFFF, "a zone index is 1 to 4294967295"};

/// A path that starts with '@' is written ./@… where text is read, because unix:@… is an abstract name.
constexpr std::string_view escaped_at = "./@";

std::unexpected<Error> bad_sockaddr(int code) {
  return std::unexpected(Error{code, "sockaddr", {}});
}

/// A scope from the text after '%', which is at `base`: an index, or an interface's name for the kernel to look up.
Parsed<std::uint32_t> parse_zone(std::string_view zone, std::size_t base) {
  if (zone.empty()) return stop(base, "a zone is an interface's name or index");
  if (std::ranges::all_of(zone, is_decimal_digit)) return read_decimal(zone, base, zone_range);
  std::array<char, IF_NAMESIZE> name{};
  if (zone.size() < name.size() && zone.find('\0') == std::string_view::npos) {
    std::ranges::copy(zone, name.begin());
    if (const unsigned index = if_nametoindex(name.data()); index != 0) return index;
  }
  return stop(base, "no network interface has this name");
}

/// A port from the text after the address; `at` is where its colon must be.
Parsed<std::uint16_t> parse_port(std::string_view text, std::size_t at) {
  if (at >= text.size() || text[at] != ':') return stop(std::min(at, text.size()), "a colon and a port were expected");
  const auto port = read_decimal(text.substr(at + 1), at + 1, port_range);
  if (!port) return std::unexpected(port.error());
  return static_cast<std::uint16_t>(*port);
}

Parsed<Endpoint> parse_v4(std::string_view text) {
  const std::size_t colon = text.find(':');
  const auto address = Ipv4Address::parse(text.substr(0, colon));
  if (!address) {
    const bool two_colons = colon != std::string_view::npos && text.find(':', colon + 1) != std::string_view::npos;
    if (two_colons) return stop(0, "an IPv6 address with a port is written in brackets");
    return std::unexpected(address.error());
  }
  const auto port = parse_port(text, colon);
  if (!port) return std::unexpected(port.error());
  return Endpoint(*address, *port);
}

Parsed<Endpoint> parse_v6(std::string_view text) {
  const std::size_t close = text.find(']');
  const std::string_view inside = text.substr(1, close == std::string_view::npos ? close : close - 1);
  const std::size_t percent = inside.find('%');
  const auto address = Ipv6Address::parse(inside.substr(0, percent));
  if (!address) return stop(1 + address.error().offset, address.error().what);
  if (close == std::string_view::npos) return stop(text.size(), "a closing bracket was expected");
  std::uint32_t scope = 0;
  if (percent != std::string_view::npos) {
    const auto zone = parse_zone(inside.substr(percent + 1), percent + 2);
    if (!zone) return std::unexpected(zone.error());
    scope = *zone;
  }
  const auto port = parse_port(text, close + 1);
  if (!port) return std::unexpected(port.error());
  return Endpoint(*address, *port, scope);
}

Parsed<Endpoint> parse_unix(std::string_view text) {
  const std::string_view path = text.substr(unix_scheme.size());
  if (path.empty()) return Endpoint::unix_unnamed();
  const bool abstract = path[0] == '@';
  const std::size_t skipped = abstract ? 1 : path.starts_with(escaped_at) ? escaped_at.size() - 1 : 0;
  const std::string_view name = path.substr(skipped);
  const auto endpoint = abstract ? Endpoint::unix_abstract(name) : Endpoint::unix_path(name);
  if (endpoint) return *endpoint;
  const std::size_t base = unix_scheme.size() + skipped;
  const std::size_t nul = abstract ? std::string_view::npos : name.find('\0');
  if (nul <= max_path) return stop(base + nul, "a unix path has no NUL byte");
  return stop(base + max_path, "a unix path or name has at most 107 bytes");
}

/// The sockaddr of one family, which may lie at any address of a receive buffer; nullopt if it is cut short.
template <class Sockaddr>
std::optional<Sockaddr> copy_of(const sockaddr* address, std::size_t length) {
  Sockaddr copy{};
  if (length < sizeof copy) return std::nullopt;
  std::memcpy(&copy, address, sizeof copy);
  return copy;
}

template <class Address>
Address address_of(const void* octets) {
  typename Address::Octets copy;
  std::memcpy(copy.data(), octets, copy.size());
  return Address(copy);
}

Result<Endpoint> from_inet(const sockaddr* address, std::size_t length) {
  const auto in = copy_of<sockaddr_in>(address, length);
  if (!in) return bad_sockaddr(EINVAL);
  return Endpoint(address_of<Ipv4Address>(&in->sin_addr), ntohs(in->sin_port));
}

Result<Endpoint> from_inet6(const sockaddr* address, std::size_t length) {
  const auto in = copy_of<sockaddr_in6>(address, length);
  if (!in) return bad_sockaddr(EINVAL);
  return Endpoint(address_of<Ipv6Address>(&in->sin6_addr), ntohs(in->sin6_port), in->sin6_scope_id);
}

Result<Endpoint> from_unix(const sockaddr* address, std::size_t length) {
  sockaddr_un name{};
  if (length < path_offset || length > sizeof name) return bad_sockaddr(EINVAL);
  std::memcpy(&name, address, length);
  const std::string_view path(name.sun_path, length - path_offset);
  if (path.empty()) return Endpoint::unix_unnamed();
  if (path[0] == '\0') return Endpoint::unix_abstract(path.substr(1));
  // bind(2) takes 108 bytes without a NUL too, but such a name cannot be given back to the kernel as a string.
  if (path.find('\0') == std::string_view::npos && path.size() > max_path) return bad_sockaddr(EINVAL);
  return Endpoint::unix_path(path.substr(0, path.find('\0')));
}

template <class Sockaddr>
SocketAddress socket_address(const Sockaddr& from, std::size_t length = sizeof(Sockaddr)) {
  SocketAddress to;
  std::memcpy(&to.storage, &from, length);
  to.length = static_cast<socklen_t>(length);
  return to;
}

SocketAddress unix_sockaddr(const Endpoint& endpoint) {
  sockaddr_un name{};
  name.sun_family = AF_UNIX;
  const std::string& path = endpoint.path();
  if (endpoint.family() == Endpoint::Family::unix_unnamed) return socket_address(name, path_offset);
  const std::size_t leading = endpoint.family() == Endpoint::Family::unix_abstract ? 1 : 0;
  std::memcpy(name.sun_path + leading, path.data(), path.size());
  return socket_address(name, path_offset + path.size() + 1);  // one NUL: before an abstract name, after a path
}

char* write_decimal(char* to, std::uint32_t value) {
  return std::to_chars(to, to + 10, value).ptr;
}

std::string ip_text(const Endpoint& endpoint) {
  std::array<char, 64> buffer;  // of which [ 39 % 10 ]: 5 are 58
  char* to = buffer.data();
  const bool v6 = endpoint.address().is_v6();
  if (v6) *to++ = '[';
  to += endpoint.address().format_to(std::span<char, IpAddress::text_capacity>(to, IpAddress::text_capacity));
  if (endpoint.scope() != 0) {
    *to++ = '%';
    to = write_decimal(to, endpoint.scope());
  }
  if (v6) *to++ = ']';
  *to++ = ':';
  to = write_decimal(to, endpoint.port());
  return std::string(buffer.data(), to);
}

}  // namespace

Result<Endpoint> Endpoint::unix_path(std::string_view path) {
  if (path.starts_with(escaped_at)) path.remove_prefix(escaped_at.size() - 1);
  const bool valid = !path.empty() && path.find('\0') == std::string_view::npos;
  if (!valid) return std::unexpected(Error{EINVAL, "sockaddr_un", std::string(path)});
  if (path.size() > max_path) return std::unexpected(Error{ENAMETOOLONG, "sockaddr_un", std::string(path)});
  return Endpoint(Family::unix_path, path);
}

Result<Endpoint> Endpoint::unix_abstract(std::string_view name) {
  if (name.size() > max_path) return std::unexpected(Error{ENAMETOOLONG, "sockaddr_un", std::string(name)});
  return Endpoint(Family::unix_abstract, name);
}

Parsed<Endpoint> Endpoint::parse(std::string_view text) {
  if (text.starts_with(unix_scheme)) return parse_unix(text);
  return text.starts_with('[') ? parse_v6(text) : parse_v4(text);
}

Result<Endpoint> Endpoint::from_sockaddr(const sockaddr* address, socklen_t length) {
  if (length < sizeof(sa_family_t)) return bad_sockaddr(EINVAL);
  sa_family_t family;
  std::memcpy(&family, address, sizeof family);
  switch (family) {
    case AF_INET:
      return from_inet(address, length);
    case AF_INET6:
      return from_inet6(address, length);
    case AF_UNIX:
      return from_unix(address, length);
    default:
      return bad_sockaddr(EAFNOSUPPORT);
  }
}

SocketAddress Endpoint::to_sockaddr() const {
  if (!is_ip()) return unix_sockaddr(*this);
  if (address_.is_v4()) {
    sockaddr_in in{};
    in.sin_family = AF_INET;
    in.sin_port = htons(port_);
    std::memcpy(&in.sin_addr, address_.bytes().data(), 4);
    return socket_address(in);
  }
  sockaddr_in6 in{};
  in.sin6_family = AF_INET6;
  in.sin6_port = htons(port_);
  in.sin6_scope_id = scope_;
  std::memcpy(&in.sin6_addr, address_.bytes().data(), 16);
  return socket_address(in);
}

std::string Endpoint::to_string() const {
  if (is_ip()) return ip_text(*this);
  std::string text(unix_scheme);
  if (family_ == Family::unix_abstract) text += '@';
  if (family_ == Family::unix_path && path_.starts_with('@')) text += "./";
  return text + path_;
}

int Endpoint::domain() const {
  if (!is_ip()) return AF_UNIX;
  return address_.is_v4() ? AF_INET : AF_INET6;
}

}  // namespace volley
