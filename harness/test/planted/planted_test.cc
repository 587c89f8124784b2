// SPDX-License-Identifier: Apache-2.0
// Proof that the suites bite: they find no fault with a server that is right, and each of those that servers may have.
#include <fmt/core.h>

#include <atomic>
#include <set>
#include <thread>
#include <utility>
#include <vector>

#include "catch.h"
#include "suite_run.h"

namespace volley::planted {
namespace {

/// How many servers are under test at once. Most of the time of a fault that shows by silence is waiting.
constexpr std::size_t at_once = 2;

/// What a suite makes of a fault.
struct Finding {
  const Fault* fault = nullptr;
  std::string_view variation = {};  ///< Under which it was found; empty: as written.
  SuiteRun run = {};
};

Finding examine(const Protocol& protocol, const Fault& fault) {
  const std::vector<std::string> faults{std::string(fault.name)};
  auto run = run_suite(protocol, faults, "", Until::first_failure);
  return {&fault, run.failed.empty() ? fault.variation : "", std::move(run)};
}

std::vector<Finding> examine_all(const Protocol& protocol) {
  std::vector<Finding> findings(protocol.faults.size());
  std::atomic<std::size_t> next = 0;
  std::vector<std::jthread> workers;
  for (std::size_t i = 0; i < at_once; ++i) {
    workers.emplace_back([&] {
      for (auto at = next++; at < findings.size(); at = next++) findings[at] = examine(protocol, protocol.faults[at]);
    });
  }
  workers.clear();
  return findings;
}

void check(const Protocol& protocol) {
  std::size_t by_variations = 0;
  for (const auto& [fault, variation, run] : examine_all(protocol)) {
    CAPTURE(fault->name, variation, run.complaint);
    CHECK((!run.failed.empty() || !variation.empty()));
    if (!variation.empty()) ++by_variations;
    fmt::print("{:9} | {:22} | {:10} | {}\n", protocol.name, fault->name, variation.empty() ? "as written" : variation,
               run.failed.empty() ? "not found" : run.failed.front());
  }
  fmt::print("{}: {} faults, {} found by variations only\n", protocol.name, protocol.faults.size(), by_variations);
}

void check_right(const Protocol& protocol, std::string_view variations) {
  const auto run = run_suite(protocol, {}, variations, Until::end);
  CHECK(run.complaint == "");
  CHECK(run.failed == std::vector<std::string>());
  CHECK(run.passed > 10);
}

}  // namespace

TEST_CASE("each fault of the TCP echo is found") {
  check(echo_protocol);
}
TEST_CASE("each fault of the line echo is found") {
  check(line_echo_protocol);
}
TEST_CASE("each fault of the UDP echo is found") {
  check(udp_echo_protocol);
}
TEST_CASE("each fault of the TFTP server is found") {
  check(tftp_protocol);
}
TEST_CASE("each fault of the RESP server is found") {
  check(resp_protocol);
}
TEST_CASE("each fault of the DNS server is found") {
  check(dns_protocol);
}
TEST_CASE("each fault of the HTTP server is found") {
  check(http_protocol);
}

TEST_CASE("no fault is found with servers that have none") {
  for (const auto* protocol : protocols()) {
    CAPTURE(protocol->name);
    check_right(*protocol, "");
  }
}

TEST_CASE("each protocol has eight faults at least, whose names differ") {
  for (const auto* protocol : protocols()) {
    std::set<std::string_view> names;
    for (const auto& fault : protocol->faults) names.insert(fault.name);
    CAPTURE(protocol->name);
    CHECK(names.size() == protocol->faults.size());
    CHECK(names.size() >= 8);
  }
}

}  // namespace volley::planted
