// SPDX-License-Identifier: Apache-2.0
#include <volley/ip_address.h>

#include "catch.h"

namespace volley {

TEST_CASE("IpAddress::parse reads either family and says where neither goes on") {
  CHECK(IpAddress::parse("192.0.2.1") == IpAddress(Ipv4Address({192, 0, 2, 1})));
  CHECK(IpAddress::parse("::1") == IpAddress(Ipv6Address::parse("::1").value()));

  struct Row {
    const char* text;
    std::size_t bad_at;
    const char* what;
  };
  const Row rows[] = {{"", 0, "an IPv4 address has four octets"},
                      {"localhost", 0, "a decimal digit was expected"},
                      {"192.0.2.256", 8, "an octet is at most 255"},
                      {"192.0.2.1:80", 3, "an embedded IPv4 address stands for the last two groups"},
                      {"::12345", 2, "a group has at most four hexadecimal digits"}};
  for (const auto& row : rows) {
    CAPTURE(row.text);
    const auto address = IpAddress::parse(row.text);
    REQUIRE_FALSE(address);
    CHECK(address.error().offset == row.bad_at);
    CHECK(address.error().what == row.what);
  }
}

TEST_CASE("an IpAddress is the address it was made from") {
  const Ipv4Address four({192, 0, 2, 1});
  const IpAddress from_four = four;
  CHECK(from_four.is_v4());
  CHECK_FALSE(from_four.is_v6());
  CHECK(from_four.v4() == four);
  CHECK(from_four.bits() == 32);
  REQUIRE(from_four.bytes().size() == 4);
  CHECK(from_four.bytes()[0] == 192);
  CHECK(from_four.to_string() == "192.0.2.1");

  const Ipv6Address six = Ipv6Address::parse("2001:db8::1").value();
  const IpAddress from_six = six;
  CHECK(from_six.is_v6());
  CHECK_FALSE(from_six.is_v4());
  CHECK(from_six.v6() == six);
  CHECK(from_six.bits() == 128);
  REQUIRE(from_six.bytes().size() == 16);
  CHECK(from_six.bytes()[15] == 1);
  CHECK(from_six.to_string() == "2001:db8::1");
}

TEST_CASE("a default IpAddress is 0.0.0.0") {
  CHECK(IpAddress() == IpAddress(Ipv4Address()));
  CHECK(IpAddress().to_string() == "0.0.0.0");
}

TEST_CASE("IpAddress classifies either family by its own rules") {
  struct Row {
    const char* text;
    bool unspecified, loopback, link_local, multicast, in_private;
  };
  const Row rows[] = {
      {"0.0.0.0", true, false, false, false, false},     {"::", true, false, false, false, false},
      {"127.0.0.1", false, true, false, false, false},   {"::1", false, true, false, false, false},
      {"169.254.1.1", false, false, true, false, false}, {"fe80::1", false, false, true, false, false},
      {"224.0.0.1", false, false, false, true, false},   {"ff02::1", false, false, false, true, false},
      {"10.0.0.1", false, false, false, false, true},    {"fd00::1", false, false, false, false, true},
      {"8.8.8.8", false, false, false, false, false},    {"::ffff:127.0.0.1", false, false, false, false, false},
  };
  for (const auto& row : rows) {
    CAPTURE(row.text);
    const IpAddress address = IpAddress::parse(row.text).value();
    CHECK(address.is_unspecified() == row.unspecified);
    CHECK(address.is_loopback() == row.loopback);
    CHECK(address.is_link_local() == row.link_local);
    CHECK(address.is_multicast() == row.multicast);
    CHECK(address.is_private() == row.in_private);
  }
}

TEST_CASE("IpAddress::unmapped turns only IPv4-mapped addresses into IPv4") {
  const auto unmapped = [](const char* text) { return IpAddress::parse(text).value().unmapped().to_string(); };
  CHECK(unmapped("::ffff:127.0.0.1") == "127.0.0.1");
  CHECK(unmapped("::127.0.0.1") == "::7f00:1");
  CHECK(unmapped("::1") == "::1");
  CHECK(unmapped("10.0.0.1") == "10.0.0.1");
}

TEST_CASE("IPv4 addresses come before IPv6 addresses, and neither equals the other") {
  const auto address = [](const char* text) { return IpAddress::parse(text).value(); };
  CHECK(address("255.255.255.255") < address("::"));
  CHECK(address("10.0.0.9") < address("10.0.0.10"));
  CHECK(address("::9") < address("::10"));
  CHECK(address("127.0.0.1") != address("::ffff:127.0.0.1"));
  CHECK(address("0.0.0.0") != address("::"));
}

TEST_CASE("an IpAddress is a constant expression") {
  static_assert(IpAddress().is_unspecified());
  static_assert(IpAddress(Ipv6Address::mapped(Ipv4Address({127, 0, 0, 1}))).unmapped().is_loopback());
  static_assert(IpAddress(Ipv4Address({1, 2, 3, 4})).bytes()[3] == 4);
  SUCCEED("checked by the compiler");
}

}  // namespace volley
