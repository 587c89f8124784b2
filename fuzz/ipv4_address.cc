// SPDX-License-Identifier: Apache-2.0
// Ipv4Address::parse takes the texts that inet_pton takes, and reads the same octets; what stands before an error's
// offset is right. Any four octets are written as inet_ntop writes them, and read back.
#include <arpa/inet.h>
#include <volley/ipv4_address.h>

#include <algorithm>
#include <string>

#include "require.h"

using volley::Ipv4Address;

namespace {

void check_text(const Ipv4Address& address) {
  char text[INET_ADDRSTRLEN];
  require(inet_ntop(AF_INET, address.octets().data(), text, sizeof text) != nullptr);
  require(address.to_string() == text);
  require(Ipv4Address::parse(text) == address);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text(as_text(data, size));
  const auto address = Ipv4Address::parse(text);
  Ipv4Address::Octets octets{};
  const bool by_libc = text.find('\0') == std::string::npos && inet_pton(AF_INET, text.c_str(), octets.data()) == 1;
  require(address.has_value() == by_libc);
  if (address) {
    require(address->octets() == octets);
    require(address->to_string() == text);
  } else {
    require_true_offset(Ipv4Address::parse, text, address.error());
  }
  if (size == octets.size()) {
    std::copy_n(data, size, octets.begin());
    check_text(Ipv4Address(octets));
  }
  return 0;
}
