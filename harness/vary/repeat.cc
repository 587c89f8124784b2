// SPDX-License-Identifier: Apache-2.0
// The same scenario again on the same server: what one connection leaves behind, or has of another, shows.
#include <algorithm>

#include "vary/table.h"

namespace volley::vary {
namespace {

/// Whether a second run beside it would find its place taken: one that the scenario, or its target, has chosen.
bool has_own_place(const plan::Plan& plan) {
  return std::ranges::any_of(plan.steps, [](const plan::Step& step) {
    const auto* listen = std::get_if<plan::Listen>(&step.action);
    const auto* bind = std::get_if<plan::Bind>(&step.action);
    const auto* connect = std::get_if<plan::Connect>(&step.action);
    return (listen && listen->place) || (bind && bind->place) || (connect && connect->from);
  });
}

}  // namespace

std::optional<plan::Plan> repeat(const plan::Plan& plan) {
  // Without a server nobody remembers anything; and a scenario that wants a fresh one says that its server must not.
  if (plan.targets.empty() || plan.fresh) return {};
  return plan;
}

Runs repeated(const plan::Plan& plan, const Limits&) {
  Runs all{{Run{.condition_alone = "in its first run"}, Run{.has_own_seed = true}}};
  if (plan.needs_dir) {
    all.remark = "not run twice at once, since both would need the one directory";
  } else if (has_own_place(plan)) {
    all.remark = "not run twice at once, since both would need a place that the scenario names";
  } else {
    all.runs.push_back({.at_once = 2, .has_own_seed = true, .condition = "when it runs twice at once"});
  }
  return all;
}

}  // namespace volley::vary
