// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <chrono>
#include <cstdint>
#include <optional>

#include <volley/descriptor.h>
#include <volley/endpoint.h>
#include <volley/error.h>

namespace volley {

enum class Blocking : std::uint8_t { no, yes };
enum class ReuseAddress : std::uint8_t { no, yes };

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
  /// Reads and clears SO_ERROR: an errno, or 0. After a reset was taken here the next receive looks like a clean end
  /// (socket facts 85), so whoever calls it must remember the answer.
  Result<int> take_error() const;
  void close() { descriptor_.close(); }
  Result<void> set_blocking(bool blocking) { return descriptor_.set_blocking(blocking); }

  // Options, each with the name it has in a scenario. Sizes are bytes; Linux reads back twice the buffer size that was set.
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
  Result<void> set_ttl(int hops);
  Result<int> ttl() const;
  Result<void> set_tos(int value);
  Result<int> tos() const;
  Result<void> set_max_segment(int bytes);
  Result<int> max_segment() const;
  Result<void> set_cork(bool on);
  Result<bool> cork() const;
  Result<void> set_quick_ack(bool on);
  Result<bool> quick_ack() const;
  /// SO_RCVTIMEO: the cheapest deadline of a blocking receive if set once and kept. Zero means none.
  Result<void> set_receive_timeout(std::chrono::microseconds time);

 protected:
  Descriptor descriptor_;
};

}  // namespace volley
