// SPDX-License-Identifier: Apache-2.0
// Each byte in a segment of its own: whoever takes a read for a message is found out.
#include "vary/streams.h"
#include "vary/table.h"

namespace volley::vary {
namespace {

/// Of a longer send than two of these only its ends are cut: a megabyte in single bytes would take a minute.
constexpr std::uint64_t edge = 1024;

}  // namespace

std::optional<plan::Plan> segment(const plan::Plan& plan) {
  auto varied = plan;
  bool is_changed = false;
  for (auto& step : varied.steps) {
    if (!is_free_send(varied, step)) continue;
    std::get<plan::Send>(step.action).segments =
        plan::Segments{.size = plan::Expression::literal(plan::Integer{1}), .edge = edge};
    is_changed = true;
  }
  if (!is_changed) return {};
  return varied;
}

}  // namespace volley::vary
