// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "check/checker.h"
#include "script/words.h"

namespace volley::check {
namespace {

using source::quote;

/// What a peer may be expected to receive, in a word.
constexpr auto pattern_words = std::to_array<std::string_view>(
    {"bytes", "closed", "cstring", "eof", "line", "nothing", "refused", "reset", "rest", "until"});

}  // namespace

/// A peer that is open, or null after a mistake. `does` completes the sentence "a listener cannot …".
Binding* Checker::peer(const Name& name, std::string_view does) {
  if (name.text.find('.') != name.text.npos) return stderr_of(name);
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
  if (found->kind == Binding::Kind::link) {
    findings_.add(Rule::not_a_peer, name.span, fmt::format("{} is a link, not a peer", quote(name.text)),
                  fmt::format("'connect NAME udp {}' makes a peer", name.text));
    return nullptr;
  }
  if (found->is_closed) {
    findings_.add(Rule::closed_peer, name.span, fmt::format("{} is closed: it cannot {}", quote(name.text), does));
    return nullptr;
  }
  return names_.find_own(name.text);
}

/// Never null: what is not known is of an unknown kind, and reported.
const Binding* Checker::resolve(const std::string& name, Span span, Stands stands) {
  static const Binding unknown;
  if (const auto* found = names_.find(name)) {
    note_target(name, span, *found);
    return found;
  }
  if (name == "dir" && scenario_ != Skipped::outside) return &scenario_dir();
  if (!declarations_.skipped.contains(scenario_, name) && reported_.insert(name).second) unresolved(name, span, stands);
  return &unknown;
}

/// Resolves an item that is nothing but a name, so that the hint fits if it is unknown.
void Checker::resolve_among_bytes(const Expression& item, Stands stands) {
  const auto* name = std::get_if<script::Reference>(&item.node);
  if (!name || (definition_ && definition_->find(name->name))) return;
  const auto length = static_cast<std::uint32_t>(name->name.size());
  resolve(name->name, {item.span.begin, item.span.begin + length}, stands);
}

/// `${dir}`: what is not bound otherwise in a scenario stands for its directory.
const Binding& Checker::scenario_dir() {
  static const Binding directory{.kind = Binding::Kind::value, .value = {.type = Type::bytes, .constant = {}}};
  return directory;
}

void Checker::unresolved(const std::string& name, Span span, Stands stands) {
  if (findings_.is_full()) return;  // a hint is not for nothing
  const auto ended = ended_.find(name);
  if (is_in_always_ && is_bound_later(name)) {
    findings_.add(Rule::not_in_always, span, fmt::format("'always' does not know {}", quote(name)),
                  "it runs whatever happened before: it binds all that it uses");
  } else if (ended != ended_.end()) {
    findings_.add(Rule::ended_name, span, fmt::format("the name {} is known to the end of its block only", quote(name)),
                  "it was bound at", ended->second);
  } else if (unbound_.contains(name)) {
    findings_.add(Rule::unbound_by_failure, span, fmt::format("{} is not bound: its step was to fail", quote(name)),
                  "a step with 'fails' binds no name");
  } else if (is_bound_later(name)) {
    findings_.add(Rule::used_before_bound, span, fmt::format("the name {} is used before it is bound", quote(name)),
                  "the line that binds it stands further down");
  } else if (is_in_target_ && script::contains(script::leased_words, name)) {
    findings_.add(Rule::unknown_name, span, fmt::format("unknown name {}", quote(name)),
                  fmt::format("in a text, '${{{}}}' alone stands for what is leased", name));
  } else {
    auto candidates = names_.candidates();
    if (definition_) candidates = definition_->names();
    const bool is_message = declarations_.messages.find(name) != nullptr;
    if (is_message) {
      findings_.add(Rule::unknown_name, span, fmt::format("{} is a message, not a value", quote(name)),
                    fmt::format("{}{{…}} is one of it", name));
      return;
    }
    if (stands == Stands::in_pattern) candidates.insert(candidates.end(), pattern_words.begin(), pattern_words.end());
    constexpr std::size_t longest = 60;
    const bool may_be_text = stands != Stands::elsewhere && name.size() <= longest;
    findings_.add(Rule::unknown_name, span, fmt::format("unknown name {}", quote(name)),
                  script::did_you_mean(name, candidates,
                                       may_be_text ? fmt::format("a text stands in quotes: \"{}\"", name) : ""));
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
  binding.loops = loops_;
  binding.parallels = parallels_;
  if (rebinds_in_loop(name, binding)) return;
  if (const auto other = names_.bind(name.text, std::move(binding))) {
    bound_twice(name, *other, findings_);
  } else {
    bound_in_step_.push_back(name.text);
    bound_in_block_.push_back(name.text);
    ended_.erase(name.text);
  }
}

/// Each round of a loop binds its values anew, also those that were there before it.
bool Checker::rebinds_in_loop(const Name& name, const Binding& binding) {
  auto* before = repeats_ == 0 ? nullptr : names_.find_own(name.text);
  if (!before || before->kind != Binding::Kind::value || binding.kind != Binding::Kind::value) return false;
  if (before->value.type != binding.value.type && before->value.type != Type::unknown &&
      binding.value.type != Type::unknown) {
    return false;
  }
  before->value = {.type = binding.value.type, .constant = {}};
  return true;
}

void bound_twice(const Name& name, Span other, Findings& findings) {
  findings.add(Rule::bound_twice, std::max(name.span, other),
               fmt::format("the name {} is bound already", quote(name.text)), "each name is bound once, this one at",
               std::min(name.span, other));
}

}  // namespace volley::check
