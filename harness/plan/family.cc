// SPDX-License-Identifier: Apache-2.0
#include "plan/family.h"

#include <algorithm>
#include <utility>

#include "plan/plan.h"

namespace volley::plan {
namespace {

/// A scenario may use a member by its own name as well: each target is there once.
void drop_second(Plan& plan, const std::string& target) {
  const auto first = std::ranges::find(plan.targets, target);
  const auto second = std::find(std::next(first), plan.targets.end(), target);
  if (second == plan.targets.end()) return;
  const auto kept = static_cast<std::uint32_t>(first - plan.targets.begin());
  const auto dropped = static_cast<std::uint32_t>(second - plan.targets.begin());
  plan.targets.erase(second);
  for (auto& peer : plan.peers) {
    if (!peer.target || *peer.target < dropped) continue;
    peer.target = *peer.target == dropped ? kept : *peer.target - 1;
  }
}

/// Whether what is known of `known` says nothing of `target`, which serves in place of the family: another one of it
/// would, and is at most beside.
bool is_of_another(const Known& known, const Family& family, const std::string& target) {
  return known.target != target && std::ranges::find(family.members, known.target) != family.members.end();
}

}  // namespace

const Family* family_of(const Plan& plan, const std::vector<Family>& families) {
  const auto used = std::ranges::find_if(families, [&](const Family& family) {
    return std::ranges::find(plan.targets, family.name) != plan.targets.end();
  });
  return used == families.end() ? nullptr : &*used;
}

Plan served_by(Plan plan, const Family& family, const std::string& target, const std::string& server) {
  plan.family = family.name;
  plan.server = server;
  std::ranges::replace(plan.targets, family.name, target);
  drop_second(plan, target);
  for (auto& place : plan.places) {
    if (place.target == family.name) place.target = target;
  }
  std::erase_if(plan.known, [&](const Known& known) { return is_of_another(known, family, target); });
  return plan;
}

}  // namespace volley::plan
