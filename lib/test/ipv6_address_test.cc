// SPDX-License-Identifier: Apache-2.0
#include <arpa/inet.h>
#include <volley/ipv6_address.h>

#include "catch.h"

namespace volley {

TEST_CASE("Ipv6Address::parse says where the text goes wrong") {
  struct Row {
    const char* text;
    std::size_t bad_at;
    const char* what;
  };
  const char* const too_few = "an IPv6 address has eight groups";
  const char* const too_many = "an IPv6 address has at most eight groups";
  const char* const lone_colon = "a single colon stands between two groups";
  const char* const misplaced = "an embedded IPv4 address stands for the last two groups";
  const Row rows[] = {
      {"", 0, too_few},
      {"1", 1, too_few},
      {"1:2:3:4:5:6:7", 13, too_few},
      {"1:2:3:4:5:6:7:", 14, "a group was expected after the colon"},
      {"1::2:", 5, "a group was expected after the colon"},
      {"1:2:3:4:5:6:7:8:9", 15, too_many},
      {"1:2:3:4:5:6:7:8::", 15, too_many},
      {"1:2:3:4:5:6:7::8", 15, too_many},
      {"1::2:3:4:5:6:7:8", 14, too_many},
      {"::1:2:3:4:5:6:7:8", 15, too_many},
      {":", 1, lone_colon},
      {":1::", 1, lone_colon},
      {":::", 2, "a hexadecimal digit was expected"},
      {"1:::2", 3, "a hexadecimal digit was expected"},
      {"1::2::3", 5, "\"::\" may stand only once"},
      {"::12345", 2, "a group has at most four hexadecimal digits"},
      {"::00001", 2, "a group has at most four hexadecimal digits"},
      {"::g", 2, "a hexadecimal digit was expected"},
      {"1:2x::", 3, "a colon was expected"},
      {"::1%lo", 3, "a colon was expected"},
      {"::1 ", 3, "a colon was expected"},
      {"[::1]", 0, "a hexadecimal digit was expected"},
      {"::\xC3\xA9", 2, "a hexadecimal digit was expected"},
      {"1.2.3.4", 1, misplaced},
      {"1:2:3:4:5:1.2.3.4", 11, misplaced},
      {"1:2:3:4:5:6:7:1.2.3.4", 15, misplaced},
      {"1::2:3:4:5:6:1.2.3.4", 14, misplaced},
      {"::1.2.3.256", 8, "an octet is at most 255"},
      {"::1.2.3", 7, "an IPv4 address has four octets"},
      {"::1a.2.3.4", 3, "a dot was expected"},
      {"::01.2.3.4", 2, "an octet has no leading zero"},
      {"::1.2.3.4:5", 9, "the address should end here"},
      {"::.1.2.3", 2, "a hexadecimal digit was expected"},
  };
  for (const auto& row : rows) {
    CAPTURE(row.text);
    const auto address = Ipv6Address::parse(row.text);
    REQUIRE_FALSE(address);
    CHECK(address.error().offset == row.bad_at);
    CHECK(address.error().what == row.what);
    Ipv6Address::Octets ignored;
    CHECK(inet_pton(AF_INET6, row.text, ignored.data()) == 0);
  }
}

TEST_CASE("Ipv6Address::parse does not stop at a NUL byte") {
  const auto address = Ipv6Address::parse(std::string_view("::1\0", 4));
  REQUIRE_FALSE(address);
  CHECK(address.error() == ParseError{3, "a colon was expected"});
}

TEST_CASE("Ipv6Address reads every form of RFC 4291 and writes the one of RFC 5952") {
  struct Row {
    const char* text;
    const char* canonical;
  };
  const Row rows[] = {
      {"::", "::"},
      {"0:0:0:0:0:0:0:0", "::"},
      {"0::", "::"},
      {"::0:0:0:0:0:0:0", "::"},
      {"0:0:0:0:0:0:0::", "::"},
      {"::1", "::1"},
      {"1::", "1::"},
      {"2001:DB8:0:0:8:800:200C:417A", "2001:db8::8:800:200c:417a"},
      {"FF01:0:0:0:0:0:0:101", "ff01::101"},
      {"2001:0db8::0001", "2001:db8::1"},               // RFC 5952 §4.1: no leading zeros
      {"2001:db8:0:0:0:0:2:1", "2001:db8::2:1"},        // §4.2.1: as short as it can be
      {"2001:db8::1:1:1:1:1", "2001:db8:0:1:1:1:1:1"},  // §4.2.2: not for one group
      {"1:2:3:4:5:6:7::", "1:2:3:4:5:6:7:0"},           //
      {"::2:3:4:5:6:7:8", "0:2:3:4:5:6:7:8"},           //
      {"2001:0:0:1:0:0:0:1", "2001:0:0:1::1"},          // §4.2.3: the longest run
      {"2001:db8:0:0:1:0:0:1", "2001:db8::1:0:0:1"},    //         the first of equals
      {"1:0:0:2:3:4:0:0", "1::2:3:4:0:0"},              //
      {"1:2:3:4:5:6:0:0", "1:2:3:4:5:6::"},             //
      {"ABCD:EF01:2345:6789:abcd:ef01:2345:6789", "abcd:ef01:2345:6789:abcd:ef01:2345:6789"},  // §4.3: lower case
      {"::ffff:192.0.2.1", "::ffff:192.0.2.1"},  // §5: mixed for the well-known prefix
      {"::FFFF:c000:201", "::ffff:192.0.2.1"},   //
      {"::ffff:0:0", "::ffff:0.0.0.0"},          //
      {"0:0:0:0:0:ffff:255.255.255.255", "::ffff:255.255.255.255"},
      {"::192.0.2.1", "::c000:201"},  // deprecated IPv4-compatible: not mixed
      {"64:ff9b::192.0.2.33", "64:ff9b::c000:221"},
      {"1:2:3:4:5:6:1.2.3.4", "1:2:3:4:5:6:102:304"},
      {"1:2:3:4:5::1.2.3.4", "1:2:3:4:5:0:102:304"},
      {"::1:2:3:4:5:1.2.3.4", "0:1:2:3:4:5:102:304"},
      {"0010:0100:1000:0001:0fff:00ff:000f:f000", "10:100:1000:1:fff:ff:f:f000"},
  };
  for (const auto& row : rows) {
    CAPTURE(row.text);
    const auto address = Ipv6Address::parse(row.text);
    REQUIRE(address);
    CHECK(address->to_string() == row.canonical);
    CHECK(Ipv6Address::parse(row.canonical) == *address);
    Ipv6Address::Octets expected;
    REQUIRE(inet_pton(AF_INET6, row.text, expected.data()) == 1);
    CHECK(address->octets() == expected);
  }
}

TEST_CASE("Ipv6Address shortens every pattern of zero groups as inet_ntop does") {
  for (unsigned pattern = 0; pattern < 256; ++pattern) {
    Ipv6Address::Octets octets{};
    for (unsigned group = 0; group < 8; ++group) octets[2 * group + 1] = (pattern >> group & 1) != 0 ? 0xAB : 0;
    const bool mixed_by_glibc = (pattern & 0x3F) == 0;  // ::/96
    if (mixed_by_glibc) continue;
    char text[INET6_ADDRSTRLEN];
    REQUIRE(inet_ntop(AF_INET6, octets.data(), text, sizeof text) != nullptr);
    CHECK(Ipv6Address(octets).to_string() == text);
  }
}

TEST_CASE("Ipv6Address::format_to counts the bytes of the text and adds no NUL") {
  std::array<char, Ipv6Address::text_capacity> buffer;
  CHECK(Ipv6Address().format_to(buffer) == 2);
  CHECK(std::string_view(buffer.data(), 2) == "::");
  Ipv6Address::Octets ones;
  ones.fill(0xFF);
  CHECK(Ipv6Address(ones).format_to(buffer) == 39);
  CHECK(std::string_view(buffer.data(), 39) == "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff");
}

TEST_CASE("an Ipv6Address knows what it is for") {
  struct Row {
    const char* text;
    bool unspecified, loopback, link_local, multicast, in_private, mapped;
  };
  const Row rows[] = {
      {"::", true, false, false, false, false, false},
      {"::1", false, true, false, false, false, false},
      {"::2", false, false, false, false, false, false},
      {"1::1", false, false, false, false, false, false},
      {"fe7f:ffff::", false, false, false, false, false, false},
      {"fe80::", false, false, true, false, false, false},
      {"febf:ffff::", false, false, true, false, false, false},
      {"fec0::", false, false, false, false, false, false},
      {"feff::", false, false, false, false, false, false},
      {"ff00::", false, false, false, true, false, false},
      {"ff02::1", false, false, false, true, false, false},
      {"fbff::", false, false, false, false, false, false},
      {"fc00::", false, false, false, false, true, false},
      {"fdff::", false, false, false, false, true, false},
      {"fe00::", false, false, false, false, false, false},
      {"::ffff:0:0", false, false, false, false, false, true},
      {"::ffff:127.0.0.1", false, false, false, false, false, true},
      {"::fffe:127.0.0.1", false, false, false, false, false, false},
      {"::1:ffff:127.0.0.1", false, false, false, false, false, false},
      {"100::ffff:127.0.0.1", false, false, false, false, false, false},
  };
  for (const auto& row : rows) {
    CAPTURE(row.text);
    const Ipv6Address address = Ipv6Address::parse(row.text).value();
    CHECK(address.is_unspecified() == row.unspecified);
    CHECK(address.is_loopback() == row.loopback);
    CHECK(address.is_link_local() == row.link_local);
    CHECK(address.is_multicast() == row.multicast);
    CHECK(address.is_private() == row.in_private);
    CHECK(address.is_v4_mapped() == row.mapped);
  }
}

TEST_CASE("Ipv6Address::mapped is the address that a dual-stack socket tells") {
  CHECK(Ipv6Address::mapped(Ipv4Address({127, 0, 0, 1})).to_string() == "::ffff:127.0.0.1");
  static_assert(Ipv6Address::mapped(Ipv4Address()).is_v4_mapped());
}

TEST_CASE("Ipv6Addresses are in numeric order") {
  CHECK(Ipv6Address::parse("::9").value() < Ipv6Address::parse("::10").value());
  CHECK(Ipv6Address::parse("::ffff:ffff").value() < Ipv6Address::parse("1::").value());
}

}  // namespace volley
