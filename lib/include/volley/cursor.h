// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <volley/byte_order.h>
#include <volley/pack.h>

#include <algorithm>
#include <cassert>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

namespace volley {

/// Reads a buffer from front to back and cannot run over its end: each read gives what was asked for and moves on, or
/// gives nothing and stays. The bytes are not owned.
class ReadCursor {
 public:
  constexpr explicit ReadCursor(std::span<const std::byte> bytes) : bytes_(bytes) {}

  constexpr std::size_t position() const { return at_; }
  constexpr std::size_t remaining() const { return bytes_.size() - at_; }
  /// What has not been read; stays unread.
  constexpr std::span<const std::byte> rest() const { return bytes_.subspan(at_); }

  /// The next `count` bytes, a view into the buffer.
  [[nodiscard]] constexpr std::optional<std::span<const std::byte>> read_bytes(std::size_t count) {
    if (count > remaining()) return std::nullopt;
    const auto bytes = bytes_.subspan(at_, count);
    at_ += count;
    return bytes;
  }

  /// An integer of `width` bytes, 1 to 8.
  [[nodiscard]] constexpr std::optional<std::uint64_t> read_uint(std::size_t width, ByteOrder order) {
    const auto bytes = read_bytes(width);
    if (!bytes) return std::nullopt;
    return load_uint(*bytes, order);
  }

  /// The same in two's complement.
  [[nodiscard]] constexpr std::optional<std::int64_t> read_int(std::size_t width, ByteOrder order) {
    const auto bytes = read_bytes(width);
    if (!bytes) return std::nullopt;
    return load_int(*bytes, order);
  }

  /// The value of one field: `cursor.read<Uint<24>>()`.
  template <Field F>
  [[nodiscard]] constexpr std::optional<typename F::Value> read() {
    const auto bytes = read_bytes(F::size);
    if (!bytes) return std::nullopt;
    return F::load(bytes->template first<F::size>());
  }

 private:
  std::span<const std::byte> bytes_;
  std::size_t at_ = 0;  // never beyond the end
};

/// Fills a buffer from front to back and cannot run over its end: each write is done whole, or not at all and says
/// false. The buffer is not owned.
class WriteCursor {
 public:
  constexpr explicit WriteCursor(std::span<std::byte> buffer) : buffer_(buffer) {}

  constexpr std::size_t position() const { return at_; }
  constexpr std::size_t remaining() const { return buffer_.size() - at_; }
  /// What has been written.
  constexpr std::span<std::byte> written() const { return buffer_.first(at_); }

  [[nodiscard]] constexpr bool write_bytes(std::span<const std::byte> bytes) {
    const auto place = take(bytes.size());
    if (!place) return false;
    std::ranges::copy(bytes, place->begin());
    return true;
  }

  /// An integer of `width` bytes, 1 to 8. Precondition: it fits.
  [[nodiscard]] constexpr bool write_uint(std::uint64_t value, std::size_t width, ByteOrder order) {
    assert(fits_unsigned(value, width));
    const auto place = take(width);
    if (place) store_uint(*place, value, order);
    return place.has_value();
  }

  /// The same in two's complement.
  [[nodiscard]] constexpr bool write_int(std::int64_t value, std::size_t width, ByteOrder order) {
    assert(fits_signed(value, width));
    const auto place = take(width);
    if (place) store_int(*place, value, order);
    return place.has_value();
  }

  /// One field: `cursor.write(Uint<24>(length))`.
  template <Field F>
  [[nodiscard]] constexpr bool write(const F& field) {
    const auto place = take(F::size);
    if (place) field.store(place->template first<F::size>());
    return place.has_value();
  }

 private:
  constexpr std::optional<std::span<std::byte>> take(std::size_t count) {
    if (count > remaining()) return std::nullopt;
    const auto place = buffer_.subspan(at_, count);
    at_ += count;
    return place;
  }

  std::span<std::byte> buffer_;
  std::size_t at_ = 0;  // never beyond the end
};

}  // namespace volley
