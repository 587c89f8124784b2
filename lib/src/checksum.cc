// SPDX-License-Identifier: Apache-2.0
#include <volley/checksum.h>

#include <bit>
#include <cstring>

namespace volley {
namespace {

/// Adds the high part to the low part until 16 bits hold the sum (RFC 1071 §4.1).
std::uint16_t fold(std::uint64_t sum) {
  while (sum > 0xFFFF) sum = (sum >> 16) + (sum & 0xFFFF);
  return static_cast<std::uint16_t>(sum);
}

std::uint16_t swapped(std::uint16_t word) {
  return static_cast<std::uint16_t>(word << 8 | word >> 8);
}

/// The sum of the words of `bytes` in network order. Words are summed as this machine loads them and swapped once at
/// the end, because the sum does not depend on byte order (RFC 1071 §2(B)); 32 bits at a time, because carries may be
/// deferred (§2(C)).
std::uint16_t sum_words(std::span<const std::byte> bytes) {
  std::uint64_t sum = 0;
  for (; bytes.size() >= 4; bytes = bytes.subspan(4)) {
    std::uint32_t word;
    std::memcpy(&word, bytes.data(), sizeof word);
    sum += word;
  }
  std::uint32_t tail = 0;
  if (!bytes.empty()) std::memcpy(&tail, bytes.data(), bytes.size());
  const std::uint16_t native = fold(sum + tail);
  return std::endian::native == std::endian::big ? native : swapped(native);
}

}  // namespace

void InternetChecksum::add(std::span<const std::byte> bytes) {
  const std::uint16_t sum = sum_words(bytes);
  sum_ = fold(std::uint64_t{sum_} + (odd_ ? swapped(sum) : sum));
  odd_ ^= bytes.size() % 2 != 0;
}

void InternetChecksum::add(const InternetChecksum& next) {
  sum_ = fold(std::uint64_t{sum_} + (odd_ ? swapped(next.sum_) : next.sum_));
  odd_ ^= next.odd_;
}

std::uint16_t internet_checksum(std::span<const std::byte> bytes) {
  InternetChecksum checksum;
  checksum.add(bytes);
  return checksum.value();
}

}  // namespace volley
