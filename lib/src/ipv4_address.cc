// SPDX-License-Identifier: Apache-2.0
#include <volley/ipv4_address.h>

#include <cstring>

#include "stop.h"

namespace volley {
namespace {

/// Each octet's text with a dot after it: "7.", "42.", "255.". Copied four bytes at a time, whatever the length.
struct OctetText {
  char text[4];
  std::uint8_t length;
};

constexpr auto octet_texts = [] {
  std::array<OctetText, 256> table{};
  for (unsigned value = 0; value < 256; ++value) {
    OctetText& entry = table[value];
    for (const unsigned unit : {100U, 10U, 1U}) {
      if (value >= unit || unit == 1) entry.text[entry.length++] = static_cast<char>('0' + value / unit % 10);
    }
    entry.text[entry.length++] = '.';
  }
  return table;
}();

/// The value of a decimal digit; above 9 for any other byte.
unsigned digit(char byte) {
  return static_cast<unsigned char>(byte) - unsigned{'0'};
}

/// Why no octet starts at `at`, or no dot stands there.
std::unexpected<ParseError> stop_before(std::string_view text, std::size_t at, std::string_view what) {
  return stop(at, at == text.size() ? "an IPv4 address has four octets" : what);
}

}  // namespace

Parsed<Ipv4Address> Ipv4Address::parse(std::string_view text) {
  Octets octets;
  const std::size_t size = text.size();
  std::size_t at = 0;
  for (std::size_t i = 0; i < octets.size(); ++i) {
    if (i > 0) {
      if (at == size || text[at] != '.') return stop_before(text, at, "a dot was expected");
      ++at;
    }
    const std::size_t start = at;
    unsigned value = at < size ? digit(text[at]) : 10;
    if (value > 9) return stop_before(text, at, "a decimal digit was expected");
    for (++at; at < size && digit(text[at]) <= 9; ++at) {
      if (value == 0) return stop(start, "an octet has no leading zero");
      value = value * 10 + digit(text[at]);
      if (value > 255) return stop(start, "an octet is at most 255");
    }
    octets[i] = static_cast<std::uint8_t>(value);
  }
  if (at != size) return stop(at, "the address should end here");
  return Ipv4Address(octets);
}

std::size_t Ipv4Address::format_to(std::span<char, text_capacity> buffer) const {
  std::size_t at = 0;
  for (const std::uint8_t octet : octets_) {
    const OctetText& entry = octet_texts[octet];
    std::memcpy(buffer.data() + at, entry.text, sizeof entry.text);
    at += entry.length;
  }
  return at - 1;  // the last dot does not count
}

std::string Ipv4Address::to_string() const {
  std::array<char, text_capacity> buffer;
  return std::string(buffer.data(), format_to(buffer));
}

}  // namespace volley
