// SPDX-License-Identifier: Apache-2.0
#include "program/lane.h"

#include <algorithm>
#include <map>
#include <string>
#include <tuple>
#include <utility>

namespace volley::program {
namespace {

/// Joins scenarios by the targets of their file: a scenario that uses two makes one lane of both.
class Grouping {
 public:
  void add(std::size_t file, std::size_t member, const plan::Plan& plan) {
    lanes_.push_back({file, {member}});
    auto own = lanes_.size() - 1;
    const std::tuple scenario{file, plan.line, plan.server};
    const auto before = by_scenario_.find(scenario);
    if (!plan.variation.empty() && before != by_scenario_.end()) own = merge(before->second, own);
    by_scenario_.insert_or_assign(scenario, own);
    if (plan.fresh) return;
    for (const auto& target : plan.targets) {
      const auto [at, is_new] = by_target_.try_emplace({file, target}, own);
      if (!is_new) own = merge(at->second, own);
    }
  }

  std::vector<Lane> take() && {
    std::erase_if(lanes_, [](const Lane& lane) { return lane.members.empty(); });
    for (auto& lane : lanes_) std::ranges::sort(lane.members);
    std::ranges::sort(lanes_, {}, [](const Lane& lane) { return lane.members.front(); });
    return std::move(lanes_);
  }

 private:
  /// `from` becomes empty, and whoever pointed to it points to `to`, which is returned.
  std::size_t merge(std::size_t to, std::size_t from) {
    if (to == from) return to;
    lanes_[to].members.insert(lanes_[to].members.end(), lanes_[from].members.begin(), lanes_[from].members.end());
    lanes_[from].members.clear();
    for (auto& [target, lane] : by_target_) {
      if (lane == from) lane = to;
    }
    for (auto& [scenario, lane] : by_scenario_) {
      if (lane == from) lane = to;
    }
    return to;
  }

  std::vector<Lane> lanes_;
  std::map<std::pair<std::size_t, std::string>, std::size_t> by_target_;
  std::map<std::tuple<std::size_t, std::size_t, std::string>, std::size_t> by_scenario_;  // file, line, server
};

}  // namespace

std::vector<Lane> lanes(const Suite& suite) {
  Grouping grouping;
  for (std::size_t i = 0; i < suite.members.size(); ++i) {
    grouping.add(suite.members[i].file, i, suite.plan(suite.members[i]));
  }
  return std::move(grouping).take();
}

}  // namespace volley::program
