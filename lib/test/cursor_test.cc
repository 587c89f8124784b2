// SPDX-License-Identifier: Apache-2.0
#include <volley/cursor.h>

#include <array>

#include "catch.h"

namespace volley {
namespace {

template <class... Values>
constexpr std::array<std::byte, sizeof...(Values)> bytes_of(Values... values) {
  return {static_cast<std::byte>(values)...};
}

}  // namespace

TEST_CASE("a ReadCursor reads a buffer from front to back") {
  const auto bytes = bytes_of(1, 2, 3, 4, 5, 0xFF, 0xFE, 'o', 'k');
  ReadCursor cursor(bytes);
  CHECK(cursor.read_uint(1, ByteOrder::big) == 1U);
  CHECK(cursor.read_uint(2, ByteOrder::big) == 0x0203U);
  CHECK(cursor.read<Uint<16, ByteOrder::little>>() == 0x0504);
  CHECK(cursor.read_int(2, ByteOrder::big) == -2);
  CHECK(cursor.position() == 7);
  CHECK(cursor.remaining() == 2);
  CHECK(cursor.rest().data() == bytes.data() + 7);
  const auto word = cursor.read_bytes(2);
  REQUIRE(word);
  CHECK(word->data() == bytes.data() + 7);
  CHECK(word->size() == 2);
  CHECK(cursor.remaining() == 0);
  CHECK(cursor.rest().empty());
}

TEST_CASE("a ReadCursor stays where it is if less is left than was asked for") {
  const auto bytes = bytes_of(1, 2, 3);
  ReadCursor cursor(bytes);
  REQUIRE(cursor.read_bytes(1));
  CHECK_FALSE(cursor.read_uint(4, ByteOrder::big));
  CHECK_FALSE(cursor.read_int(8, ByteOrder::little));
  CHECK_FALSE(cursor.read_bytes(3));
  CHECK_FALSE(cursor.read_bytes(static_cast<std::size_t>(-1)));
  CHECK_FALSE(cursor.read<Uint<24>>());
  CHECK(cursor.position() == 1);
  CHECK(cursor.read_uint(2, ByteOrder::little) == 0x0302U);
  CHECK(cursor.read_bytes(0).has_value());
}

TEST_CASE("a WriteCursor fills a buffer from front to back") {
  std::array<std::byte, 9> buffer{};
  WriteCursor cursor(buffer);
  CHECK(cursor.write_uint(1, 1, ByteOrder::big));
  CHECK(cursor.write_uint(0x0203, 2, ByteOrder::big));
  CHECK(cursor.write(Uint<16, ByteOrder::little>(0x0504)));
  CHECK(cursor.write_int(-2, 2, ByteOrder::big));
  CHECK(cursor.position() == 7);
  CHECK(cursor.written().size() == 7);
  CHECK(cursor.write_bytes(bytes_of('o', 'k')));
  CHECK(cursor.remaining() == 0);
  CHECK(buffer == bytes_of(1, 2, 3, 4, 5, 0xFF, 0xFE, 'o', 'k'));
}

TEST_CASE("a WriteCursor writes nothing of what does not fit") {
  std::array<std::byte, 2> buffer{};
  WriteCursor cursor(buffer);
  REQUIRE(cursor.write_uint(7, 1, ByteOrder::big));
  CHECK_FALSE(cursor.write_uint(0x0102, 2, ByteOrder::big));
  CHECK_FALSE(cursor.write_int(-1, 8, ByteOrder::little));
  CHECK_FALSE(cursor.write(Uint<24>(1)));
  CHECK_FALSE(cursor.write_bytes(bytes_of(1, 2)));
  CHECK(cursor.position() == 1);
  CHECK(buffer == bytes_of(7, 0));
  CHECK(cursor.write_bytes(bytes_of(9)));
  CHECK(cursor.write_bytes({}));
  CHECK(buffer == bytes_of(7, 9));
}

TEST_CASE("cursors work at compile time") {
  constexpr auto round_trip = [] {
    std::array<std::byte, 3> buffer{};
    WriteCursor writer(buffer);
    if (!writer.write(Uint<24>(0x010203))) return std::uint64_t{0};
    return ReadCursor(buffer).read_uint(3, ByteOrder::big).value_or(0);
  };
  static_assert(round_trip() == 0x010203);
  SUCCEED("checked by the compiler");
}

}  // namespace volley
