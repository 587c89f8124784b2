// SPDX-License-Identifier: Apache-2.0
#include "check/names.h"

#include <re2/re2.h>

#include <algorithm>

#include "script/regex_options.h"
#include "script/words.h"

namespace volley::check {
namespace {

/// Collects what a step binds.
struct Bound {
  std::vector<script::Name>& names;

  void items(const script::Items& items) const {
    for (const auto& item : items) expression(item);
  }
  void expression(const script::Expression& expression) const {
    if (expression.as) names.push_back(*expression.as);
    if (expression.regex) {
      for (auto& group : group_names(expression.regex->text))
        names.push_back({std::move(group), expression.regex->span});
    }
    items(expression.pattern);
    items(expression.operands);
  }

  void operator()(const script::Listen& step) const { names.push_back(step.name); }
  void operator()(const script::Bind& step) const { names.push_back(step.name); }
  void operator()(const script::Connect& step) const { names.push_back(step.name); }
  void operator()(const script::Accept& step) const { names.push_back(step.name); }
  void operator()(const script::Let& step) const { names.push_back(step.name); }
  void operator()(const script::Start& step) const { names.push_back(step.name); }
  void operator()(const script::Link& step) const { names.push_back(step.name); }
  void operator()(const script::Expect& step) const { expression(step.condition); }
  void operator()(const script::Receive& step) const {
    if (const auto* pattern = std::get_if<script::Items>(&step.what)) items(*pattern);
    if (step.sender) names.push_back(*step.sender);
  }
  void operator()(const script::Repeat& step) const {
    if (step.round) names.push_back(*step.round);
    steps(step.body);
  }
  void operator()(const script::Parallel& step) const {
    if (step.copy) names.push_back(*step.copy);
    steps(step.body);
  }
  void operator()(const script::AnyOrder& step) const { branches(step.branches); }
  void operator()(const script::OneOf& step) const { branches(step.branches); }
  void operator()(const script::Focus& step) const { steps(step.body); }
  void operator()(const script::Always& step) const { steps(step.body); }
  void branches(const std::vector<script::Branch>& list) const {
    for (const auto& branch : list) steps(branch.steps);
  }
  void steps(const script::Steps& list) const {
    for (const auto& step : list) {
      if (!step.fails) std::visit(*this, step.action);
    }
  }
  template <class Other>
  void operator()(const Other&) const {}
};

}  // namespace

std::optional<Span> Names::bind(const std::string& name, Binding binding) {
  if (script::is_reserved(name)) {
    names_[name] = Binding{.span = binding.span};
    return {};
  }
  if (const auto* found = find(name)) {
    const auto before = found->span;
    names_[name] = Binding{.span = std::min(before, binding.span)};
    return before;
  }
  names_.emplace(name, binding);
  return {};
}

Binding* Names::find_own(const std::string& name) {
  const auto found = names_.find(name);
  return found == names_.end() ? nullptr : &found->second;
}

const Binding* Names::find(const std::string& name) const {
  const auto found = names_.find(name);
  if (found != names_.end()) return &found->second;
  return outer_ ? outer_->find(name) : nullptr;
}

std::vector<std::string_view> Names::candidates() const {
  constexpr std::size_t enough = 1000;
  std::vector<std::string_view> some;
  for (const auto* names = this; names; names = names->outer_) {
    for (const auto& [name, binding] : names->names_) {
      if (some.size() < enough) some.push_back(name);
    }
  }
  std::ranges::sort(some);  // the same hint on every run
  return some;
}

Skipped::Skipped(const script::ParseResult& parsed) : is_any_(parsed.is_incomplete) {
  const auto& file = parsed.file;
  std::size_t scenario = 0;
  for (const auto& name : parsed.skipped) {
    while (scenario < file.scenarios.size() && file.scenarios[scenario].span.end <= name.span.begin) ++scenario;
    const bool is_inside = scenario < file.scenarios.size() && file.scenarios[scenario].span.begin <= name.span.begin;
    names_[is_inside ? scenario : outside].insert(name.text);
  }
}

bool Skipped::contains(std::size_t scenario, const std::string& name) const {
  const auto has = [&](std::size_t where) {
    const auto found = names_.find(where);
    return found != names_.end() && found->second.contains(name);
  };
  return is_any_ || has(scenario) || has(outside);
}

std::vector<script::Name> names_bound_by(const script::Step& step) {
  std::vector<script::Name> names;
  std::visit(Bound{names}, step.action);
  return names;
}

std::vector<std::string> group_names(const std::string& regex) {
  const re2::RE2 compiled(regex, script::regex_options());
  std::vector<std::string> names;
  if (!compiled.ok()) return names;
  for (const auto& [number, name] : compiled.CapturingGroupNames()) names.push_back(name);
  return names;
}

}  // namespace volley::check
