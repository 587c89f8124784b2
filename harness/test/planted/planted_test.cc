// SPDX-License-Identifier: Apache-2.0
// Proof that the suites bite: they find no fault with a server that is right, and each of those that servers may have.
#include <fmt/core.h>
#include <volley/temp_dir.h>

#include <array>
#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <set>
#include <thread>
#include <utility>
#include <vector>

#include "catch.h"
#include "suite_run.h"
#include "text.h"

namespace volley::planted {
namespace {

/// How many servers are under test at once. Most of the time of a fault that shows by silence is waiting.
constexpr std::size_t at_once = 2;

constexpr std::array variations{"segment", "split", "coalesce", "ipv6", "slow_reader", "delay", "repeat"};

/// What a suite makes of a fault.
struct Finding {
  const Fault* fault = nullptr;
  std::string_view variation = {};  ///< Under which it was found; empty: as written.
  SuiteRun run = {};
};

/// Under one variation, and not as written.
RunOptions only(std::string_view variation) {
  return {.variations = variation,
          .host = variation == "ipv6" ? "[::1]" : "127.0.0.1",
          .variations_only = true,
          .until_failure = true};
}

Finding examine(const Protocol& protocol, const Fault& fault) {
  const std::vector<std::string> faults{std::string(fault.name)};
  auto run = run_suite(protocol, faults, {.until_failure = true});
  if (!run.failed.empty() || fault.variation.empty()) return {&fault, {}, std::move(run)};
  run = run_suite(protocol, faults, only(fault.variation));
  return {&fault, fault.variation, std::move(run)};
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
    CAPTURE(fault->name, variation, run.told);
    CHECK(run.complaint == "");
    CHECK_FALSE(run.failed.empty());
    if (!variation.empty()) ++by_variations;
    fmt::print("{:9} | {:22} | {:10} | {}\n", protocol.name, fault->name, variation.empty() ? "as written" : variation,
               run.failed.empty() ? "not found" : run.failed.front());
  }
  fmt::print("{}: {} faults, {} found by variations only\n", protocol.name, protocol.faults.size(), by_variations);
}

/// How often the right servers are run: 3 times, or as often as the environment says.
std::size_t rounds() {
  const char* wish = std::getenv("VOLLEY_PLANTED_ROUNDS");
  const auto count = number_of(wish == nullptr ? "3" : wish);
  if (count.value_or(0) == 0) FAIL("VOLLEY_PLANTED_ROUNDS is no count: " << wish);
  return *count;
}

/// Each round has a server of its own: keys in its scenarios are told apart by ports, which come again after some
/// thousands of connections.
void check_right(const Protocol& protocol) {
  auto over_ipv6 = only("ipv6");
  over_ipv6.until_failure = false;
  std::size_t passed = 0;
  const auto count = rounds();
  for (std::size_t round = 1; round <= count; ++round) {
    for (const auto& options : {RunOptions{.variations = "all"}, over_ipv6}) {
      const auto run = run_suite(protocol, {}, options);
      CAPTURE(round, run.told);
      CHECK(run.complaint == "");
      CHECK(run.failed == std::vector<std::string>());
      CHECK(run.others == std::vector<std::string>());
      CHECK(run.passed > 10);
      passed += run.passed;
    }
  }
  fmt::print("{}: {} cases passed in {} rounds\n", protocol.name, passed, count);
}

/// A line of the whole table: where the fault shows as scenarios are written, and under which variations it shows.
std::string line_of(const Protocol& protocol, const Fault& fault) {
  const std::vector<std::string> faults{std::string(fault.name)};
  const auto plain = run_suite(protocol, faults, {.until_failure = true});
  CAPTURE(fault.name);
  CHECK(plain.complaint == "");
  std::string found_by;
  for (const auto* variation : variations) {
    const auto run = run_suite(protocol, faults, only(variation));
    CAPTURE(variation);
    CHECK(run.complaint == "");
    if (!run.failed.empty()) found_by += fmt::format(" {}", variation);
  }
  return fmt::format("{} | {} | {} |{}", protocol.name, fault.name, plain.failed.empty() ? "-" : plain.failed.front(),
                     found_by);
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

TEST_CASE("nothing is found with a TCP echo that is right") {
  check_right(echo_protocol);
}
TEST_CASE("nothing is found with a line echo that is right") {
  check_right(line_echo_protocol);
}
TEST_CASE("nothing is found with a UDP echo that is right") {
  check_right(udp_echo_protocol);
}
TEST_CASE("nothing is found with a TFTP server that is right") {
  check_right(tftp_protocol);
}
TEST_CASE("nothing is found with a RESP server that is right") {
  check_right(resp_protocol);
}
TEST_CASE("nothing is found with a DNS server that is right") {
  check_right(dns_protocol);
}
TEST_CASE("nothing is found with an HTTP server that is right") {
  check_right(http_protocol);
}

TEST_CASE("the RESP server takes an array without words for nothing, however its zero is written") {
  const auto directory = TempDir::make();
  REQUIRE(directory);
  const auto path = directory->path() + "/zeros.volley";
  std::ofstream(path)
      << "target redis {\n    run \"none\"\n}\nscenario \"zeros\" {\n    tag basic\n    connect c tcp redis\n"
         "    c > \"*0\\r\\n*00\\r\\n*1\\r\\n$4\\r\\nPING\\r\\n*1\\r\\n$4\\r\\nPING\\r\\n\"\n"
         "    c < \"+PONG\\r\\n+PONG\\r\\n\" within 2s\n}\n";
  const auto run = run_suite(resp_protocol, {}, {.file = path});
  CAPTURE(run.told);
  CHECK(run.complaint == "");
  CHECK(run.passed == 1);
}

TEST_CASE("the whole table", "[.table]") {
  fmt::print("protocol | fault | first scenario that finds it | variations that find it\n");
  for (const auto* protocol : protocols()) {
    for (const auto& fault : protocol->faults) {
      const auto line = line_of(*protocol, fault);
      fmt::print("{}\n", line);
      std::fflush(stdout);
      CHECK_FALSE(line.ends_with("| - |"));
    }
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
