// SPDX-License-Identifier: Apache-2.0
#include <netdb.h>
#include <volley/resolve.h>

#include <algorithm>

#include "catch.h"

namespace volley {
namespace {

std::vector<std::string> texts(const Result<std::vector<Endpoint>>& endpoints) {
  std::vector<std::string> texts;
  for (const auto& endpoint : endpoints.value()) texts.push_back(endpoint.to_string());
  return texts;
}

}  // namespace

TEST_CASE("resolve gives the endpoint of an address, once") {
  CHECK(texts(resolve("127.0.0.1", "80")) == std::vector<std::string>{"127.0.0.1:80"});
  CHECK(texts(resolve("::1", "65535")) == std::vector<std::string>{"[::1]:65535"});
  CHECK(texts(resolve("127.0.0.1", "0")) == std::vector<std::string>{"127.0.0.1:0"});
}

TEST_CASE("resolve keeps the zone of an address") {
  CHECK(texts(resolve("fe80::1%1", "53")) == std::vector<std::string>{"[fe80::1%1]:53"});
}

TEST_CASE("resolve gives all loopback endpoints of localhost, each once") {
  const auto endpoints = resolve("localhost", "7");
  if (!endpoints) {
    WARN("not shown: this system has no localhost (" << to_string(endpoints.error()) << ")");
    return;
  }
  REQUIRE_FALSE(endpoints->empty());
  for (const auto& endpoint : *endpoints) {
    CHECK(endpoint.address().is_loopback());
    CHECK(endpoint.port() == 7);
    CHECK(std::ranges::count(*endpoints, endpoint) == 1);
  }
}

TEST_CASE("resolve looks up the names of services") {
  if (getservbyname("domain", nullptr) == nullptr) {
    WARN("not run: services(5) does not have the service domain");
    return;
  }
  CHECK(texts(resolve("127.0.0.1", "domain")) == std::vector<std::string>{"127.0.0.1:53"});
}

TEST_CASE("resolve refuses the services that getaddrinfo would wrap or guess") {
  for (const std::string service :
       {"65536", "70000", "4294967376", "080", "", "-1", "+80", " 80", "80 ", "no-such-service"}) {
    CAPTURE(service);
    const auto endpoints = resolve("127.0.0.1", service);
    REQUIRE_FALSE(endpoints);
    CHECK(endpoints.error() == Error{EAI_SERVICE, "getaddrinfo", service});
  }
  const std::string with_nul("domain\0x", 8);
  CHECK(resolve("127.0.0.1", with_nul).error() == Error{EAI_SERVICE, "getaddrinfo", with_nul});
}

TEST_CASE("resolve refuses hosts that are neither names nor whole addresses") {
  for (const std::string host : {"", "127.1", "0x7f000001", "010.0.0.1", "2130706433"}) {
    CAPTURE(host);
    const auto endpoints = resolve(host, "80");
    REQUIRE_FALSE(endpoints);
    CHECK(endpoints.error() == Error{EAI_NONAME, "getaddrinfo", host});
  }
  const std::string with_nul("127.0.0.1\0x", 11);
  CHECK(resolve(with_nul, "80").error() == Error{EAI_NONAME, "getaddrinfo", with_nul});
}

TEST_CASE("the error of resolve names the host and the reason") {
  CHECK(to_string(resolve("127.1", "80").error()) == "getaddrinfo 127.1: Name or service not known");
}

}  // namespace volley
