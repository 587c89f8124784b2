// SPDX-License-Identifier: Apache-2.0
#include <volley/checksum.h>

#include <algorithm>
#include <vector>

#include "catch.h"

namespace volley {
namespace {

std::vector<std::byte> bytes_of(std::initializer_list<int> values) {
  std::vector<std::byte> bytes;
  for (const int value : values) bytes.push_back(static_cast<std::byte>(value));
  return bytes;
}

/// The sum word by word, as RFC 1071 §1 words it.
std::uint16_t plain_checksum(std::span<const std::byte> bytes) {
  std::uint32_t sum = 0;
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    sum += std::to_integer<std::uint32_t>(bytes[i]) << (i % 2 == 0 ? 8 : 0);
    sum = (sum & 0xFFFF) + (sum >> 16);
  }
  return static_cast<std::uint16_t>(~sum);
}

/// Bytes without a pattern, the same in every run.
std::vector<std::byte> noise(std::size_t size) {
  std::vector<std::byte> bytes(size);
  std::uint32_t state = 1;
  for (std::byte& byte : bytes) {
    state = state * 1664525 + 1013904223;
    byte = static_cast<std::byte>(state >> 24);
  }
  return bytes;
}

}  // namespace

TEST_CASE("the Internet checksum of known data") {
  CHECK(internet_checksum({}) == 0xFFFF);
  CHECK(internet_checksum(bytes_of({0x00, 0x01, 0xF2, 0x03, 0xF4, 0xF5, 0xF6, 0xF7})) ==
        0x220D);  // RFC 1071 §3: sum ddf2
  CHECK(internet_checksum(bytes_of({0xFF, 0xFF})) == 0);
  CHECK(internet_checksum(bytes_of({0x12})) == 0xEDFF);
  CHECK(internet_checksum(bytes_of({0x00, 0x00, 0x12})) == 0xEDFF);
  const auto header = bytes_of({0x45, 0x00, 0x00, 0x73, 0x00, 0x00, 0x40, 0x00, 0x40, 0x11,
                                0x00, 0x00, 0xC0, 0xA8, 0x00, 0x01, 0xC0, 0xA8, 0x00, 0xC7});
  CHECK(internet_checksum(header) == 0xB861);
}

TEST_CASE("data that carries its own checksum sums to zero") {
  auto bytes = noise(40);
  bytes[10] = bytes[11] = std::byte{0};
  const std::uint16_t checksum = internet_checksum(bytes);
  bytes[10] = static_cast<std::byte>(checksum >> 8);
  bytes[11] = static_cast<std::byte>(checksum & 0xFF);
  CHECK(internet_checksum(bytes) == 0);
}

TEST_CASE("the checksum of any length is that of the plain sum") {
  const auto bytes = noise(70);
  for (std::size_t begin = 0; begin < 4; ++begin) {
    for (std::size_t size = 0; begin + size <= bytes.size(); ++size) {
      CAPTURE(begin, size);
      const auto piece = std::span(bytes).subspan(begin, size);
      CHECK(internet_checksum(piece) == plain_checksum(piece));
    }
  }
  const std::vector<std::byte> ones(300'000, std::byte{0xFF});
  CHECK(internet_checksum(ones) == 0);
}

TEST_CASE("a checksum does not depend on how the data was cut") {
  const auto bytes = noise(33);
  const auto all = std::span(bytes);
  for (std::size_t first = 0; first <= bytes.size(); ++first) {
    for (std::size_t second = first; second <= bytes.size(); ++second) {
      CAPTURE(first, second);
      InternetChecksum in_pieces;
      in_pieces.add(all.first(first));
      in_pieces.add(all.subspan(first, second - first));
      in_pieces.add(all.subspan(second));
      CHECK(in_pieces.value() == internet_checksum(all));

      InternetChecksum combined;
      InternetChecksum tail;
      combined.add(all.first(first));
      tail.add(all.subspan(first, second - first));
      combined.add(tail);
      combined.add(all.subspan(second));
      CHECK(combined.value() == internet_checksum(all));
    }
  }
}

}  // namespace volley
