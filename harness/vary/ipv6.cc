// SPDX-License-Identifier: Apache-2.0
// ::1 in place of 127.0.0.1: whoever takes an address for four bytes is found out. The targets are started there, too.
#include <algorithm>
#include <functional>
#include <optional>
#include <string_view>
#include <variant>

#include "plan/expressions.h"
#include "vary/table.h"

namespace volley::vary {
namespace {

using plan::Expression;

const Ipv4Address loopback({127, 0, 0, 1});
constexpr std::string_view loopback_octets("\x7f\0\0\1", 4);
const Ipv6Address ipv6_loopback({0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1});

/// Moves the expressions of a plan, and remembers what it has met.
class Move {
 public:
  bool is_moved = false;
  bool names_other = false;  ///< Another IPv4 address, which has no like among those of IPv6.

  void operator()(Expression& expression) {
    if (auto* endpoint = std::get_if<Endpoint>(&expression.value); endpoint && endpoint->is_ip()) {
      if (const auto address = moved_from(endpoint->address())) *endpoint = Endpoint(*address, endpoint->port());
    }
    if (auto* address = std::get_if<IpAddress>(&expression.value)) {
      if (const auto other = moved_from(*address)) *address = *other;
    }
    is_packing_ = is_packing_ || expression.op == plan::Op::packed;
    const auto* bytes = std::get_if<plan::Bytes>(&expression.value);
    names_octets_ = names_octets_ || (bytes != nullptr && *bytes == loopback_octets);
  }
  /// Compares with the four bytes of 127.0.0.1 what is sixteen on ::1.
  bool counts_octets() const { return is_packing_ && names_octets_; }

 private:
  std::optional<IpAddress> moved_from(const IpAddress& address) {
    if (address.is_v6()) return {};
    names_other = names_other || address != loopback;
    is_moved = true;
    return ipv6_loopback;
  }

  bool is_packing_ = false;
  bool names_octets_ = false;
};

/// Whether a step opens a socket without saying where: that is on loopback, which the run knows.
bool is_on_loopback(const plan::Plan& plan, const plan::Step& step) {
  const auto is_own = [&](const auto* opening) {
    return opening && !opening->place && !plan::is_unix(plan.peers[opening->peer].transport);
  };
  return is_own(std::get_if<plan::Listen>(&step.action)) || is_own(std::get_if<plan::Bind>(&step.action));
}

}  // namespace

std::optional<plan::Plan> ipv6(const plan::Plan& plan) {
  auto varied = plan;
  Move move;
  plan::each_expression(varied, std::ref(move));
  const bool has_own =
      std::ranges::any_of(plan.steps, [&](const plan::Step& step) { return is_on_loopback(plan, step); });
  // A scenario that names others is about IPv4 itself.
  if (move.names_other || move.counts_octets()) return {};
  if (!move.is_moved && !has_own && plan.targets.empty()) return {};
  varied.on_ipv6 = true;
  if (std::ranges::find(varied.needs, script::Need::ipv6) == varied.needs.end()) {
    varied.needs.push_back(script::Need::ipv6);
  }
  return varied;
}

}  // namespace volley::vary
