// SPDX-License-Identifier: Apache-2.0
#include <volley/pack.h>

#include "catch.h"

namespace volley {
namespace {

template <class... Values>
constexpr std::array<std::byte, sizeof...(Values)> bytes_of(Values... values) {
  return {static_cast<std::byte>(values)...};
}

using Little32 = Uint<32, ByteOrder::little>;

}  // namespace

TEST_CASE("pack puts fields one after the other, each in its own byte order") {
  CHECK(pack(Uint<8>(1), Uint<16>(0x0203), Uint<24>(0x040506)) == bytes_of(1, 2, 3, 4, 5, 6));
  CHECK(pack(Uint<16, ByteOrder::little>(0x0102), Little32(0x01020304)) == bytes_of(2, 1, 4, 3, 2, 1));
  CHECK(pack(Uint<40>(0x0102030405)) == bytes_of(1, 2, 3, 4, 5));
  CHECK(pack(Uint<48, ByteOrder::little>(1)) == bytes_of(1, 0, 0, 0, 0, 0));
  CHECK(pack(Uint<56>(0xFFFFFFFFFFFFFF)) == bytes_of(255, 255, 255, 255, 255, 255, 255));
  CHECK(pack(Int<16>(-2), Int<24, ByteOrder::little>(-2)) == bytes_of(0xFF, 0xFE, 0xFE, 0xFF, 0xFF));
  CHECK(pack(Bytes<3>(bytes_of('G', 'E', 'T')), Uint<8>(' ')) == bytes_of('G', 'E', 'T', ' '));
  CHECK(pack().empty());
}

TEST_CASE("unpack gives back what pack was given") {
  const auto bytes = pack(Uint<16>(443), Uint<24>(0xABCDEF), Int<64, ByteOrder::little>(-5),
                          Bytes<2>(bytes_of('o', 'k')), Int<40>(-1));
  CHECK(bytes.size() == 20);
  const auto fields = unpack<Uint<16>, Uint<24>, Int<64, ByteOrder::little>, Bytes<2>, Int<40>>(bytes);
  REQUIRE(fields);
  const auto [port, length, number, word, last] = *fields;
  CHECK(port == 443);
  CHECK(length == 0xABCDEF);
  CHECK(number == -5);
  CHECK(word == bytes_of('o', 'k'));
  CHECK(last == -1);
}

TEST_CASE("unpack gives nothing if bytes are missing, and leaves what follows alone") {
  const auto bytes = bytes_of(1, 2, 3);
  CHECK_FALSE(unpack<Uint<32>>(bytes));
  CHECK_FALSE(unpack<Uint<16>, Uint<16>>(bytes));
  CHECK(unpack<Uint<16>>(bytes) == std::tuple<std::uint16_t>(0x0102));
  CHECK(unpack<Uint<24>>(bytes) == std::tuple<std::uint32_t>(0x010203));
  CHECK(unpack<>(bytes).has_value());
}

TEST_CASE("pack and unpack work at compile time, in the smallest types that have room") {
  constexpr auto bytes = pack(Uint<24>(0x010203), Int<8>(-1));
  static_assert(bytes == bytes_of(1, 2, 3, 0xFF));
  constexpr auto fields = unpack<Uint<24>, Int<8>>(bytes);
  static_assert(std::get<0>(*fields) == 0x010203 && std::get<1>(*fields) == -1);
  static_assert(std::is_same_v<Uint<24>::Value, std::uint32_t> && std::is_same_v<Int<8>::Value, std::int8_t>);
  static_assert(std::is_same_v<Uint<16>::Value, std::uint16_t> && std::is_same_v<Int<40>::Value, std::int64_t>);
  static_assert(packed_size<Uint<24>, Int<8>, Bytes<5>> == 9);
  SUCCEED("checked by the compiler");
}

}  // namespace volley
