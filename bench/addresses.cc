// SPDX-License-Identifier: Apache-2.0
// Address text: what parsing and formatting cost beside inet_pton, inet_ntop and getaddrinfo. The texts of a set differ
// in length, so that neither side is helped by a branch predictor that has learnt one of them by heart.
#include <arpa/inet.h>
#include <netdb.h>
#include <volley/endpoint.h>

#include <cstdlib>
#include <cstring>
#include <string>
#include <vector>

#include "interleave.h"

namespace volley {
namespace {

using Texts = std::vector<std::string>;

const Texts v4_texts = {"127.0.0.1",   "192.0.2.1",   "10.0.0.10",   "255.255.255.255", "8.8.8.8",    "172.16.254.3",
                        "203.0.113.9", "1.1.1.1",     "192.168.1.1", "198.51.100.200",  "100.64.0.1", "0.0.0.0",
                        "224.0.0.251", "169.254.7.9", "10.20.30.40", "91.198.174.192"};
const Texts v6_short_texts = {"::1",     "::",           "fe80::1",   "2001:db8::1",
                              "ff02::2", "2001:db8::53", "fd00::a:b", "2620:fe::fe"};
const Texts v6_long_texts = {"2001:db8:85a3:1234:5678:8a2e:370:7334", "fe80:1111:2222:3333:4444:5555:6666:7777",
                             "2a00:1450:4001:829:1111:2222:3333:200e", "fd12:3456:789a:1:2345:6789:abcd:ef01"};
const Texts v6_mapped_texts = {"::ffff:192.0.2.1", "::ffff:127.0.0.1", "::ffff:255.255.255.255", "::ffff:10.0.0.10"};
const Texts v4_endpoint_texts = {"127.0.0.1:80", "192.0.2.1:65535", "10.0.0.10:8080", "203.0.113.255:443"};
const Texts v6_endpoint_texts = {"[::1]:80", "[2001:db8::1]:65535", "[2001:db8:85a3::8a2e:370:7334]:8080",
                                 "[fd00::a:b]:443"};
const Texts v6_zone_texts = {"[fe80::1%1]:80", "[fe80::a:b%1]:65535"};

constexpr std::size_t rounds = 32;

/// A slice: `operation` on every one of `items`, several times over.
template <class Items, class Operation>
auto slice_over(const Items& items, Operation operation) {
  return [&items, operation] {
    for (std::size_t round = 0; round < rounds; ++round) {
      for (const auto& item : items) benchmark::DoNotOptimize(operation(item));
    }
  };
}

template <class Address>
constexpr int family = sizeof(Address) == 4 ? AF_INET : AF_INET6;

template <class Address>
void parse_address(benchmark::State& state, const Texts& texts) {
  const auto baseline = [](const std::string& text) {
    typename Address::Octets octets;
    if (inet_pton(family<Address>, text.c_str(), octets.data()) != 1) std::abort();
    return octets;
  };
  const auto ours = [](const std::string& text) { return Address::parse(text).value(); };
  bench::interleave(state, rounds * texts.size(), slice_over(texts, ours), slice_over(texts, baseline));
}

template <class Address>
void format_address(benchmark::State& state, const Texts& texts) {
  std::vector<Address> addresses;
  for (const auto& text : texts) addresses.push_back(Address::parse(text).value());
  char buffer[INET6_ADDRSTRLEN];
  const auto baseline = [&buffer](const Address& address) {
    return inet_ntop(family<Address>, address.octets().data(), buffer, sizeof buffer);
  };
  const auto ours = [&buffer](const Address& address) {
    const std::size_t size = address.format_to(std::span<char, Address::text_capacity>(buffer, Address::text_capacity));
    benchmark::ClobberMemory();
    return size;
  };
  bench::interleave(state, rounds * addresses.size(), slice_over(addresses, ours), slice_over(addresses, baseline));
}

struct HostAndPort {
  std::string host;
  std::string port;
};

/// What a program without us does: getaddrinfo, told not to ask DNS.
sockaddr_storage by_getaddrinfo(const HostAndPort& text) {
  addrinfo hints{};
  hints.ai_flags = AI_NUMERICHOST | AI_NUMERICSERV;
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* list = nullptr;
  if (getaddrinfo(text.host.c_str(), text.port.c_str(), &hints, &list) != 0) std::abort();
  sockaddr_storage address{};
  std::memcpy(&address, list->ai_addr, list->ai_addrlen);
  freeaddrinfo(list);
  return address;
}

void parse_endpoint(benchmark::State& state, const Texts& texts) {
  std::vector<HostAndPort> split;  // not part of the time: getaddrinfo is given the two halves for nothing
  for (const auto& text : texts) {
    const std::size_t colon = text.rfind(':');
    const bool v6 = text.front() == '[';
    split.push_back({v6 ? text.substr(1, colon - 2) : text.substr(0, colon), text.substr(colon + 1)});
  }
  const auto ours = [](const std::string& text) { return Endpoint::parse(text).value().to_sockaddr(); };
  bench::interleave(state, rounds * texts.size(), slice_over(texts, ours), slice_over(split, by_getaddrinfo));
}

void format_endpoint(benchmark::State& state, const Texts& texts) {
  std::vector<Endpoint> endpoints;
  std::vector<SocketAddress> names;
  for (const auto& text : texts) {
    endpoints.push_back(Endpoint::parse(text).value());
    names.push_back(endpoints.back().to_sockaddr());
  }
  const auto baseline = [](const SocketAddress& name) {
    char host[NI_MAXHOST];
    char port[NI_MAXSERV];
    const int flags = NI_NUMERICHOST | NI_NUMERICSERV;
    if (getnameinfo(name.get(), name.length, host, sizeof host, port, sizeof port, flags) != 0) std::abort();
    return std::string(host) + ':' + port;
  };
  const auto ours = [](const Endpoint& endpoint) { return endpoint.to_string(); };
  bench::interleave(state, rounds * texts.size(), slice_over(endpoints, ours), slice_over(names, baseline));
}

constexpr auto parse_ipv4 = parse_address<Ipv4Address>;
constexpr auto parse_ipv6 = parse_address<Ipv6Address>;
constexpr auto format_ipv4 = format_address<Ipv4Address>;
constexpr auto format_ipv6 = format_address<Ipv6Address>;

BENCHMARK_CAPTURE(parse_ipv4, mixed, v4_texts)->UseManualTime();
BENCHMARK_CAPTURE(parse_ipv6, short, v6_short_texts)->UseManualTime();
BENCHMARK_CAPTURE(parse_ipv6, long, v6_long_texts)->UseManualTime();
BENCHMARK_CAPTURE(parse_ipv6, mapped, v6_mapped_texts)->UseManualTime();
BENCHMARK_CAPTURE(format_ipv4, mixed, v4_texts)->UseManualTime();
BENCHMARK_CAPTURE(format_ipv6, short, v6_short_texts)->UseManualTime();
BENCHMARK_CAPTURE(format_ipv6, long, v6_long_texts)->UseManualTime();
BENCHMARK_CAPTURE(format_ipv6, mapped, v6_mapped_texts)->UseManualTime();
BENCHMARK_CAPTURE(parse_endpoint, v4, v4_endpoint_texts)->UseManualTime();
BENCHMARK_CAPTURE(parse_endpoint, v6, v6_endpoint_texts)->UseManualTime();
BENCHMARK_CAPTURE(parse_endpoint, v6_zone, v6_zone_texts)->UseManualTime();
BENCHMARK_CAPTURE(format_endpoint, v4, v4_endpoint_texts)->UseManualTime();
BENCHMARK_CAPTURE(format_endpoint, v6, v6_endpoint_texts)->UseManualTime();

}  // namespace
}  // namespace volley
