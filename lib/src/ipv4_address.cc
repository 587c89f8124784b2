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
std::unexpected<ParseError> missing(std::string_view text, std::size_t at, std::string_view what) {
  return stop(at, at == text.size() ? "an IPv4 address has four octets" : what);
}

/// What is wrong with a text that is no IPv4 address. `parse` only reads, and asks afterwards: doing both in one pass
/// makes it half as fast.
[[gnu::noinline]] std::unexpected<ParseError> diagnose(std::string_view text) {
  std::size_t at = 0;
  for (int octets = 0; octets < 4; ++octets) {
    if (octets > 0) {
      if (at == text.size() || text[at] != '.') return missing(text, at, "a dot was expected");
      ++at;
    }
    const std::size_t start = at;
    unsigned value = 0;
    for (; at < text.size() && digit(text[at]) <= 9; ++at) {
      if (at > start && value == 0) return stop(start, "an octet has no leading zero");
      value = value * 10 + digit(text[at]);
      if (value > 255) return stop(start, "an octet is at most 255");
    }
    if (at == start) return missing(text, at, "a decimal digit was expected");
  }
  return stop(at, "the address should end here");
}

}  // namespace

Parsed<Ipv4Address> Ipv4Address::parse(std::string_view text) {
  const char* at = text.data();
  const char* const end = at + text.size();
  Octets octets;
  for (std::size_t i = 0;; ++at) {
    if (at == end) return diagnose(text);
    unsigned value = digit(*at++);
    if (value > 9) return diagnose(text);
    if (at != end && digit(*at) <= 9) {
      if (value == 0) return diagnose(text);
      value = value * 10 + digit(*at++);
      if (at != end && digit(*at) <= 9) value = value * 10 + digit(*at++);
      if (value > 255) return diagnose(text);
    }
    octets[i++] = static_cast<std::uint8_t>(value);
    if (i == octets.size()) break;
    if (at == end || *at != '.') return diagnose(text);
  }
  if (at != end) return diagnose(text);
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
