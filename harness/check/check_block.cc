// SPDX-License-Identifier: Apache-2.0
// Steps that hold others: what their names are known to, what they may do with what stands around them.
#include <fmt/format.h>

#include <algorithm>
#include <iterator>

#include "check/checker.h"

namespace volley::check {
namespace {

using Kind = Binding::Kind;
using source::quote;

constexpr std::size_t most_branches = 256;

}  // namespace

/// Checks steps whose names end with them, and gives back what they have bound.
Checker::Bound Checker::scoped(const script::Steps& steps) {
  auto outer = std::exchange(bound_in_block_, {});
  ++depth_;
  for (const auto& each : steps) step(each);
  --depth_;
  Bound bound;
  const auto names = std::exchange(bound_in_block_, std::move(outer));
  for (const auto& name : names) {
    const auto* binding = names_.find_own(name);
    if (binding && binding->kind != Kind::unknown) bound.emplace_back(name, *binding);
  }
  forget(names);
  return bound;
}

/// The block of the names is over.
void Checker::forget(const std::vector<std::string>& names) {
  for (const auto& name : names) {
    const auto* binding = names_.find_own(name);
    if (!binding || binding->kind == Kind::unknown) continue;  // what is wrong with it has been told
    ended_.insert_or_assign(name, binding->span);
    names_.forget(name);
  }
}

/// The names are known behind their block, too.
void Checker::rebind(const Bound& bound) {
  for (const auto& [name, binding] : bound) bind({name, binding.span}, binding);
}

/// A round ends with its peers, and leaves its values.
void Checker::rebind_values(const Bound& bound) {
  for (const auto& [name, binding] : bound) {
    if (binding.kind != Kind::value) continue;
    bind({name, binding.span}, {.kind = Kind::value, .value = {.type = binding.value.type, .constant = {}}});
  }
}

void Checker::count(const Expression& expression, std::string_view what) {
  constexpr Wide most = 1'000'000'000;
  const auto found = value(expression);
  if (require(expression, found.type, Type::integer, what)) within(expression, found, {0, most}, "a count");
}

void Checker::counter(const std::optional<Name>& name) {
  if (name) bind_value(*name, {.type = Type::integer, .constant = {}});
}

/// The peer is not from outside of a loop, whose second round would find it gone.
void Checker::once_only(const Binding& peer, const Name& name, std::string_view done) {
  if (peer.loops >= loops_) return;
  findings_.add(Rule::outer_peer, name.span,
                fmt::format("{} is from outside of the loop: each round would find it {}", quote(name.text), done),
                "open it inside, or end it behind the loop");
}

/// Notes the change, so that another branch can be checked without it.
void Checker::change(const Name& name, Binding& peer, bool Binding::* state) {
  peer.*state = true;
  changes_.emplace_back(name.text, state);
}

void Checker::action(const script::Ignore& step) {
  const auto* ignored = peer(step.peer, "be ignored");
  if (!ignored || ignored->kind != Kind::listener) return;
  findings_.add(Rule::listener_as_peer, step.peer.span,
                fmt::format("{} is a listener: no bytes come to it", quote(step.peer.text)));
}

void Checker::action(const script::Repeat& step) {
  for (const auto& rounds : step.count) count(rounds, "'repeat'");
  for (const auto& rounds : step.at_most) count(rounds, "'at most'");
  ++loops_;
  ++repeats_;
  auto outer = std::exchange(bound_in_block_, {});
  counter(step.round);
  const auto own = std::exchange(bound_in_block_, std::move(outer));
  const auto bound = scoped(step.body);
  rebind_values(bound);
  for (const auto& condition : step.until) require(condition, value(condition).type, Type::boolean, "'until'");
  forget(own);
  --repeats_;
  --loops_;
}

void Checker::action(const script::Parallel& step) {
  count(step.count, "'parallel'");
  ++loops_;
  ++parallels_;
  const auto repeats = std::exchange(repeats_, 0);
  auto outer = std::exchange(bound_in_block_, {});
  counter(step.copy);
  const auto own = std::exchange(bound_in_block_, std::move(outer));
  scoped(step.body);
  forget(own);
  repeats_ = repeats;
  --parallels_;
  --loops_;
}

/// Whether each branch begins with a receive.
bool Checker::branches(const std::vector<script::Branch>& branches) {
  bool are_right = true;
  for (const auto& branch : branches) {
    if (!branch.steps.empty() && std::holds_alternative<script::Receive>(branch.steps.front().action)) {
      first_of_branch(std::get<script::Receive>(branch.steps.front().action));
      continue;
    }
    const auto span = branch.steps.empty() ? step_span_ : branch.steps.front().span;
    findings_.add(Rule::branch_without_receive, span, "a branch begins with a receive",
                  "what comes decides which branch it is");
    are_right = false;
  }
  if (branches.size() > most_branches) {
    findings_.add(Rule::too_many_branches, step_span_,
                  fmt::format("{} branches are more than {}", branches.size(), most_branches));
    are_right = false;
  }
  return are_right;
}

void Checker::action(const script::AnyOrder& step) {
  const bool are_right = branches(step.branches);
  if (are_right) overlaps(step.branches, false);
  if (are_right) silence_beside(step.branches);
  Bound all;
  for (const auto& branch : step.branches) {
    auto bound = scoped(branch.steps);
    all.insert(all.end(), std::make_move_iterator(bound.begin()), std::make_move_iterator(bound.end()));
  }
  rebind(all);
}

/// Each branch is checked as if it were the only one. Behind the block the names are known that all of them bind, and a
/// peer that one of them closes is closed.
void Checker::action(const script::OneOf& step) {
  if (branches(step.branches)) overlaps(step.branches, true);
  auto outer = std::exchange(changes_, {});
  decltype(changes_) all_changes;
  std::optional<Bound> in_all;
  for (const auto& branch : step.branches) {
    auto bound = scoped(branch.steps);
    for (const auto& [name, state] : changes_) {
      if (auto* changed = names_.find_own(name)) changed->*state = false;
    }
    all_changes.insert(all_changes.end(), changes_.begin(), changes_.end());
    changes_.clear();
    if (!in_all) {
      in_all = std::move(bound);
      continue;
    }
    std::erase_if(*in_all, [&](const auto& entry) {
      return std::ranges::none_of(bound, [&](const auto& other) {
        return other.first == entry.first && other.second.kind == entry.second.kind &&
               other.second.value.type == entry.second.value.type;
      });
    });
  }
  changes_ = std::move(outer);
  for (const auto& [name, state] : all_changes) {
    if (auto* changed = names_.find_own(name)) changed->*state = true;
    changes_.emplace_back(name, state);
  }
  if (in_all) {
    for (auto& [name, binding] : *in_all) binding.value.constant.reset();
    rebind(*in_all);
  }
}

void Checker::top_level(std::string_view what) {
  if (depth_ == 0) return;
  findings_.add(Rule::misplaced_block, {step_span_.begin, step_span_.begin + static_cast<std::uint32_t>(what.size())},
                fmt::format("'{}' stands inside of another block", what),
                fmt::format("'{}' is a step of the scenario itself", what));
}

void Checker::action(const script::Focus& step) {
  top_level("focus");
  if (depth_ == 0 && has_focus_) {
    findings_.add(Rule::misplaced_block, {step_span_.begin, step_span_.begin + 5}, "a second 'focus'",
                  "a scenario has one at most");
  }
  has_focus_ = true;
  scoped(step.body);
}

void Checker::action(const script::Always& step) {
  top_level("always");
  // Its steps come after a failure, too: nothing that was bound before can be relied on.
  auto before = std::exchange(names_, Names(&declarations_.names));
  is_in_always_ = true;
  scoped(step.body);
  is_in_always_ = false;
  names_ = std::move(before);
}

}  // namespace volley::check
