// SPDX-License-Identifier: Apache-2.0
// What a peer says in two sends comes in one segment: whoever takes a read for a message loses the second.
#include <set>

#include "vary/streams.h"
#include "vary/table.h"

namespace volley::vary {
namespace {

/// Where bodies begin and end: what stands on both sides of such a place does not follow each other at once.
class Borders {
 public:
  explicit Borders(const plan::Plan& plan) {
    if (plan.always) places_.insert(*plan.always);
    for (const auto& step : plan.steps) std::visit([this](const auto& action) { add(action); }, step.action);
  }
  bool contains(std::size_t step) const { return places_.contains(step); }

 private:
  void add_body(const plan::Body& body) {
    places_.insert(body.begin);
    places_.insert(body.end);
  }
  template <class Action>
  void add(const Action& action) {
    if constexpr (requires { action.body; }) add_body(action.body);
    if constexpr (requires { action.branches; }) {
      for (const auto& branch : action.branches) add_body(branch);
    }
  }
  std::set<std::size_t> places_;
};

}  // namespace

std::optional<plan::Plan> coalesce(const plan::Plan& plan) {
  auto varied = plan;
  const Borders borders(varied);
  bool is_changed = false;
  for (std::size_t i = 0; i + 1 < varied.steps.size(); ++i) {
    if (!is_free_send(varied, varied.steps[i]) || !is_free_send(varied, varied.steps[i + 1])) continue;
    auto& send = std::get<plan::Send>(varied.steps[i].action);
    const auto& next = std::get<plan::Send>(varied.steps[i + 1].action);
    if (send.peer != next.peer || borders.contains(i + 1)) continue;
    // A unix stream keeps nothing back, and a read of it may take what several sends have put there as it is.
    if (varied.peers[send.peer].transport != plan::Transport::tcp) continue;
    send.is_held = is_changed = true;
  }
  if (!is_changed) return {};
  return varied;
}

}  // namespace volley::vary
