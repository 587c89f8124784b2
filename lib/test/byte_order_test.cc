// SPDX-License-Identifier: Apache-2.0
#include <volley/byte_order.h>

#include <array>
#include <limits>
#include <vector>

#include "catch.h"

namespace volley {
namespace {

std::vector<std::byte> stored(std::uint64_t value, std::size_t width, ByteOrder order) {
  std::vector<std::byte> bytes(width);
  store_uint(bytes, value, order);
  return bytes;
}

std::vector<std::byte> bytes_of(std::initializer_list<int> values) {
  std::vector<std::byte> bytes;
  for (const int value : values) bytes.push_back(static_cast<std::byte>(value));
  return bytes;
}

}  // namespace

TEST_CASE("an unsigned integer of 8 to 64 bits is stored in either order and loaded back") {
  struct Row {
    std::uint64_t value;
    std::vector<std::byte> big;
  };
  const Row rows[] = {
      {0x01, bytes_of({1})},
      {0x0102, bytes_of({1, 2})},
      {0x010203, bytes_of({1, 2, 3})},
      {0x01020304, bytes_of({1, 2, 3, 4})},
      {0x0102030405, bytes_of({1, 2, 3, 4, 5})},
      {0x010203040506, bytes_of({1, 2, 3, 4, 5, 6})},
      {0x01020304050607, bytes_of({1, 2, 3, 4, 5, 6, 7})},
      {0x0102030405060708, bytes_of({1, 2, 3, 4, 5, 6, 7, 8})},
      {0xFFFFFFFFFFFFFFFF, bytes_of({255, 255, 255, 255, 255, 255, 255, 255})},
      {0xFEFF, bytes_of({0, 0xFE, 0xFF})},
  };
  for (const auto& row : rows) {
    CAPTURE(row.value);
    const std::vector<std::byte> little(row.big.rbegin(), row.big.rend());
    CHECK(stored(row.value, row.big.size(), ByteOrder::big) == row.big);
    CHECK(stored(row.value, row.big.size(), ByteOrder::little) == little);
    CHECK(load_uint(row.big, ByteOrder::big) == row.value);
    CHECK(load_uint(little, ByteOrder::little) == row.value);
  }
}

TEST_CASE("storing drops the bits that do not fit") {
  CHECK(stored(0x123456, 2, ByteOrder::big) == bytes_of({0x34, 0x56}));
  CHECK(stored(0x123456, 2, ByteOrder::little) == bytes_of({0x56, 0x34}));
}

TEST_CASE("a signed integer of any width keeps its sign") {
  for (std::size_t width = 1; width <= 8; ++width) {
    const std::int64_t max = std::numeric_limits<std::int64_t>::max() >> (64 - 8 * width);
    for (const std::int64_t value :
         {std::int64_t{0}, std::int64_t{1}, std::int64_t{-1}, std::int64_t{-2}, max, -max, -max - 1}) {
      for (const ByteOrder order : {ByteOrder::big, ByteOrder::little}) {
        CAPTURE(width, value);
        std::array<std::byte, 8> buffer{};
        const auto bytes = std::span(buffer).first(width);
        store_int(bytes, value, order);
        CHECK(load_int(bytes, order) == value);
      }
    }
  }
  std::vector<std::byte> bytes(3);
  store_int(bytes, -2, ByteOrder::big);
  CHECK(bytes == bytes_of({0xFF, 0xFF, 0xFE}));
}

TEST_CASE("fits_unsigned and fits_signed know the bounds of each width") {
  CHECK(fits_unsigned(0, 1));
  CHECK(fits_unsigned(255, 1));
  CHECK_FALSE(fits_unsigned(256, 1));
  CHECK(fits_unsigned(0xFFFFFFFFFFFFFF, 7));
  CHECK_FALSE(fits_unsigned(0x100000000000000, 7));
  CHECK(fits_unsigned(std::numeric_limits<std::uint64_t>::max(), 8));

  CHECK(fits_signed(127, 1));
  CHECK_FALSE(fits_signed(128, 1));
  CHECK(fits_signed(-128, 1));
  CHECK_FALSE(fits_signed(-129, 1));
  CHECK(fits_signed(-0x800000, 3));
  CHECK_FALSE(fits_signed(0x800000, 3));
  CHECK(fits_signed(std::numeric_limits<std::int64_t>::min(), 8));
}

TEST_CASE("bytes are stored and loaded at compile time") {
  constexpr auto bytes = [] {
    std::array<std::byte, 3> buffer{};
    store_uint(buffer, 0x010203, ByteOrder::little);
    return buffer;
  }();
  static_assert(bytes[0] == std::byte{3});
  static_assert(load_uint(bytes, ByteOrder::little) == 0x010203);
  static_assert(load_int(bytes, ByteOrder::big) == 0x030201);
  SUCCEED("checked by the compiler");
}

}  // namespace volley
