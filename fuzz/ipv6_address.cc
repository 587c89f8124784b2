// SPDX-License-Identifier: Apache-2.0
// Ipv6Address::parse takes the texts that inet_pton takes, and reads the same octets; what stands before an error's
// offset is right. Any octets are written as inet_ntop writes them, and read back; but for ::/96, which glibc writes in
// the mixed form.
#include <arpa/inet.h>
#include <volley/ipv6_address.h>

#include <algorithm>
#include <string>

#include "require.h"

using volley::Ipv6Address;

namespace {

void check_text(const Ipv6Address& address) {
  const std::string text = address.to_string();
  require(Ipv6Address::parse(text) == address);
  require((text.find('.') != std::string::npos) == address.is_v4_mapped());
  const bool in_first_96 =
      std::all_of(address.octets().begin(), address.octets().begin() + 12, [](auto octet) { return octet == 0; });
  if (in_first_96) return;
  char by_libc[INET6_ADDRSTRLEN];
  require(inet_ntop(AF_INET6, address.octets().data(), by_libc, sizeof by_libc) != nullptr);
  require(text == by_libc);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text(as_text(data, size));
  const auto address = Ipv6Address::parse(text);
  Ipv6Address::Octets octets{};
  const bool by_libc = text.find('\0') == std::string::npos && inet_pton(AF_INET6, text.c_str(), octets.data()) == 1;
  require(address.has_value() == by_libc);
  if (address) {
    require(address->octets() == octets);
    check_text(*address);
  } else {
    require_true_offset(Ipv6Address::parse, text, address.error());
  }
  if (size == octets.size()) {
    std::copy_n(data, size, octets.begin());
    check_text(Ipv6Address(octets));
  }
  return 0;
}
