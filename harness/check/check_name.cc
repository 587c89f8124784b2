// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>

#include "check/checker.h"
#include "script/words.h"

namespace volley::check {
namespace {

using source::quote;

}  // namespace

/// A peer that is open, or null after a mistake. `does` completes the sentence "a listener cannot …".
Binding* Checker::peer(const Name& name, std::string_view does) {
  const auto* found = resolve(name.text, name.span);
  if (found->kind == Binding::Kind::unknown) return nullptr;
  if (found->kind == Binding::Kind::target) {
    findings_.add(Rule::not_a_peer, name.span, fmt::format("{} is a target, not a peer", quote(name.text)),
                  fmt::format("'connect NAME tcp {}' makes a peer", name.text));
    return nullptr;
  }
  if (!found->is_peer()) {
    findings_.add(Rule::not_a_peer, name.span, fmt::format("{} is a value, not a peer", quote(name.text)));
    return nullptr;
  }
  if (found->is_closed) {
    findings_.add(Rule::closed_peer, name.span, fmt::format("{} is closed: it cannot {}", quote(name.text), does));
    return nullptr;
  }
  return names_.find_own(name.text);
}

/// Never null: what is not known is of an unknown kind, and reported.
const Binding* Checker::resolve(const std::string& name, Span span) {
  static const Binding unknown;
  if (const auto* found = names_.find(name)) return found;
  if (!declarations_.skipped.contains(scenario_, name) && reported_.insert(name).second) unresolved(name, span);
  return &unknown;
}

void Checker::unresolved(const std::string& name, Span span) {
  if (findings_.is_full()) return;  // a hint is not for nothing
  if (unbound_.contains(name)) {
    findings_.add(Rule::unbound_by_failure, span, fmt::format("{} is not bound: its step was to fail", quote(name)),
                  "a step with 'fails' binds no name");
  } else if (is_bound_later(name)) {
    findings_.add(Rule::used_before_bound, span, fmt::format("the name {} is used before it is bound", quote(name)),
                  "the line that binds it stands further down");
  } else if (is_in_target_ && script::contains(script::leased_words, name)) {
    findings_.add(Rule::unknown_name, span, fmt::format("unknown name {}", quote(name)),
                  fmt::format("in a text, '${{{}}}' alone stands for what is leased", name));
  } else {
    findings_.add(Rule::unknown_name, span, fmt::format("unknown name {}", quote(name)),
                  script::did_you_mean(name, names_.candidates()));
  }
}

bool Checker::is_bound_later(const std::string& name) {
  if (scenario_ == Skipped::outside) {
    return std::ranges::any_of(declarations_.file.lets, [&](const auto& let) { return let.name.text == name; });
  }
  if (!all_bound_) {
    all_bound_.emplace();
    for (const auto& step : declarations_.file.scenarios[scenario_].steps) {
      if (step.fails) continue;
      for (auto& bound : names_bound_by(step)) all_bound_->insert(std::move(bound.text));
    }
  }
  return all_bound_->contains(name);
}

void Checker::bind(const Name& name, Binding binding) {
  if (name.text.empty()) return;
  binding.span = name.span;
  if (const auto other = names_.bind(name.text, std::move(binding))) {
    bound_twice(name, *other, findings_);
  } else {
    bound_in_step_.push_back(name.text);
  }
}

void bound_twice(const Name& name, Span other, Findings& findings) {
  findings.add(Rule::bound_twice, std::max(name.span, other),
               fmt::format("the name {} is bound already", quote(name.text)), "each name is bound once, this one at",
               std::min(name.span, other));
}

}  // namespace volley::check
