// SPDX-License-Identifier: Apache-2.0
#include "report/run_facts.h"

#include <fmt/chrono.h>
#include <fmt/format.h>

namespace volley::report {

std::string timestamp(std::chrono::sys_time<std::chrono::nanoseconds> time) {
  const auto seconds = std::chrono::floor<std::chrono::seconds>(time);
  return fmt::format("{:%Y-%m-%dT%H:%M:%S}.{:09}Z", fmt::gmtime(std::chrono::system_clock::to_time_t(seconds)),
                     (time - seconds).count());
}

}  // namespace volley::report
