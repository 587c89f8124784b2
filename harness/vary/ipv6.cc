// SPDX-License-Identifier: Apache-2.0
// ::1 in place of 127.0.0.1: whoever takes an address for four bytes is found out. The targets are started there, too.
#include <algorithm>
#include <optional>
#include <utility>
#include <variant>
#include <vector>

#include "vary/table.h"

namespace volley::vary {
namespace {

using plan::Expression;

const Ipv4Address loopback({127, 0, 0, 1});
const Ipv6Address ipv6_loopback({0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1});

/// Moves a plan, and remembers what it has met.
class Move {
 public:
  bool moved = false;
  bool has_other = false;  ///< Another IPv4 address, which has no like among those of IPv6.

  explicit Move(const plan::Plan& written) : written_(written) {}

  void steps(plan::Plan& plan) {
    for (auto& step : plan.steps) std::visit([this](auto& action) { of(action); }, step.action);
  }

 private:
  void of(plan::Listen& step) { own_place(step.place, step.peer); }
  void of(plan::Bind& step) { own_place(step.place, step.peer); }
  void of(plan::Connect& step) {
    expression(step.place);
    optional(step.from);
  }
  void of(plan::Send& step) {
    items(step.items);
    optional(step.to);
  }
  void of(plan::Receive& step) {
    items(step.pattern);
    optional(step.from);
  }
  void of(plan::Let& step) { expression(step.value); }
  void of(plan::Expect& step) { expression(step.condition); }
  void of(plan::Start& step) {
    for (auto& argument : step.argv) expression(argument);
  }
  template <class Other>
  void of(Other&) {}

  /// Without a place it is on loopback, which the run knows.
  void own_place(std::optional<Expression>& place, plan::PeerId peer) {
    if (place) return expression(*place);
    moved = moved || !plan::is_unix(written_.peers[peer].transport);
  }
  void optional(std::optional<Expression>& value) {
    if (value) expression(*value);
  }
  void items(std::vector<plan::Item>& list) {
    for (auto& item : list) {
      if (auto* computed = std::get_if<plan::Computed>(&item.extent)) expression(computed->value);
      optional(item.where);
    }
  }
  void expression(Expression& value) {
    if (auto* endpoint = std::get_if<Endpoint>(&value.value); endpoint && endpoint->is_ip()) {
      if (const auto address = moved_from(endpoint->address())) *endpoint = Endpoint(*address, endpoint->port());
    }
    if (auto* address = std::get_if<IpAddress>(&value.value)) {
      if (const auto other = moved_from(*address)) *address = *other;
    }
    for (auto& operand : value.operands) expression(operand);
  }
  std::optional<IpAddress> moved_from(const IpAddress& address) {
    if (address.is_v6()) return {};
    has_other = has_other || address != loopback;
    moved = true;
    return ipv6_loopback;
  }

  const plan::Plan& written_;
};

}  // namespace

std::optional<plan::Plan> ipv6(const plan::Plan& plan) {
  auto varied = plan;
  Move move(plan);
  move.steps(varied);
  // A scenario that names others is about IPv4 itself.
  if (move.has_other || (!move.moved && plan.targets.empty())) return {};
  varied.on_ipv6 = true;
  if (std::ranges::find(varied.needs, script::Need::ipv6) == varied.needs.end()) {
    varied.needs.push_back(script::Need::ipv6);
  }
  return varied;
}

}  // namespace volley::vary
