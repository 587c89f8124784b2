// SPDX-License-Identifier: Apache-2.0
// Blocks become steps that know where theirs end: a plan stays a flat list.
#include "plan/names.h"

namespace volley::plan {
namespace {

constexpr nanoseconds patience = std::chrono::seconds(5);  // of the end of a round with a peer that takes nothing
constexpr std::uint64_t most_rounds = 10'000;              // of `repeat until`, if nothing else is said

struct LowerBlock {
  const script::Step& from;
  Plan& plan;
  Names& names;
  nanoseconds timeout;

  std::uint32_t here() const { return static_cast<std::uint32_t>(plan.steps.size()); }

  /// Makes room for the block's own step, in front of those that it holds.
  std::uint32_t reserve() const {
    Step step;
    step.span = from.span;
    step.at_most = timeout;
    plan.steps.push_back(std::move(step));
    return here() - 1;
  }

  Body body(const script::Steps& steps) const {
    Body body;
    body.begin = here();
    const auto mark = names.mark();
    lower_steps(steps, plan, names, timeout);
    names.take_since(mark, body);
    body.end = here();
    return body;
  }

  std::optional<Slot> counter(const std::optional<script::Name>& name) const {
    if (!name) return {};
    return names.bind_slot(name->text, Type::integer);
  }

  std::vector<Body> branches(const std::vector<script::Branch>& list) const {
    std::vector<Body> lowered;
    for (const auto& branch : list) {
      lowered.push_back(body(branch.steps));
      names.next_alternative(lowered.back());
    }
    return lowered;
  }

  bool operator()(const script::Repeat& block) const {
    const auto at = reserve();
    Repeat repeat;
    if (!block.count.empty()) repeat.count = lower_value(block.count[0], names);
    repeat.at_most = block.at_most.empty() ? Expression::literal(Integer{most_rounds}, from.span)
                                           : lower_value(block.at_most[0], names);
    repeat.round = counter(block.round);
    repeat.body = body(block.body);
    if (!block.until.empty()) repeat.until = lower_value(block.until[0], names);
    plan.steps[at].action = std::move(repeat);
    Step next;
    next.action = NextRound{at};
    next.span = from.span;
    next.at_most = patience;
    plan.steps.push_back(std::move(next));
    return true;
  }
  bool operator()(const script::Parallel& block) const {
    const auto at = reserve();
    Parallel parallel;
    parallel.count = lower_value(block.count, names);
    parallel.copy = counter(block.copy);
    parallel.body = body(block.body);
    plan.steps[at].action = std::move(parallel);
    return true;
  }
  bool operator()(const script::AnyOrder& block) const {
    const auto at = reserve();
    auto outer = names.begin_choice();
    AnyOrder any_order;
    for (const auto& branch : block.branches) any_order.branches.push_back(body(branch.steps));
    names.end_choice(std::move(outer));
    plan.steps[at].action = std::move(any_order);
    return true;
  }
  bool operator()(const script::OneOf& block) const {
    const auto at = reserve();
    auto outer = names.begin_choice();
    auto lowered = branches(block.branches);
    names.end_choice(std::move(outer));
    plan.steps[at].action = OneOf{std::move(lowered)};
    return true;
  }
  bool operator()(const script::Focus& block) const {
    plan.focus = body(block.body);
    return true;
  }
  bool operator()(const script::Always& block) const {
    plan.always = here();
    lower_steps(block.body, plan, names, timeout);
    return true;
  }
  template <class Action>
  bool operator()(const Action&) const {
    return false;
  }
};

}  // namespace

bool lower_block(const script::Step& step, Plan& plan, Names& names, nanoseconds timeout) {
  return std::visit(LowerBlock{step, plan, names, timeout}, step.action);
}

}  // namespace volley::plan
