// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <volley/error.h>
#include <volley/ipv4_address.h>

#include <algorithm>
#include <array>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace volley {

/// An IPv6 address (RFC 4291 §2): sixteen octets in network order. A value; default ::. It has no zone: that belongs to
/// an Endpoint.
class Ipv6Address {
 public:
  using Octets = std::array<std::uint8_t, 16>;

  /// Bytes that `format_to` may write to: eight groups of four digits, each with a colon.
  static constexpr std::size_t text_capacity = 40;

  constexpr Ipv6Address() = default;
  constexpr explicit Ipv6Address(Octets octets) : octets_(octets) {}

  /// Reads all forms of RFC 4291 §2.2: eight groups of one to four hexadecimal digits of either case, one "::" for one
  /// or more zero groups, the last 32 bits as an IPv4 address. This is the set of texts that inet_pton(3) takes.
  ///
  /// Errors: the offset is the byte at which the text stops being valid. A group of more than four digits is wrong from
  /// its first digit on, as is an octet above 255.
  static Parsed<Ipv6Address> parse(std::string_view text);

  /// ::ffff:a.b.c.d (RFC 4291 §2.5.5.2)
  static constexpr Ipv6Address mapped(const Ipv4Address& address) {
    Octets octets{};
    octets[10] = octets[11] = 0xFF;
    std::copy(address.octets().begin(), address.octets().end(), octets.begin() + 12);
    return Ipv6Address(octets);
  }

  /// The text that RFC 5952 recommends, 2 to 39 bytes: lower case, no leading zeros, "::" for the first of the longest
  /// runs of two or more zero groups. Only the IPv4-mapped prefix ::ffff:0:0/96 is written in the mixed form (§5);
  /// inet_ntop(3) of glibc writes all of ::/96 so. `parse(a.to_string())` gives back `a`.
  std::string to_string() const;
  /// Writes what `to_string` gives, without a terminating NUL; says how many bytes that is. Bytes after them may be
  /// overwritten.
  std::size_t format_to(std::span<char, text_capacity> buffer) const;

  /// Network order.
  constexpr const Octets& octets() const { return octets_; }

  /// ::
  constexpr bool is_unspecified() const { return *this == Ipv6Address(); }
  /// ::1 (RFC 4291 §2.5.3); an IPv4-mapped 127.0.0.1 is not.
  constexpr bool is_loopback() const {
    Octets one{};
    one[15] = 1;
    return octets_ == one;
  }
  /// fe80::/10 (RFC 4291 §2.5.6)
  constexpr bool is_link_local() const { return octets_[0] == 0xFE && (octets_[1] & 0xC0) == 0x80; }
  /// ff00::/8 (RFC 4291 §2.7)
  constexpr bool is_multicast() const { return octets_[0] == 0xFF; }
  /// fc00::/7, unique local (RFC 4193 §3.1)
  constexpr bool is_private() const { return (octets_[0] & 0xFE) == 0xFC; }
  /// ::ffff:0:0/96 (RFC 4291 §2.5.5.2)
  constexpr bool is_v4_mapped() const {
    return std::all_of(octets_.begin(), octets_.begin() + 10, [](std::uint8_t octet) { return octet == 0; }) &&
           octets_[10] == 0xFF && octets_[11] == 0xFF;
  }

  /// Numeric order.
  friend constexpr auto operator<=>(const Ipv6Address&, const Ipv6Address&) = default;

 private:
  Octets octets_{};
};

}  // namespace volley
