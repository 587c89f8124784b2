// SPDX-License-Identifier: Apache-2.0
// What a target and our side say to each other comes late: whoever takes what has not come yet for what never comes is
// found out.
#include <algorithm>
#include <chrono>
#include <variant>
#include <vector>

#include "plan/expressions.h"
#include "vary/table.h"

namespace volley::vary {
namespace {

/// A hundred times what loopback needs, and no more than a deadline of a scenario bears many times.
constexpr auto each_way = std::chrono::milliseconds(2);

bool goes_to_target(const plan::Plan& plan, const plan::Step& step) {
  const auto is_target = [](const plan::Expression& place) { return place.op == plan::Op::place; };
  if (const auto* connect = std::get_if<plan::Connect>(&step.action)) {
    return is_target(connect->place) && !plan::is_unix(connect->transport);
  }
  const auto* send = std::get_if<plan::Send>(&step.action);
  return send && send->to && is_target(*send->to) && !plan::is_unix(plan.peers[send->peer].transport);
}

/// Urgent bytes do not pass a proxy as such.
bool is_urgent(const plan::Step& step) {
  const auto* send = std::get_if<plan::Send>(&step.action);
  const auto* receive = std::get_if<plan::Receive>(&step.action);
  return (send && send->is_urgent) || (receive && receive->is_urgent);
}

/// A server sees datagrams come from the proxy's port: one that tells where they come from does not tell ours.
bool expects_own_place(plan::Plan plan) {
  std::erase_if(plan.steps, [](const plan::Step& step) {
    return !std::holds_alternative<plan::Receive>(step.action) && !std::holds_alternative<plan::Expect>(step.action);
  });
  bool found = false;
  plan::each_expression(plan, [&](const plan::Expression& expression) {
    if (expression.op != plan::Op::local) return;
    const auto& peer = plan.peers[expression.index];
    found = found || (peer.kind == plan::PeerKind::datagram && !plan::is_unix(peer.transport));
  });
  return found;
}

}  // namespace

std::optional<plan::Plan> delay(const plan::Plan& plan) {
  const auto reaches = [&](const plan::Step& step) { return goes_to_target(plan, step); };
  if (std::ranges::none_of(plan.steps, reaches) || std::ranges::any_of(plan.steps, is_urgent) ||
      expects_own_place(plan)) {
    return {};
  }
  auto varied = plan;
  varied.delay = each_way;
  return varied;
}

}  // namespace volley::vary
