// SPDX-License-Identifier: Apache-2.0
#include <volley/byte_order.h>
#include <volley/ipv6_address.h>

#include <bit>
#include <cstring>
#include <utility>

#include "ipv6_diagnosis.h"

namespace volley {
namespace {

/// What a byte that is no hexadecimal digit stands for: more than any group, even when digits were shifted in after it.
constexpr std::uint32_t not_hex = 0x10000;

constexpr auto hex_values = [] {
  std::array<std::uint32_t, 256> table{};
  table.fill(not_hex);
  for (unsigned i = 0; i < 10; ++i) table['0' + i] = i;
  for (unsigned i = 10; i < 16; ++i) table['a' + i - 10] = table['A' + i - 10] = i;
  return table;
}();

std::uint32_t hex_value(char byte) {
  return hex_values[static_cast<unsigned char>(byte)];
}

/// Reads the 1 to 4 digits at `at`, which is before `end`, and moves on; `not_hex` or more if there is none.
inline std::uint32_t read_group(const char*& at, const char* end) {
  const std::uint32_t one = hex_value(*at++);
  if (one >= not_hex) return one;
  if (end - at < 3) {
    std::uint32_t value = one;
    for (; at != end && hex_value(*at) < not_hex; ++at) value = value << 4 | hex_value(*at);
    return value;
  }
  // All of them at once: a byte that is no digit leaves its mark in every value that contains it.
  const std::uint32_t two = one << 4 | hex_value(at[0]);
  const std::uint32_t three = two << 4 | hex_value(at[1]);
  const std::uint32_t four = three << 4 | hex_value(at[2]);
  if (four < not_hex) {
    at += 3;
    return four;
  }
  if (three < not_hex) {
    at += 2;
    return three;
  }
  if (two < not_hex) {
    at += 1;
    return two;
  }
  return one;
}

/// Groups as they are read, the last one in the lowest bits.
struct Groups128 {
  std::uint64_t high = 0;
  std::uint64_t low = 0;

  void append16(std::uint64_t bits) {
    high = high << 16 | low >> 48;
    low = low << 16 | bits;
  }
  void append32(std::uint64_t bits) {
    high = high << 32 | low >> 32;
    low = low << 32 | bits;
  }
  /// These groups first and `tail` last, with zeros between. There are `count` of these, 1 to 7.
  Groups128 before(const Groups128& tail, std::size_t count) const {
    const std::size_t shift = 128 - 16 * count;
    if (shift >= 64) return {tail.high | low << (shift - 64), tail.low};
    return {tail.high | high << shift | low >> (64 - shift), tail.low | low << shift};
  }
  Ipv6Address address() const {
    std::array<std::uint64_t, 2> words{high, low};
    if constexpr (std::endian::native == std::endian::little) words = {std::byteswap(high), std::byteswap(low)};
    return Ipv6Address(std::bit_cast<Ipv6Address::Octets>(words));
  }
};

constexpr std::size_t no_gap = 9;

struct Run {
  std::size_t begin = 8;
  std::size_t length = 0;
};

using Groups = std::array<std::uint16_t, 8>;

/// The first of the longest runs of two or more zero groups (RFC 5952 §4.2.2, §4.2.3).
Run longest_zeros(const Groups& groups) {
  Run best{8, 1};
  for (std::size_t i = 0; i < groups.size();) {
    if (groups[i] != 0) {
      ++i;
      continue;
    }
    const std::size_t begin = i;
    while (i < groups.size() && groups[i] == 0) ++i;
    if (i - begin > best.length) best = {begin, i - begin};
  }
  return best;
}

/// Writes 1 to 4 digits, touching four bytes whatever the number; says where they end.
char* write_group(char* to, std::uint16_t group) {
  constexpr std::string_view digits = "0123456789abcdef";
  const unsigned skipped = static_cast<unsigned>(std::countl_zero(static_cast<std::uint16_t>(group | 1U))) / 4;
  const unsigned shifted = unsigned{group} << (4 * skipped);
  to[0] = digits[shifted >> 12 & 0xF];
  to[1] = digits[shifted >> 8 & 0xF];
  to[2] = digits[shifted >> 4 & 0xF];
  to[3] = digits[shifted & 0xF];
  return to + (4 - skipped);
}

}  // namespace

Parsed<Ipv6Address> Ipv6Address::parse(std::string_view text) {
  const char* at = text.data();
  const char* const end = at + text.size();
  Groups128 groups;
  Groups128 head;            // the groups before "::"
  std::size_t count = 0;     // groups read, of either
  std::size_t gap = no_gap;  // groups before "::"
  if (text.starts_with("::")) {
    gap = 0;
    at += 2;
  }
  while (at != end) {
    if (count == 8) return diagnose_ipv6(text);
    const char* const start = at;
    const std::uint32_t group = read_group(at, end);
    if (group >= not_hex) return diagnose_ipv6(text);
    if (at != end && *at == '.') {
      const auto embedded = Ipv4Address::parse(std::string_view(start, end));
      if (!embedded || count > 6) return diagnose_ipv6(text);
      groups.append32(load_uint(std::as_bytes(std::span(embedded->octets())), ByteOrder::big));
      count += 2;
      break;
    }
    groups.append16(group);
    ++count;
    if (at == end) break;
    if (*at++ != ':' || at == end) return diagnose_ipv6(text);
    if (*at == ':') {
      if (gap != no_gap) return diagnose_ipv6(text);
      gap = count;
      head = std::exchange(groups, {});
      ++at;
    }
  }
  if (gap == no_gap ? count != 8 : count > 7) return diagnose_ipv6(text);
  return (gap == no_gap || gap == 0 ? groups : head.before(groups, gap)).address();
}

std::size_t Ipv6Address::format_to(std::span<char, text_capacity> buffer) const {
  if (is_v4_mapped()) {
    constexpr std::string_view prefix = "::ffff:";
    std::memcpy(buffer.data(), prefix.data(), prefix.size());
    const Ipv4Address embedded({octets_[12], octets_[13], octets_[14], octets_[15]});
    return prefix.size() + embedded.format_to(buffer.subspan<prefix.size(), Ipv4Address::text_capacity>());
  }
  Groups groups;
  for (std::size_t i = 0; i < groups.size(); ++i) {
    groups[i] = static_cast<std::uint16_t>(octets_[2 * i] << 8 | octets_[2 * i + 1]);
  }
  const Run zeros = longest_zeros(groups);
  char* to = buffer.data();
  for (std::size_t i = 0; i < groups.size(); ++i) {
    if (i == zeros.begin) {
      if (i == 0) *to++ = ':';
      *to++ = ':';
      i += zeros.length - 1;
      continue;
    }
    to = write_group(to, groups[i]);
    *to++ = ':';
  }
  // A colon follows every group; the last one counts only if it belongs to a "::" at the end.
  const bool ends_in_gap = zeros.begin + zeros.length == groups.size();
  return static_cast<std::size_t>(to - buffer.data()) - (ends_in_gap ? 0 : 1);
}

std::string Ipv6Address::to_string() const {
  std::array<char, text_capacity> buffer;
  return std::string(buffer.data(), format_to(buffer));
}

}  // namespace volley
