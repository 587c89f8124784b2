// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <volley/error.h>
#include <volley/ip_address.h>

#include <compare>
#include <string>
#include <string_view>

namespace volley {

/// A block of addresses that share their first bits: `10.0.0.0/8` (RFC 4632 §3.1), `2001:db8::/32` (RFC 4291 §2.3). The
/// bits after these are always zero. A value; default 0.0.0.0/0.
class Prefix {
 public:
  constexpr Prefix() = default;
  /// The block of `length` bits that has `address` in it. Precondition: `length` is at most `address.bits()`.
  static Prefix around(const IpAddress& address, unsigned length);

  /// Reads `address/length`, the length decimal without a leading zero. Text like `10.0.0.1/8` is refused, because
  /// either its address or its length is not what was meant.
  ///
  /// Errors: those of `IpAddress::parse`; a length that is too large, or that leaves out bits that are set, is wrong
  /// from its first digit on.
  static Parsed<Prefix> parse(std::string_view text);

  /// `parse(p.to_string())` gives back `p`.
  std::string to_string() const;

  /// The first address of the block.
  constexpr const IpAddress& address() const { return address_; }
  /// How many bits are shared.
  constexpr unsigned length() const { return length_; }

  /// Whether the address lies in the block. One of the other family never does, an IPv4-mapped one included.
  bool contains(const IpAddress& address) const;

  friend constexpr auto operator<=>(const Prefix&, const Prefix&) = default;

 private:
  constexpr Prefix(const IpAddress& address, unsigned length) : address_(address), length_(length) {}

  IpAddress address_;
  unsigned length_ = 0;
};

}  // namespace volley
