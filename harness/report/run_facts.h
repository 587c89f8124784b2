// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

namespace volley::report {

/// What reports say of a run as a whole, known before the first case.
struct RunFacts {
  std::string version;               ///< Of volley.
  std::vector<std::string> command;  ///< The words of the command line.
  std::uint64_t seed = 0;
  std::chrono::sys_time<std::chrono::nanoseconds> began{};
};

/// RFC 3339 in UTC with nine decimals: `2026-01-31T23:59:59.000000001Z`.
std::string timestamp(std::chrono::sys_time<std::chrono::nanoseconds> time);

}  // namespace volley::report
