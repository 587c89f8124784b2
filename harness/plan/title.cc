// SPDX-License-Identifier: Apache-2.0
#include "plan/title.h"

#include "plan/plan.h"

namespace volley::plan {

std::string title(std::string_view name, std::string_view variation, std::string_view server) {
  std::string title(name);
  for (const auto part : {variation, server}) {
    if (!part.empty()) title.append(" [").append(part).append("]");
  }
  return title;
}

std::string title(const Plan& plan) {
  return title(plan.name, plan.variation, plan.server);
}

std::string identity(const Plan& plan) {
  return plan.path + " › " + title(plan);
}

}  // namespace volley::plan
