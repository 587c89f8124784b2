// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include "check/checker.h"

namespace volley::check {

using source::quote;

/// Notes that a step uses a target. A scenario is run once for each server of one family: of two there would be no end.
void Checker::note_target(const std::string& name, Span span, const Binding& binding) {
  if (binding.kind != Binding::Kind::target) return;
  used_targets_.insert(name);
  if (!binding.is_family) return;
  if (!family_) family_ = Name{name, span};
  if (family_->text == name || !reported_.insert(name).second) return;
  findings_.add(Rule::two_families, span,
                fmt::format("{} and {} are two families, and a scenario runs for the servers of one",
                            quote(family_->text), quote(name)),
                "a server of one of them can stand here; the other family is at", family_->span);
}

/// The targets that a name of one stands for: itself, or all of a family.
std::vector<std::string> Checker::servers_of(const std::string& target) const {
  const auto family = declarations_.families.find(target);
  return family == declarations_.families.end() ? std::vector{target} : family->second;
}

/// Whether each deviation is one of a server that this scenario uses. To be asked when all steps have been checked.
void Checker::known(const script::Scenario& scenario) {
  if (scenario.known.empty()) return;
  const auto used = used_servers();
  std::unordered_map<std::string_view, Span> first;
  for (const auto& known : scenario.known) {
    const auto& name = known.target;
    const auto* found = names_.find(name.text);
    if (!found || found->kind != Binding::Kind::target) continue;
    if (const auto [other, is_first] = first.emplace(name.text, name.span); !is_first) {
      findings_.add(Rule::bad_known, name.span, fmt::format("a deviation of {} is known already", quote(name.text)),
                    "one reason can tell both; the first is at", other->second);
    } else if (found->is_family) {
      findings_.add(Rule::bad_known, name.span,
                    fmt::format("{} is a family: a deviation is that of one server", quote(name.text)),
                    fmt::format("known \"…\" for {}", servers_of(name.text).front()));
    } else if (!used.contains(name.text) && !declarations_.skipped.contains(scenario_, name.text)) {
      findings_.add(Rule::bad_known, name.span, fmt::format("this scenario does not use {}", quote(name.text)),
                    "a deviation is that of a target of a step, or of one of its family");
    }
  }
}

/// The targets that steps use, also through a family; what was not understood may use one, too.
std::unordered_set<std::string> Checker::used_servers() const {
  auto used = used_targets_;
  for (const auto& [family, members] : declarations_.families) {
    const bool is_used = used_targets_.contains(family) || declarations_.skipped.contains(scenario_, family);
    if (is_used) used.insert(members.begin(), members.end());
  }
  return used;
}

}  // namespace volley::check
