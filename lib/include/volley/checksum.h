// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstddef>
#include <cstdint>
#include <span>

namespace volley {

/// The Internet checksum (RFC 1071) of bytes that come in pieces: the ones' complement of the ones' complement sum of
/// the 16-bit words in network order, an odd last byte being the high half of a word. Pieces may have any length, odd
/// ones included.
class InternetChecksum {
 public:
  /// Appends bytes.
  void add(std::span<const std::byte> bytes);
  /// Appends what `next` has summed, as if its bytes had been added here.
  void add(const InternetChecksum& next);

  /// The checksum as a number, to be stored in network order (`store_uint` with ByteOrder::big). Zero over data that
  /// carries its own correct checksum. UDP sends 0xFFFF in place of zero (RFC 768): that is the caller's to do.
  std::uint16_t value() const { return static_cast<std::uint16_t>(~sum_); }

 private:
  std::uint16_t sum_ = 0;
  bool odd_ = false;  // an odd number of bytes so far: the next one is the low half of its word
};

/// The Internet checksum (RFC 1071) of all of `bytes`, a number to be stored in network order; 0xFFFF of none.
std::uint16_t internet_checksum(std::span<const std::byte> bytes);

}  // namespace volley
