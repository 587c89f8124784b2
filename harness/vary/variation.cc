// SPDX-License-Identifier: Apache-2.0
#include "vary/variation.h"

#include <algorithm>

#include "vary/table.h"

namespace volley::vary {

std::span<const Variation> variations() {
  return table;
}

const Variation* find(std::string_view name) {
  const auto found = std::ranges::find(table, name, &Variation::name);
  return found == table.end() ? nullptr : &*found;
}

std::vector<plan::Plan> expand(const plan::Plan& plan, std::span<const std::string> names) {
  std::vector<plan::Plan> plans;
  for (const auto& variation : table) {
    if (std::ranges::find(names, variation.name) == names.end() || !plan::allows(plan, variation.name)) continue;
    auto varied = variation.apply(plan);
    if (!varied) continue;
    varied->variation = variation.name;
    plans.push_back(*std::move(varied));
  }
  return plans;
}

Runs runs_of(const plan::Plan& plan, const Limits& limits) {
  const auto* variation = find(plan.variation);
  return variation && variation->runs ? variation->runs(plan, limits) : Runs{{Run{}}};
}

plan::Plan plan_of(const plan::Plan& plan, const Run& run) {
  auto made = plan;
  if (run.cut) std::get<plan::Send>(made.steps[run.cut->step].action).cut = run.cut->cut;
  return made;
}

}  // namespace volley::vary
