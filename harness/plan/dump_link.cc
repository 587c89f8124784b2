// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include "plan/plan.h"
#include "plan/value.h"

namespace volley::plan {
namespace {

std::string share(std::string_view word, std::uint8_t percent) {
  return percent > 0 ? fmt::format(" {} {}%", word, percent) : std::string();
}
std::string numbers(std::string_view word, const std::vector<Expression>& list) {
  std::string text;
  for (const auto& number : list) text += fmt::format(" {} {}", word, dump(number));
  return text;
}
std::string bytes(std::string_view word, const std::optional<Expression>& size) {
  return size ? fmt::format(" {} after {}", word, dump(*size)) : std::string();
}

std::string dump(const Conditions& way) {
  std::string text;
  if (way.delay.count() > 0) text += " delay " + to_text(way.delay);
  if (way.jitter.count() > 0) text += " jitter " + to_text(way.jitter);
  if (way.rate > 0) text += fmt::format(" rate {}", way.rate);
  text += share("loss", way.loss) + share("duplicate", way.duplicate) + share("reorder", way.reorder);
  text += share("corrupt", way.corrupt) + numbers("drop", way.dropped) + numbers("duplicate", way.duplicated);
  text += numbers("reorder", way.reordered) + numbers("corrupt", way.corrupted);
  return text + bytes("reset", way.reset_after) + bytes("stall", way.stall_after);
}

}  // namespace

std::string dump_conditions(const Link& link) {
  const auto there = dump(link.there);
  const auto back = dump(link.back);
  std::string text;
  if (!there.empty()) text += " there" + there;
  if (!back.empty()) text += " back" + back;
  return link.seed ? text + " seed " + dump(*link.seed) : text;
}

}  // namespace volley::plan
