// SPDX-License-Identifier: Apache-2.0
#include <volley/prefix.h>

#include <algorithm>

#include "decimal.h"

namespace volley {
namespace {

/// The address with all bits after the first `length` cleared.
template <class Address>
Address masked(const Address& address, unsigned length) {
  auto octets = address.octets();
  for (unsigned i = 0; i < octets.size(); ++i) {
    const unsigned kept = std::clamp(length, 8 * i, 8 * i + 8) - 8 * i;
    octets[i] &= static_cast<std::uint8_t>(0xFF00U >> kept);
  }
  return Address(octets);
}

IpAddress network(const IpAddress& address, unsigned length) {
  if (address.is_v4()) return masked(address.v4(), length);
  return masked(address.v6(), length);
}

constexpr DecimalRange v4_length{0, 32, "the prefix of an IPv4 address has at most 32 bits"};
constexpr DecimalRange v6_length{0, 128, "the prefix of an IPv6 address has at most 128 bits"};

}  // namespace

Prefix Prefix::around(const IpAddress& address, unsigned length) {
  assert(length <= address.bits());
  return Prefix(network(address, length), length);
}

Parsed<Prefix> Prefix::parse(std::string_view text) {
  const std::size_t slash = text.find('/');
  const auto address = IpAddress::parse(text.substr(0, slash));
  if (!address) return std::unexpected(address.error());
  if (slash == std::string_view::npos) return stop(text.size(), "a slash and the prefix length were expected");
  const auto length = read_decimal(text.substr(slash + 1), slash + 1, address->is_v4() ? v4_length : v6_length);
  if (!length) return std::unexpected(length.error());
  if (network(*address, *length) != *address) return stop(slash + 1, "the address has bits set after the prefix");
  return Prefix(*address, *length);
}

std::string Prefix::to_string() const {
  return address_.to_string() + '/' + std::to_string(length_);
}

bool Prefix::contains(const IpAddress& address) const {
  return address.is_v4() == address_.is_v4() && network(address, length_) == address_;
}

}  // namespace volley
