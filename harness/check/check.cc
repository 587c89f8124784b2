// SPDX-License-Identifier: Apache-2.0
#include "check/check.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

#include "check/checker.h"
#include "check/families.h"

namespace volley::check {
namespace {

using source::quote;

/// Finds `${port.NAME}`, or another word in its place, wherever it stands in a target.
void collect(std::string_view word, const Items& items, std::unordered_set<std::string>& names) {
  for (const auto& item : items) {
    const auto* member = std::get_if<script::Member>(&item.node);
    const auto* base = member ? std::get_if<script::Reference>(&item.operands[0].node) : nullptr;
    if (base && base->name == word) names.insert(member->member.text);
    collect(word, item.operands, names);
  }
}

std::unordered_set<std::string> leased_by(const script::Target& target, std::string_view word) {
  std::unordered_set<std::string> names;
  collect(word, target.run, names);
  for (const auto& line : target.environment) collect(word, {line.value}, names);
  for (const auto& line : target.files) {
    collect(word, {line.path}, names);
    collect(word, line.content, names);
  }
  return names;
}

void declare_targets(Declarations& declarations, Findings& findings) {
  for (const auto& target : declarations.file.targets) {
    const auto& name = target.name;
    if (target.run.empty()) declarations.without_run.insert(name.text);
    declarations.ports[name.text].merge(leased_by(target, "port"));
    declarations.ports[name.text].merge(leased_by(target, "endpoint"));
    declarations.sockets[name.text].merge(leased_by(target, "socket"));
    if (const auto other = declarations.names.bind(name.text, {.kind = Binding::Kind::target, .span = name.span})) {
      findings.add(Rule::duplicate_target, name.span, fmt::format("the target {} is declared twice", quote(name.text)),
                   "the first is at", other);
    }
    if (target.run_span == Span{}) {
      findings.add(Rule::target_without_run, name.span, fmt::format("the target {} has no 'run'", quote(name.text)),
                   "for example run \"redis-server\" \"--port\" \"${port}\"");
    }
  }
}

void declare_lets(Declarations& declarations, Findings& findings) {
  Checker checker(declarations, Skipped::outside, findings);
  for (const auto& let : declarations.file.lets) {
    auto binding = checker.file_let(let);
    binding.span = let.name.span;
    if (const auto other = declarations.names.bind(let.name.text, binding)) bound_twice(let.name, *other, findings);
  }
}

/// `[split]` of `a line comes back [split]`; empty if there is no such end.
std::string_view bracketed_end(std::string_view name) {
  const auto begin = name.rfind(" [");
  if (begin == name.npos || !name.ends_with(']')) return {};
  const auto end = name.substr(begin + 1);
  return end.find(']') == end.size() - 1 ? end : std::string_view();
}

void check_scenario_names(const script::File& file, Findings& findings) {
  std::unordered_map<std::string_view, Span> names;
  for (const auto& scenario : file.scenarios) {
    if (const auto end = bracketed_end(scenario.name); !end.empty()) {
      findings.add(Rule::ambiguous_scenario, scenario.name_span,
                   fmt::format("the name of a scenario ends in {}", quote(end)),
                   "reports tell variations, servers and rounds so; let another word be the last");
    }
    const auto [first, is_new] = names.emplace(scenario.name, scenario.name_span);
    if (is_new) continue;
    findings.add(Rule::duplicate_scenario, scenario.name_span,
                 fmt::format("another scenario is called {} too", quote(scenario.name)), "the first is at",
                 first->second);
  }
}

std::vector<source::Diagnostic> first_of_all(const std::vector<source::Diagnostic>& some,
                                             const std::vector<source::Diagnostic>& more) {
  std::vector<source::Diagnostic> all;
  std::ranges::merge(some, more, std::back_inserter(all), {}, &source::Diagnostic::span, &source::Diagnostic::span);
  if (all.size() > source::max_diagnostics) all.resize(source::max_diagnostics);
  return all;
}

}  // namespace

std::expected<Checked, std::vector<source::Diagnostic>> check(script::ParseResult parsed, const script::Reach& reach) {
  Findings findings;
  Declarations declarations{.file = parsed.file,
                            .skipped = Skipped(parsed),
                            .reach = reach,
                            .messages = Messages(parsed.file),
                            .names = Names(),
                            .ports = {},
                            .sockets = {},
                            .without_run = {},
                            .families = {}};
  declare_targets(declarations, findings);
  declare_families(declarations, findings);
  declare_lets(declarations, findings);
  check_structure(declarations.messages, findings);
  check_scenario_names(parsed.file, findings);
  for (const auto& message : declarations.messages.all()) {
    Checker(declarations, Skipped::outside, findings).message(message);
  }
  for (const auto& target : parsed.file.targets) Checker(declarations, Skipped::outside, findings).target(target);
  for (std::size_t i = 0; i < parsed.file.scenarios.size(); ++i) {
    Checker(declarations, i, findings).scenario(parsed.file.scenarios[i]);
  }
  auto all = first_of_all(parsed.diagnostics, findings.take());
  if (!all.empty()) return std::unexpected(std::move(all));
  return Checked(std::move(parsed.file));
}

}  // namespace volley::check
