// SPDX-License-Identifier: Apache-2.0
#include <volley/ipv6_address.h>

#include <bit>
#include <cstring>

#include "stop.h"

namespace volley {
namespace {

constexpr std::uint8_t not_hex = 0xFF;

constexpr auto hex_values = [] {
  std::array<std::uint8_t, 256> table{};
  table.fill(not_hex);
  for (std::uint8_t i = 0; i < 10; ++i) table[static_cast<unsigned>('0' + i)] = i;
  for (std::uint8_t i = 10; i < 16; ++i) {
    table[static_cast<unsigned>('a' + i - 10)] = table[static_cast<unsigned>('A' + i - 10)] = i;
  }
  return table;
}();

std::uint8_t hex_value(char byte) {
  return hex_values[static_cast<unsigned char>(byte)];
}

constexpr std::string_view too_many = "an IPv6 address has at most eight groups";
constexpr std::string_view too_few = "an IPv6 address has eight groups";

/// The address while its text is read, group by group. Each step says the error it met, if any, by `error`.
class Reader {
 public:
  explicit Reader(std::string_view text) : text_(text) {}

  Parsed<Ipv6Address> read() {
    if (!leading_gap()) return std::unexpected(error_);
    while (at_ < text_.size()) {
      if (!group() || !separator()) return std::unexpected(error_);
    }
    if (gap_ == no_gap && filled_ < octets_.size()) return stop(text_.size(), too_few);
    widen_gap();
    return Ipv6Address(octets_);
  }

 private:
  static constexpr std::size_t no_gap = 16;

  bool fail(std::size_t offset, std::string_view what) {
    error_ = {offset, what};
    return false;
  }

  /// Octets that groups may fill: a "::" stands for one group at least.
  std::size_t room() const { return gap_ == no_gap ? 16 : 14; }

  bool leading_gap() {
    if (text_.empty() || text_[0] != ':') return true;
    if (text_.size() < 2 || text_[1] != ':') return fail(1, "a single colon stands between two groups");
    gap_ = 0;
    at_ = 2;
    return true;
  }

  bool group() {
    if (filled_ == room()) return fail(at_, too_many);
    const std::size_t start = at_;
    unsigned value = 0;
    for (; at_ < text_.size(); ++at_) {
      const std::uint8_t digit = hex_value(text_[at_]);
      if (digit == not_hex) break;
      if (at_ - start == 4) return fail(start, "a group has at most four hexadecimal digits");
      value = value << 4 | digit;
    }
    if (at_ == start) return fail(at_, "a hexadecimal digit was expected");
    if (at_ < text_.size() && text_[at_] == '.') return embedded(start);
    octets_[filled_++] = static_cast<std::uint8_t>(value >> 8);
    octets_[filled_++] = static_cast<std::uint8_t>(value & 0xFF);
    return true;
  }

  /// The IPv4 address from `start` to the end of the text; its first dot is at `at_`.
  bool embedded(std::size_t start) {
    const bool fits = gap_ == no_gap ? filled_ == 12 : filled_ <= 10;
    if (!fits) return fail(at_, "an embedded IPv4 address stands for the last two groups");
    const auto address = Ipv4Address::parse(text_.substr(start));
    if (!address) return fail(start + address.error().offset, address.error().what);
    std::memcpy(octets_.data() + filled_, address->octets().data(), 4);
    filled_ += 4;
    at_ = text_.size();
    return true;
  }

  /// What follows a group: the end of the text, a colon and another group, or the gap.
  bool separator() {
    if (at_ == text_.size()) return true;
    if (text_[at_] != ':') return fail(at_, "a colon was expected");
    if (filled_ == room()) return fail(at_, too_many);
    ++at_;
    if (at_ == text_.size()) return fail(at_, "a group was expected after the colon");
    if (text_[at_] != ':') return true;
    if (gap_ != no_gap) return fail(at_, "\"::\" may stand only once");
    gap_ = filled_;
    ++at_;
    return true;
  }

  /// Moves the groups after "::" to the end and leaves zeros in their place.
  void widen_gap() {
    if (gap_ == no_gap) return;
    const std::size_t tail = filled_ - gap_;
    std::memmove(octets_.data() + octets_.size() - tail, octets_.data() + gap_, tail);
    std::memset(octets_.data() + gap_, 0, octets_.size() - filled_);
  }

  std::string_view text_;
  std::size_t at_ = 0;
  Ipv6Address::Octets octets_{};
  std::size_t filled_ = 0;    // octets read so far
  std::size_t gap_ = no_gap;  // octets before "::"
  ParseError error_;
};

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
  return Reader(text).read();
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
