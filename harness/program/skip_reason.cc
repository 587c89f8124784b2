// SPDX-License-Identifier: Apache-2.0
#include "program/skip_reason.h"

#include <fmt/format.h>

#include "program/need.h"

namespace volley::program {
namespace {

/// What --target does not give of a place.
std::string lack(const plan::Place& place) {
  return place.port.empty()
             ? fmt::format("needs the port of {}, and --target gives only others", place.target)
             : fmt::format("needs {0}.{1}, and no --target {0}.{1}=HOST:PORT gives it", place.target, place.port);
}

}  // namespace

std::string_view tells_enough(judge::Outcome as_written) {
  switch (as_written) {
    case judge::Outcome::failed:
      return "it fails as written";
    case judge::Outcome::error:
      return "it could not be run as written";
    case judge::Outcome::advice:
    case judge::Outcome::information:
      return "it is not met as written";
    case judge::Outcome::known:
      return "it is not met as written, which is known";
    default:
      return {};
  }
}

std::optional<std::string> unfit(const plan::Plan& plan, const RunOptions& options) {
  if (auto unmet = unmet_need(plan, options.selection.reach)) return unmet;
  const auto& external = options.external;
  for (const auto& name : plan.targets) {
    if (plan.fresh && external.contains(name)) {
      return fmt::format("needs an instance of {} of its own, and --target gives one that runs already", name);
    }
  }
  for (const auto& place : plan.places) {
    const auto given = external.find(place.target);
    if (given == external.end()) continue;
    const auto at = given->second.find(place.port);
    if (at == given->second.end()) return lack(place);
    const auto& endpoint = at->second;
    if (!plan.on_ipv6 || !endpoint.is_ip() || endpoint.address().is_v6()) continue;
    return fmt::format("needs {} on ::1, and --target gives {}", place.target, endpoint.to_string());
  }
  return {};
}

}  // namespace volley::program
