// SPDX-License-Identifier: Apache-2.0
#include "engine/socket_option.h"

#include <chrono>
#include <optional>
#include <utility>

namespace volley::engine {
namespace {

using plan::Integer;
using plan::Value;
using script::Option;

template <class T>
Result<Value> as_value(const Result<T>& read) {
  if (!read) return std::unexpected(read.error());
  if constexpr (std::is_same_v<T, int>) return Value(Integer{*read});
  if constexpr (std::is_same_v<T, bool>) return Value(*read);
}

Result<Value> lingering(const Result<std::optional<std::chrono::seconds>>& time) {
  if (!time) return std::unexpected(time.error());
  if (!*time) return Value(false);
  return Value(std::chrono::nanoseconds(**time));
}

std::optional<std::chrono::seconds> time_to_linger(const Value& value) {
  const auto* time = std::get_if<std::chrono::nanoseconds>(&value);
  if (!time) return {};
  return std::chrono::floor<std::chrono::seconds>(*time);
}

}  // namespace

Result<void> set_option(Socket& socket, Option option, const Value& value) {
  const auto* flag = std::get_if<bool>(&value);
  const auto* integer = std::get_if<Integer>(&value);
  const bool on = flag && *flag;
  const int number = integer ? static_cast<int>(*integer) : 0;
  switch (option) {
    case Option::reuseaddr:
      return socket.set_reuse_address(on);
    case Option::reuseport:
      return socket.set_reuse_port(on);
    case Option::nodelay:
      return socket.set_no_delay(on);
    case Option::keepalive:
      return socket.set_keep_alive(on);
    case Option::v6only:
      return socket.set_v6_only(on);
    case Option::broadcast:
      return socket.set_broadcast(on);
    case Option::linger:
      return socket.set_linger(time_to_linger(value));
    case Option::rcvbuf:
      return socket.set_receive_buffer(number);
    case Option::sndbuf:
      return socket.set_send_buffer(number);
    case Option::ttl:
      return socket.set_ttl(number);
    case Option::tos:
      return socket.set_tos(number);
    case Option::mss:
      return socket.set_max_segment(number);
    case Option::cork:
      return socket.set_cork(on);
    case Option::quickack:
      return socket.set_quick_ack(on);
    case Option::backlog:
      break;
  }
  std::unreachable();
}

Result<Value> get_option(const Socket& socket, Option option) {
  switch (option) {
    case Option::reuseaddr:
      return as_value(socket.reuse_address());
    case Option::reuseport:
      return as_value(socket.reuse_port());
    case Option::nodelay:
      return as_value(socket.no_delay());
    case Option::keepalive:
      return as_value(socket.keep_alive());
    case Option::v6only:
      return as_value(socket.v6_only());
    case Option::broadcast:
      return as_value(socket.broadcast());
    case Option::linger:
      return lingering(socket.linger());
    case Option::rcvbuf:
      return as_value(socket.receive_buffer());
    case Option::sndbuf:
      return as_value(socket.send_buffer());
    case Option::ttl:
      return as_value(socket.ttl());
    case Option::tos:
      return as_value(socket.tos());
    case Option::mss:
      return as_value(socket.max_segment());
    case Option::cork:
      return as_value(socket.cork());
    case Option::quickack:
      return as_value(socket.quick_ack());
    case Option::backlog:
      break;
  }
  std::unreachable();
}

}  // namespace volley::engine
