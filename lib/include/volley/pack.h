// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <volley/byte_order.h>

#include <algorithm>
#include <array>
#include <cassert>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <tuple>
#include <type_traits>

namespace volley {

/// Fields are types that say how a value lies on the wire. A header is then written, and read back, in one expression,
/// at compile time too:
///
///     const auto bytes = pack(Uint<16>(port), Uint<24>(length), Int<32, ByteOrder::little>(-1));   //
///     std::array<std::byte, 9> if (const auto fields = unpack<Uint<16>, Uint<24>>(datagram)) {
///       const auto [port, length] = *fields;                                                       // uint16_t,
///       uint32_t
///     }
template <class T>
concept Field = requires(const T field, std::span<std::byte, T::size> to, std::span<const std::byte, T::size> from) {
  typename T::Value;
  { T::size } -> std::convertible_to<std::size_t>;
  { field.store(to) } -> std::same_as<void>;
  { T::load(from) } -> std::same_as<typename T::Value>;
};

/// An unsigned integer of 8, 16, 24 … 64 bits.
template <std::size_t Bits, ByteOrder Order = ByteOrder::big>
  requires(Bits % 8 == 0 && Bits >= 8 && Bits <= 64)
class Uint {
 public:
  /// The smallest standard type that has room.
  using Value = std::conditional_t<
      Bits == 8, std::uint8_t,
      std::conditional_t<Bits == 16, std::uint16_t, std::conditional_t<Bits <= 32, std::uint32_t, std::uint64_t>>>;
  static constexpr std::size_t size = Bits / 8;

  /// Precondition: the value has at most `Bits` bits.
  constexpr explicit Uint(Value value) : value_(value) { assert(fits_unsigned(value, size)); }
  constexpr void store(std::span<std::byte, size> to) const { store_uint(to, value_, Order); }
  static constexpr Value load(std::span<const std::byte, size> from) {
    return static_cast<Value>(load_uint(from, Order));
  }

 private:
  Value value_;
};

/// A two's complement integer of 8, 16, 24 … 64 bits.
template <std::size_t Bits, ByteOrder Order = ByteOrder::big>
  requires(Bits % 8 == 0 && Bits >= 8 && Bits <= 64)
class Int {
 public:
  using Value = std::make_signed_t<typename Uint<Bits>::Value>;
  static constexpr std::size_t size = Bits / 8;

  /// Precondition: the value lies in -2^(Bits-1) to 2^(Bits-1)-1.
  constexpr explicit Int(Value value) : value_(value) { assert(fits_signed(value, size)); }
  constexpr void store(std::span<std::byte, size> to) const { store_int(to, value_, Order); }
  static constexpr Value load(std::span<const std::byte, size> from) {
    return static_cast<Value>(load_int(from, Order));
  }

 private:
  Value value_;
};

/// `Size` bytes as they are.
template <std::size_t Size>
class Bytes {
 public:
  using Value = std::array<std::byte, Size>;
  static constexpr std::size_t size = Size;

  constexpr explicit Bytes(const Value& value) : value_(value) {}
  constexpr void store(std::span<std::byte, size> to) const { std::ranges::copy(value_, to.begin()); }
  static constexpr Value load(std::span<const std::byte, size> from) {
    Value value;
    std::ranges::copy(from, value.begin());
    return value;
  }

 private:
  Value value_;
};

/// Bytes that the fields take, one after the other without padding.
template <Field... Fields>
inline constexpr std::size_t packed_size = (std::size_t{0} + ... + Fields::size);

/// The fields' bytes, one after the other.
template <Field... Fields>
constexpr std::array<std::byte, packed_size<Fields...>> pack(const Fields&... fields) {
  std::array<std::byte, packed_size<Fields...>> bytes{};
  std::size_t at = 0;
  [[maybe_unused]] const auto put = [&]<class F>(const F& field) {
    field.store(std::span(bytes).subspan(at).template first<F::size>());
    at += F::size;
  };
  (put(fields), ...);
  return bytes;
}

/// The fields' values from the first bytes; what follows them is left alone. nullopt if there are too few.
template <Field... Fields>
constexpr std::optional<std::tuple<typename Fields::Value...>> unpack(std::span<const std::byte> bytes) {
  if (bytes.size() < packed_size<Fields...>) return std::nullopt;
  std::size_t at = 0;
  [[maybe_unused]] const auto take = [&]<class F>(std::type_identity<F>) {
    const auto field = bytes.subspan(at).template first<F::size>();
    at += F::size;
    return F::load(field);
  };
  // Braces, because they evaluate from left to right.
  return std::tuple<typename Fields::Value...>{take(std::type_identity<Fields>{})...};
}

}  // namespace volley
