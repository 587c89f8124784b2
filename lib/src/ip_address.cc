// SPDX-License-Identifier: Apache-2.0
#include <volley/ip_address.h>

namespace volley {

Parsed<IpAddress> IpAddress::parse(std::string_view text) {
  if (text.find(':') == std::string_view::npos) return Ipv4Address::parse(text);
  return Ipv6Address::parse(text);
}

std::size_t IpAddress::format_to(std::span<char, text_capacity> buffer) const {
  return is_v6_ ? v6().format_to(buffer) : v4().format_to(buffer.first<Ipv4Address::text_capacity>());
}

std::string IpAddress::to_string() const {
  std::array<char, text_capacity> buffer;
  return std::string(buffer.data(), format_to(buffer));
}

}  // namespace volley
