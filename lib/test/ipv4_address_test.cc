// SPDX-License-Identifier: Apache-2.0
#include <arpa/inet.h>
#include <volley/ipv4_address.h>

#include "catch.h"

namespace volley {

TEST_CASE("Ipv4Address::parse says where the text goes wrong") {
  struct Row {
    const char* text;
    std::size_t bad_at;
    const char* what;
  };
  const Row rows[] = {
      {"", 0, "an IPv4 address has four octets"},
      {"192.0.2", 7, "an IPv4 address has four octets"},
      {"192.0.2.", 8, "an IPv4 address has four octets"},
      {"192.0.2.1.5", 9, "the address should end here"},
      {"192.0.2.1 ", 9, "the address should end here"},
      {"192.0.2.256", 8, "an octet is at most 255"},
      {"192.0.2.4294967297", 8, "an octet is at most 255"},
      {"192.0.2.0000", 8, "an octet has no leading zero"},
      {"192.0.02.1", 6, "an octet has no leading zero"},
      {"00.0.0.0", 0, "an octet has no leading zero"},
      {"0xC0.0.2.1", 1, "a dot was expected"},
      {"1,2.3.4", 1, "a dot was expected"},
      {" 1.2.3.4", 0, "a decimal digit was expected"},
      {"+1.2.3.4", 0, "a decimal digit was expected"},
      {"1..2.3", 2, "a decimal digit was expected"},
      {"1.2.3.-4", 6, "a decimal digit was expected"},
  };
  for (const auto& row : rows) {
    CAPTURE(row.text);
    const auto address = Ipv4Address::parse(row.text);
    REQUIRE_FALSE(address);
    CHECK(address.error().offset == row.bad_at);
    CHECK(address.error().what == row.what);
  }
}

TEST_CASE("Ipv4Address::parse does not stop at a NUL byte") {
  const auto address = Ipv4Address::parse(std::string_view("1.2.3.4\0", 8));
  REQUIRE_FALSE(address);
  CHECK(address.error() == ParseError{7, "the address should end here"});
}

TEST_CASE("an Ipv4Address reads back from its text") {
  struct Row {
    const char* text;
    Ipv4Address::Octets octets;
  };
  const Row rows[] = {{"0.0.0.0", {0, 0, 0, 0}},
                      {"192.0.2.1", {192, 0, 2, 1}},
                      {"9.99.100.10", {9, 99, 100, 10}},
                      {"255.255.255.255", {255, 255, 255, 255}}};
  for (const auto& row : rows) {
    CAPTURE(row.text);
    const auto address = Ipv4Address::parse(row.text);
    REQUIRE(address);
    CHECK(address->octets() == row.octets);
    CHECK(address->to_string() == row.text);
    CHECK(*address == Ipv4Address(row.octets));
  }
}

TEST_CASE("every octet has the text that inet_ntop gives it, and inet_pton reads it as we do") {
  for (unsigned value = 0; value < 256; ++value) {
    const auto octet = static_cast<std::uint8_t>(value);
    const auto other = static_cast<std::uint8_t>(255 - value);
    const Ipv4Address address({octet, other, octet, other});
    char text[INET_ADDRSTRLEN];
    REQUIRE(inet_ntop(AF_INET, address.octets().data(), text, sizeof text) != nullptr);
    CHECK(address.to_string() == text);
    CHECK(Ipv4Address::parse(text) == address);
  }
}

TEST_CASE("Ipv4Address::format_to counts the bytes of the text and adds no NUL") {
  std::array<char, Ipv4Address::text_capacity> buffer;
  CHECK(Ipv4Address().format_to(buffer) == 7);
  CHECK(std::string_view(buffer.data(), 7) == "0.0.0.0");
  CHECK(Ipv4Address({255, 255, 255, 255}).format_to(buffer) == 15);
  CHECK(std::string_view(buffer.data(), 15) == "255.255.255.255");
}

TEST_CASE("an Ipv4Address knows what it is for") {
  struct Row {
    const char* text;
    bool unspecified, loopback, link_local, multicast, in_private;
  };
  const Row rows[] = {
      {"0.0.0.0", true, false, false, false, false},          {"0.0.0.1", false, false, false, false, false},
      {"126.255.255.255", false, false, false, false, false}, {"127.0.0.0", false, true, false, false, false},
      {"127.255.255.255", false, true, false, false, false},  {"128.0.0.0", false, false, false, false, false},
      {"169.253.255.255", false, false, false, false, false}, {"169.254.0.0", false, false, true, false, false},
      {"169.254.255.255", false, false, true, false, false},  {"169.255.0.0", false, false, false, false, false},
      {"223.255.255.255", false, false, false, false, false}, {"224.0.0.0", false, false, false, true, false},
      {"239.255.255.255", false, false, false, true, false},  {"240.0.0.0", false, false, false, false, false},
      {"9.255.255.255", false, false, false, false, false},   {"10.0.0.0", false, false, false, false, true},
      {"10.255.255.255", false, false, false, false, true},   {"11.0.0.0", false, false, false, false, false},
      {"172.15.255.255", false, false, false, false, false},  {"172.16.0.0", false, false, false, false, true},
      {"172.31.255.255", false, false, false, false, true},   {"172.32.0.0", false, false, false, false, false},
      {"192.167.255.255", false, false, false, false, false}, {"192.168.0.0", false, false, false, false, true},
      {"192.168.255.255", false, false, false, false, true},  {"192.169.0.0", false, false, false, false, false},
  };
  for (const auto& row : rows) {
    CAPTURE(row.text);
    const Ipv4Address address = Ipv4Address::parse(row.text).value();
    CHECK(address.is_unspecified() == row.unspecified);
    CHECK(address.is_loopback() == row.loopback);
    CHECK(address.is_link_local() == row.link_local);
    CHECK(address.is_multicast() == row.multicast);
    CHECK(address.is_private() == row.in_private);
  }
}

TEST_CASE("Ipv4Addresses are in numeric order") {
  CHECK(Ipv4Address({10, 0, 0, 9}) < Ipv4Address({10, 0, 0, 10}));
  CHECK(Ipv4Address({9, 255, 255, 255}) < Ipv4Address({10, 0, 0, 0}));
}

TEST_CASE("an Ipv4Address is a constant expression") {
  static_assert(Ipv4Address() == Ipv4Address({0, 0, 0, 0}));
  static_assert(Ipv4Address({127, 0, 0, 1}).is_loopback());
  static_assert(Ipv4Address({127, 0, 0, 1}) > Ipv4Address());
  CHECK(sizeof(Ipv4Address) == 4);
}

}  // namespace volley
