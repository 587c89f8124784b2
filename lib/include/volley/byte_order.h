// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cassert>
#include <cstddef>
#include <cstdint>
#include <span>

namespace volley {

/// Which byte of an integer comes first on the wire.
enum class ByteOrder : std::uint8_t {
  big,    ///< The most significant one: network order (RFC 1700).
  little  ///< The least significant one.
};

/// Whether `value` can be written in `width` bytes, 1 to 8, as an unsigned integer.
constexpr bool fits_unsigned(std::uint64_t value, std::size_t width) {
  return width >= 8 || value >> (8 * width) == 0;
}

/// Whether `value` can be written in `width` bytes, 1 to 8, as a two's complement integer.
constexpr bool fits_signed(std::int64_t value, std::size_t width) {
  if (width >= 8) return true;
  const std::int64_t high = value >> (8 * width - 1);
  return high == 0 || high == -1;
}

/// Stores an unsigned integer into all of `bytes`, 1 to 8 of them. Higher bits of `value` are dropped: see
/// `fits_unsigned`.
constexpr void store_uint(std::span<std::byte> bytes, std::uint64_t value, ByteOrder order) {
  assert(!bytes.empty() && bytes.size() <= 8);
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    bytes[order == ByteOrder::little ? i : bytes.size() - 1 - i] = static_cast<std::byte>(value >> (8 * i) & 0xFF);
  }
}

/// Loads an unsigned integer from all of `bytes`, 1 to 8 of them.
constexpr std::uint64_t load_uint(std::span<const std::byte> bytes, ByteOrder order) {
  assert(!bytes.empty() && bytes.size() <= 8);
  std::uint64_t value = 0;
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    value = value << 8 | std::to_integer<std::uint64_t>(bytes[order == ByteOrder::big ? i : bytes.size() - 1 - i]);
  }
  return value;
}

/// Stores a two's complement integer into all of `bytes`, 1 to 8 of them. Higher bits are dropped: see `fits_signed`.
constexpr void store_int(std::span<std::byte> bytes, std::int64_t value, ByteOrder order) {
  store_uint(bytes, static_cast<std::uint64_t>(value), order);
}

/// Loads a two's complement integer from all of `bytes`, 1 to 8 of them, extending its sign.
constexpr std::int64_t load_int(std::span<const std::byte> bytes, ByteOrder order) {
  const std::size_t unused = 64 - 8 * bytes.size();
  return static_cast<std::int64_t>(load_uint(bytes, order) << unused) >> unused;
}

}  // namespace volley
