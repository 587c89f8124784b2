// SPDX-License-Identifier: Apache-2.0
#include <volley/prefix.h>

#include "catch.h"

namespace volley {

TEST_CASE("Prefix::parse says where the text goes wrong") {
  struct Row {
    const char* text;
    std::size_t bad_at;
    const char* what;
  };
  const char* const host_bits = "the address has bits set after the prefix";
  const Row rows[] = {
      {"", 0, "an IPv4 address has four octets"},
      {"10.0.0.0", 8, "a slash and the prefix length were expected"},
      {"10.0.0/8", 6, "an IPv4 address has four octets"},
      {"10.0.0.256/8", 7, "an octet is at most 255"},
      {"::g/8", 2, "a hexadecimal digit was expected"},
      {"10.0.0.0/", 9, "a decimal digit was expected"},
      {"10.0.0.0/x", 9, "a decimal digit was expected"},
      {"10.0.0.0/-1", 9, "a decimal digit was expected"},
      {"10.0.0.0/8 ", 10, "a decimal digit was expected"},
      {"10.0.0.0/08", 9, "a number has no leading zero"},
      {"10.0.0.0/33", 9, "the prefix of an IPv4 address has at most 32 bits"},
      {"10.0.0.0/4294967304", 9, "the prefix of an IPv4 address has at most 32 bits"},
      {"2001:db8::/129", 11, "the prefix of an IPv6 address has at most 128 bits"},
      {"10.0.0.1/8", 9, host_bits},
      {"10.0.0.1/31", 9, host_bits},
      {"128.0.0.0/0", 10, host_bits},
      {"2001:db8::1/32", 12, host_bits},
      {"2001:db8::/28", 11, host_bits},
      {"::1/127", 4, host_bits},
  };
  for (const auto& row : rows) {
    CAPTURE(row.text);
    const auto prefix = Prefix::parse(row.text);
    REQUIRE_FALSE(prefix);
    CHECK(prefix.error().offset == row.bad_at);
    CHECK(prefix.error().what == row.what);
  }
}

TEST_CASE("a Prefix reads back from its text") {
  for (const char* text : {"0.0.0.0/0", "10.0.0.0/8", "172.16.0.0/12", "192.0.2.1/32", "::/0", "2001:db8::/32",
                           "2001:db0::/28", "::1/128", "fc00::/7", "::ffff:0.0.0.0/96"}) {
    CAPTURE(text);
    const auto prefix = Prefix::parse(text);
    REQUIRE(prefix);
    CHECK(prefix->to_string() == text);
  }
  CHECK(Prefix::parse("2001:DB8:0::/32").value().to_string() == "2001:db8::/32");
}

TEST_CASE("a Prefix contains the addresses that share its bits, and no other") {
  struct Row {
    const char* prefix;
    const char* address;
    bool inside;
  };
  const Row rows[] = {
      {"10.0.0.0/8", "10.0.0.0", true},
      {"10.0.0.0/8", "10.255.255.255", true},
      {"10.0.0.0/8", "11.0.0.0", false},
      {"10.0.0.0/8", "9.255.255.255", false},
      {"172.16.0.0/12", "172.31.255.255", true},
      {"172.16.0.0/12", "172.32.0.0", false},
      {"192.0.2.1/32", "192.0.2.1", true},
      {"192.0.2.1/32", "192.0.2.0", false},
      {"0.0.0.0/0", "255.255.255.255", true},
      {"0.0.0.0/0", "::", false},
      {"::/0", "ffff::", true},
      {"::/0", "0.0.0.0", false},
      {"2001:db8::/32", "2001:db8:ffff::1", true},
      {"2001:db8::/32", "2001:db9::", false},
      {"fe80::/10", "febf::1", true},
      {"fe80::/10", "fec0::1", false},
      {"::1/128", "::1", true},
      {"::1/128", "::", false},
      {"::ffff:0:0/96", "::ffff:10.0.0.1", true},
      {"::ffff:0:0/96", "10.0.0.1", false},
      {"10.0.0.0/8", "::ffff:10.0.0.1", false},
  };
  for (const auto& row : rows) {
    CAPTURE(row.prefix, row.address);
    const Prefix prefix = Prefix::parse(row.prefix).value();
    CHECK(prefix.contains(IpAddress::parse(row.address).value()) == row.inside);
  }
}

TEST_CASE("Prefix::around clears the bits after the prefix, whatever its length") {
  const IpAddress ones = IpAddress::parse("255.255.255.255").value();
  for (unsigned length = 0; length <= 32; ++length) {
    CAPTURE(length);
    const Prefix prefix = Prefix::around(ones, length);
    std::uint32_t bits = 0;
    for (const std::uint8_t octet : prefix.address().bytes()) bits = bits << 8 | octet;
    CHECK(bits == static_cast<std::uint32_t>(0xFFFFFFFF00000000U >> length));
    CHECK(prefix.length() == length);
    CHECK(prefix.contains(ones));
    CHECK(Prefix::parse(prefix.to_string()) == prefix);
  }
  CHECK(Prefix::around(IpAddress::parse("2001:db8:1:2::3").value(), 48).to_string() == "2001:db8:1::/48");
}

TEST_CASE("Prefixes are in order of address, then length") {
  const auto prefix = [](const char* text) { return Prefix::parse(text).value(); };
  CHECK(prefix("9.0.0.0/8") < prefix("10.0.0.0/8"));
  CHECK(prefix("10.0.0.0/8") < prefix("10.0.0.0/16"));
  CHECK(prefix("10.0.0.0/8") < prefix("::/0"));
  CHECK(Prefix().to_string() == "0.0.0.0/0");
}

}  // namespace volley
