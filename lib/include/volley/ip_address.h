// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <volley/error.h>
#include <volley/ipv4_address.h>
#include <volley/ipv6_address.h>

#include <algorithm>
#include <array>
#include <cassert>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace volley {

/// An IPv4 or IPv6 address. A value; default 0.0.0.0. An IPv4-mapped IPv6 address stays IPv6 until `unmapped` is asked
/// for, and is classified as what it is: ::ffff:127.0.0.1 is no loopback address.
class IpAddress {
 public:
  /// Bytes that `format_to` may write to.
  static constexpr std::size_t text_capacity = Ipv6Address::text_capacity;

  constexpr IpAddress() = default;
  constexpr IpAddress(const Ipv4Address& address) { std::copy_n(address.octets().begin(), 4, bytes_.begin()); }
  constexpr IpAddress(const Ipv6Address& address) : is_v6_(true), bytes_(address.octets()) {}

  /// Reads what `Ipv6Address::parse` reads if the text has a colon, else what `Ipv4Address::parse` reads.
  static Parsed<IpAddress> parse(std::string_view text);

  /// The canonical text of either; `parse(a.to_string())` gives back `a`.
  std::string to_string() const;
  /// Writes what `to_string` gives, without a terminating NUL; says how many bytes that is. Bytes after them may be
  /// overwritten.
  std::size_t format_to(std::span<char, text_capacity> buffer) const;

  constexpr bool is_v4() const { return !is_v6_; }
  constexpr bool is_v6() const { return is_v6_; }
  /// Precondition: `is_v4()`.
  constexpr Ipv4Address v4() const {
    assert(is_v4());
    return Ipv4Address({bytes_[0], bytes_[1], bytes_[2], bytes_[3]});
  }
  /// Precondition: `is_v6()`.
  constexpr Ipv6Address v6() const {
    assert(is_v6());
    return Ipv6Address(bytes_);
  }
  /// 4 or 16 bytes in network order, valid as long as this address.
  constexpr std::span<const std::uint8_t> bytes() const { return std::span(bytes_).first(is_v6_ ? 16 : 4); }
  /// The width in bits: 32 or 128.
  constexpr unsigned bits() const { return is_v6_ ? 128 : 32; }

  constexpr bool is_unspecified() const { return is_v6_ ? v6().is_unspecified() : v4().is_unspecified(); }
  constexpr bool is_loopback() const { return is_v6_ ? v6().is_loopback() : v4().is_loopback(); }
  constexpr bool is_link_local() const { return is_v6_ ? v6().is_link_local() : v4().is_link_local(); }
  constexpr bool is_multicast() const { return is_v6_ ? v6().is_multicast() : v4().is_multicast(); }
  constexpr bool is_private() const { return is_v6_ ? v6().is_private() : v4().is_private(); }

  /// The IPv4 address of an IPv4-mapped IPv6 address, as a dual-stack socket tells it (RFC 3493 §3.7); any other
  /// address as it is.
  constexpr IpAddress unmapped() const {
    if (!is_v6_ || !v6().is_v4_mapped()) return *this;
    return Ipv4Address({bytes_[12], bytes_[13], bytes_[14], bytes_[15]});
  }

  /// All IPv4 addresses, then all IPv6 addresses, each in numeric order.
  friend constexpr auto operator<=>(const IpAddress&, const IpAddress&) = default;

 private:
  bool is_v6_ = false;
  std::array<std::uint8_t, 16> bytes_{};  // an IPv4 address is in the first four, the rest zero
};

}  // namespace volley
