// SPDX-License-Identifier: Apache-2.0
#include <arpa/inet.h>
#include <net/if.h>
#include <volley/endpoint.h>

#include <cerrno>
#include <cstring>
#include <set>

#include "catch.h"

namespace volley {
namespace {

struct Row {
  std::string text;
  std::size_t bad_at;
  const char* what;
};

void check_refused(const Row& row) {
  CAPTURE(row.text);
  const auto endpoint = Endpoint::parse(row.text);
  REQUIRE_FALSE(endpoint);
  CHECK(endpoint.error().offset == row.bad_at);
  CHECK(endpoint.error().what == row.what);
}

Endpoint parsed(std::string_view text) {
  return Endpoint::parse(text).value();
}

/// An AF_UNIX sockaddr with the given bytes in sun_path, told to be `size` of them long.
SocketAddress unix_name(std::string_view bytes, std::size_t size) {
  SocketAddress name;
  sockaddr_un un{};
  un.sun_family = AF_UNIX;
  std::memcpy(un.sun_path, bytes.data(), bytes.size());
  std::memcpy(&name.storage, &un, sizeof un);
  name.length = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + size);
  return name;
}

}  // namespace

TEST_CASE("Endpoint::parse says where the text of an IP endpoint goes wrong") {
  const char* const no_colon = "a colon and a port were expected";
  const char* const no_digit = "a decimal digit was expected";
  const char* const too_large = "a port is at most 65535";
  const char* const zone_range = "a zone index is 1 to 4294967295";
  const char* const bracketless = "an IPv6 address with a port is written in brackets";
  const Row rows[] = {
      {"", 0, "an IPv4 address has four octets"},
      {"127.0.0.1", 9, no_colon},
      {"127.0.0.1:", 10, no_digit},
      {"127.0.0.1:65536", 10, too_large},
      {"127.0.0.1:70000", 10, too_large},
      {"127.0.0.1:18446744073709551696", 10, too_large},
      {"127.0.0.1:080", 10, "a number has no leading zero"},
      {"127.0.0.1:00", 10, "a number has no leading zero"},
      {"127.0.0.1:05[", 10, "a number has no leading zero"},  // found by fuzz_endpoint: told at '[' before
      {"127.0.0.1:99999x", 10, too_large},
      {"127.0.0.1:80x", 12, no_digit},
      {"127.0.0.1:0x50", 11, no_digit},
      {"127.0.0.1:80 ", 12, no_digit},
      {"127.0.0.1:-1", 10, no_digit},
      {"127.0.0.1:+1", 10, no_digit},
      {"127.0.0.1:http", 10, no_digit},
      {"127.0.0.256:80", 8, "an octet is at most 255"},
      {"127.1:80", 5, "an IPv4 address has four octets"},
      {"localhost:80", 0, no_digit},
      {":80", 0, "an IPv4 address has four octets"},
      {"::1:80", 0, bracketless},
      {"2001:db8::1:80", 0, bracketless},
      {"[", 1, "an IPv6 address has eight groups"},
      {"[::1", 4, "a closing bracket was expected"},
      {"[::1:80", 7, "a closing bracket was expected"},
      {"[::1]", 5, no_colon},
      {"[::1]80", 5, no_colon},
      {"[::1]:", 6, no_digit},
      {"[::1]:65536", 6, too_large},
      {"[::g]:80", 3, "a hexadecimal digit was expected"},
      {"[127.0.0.1]:80", 4, "an embedded IPv4 address stands for the last two groups"},
      {"[fe80::1%]:53", 9, "a zone is an interface's name or index"},
      {"[fe80::1%0]:53", 9, zone_range},
      {"[fe80::1%4294967296]:53", 9, zone_range},
      {"[fe80::1%01]:53", 9, "a number has no leading zero"},
      {"[fe80::1%no-such-if]:53", 9, "no network interface has this name"},
      {"[fe80::1%a-name-of-sixteen]:53", 9, "no network interface has this name"},
      {std::string("[fe80::1%lo\0]:53", 16), 9, "no network interface has this name"},
      {"[fe80::1%lo", 11, "a closing bracket was expected"},
  };
  for (const auto& row : rows) check_refused(row);
}

TEST_CASE("Endpoint::parse says where the text of a unix endpoint goes wrong") {
  const std::string long_path = '/' + std::string(107, 'p');
  const char* const too_long = "a unix path or name has at most 107 bytes";
  check_refused({"unix:" + long_path, 112, too_long});
  check_refused({"unix:@" + long_path, 113, too_long});
  check_refused({"unix:./@" + std::string(107, 'p'), 114, too_long});
  check_refused({std::string("unix:/a\0b", 9), 7, "a unix path has no NUL byte"});
  // Found by fuzz_endpoint: of two things that are wrong the first is told.
  check_refused({"unix:" + long_path + std::string(1, '\0'), 112, too_long});
  check_refused({std::string("unix:/a\0", 8) + long_path, 7, "a unix path has no NUL byte"});
  check_refused({"UNIX:/path", 0, "a decimal digit was expected"});
}

TEST_CASE("an IP Endpoint reads back from its text") {
  for (const char* text : {"0.0.0.0:0", "127.0.0.1:80", "255.255.255.255:65535", "[::]:0", "[2001:db8::1]:53",
                           "[::ffff:10.0.0.1]:1", "[fe80::1%7]:53", "[fe80::1%4294967295]:65535"}) {
    CAPTURE(text);
    CHECK(parsed(text).to_string() == text);
  }
  CHECK(parsed("[2001:DB8:0::1]:53").to_string() == "[2001:db8::1]:53");
  std::string longest = "[ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff%4294967295]:65535";
  CHECK(parsed(longest).to_string() == longest);
}

TEST_CASE("an IP Endpoint has an address, a port and a scope") {
  const Endpoint endpoint = parsed("[fe80::1%7]:53");
  CHECK(endpoint.is_ip());
  CHECK(endpoint.family() == Endpoint::Family::ip);
  CHECK(endpoint.address() == IpAddress::parse("fe80::1").value());
  CHECK(endpoint.port() == 53);
  CHECK(endpoint.scope() == 7);
  CHECK(endpoint.path().empty());
  CHECK(endpoint.domain() == AF_INET6);
  CHECK(endpoint == Endpoint(IpAddress::parse("fe80::1").value(), 53, 7));

  CHECK(parsed("127.0.0.1:80") == Endpoint(Ipv4Address({127, 0, 0, 1}), 80));
  CHECK(parsed("127.0.0.1:80").domain() == AF_INET);
  CHECK(Endpoint().to_string() == "0.0.0.0:0");
}

TEST_CASE("an IPv4 Endpoint has no scope") {
  CHECK(Endpoint(Ipv4Address({127, 0, 0, 1}), 80, 7) == parsed("127.0.0.1:80"));
}

TEST_CASE("a zone is the name of an interface, looked up when the text is read") {
  const unsigned loopback = if_nametoindex("lo");
  if (loopback == 0) {
    WARN("not run: there is no interface lo");
    return;
  }
  CHECK(parsed("[fe80::1%lo]:53").scope() == loopback);
  CHECK(parsed("[fe80::1%lo]:53").to_string() == "[fe80::1%" + std::to_string(loopback) + "]:53");
}

TEST_CASE("a unix Endpoint reads back from its text") {
  struct Unix {
    std::string text;
    Endpoint::Family family;
    std::string path;
  };
  const Unix rows[] = {
      {"unix:/run/x.sock", Endpoint::Family::unix_path, "/run/x.sock"},
      {"unix:relative", Endpoint::Family::unix_path, "relative"},
      {"unix:/a:b", Endpoint::Family::unix_path, "/a:b"},
      {"unix:./@x", Endpoint::Family::unix_path, "@x"},
      {"unix:./x", Endpoint::Family::unix_path, "./x"},
      {"unix:././@x", Endpoint::Family::unix_path, "././@x"},
      {"unix:@name", Endpoint::Family::unix_abstract, "name"},
      {"unix:@", Endpoint::Family::unix_abstract, ""},
      {"unix:@@", Endpoint::Family::unix_abstract, "@"},
      {std::string("unix:@a\0b", 9), Endpoint::Family::unix_abstract, std::string("a\0b", 3)},
      {"unix:", Endpoint::Family::unix_unnamed, ""},
      {"unix:" + std::string(107, 'p'), Endpoint::Family::unix_path, std::string(107, 'p')},
      {"unix:@" + std::string(107, 'p'), Endpoint::Family::unix_abstract, std::string(107, 'p')},
      {"unix:./@" + std::string(106, 'p'), Endpoint::Family::unix_path, '@' + std::string(106, 'p')},
  };
  for (const auto& row : rows) {
    CAPTURE(row.text);
    const Endpoint endpoint = parsed(row.text);
    CHECK(endpoint.family() == row.family);
    CHECK(endpoint.path() == row.path);
    CHECK(endpoint.to_string() == row.text);
    CHECK(endpoint.domain() == AF_UNIX);
    CHECK_FALSE(endpoint.is_ip());
    const SocketAddress kernel_form = endpoint.to_sockaddr();
    CHECK(Endpoint::from_sockaddr(kernel_form.get(), kernel_form.length) == endpoint);
  }
}

TEST_CASE("Endpoint's factories refuse paths that a sockaddr_un cannot hold") {
  const std::string long_path(108, 'p');
  CHECK(Endpoint::unix_path(long_path).error() == Error{ENAMETOOLONG, "sockaddr_un", long_path});
  CHECK(Endpoint::unix_abstract(long_path).error() == Error{ENAMETOOLONG, "sockaddr_un", long_path});
  CHECK(Endpoint::unix_path("").error() == Error{EINVAL, "sockaddr_un", ""});
  const std::string with_nul("a\0b", 3);
  CHECK(Endpoint::unix_path(with_nul).error() == Error{EINVAL, "sockaddr_un", with_nul});
}

TEST_CASE("an Endpoint becomes the sockaddr that the kernel takes") {
  const SocketAddress four = parsed("192.0.2.1:8080").to_sockaddr();
  REQUIRE(four.length == sizeof(sockaddr_in));
  sockaddr_in in{};
  std::memcpy(&in, four.get(), sizeof in);
  CHECK(in.sin_family == AF_INET);
  CHECK(ntohs(in.sin_port) == 8080);
  CHECK(ntohl(in.sin_addr.s_addr) == 0xC0000201);

  const SocketAddress six = parsed("[fe80::2%7]:8080").to_sockaddr();
  REQUIRE(six.length == sizeof(sockaddr_in6));
  sockaddr_in6 in6{};
  std::memcpy(&in6, six.get(), sizeof in6);
  CHECK(in6.sin6_family == AF_INET6);
  CHECK(ntohs(in6.sin6_port) == 8080);
  CHECK(in6.sin6_scope_id == 7);
  CHECK(in6.sin6_addr.s6_addr[0] == 0xFE);
  CHECK(in6.sin6_addr.s6_addr[15] == 2);

  const SocketAddress path = parsed("unix:/x").to_sockaddr();
  CHECK(path.length == offsetof(sockaddr_un, sun_path) + 3);  // with the NUL
  const SocketAddress abstract = parsed("unix:@x").to_sockaddr();
  CHECK(abstract.length == offsetof(sockaddr_un, sun_path) + 2);
  CHECK(parsed("unix:").to_sockaddr().length == offsetof(sockaddr_un, sun_path));
}

TEST_CASE("an IP Endpoint comes back from its sockaddr") {
  for (const char* text : {"192.0.2.1:8080", "[fe80::2%7]:8080", "[::1]:65535", "0.0.0.0:0"}) {
    CAPTURE(text);
    const SocketAddress kernel_form = parsed(text).to_sockaddr();
    const auto endpoint = Endpoint::from_sockaddr(kernel_form.get(), kernel_form.length);
    REQUIRE(endpoint);
    CHECK(endpoint->to_string() == text);
  }
}

TEST_CASE("Endpoint::from_sockaddr refuses a sockaddr that is cut short or of a strange family") {
  const Error cut_short{EINVAL, "sockaddr", {}};
  const auto at_length = [](const SocketAddress& name, std::size_t length) {
    return Endpoint::from_sockaddr(name.get(), static_cast<socklen_t>(length));
  };
  const SocketAddress four = Endpoint().to_sockaddr();
  CHECK(at_length(four, 0).error() == cut_short);
  CHECK(at_length(four, 1).error() == cut_short);
  CHECK(at_length(four, sizeof(sockaddr_in) - 1).error() == cut_short);
  const SocketAddress six = parsed("[::]:0").to_sockaddr();
  CHECK(at_length(six, sizeof(sockaddr_in6) - 1).error() == cut_short);
  SocketAddress strange;
  strange.storage.ss_family = AF_NETLINK;
  CHECK(at_length(strange, sizeof(sockaddr_storage)).error() == Error{EAFNOSUPPORT, "sockaddr", {}});
}

TEST_CASE("Endpoint::from_sockaddr takes unix names as the kernel tells them") {
  const auto text = [](const SocketAddress& name) {
    return Endpoint::from_sockaddr(name.get(), name.length).value().to_string();
  };
  CHECK(text(unix_name("", 0)) == "unix:");
  CHECK(text(unix_name("/x", 3)) == "unix:/x");
  CHECK(text(unix_name("/x", 2)) == "unix:/x");  // bind(2) adds the NUL if there is none
  CHECK(text(unix_name(std::string_view("/x\0y", 4), 4)) == "unix:/x");
  CHECK(text(unix_name(std::string_view("\0x", 2), 2)) == "unix:@x");
  CHECK(text(unix_name("", 1)) == "unix:@");
  CHECK(text(unix_name("./@x", 5)) == "unix:./@x");
  CHECK(text(unix_name("", 108)) == "unix:@" + std::string(107, '\0'));

  const SocketAddress no_room_for_nul = unix_name(std::string(108, 'p'), 108);
  CHECK(Endpoint::from_sockaddr(no_room_for_nul.get(), no_room_for_nul.length).error() ==
        Error{EINVAL, "sockaddr", {}});
  const SocketAddress too_long = unix_name("/x", 109);
  CHECK(Endpoint::from_sockaddr(too_long.get(), too_long.length).error() == Error{EINVAL, "sockaddr", {}});
}

TEST_CASE("Endpoints have an order, and differ in every part") {
  const std::set<Endpoint> endpoints = {
      parsed("10.0.0.9:80"),  parsed("10.0.0.10:79"),   parsed("10.0.0.10:80"),
      parsed("[fe80::1]:80"), parsed("[fe80::1%1]:80"), parsed("unix:/x"),
      parsed("unix:/y"),      parsed("unix:@x"),        parsed("unix:"),
  };
  CHECK(endpoints.size() == 9);
  CHECK(parsed("10.0.0.9:80") < parsed("10.0.0.10:79"));
  CHECK(parsed("10.0.0.10:79") < parsed("10.0.0.10:80"));
}

}  // namespace volley
