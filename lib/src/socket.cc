// SPDX-License-Identifier: Apache-2.0
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <volley/socket.h>

#include <string>

#include "failure.h"
#include "open_socket.h"

namespace volley {
namespace {

constexpr SocketOption domain_option{SOL_SOCKET, SO_DOMAIN, "SO_DOMAIN"};
constexpr SocketOption error_option{SOL_SOCKET, SO_ERROR, "SO_ERROR"};

std::string_view domain_name(int domain) {
  switch (domain) {
    case AF_INET:
      return "AF_INET";
    case AF_INET6:
      return "AF_INET6";
    case AF_UNIX:
      return "AF_UNIX";
    default:
      return {};
  }
}

template <class T>
Result<void> set(int fd, const SocketOption& option, const T& value) {
  if (::setsockopt(fd, option.level, option.name, &value, sizeof value) == 0) return {};
  return failure("setsockopt", std::string(option.text));
}

template <class T>
Result<T> get(int fd, const SocketOption& option) {
  T value{};
  socklen_t length = sizeof value;
  if (::getsockopt(fd, option.level, option.name, &value, &length) == 0) return value;
  return failure("getsockopt", std::string(option.text));
}

Result<bool> as_bool(const Result<int>& value) {
  if (!value) return std::unexpected(value.error());
  return *value != 0;
}

using NameCall = int (*)(int, sockaddr*, socklen_t*);

Result<Endpoint> name_of(int fd, NameCall call, std::string_view call_name) {
  SocketAddress name;
  name.length = sizeof name.storage;
  if (call(fd, name.get(), &name.length) != 0) return failure(call_name, fd);
  return Endpoint::from_sockaddr(name.get(), name.length);
}

}  // namespace

Result<Descriptor> open_socket(int domain, int type, Blocking blocking) {
  const int flags = SOCK_CLOEXEC | (blocking == Blocking::no ? SOCK_NONBLOCK : 0);
  const int fd = ::socket(domain, type | flags, 0);
  if (fd >= 0) return Descriptor(fd);
  const std::string_view name = domain_name(domain);
  return failure("socket", name.empty() ? "domain " + std::to_string(domain) : std::string(name));
}

Result<void> bind_socket(int fd, const Endpoint& local) {
  const SocketAddress address = local.to_sockaddr();
  if (::bind(fd, address.get(), address.length) == 0) return {};
  return failure("bind", local.to_string());
}

Result<Endpoint> Socket::local() const {
  return name_of(fd(), ::getsockname, "getsockname");
}
Result<Endpoint> Socket::peer() const {
  return name_of(fd(), ::getpeername, "getpeername");
}
Result<int> Socket::take_error() const {
  return option(error_option);
}

Result<std::size_t> Socket::readable_bytes() const {
  int count = 0;
  if (::ioctl(fd(), FIONREAD, &count) == 0) return static_cast<std::size_t>(count);
  return failure("ioctl FIONREAD", fd());
}

Result<void> Socket::set_option(const SocketOption& option, int value) {
  return set(fd(), option, value);
}
Result<int> Socket::option(const SocketOption& option) const {
  return get<int>(fd(), option);
}

Result<void> Socket::set_reuse_address(bool on) {
  return set_option(options::reuse_address, on);
}
Result<bool> Socket::reuse_address() const {
  return as_bool(option(options::reuse_address));
}
Result<void> Socket::set_reuse_port(bool on) {
  return set_option(options::reuse_port, on);
}
Result<bool> Socket::reuse_port() const {
  return as_bool(option(options::reuse_port));
}
Result<void> Socket::set_no_delay(bool on) {
  return set_option(options::no_delay, on);
}
Result<bool> Socket::no_delay() const {
  return as_bool(option(options::no_delay));
}
Result<void> Socket::set_keep_alive(bool on) {
  return set_option(options::keep_alive, on);
}
Result<bool> Socket::keep_alive() const {
  return as_bool(option(options::keep_alive));
}
Result<void> Socket::set_v6_only(bool on) {
  return set_option(options::v6_only, on);
}
Result<bool> Socket::v6_only() const {
  return as_bool(option(options::v6_only));
}
Result<void> Socket::set_broadcast(bool on) {
  return set_option(options::broadcast, on);
}
Result<bool> Socket::broadcast() const {
  return as_bool(option(options::broadcast));
}
Result<void> Socket::set_receive_buffer(int bytes) {
  return set_option(options::receive_buffer, bytes);
}
Result<int> Socket::receive_buffer() const {
  return option(options::receive_buffer);
}
Result<void> Socket::set_send_buffer(int bytes) {
  return set_option(options::send_buffer, bytes);
}
Result<int> Socket::send_buffer() const {
  return option(options::send_buffer);
}
Result<void> Socket::set_max_segment(int bytes) {
  return set_option(options::max_segment, bytes);
}
Result<int> Socket::max_segment() const {
  return option(options::max_segment);
}
Result<void> Socket::set_cork(bool on) {
  return set_option(options::cork, on);
}
Result<bool> Socket::cork() const {
  return as_bool(option(options::cork));
}
Result<void> Socket::set_quick_ack(bool on) {
  return set_option(options::quick_ack, on);
}
Result<bool> Socket::quick_ack() const {
  return as_bool(option(options::quick_ack));
}

Result<void> Socket::set_ttl(int hops) {
  return set_by_domain(options::ttl_v4, options::ttl_v6, hops);
}
Result<int> Socket::ttl() const {
  return get_by_domain(options::ttl_v4, options::ttl_v6);
}
Result<void> Socket::set_tos(int value) {
  return set_by_domain(options::tos_v4, options::tos_v6, value);
}
Result<int> Socket::tos() const {
  return get_by_domain(options::tos_v4, options::tos_v6);
}

Result<void> Socket::set_by_domain(const SocketOption& v4, const SocketOption& v6, int value) {
  const auto domain = option(domain_option);
  if (!domain) return std::unexpected(domain.error());
  // A dual-stack socket takes the value of its IPv4 packets from the IPv4 option.
  if (auto set_v4 = set_option(v4, value); !set_v4 || *domain != AF_INET6) return set_v4;
  return set_option(v6, value);
}

Result<int> Socket::get_by_domain(const SocketOption& v4, const SocketOption& v6) const {
  const auto domain = option(domain_option);
  if (!domain) return domain;
  return option(*domain == AF_INET6 ? v6 : v4);
}

Result<void> Socket::set_linger(std::optional<std::chrono::seconds> time) {
  return set(fd(), options::linger, ::linger{time.has_value(), time ? static_cast<int>(time->count()) : 0});
}

Result<std::optional<std::chrono::seconds>> Socket::linger() const {
  const auto value = get<::linger>(fd(), options::linger);
  if (!value) return std::unexpected(value.error());
  if (value->l_onoff == 0) return std::nullopt;
  return std::chrono::seconds(value->l_linger);
}

Result<void> Socket::set_receive_timeout(std::chrono::microseconds time) {
  const auto whole = std::chrono::floor<std::chrono::seconds>(time);
  return set(fd(), options::receive_timeout, timeval{whole.count(), (time - whole).count()});
}

Result<std::chrono::microseconds> Socket::receive_timeout() const {
  const auto value = get<timeval>(fd(), options::receive_timeout);
  if (!value) return std::unexpected(value.error());
  return std::chrono::seconds(value->tv_sec) + std::chrono::microseconds(value->tv_usec);
}

}  // namespace volley
