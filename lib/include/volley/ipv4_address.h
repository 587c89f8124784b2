// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <volley/error.h>

#include <array>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace volley {

/// An IPv4 address (RFC 791 §3.2): four octets in network order. A value; default 0.0.0.0.
class Ipv4Address {
 public:
  using Octets = std::array<std::uint8_t, 4>;

  /// Bytes that `format_to` may write to: INET_ADDRSTRLEN.
  static constexpr std::size_t text_capacity = 16;

  constexpr Ipv4Address() = default;
  constexpr explicit Ipv4Address(Octets octets) : octets_(octets) {}

  /// Reads four decimal octets 0 to 255 joined by dots, the `IPv4address` rule of RFC 3986 §3.2.2: no leading zero,
  /// sign or space. This is the set of texts that inet_pton(3) takes; the octal, hexadecimal and short forms of
  /// inet_aton(3) are refused, because programs that read "010.0.0.1" differently disagree about whom they talk to.
  ///
  /// Errors: the offset is the byte at which the text stops being valid. An octet that is too large or has a leading
  /// zero is wrong from its first digit on.
  static Parsed<Ipv4Address> parse(std::string_view text);

  /// The canonical text, 7 to 15 bytes; `parse(a.to_string())` gives back `a`.
  std::string to_string() const;
  /// Writes what `to_string` gives, without a terminating NUL; says how many bytes that is. Bytes after them may be
  /// overwritten.
  std::size_t format_to(std::span<char, text_capacity> buffer) const;

  /// Network order.
  constexpr const Octets& octets() const { return octets_; }

  /// 0.0.0.0
  constexpr bool is_unspecified() const { return *this == Ipv4Address(); }
  /// 127.0.0.0/8 (RFC 1122 §3.2.1.3)
  constexpr bool is_loopback() const { return octets_[0] == 127; }
  /// 169.254.0.0/16 (RFC 3927 §2.1)
  constexpr bool is_link_local() const { return octets_[0] == 169 && octets_[1] == 254; }
  /// 224.0.0.0/4 (RFC 5771 §3)
  constexpr bool is_multicast() const { return (octets_[0] & 0xF0) == 0xE0; }
  /// 10.0.0.0/8, 172.16.0.0/12, 192.168.0.0/16 (RFC 1918 §3)
  constexpr bool is_private() const {
    return octets_[0] == 10 || (octets_[0] == 172 && (octets_[1] & 0xF0) == 16) ||
           (octets_[0] == 192 && octets_[1] == 168);
  }

  /// Numeric order: 10.0.0.9 < 10.0.0.10.
  friend constexpr auto operator<=>(const Ipv4Address&, const Ipv4Address&) = default;

 private:
  Octets octets_{};
};

}  // namespace volley
