// SPDX-License-Identifier: Apache-2.0
#include "check/families.h"

#include <fmt/format.h>

#include "script/words.h"

namespace volley::check {
namespace {

using source::quote;

/// Families while they are declared.
class Declaring {
 public:
  Declaring(Declarations& declarations, Findings& findings) : declarations_(declarations), findings_(findings) {
    for (const auto& target : declarations.file.targets) targets_.insert(target.name.text);
    for (const auto& family : declarations.file.families) families_.insert(family.name.text);
  }

  void declare(const script::Family& family);
  void whose(const script::Known& known) {
    if (!targets_.contains(known.target.text) && !families_.contains(known.target.text)) unknown(known.target);
  }

 private:
  void members(const script::Family& family);
  void member_name(const Name& member);
  void unknown(const Name& name);

  Declarations& declarations_;
  Findings& findings_;
  std::unordered_set<std::string_view> targets_;
  std::unordered_set<std::string_view> families_;
};

void Declaring::declare(const script::Family& family) {
  const auto& name = family.name;
  const Binding binding{.kind = Binding::Kind::target, .span = name.span, .is_family = true};
  if (const auto other = declarations_.names.bind(name.text, binding)) {
    findings_.add(Rule::duplicate_target, name.span, fmt::format("the target {} is declared twice", quote(name.text)),
                  "the first is at", other);
    return;
  }
  auto& known = declarations_.families[name.text];
  for (const auto& member : family.members) known.push_back(member.text);
  members(family);
}

void Declaring::members(const script::Family& family) {
  std::unordered_map<std::string_view, Span> first;
  for (const auto& member : family.members) {
    if (const auto [other, is_first] = first.emplace(member.text, member.span); !is_first) {
      findings_.add(Rule::bad_family, member.span,
                    fmt::format("{} is in the family {} already", quote(member.text), quote(family.name.text)),
                    "the first is at", other->second);
    } else if (targets_.contains(member.text)) {
      member_name(member);
    } else if (families_.contains(member.text)) {
      findings_.add(Rule::bad_family, member.span,
                    fmt::format("{} is a family, and a family is made of targets", quote(member.text)),
                    "the targets themselves can stand here");
    } else {
      unknown(member);
    }
  }
  if (family.members.size() > 1) return;
  findings_.add(Rule::bad_family, family.name.span,
                fmt::format("the family {} has one server only", quote(family.name.text)),
                fmt::format("with a second one: target {} = {} | NAME", family.name.text, family.members.front().text));
}

/// Reports put it behind the name of a case, where variations stand, too.
void Declaring::member_name(const Name& member) {
  const bool is_variation = script::contains(script::variation_words, member.text);
  if (!is_variation && member.text != script::external_server) return;
  findings_.add(Rule::bad_family, member.span,
                fmt::format("a case that ends in [{}] would be one of a {}", member.text,
                            is_variation ? "variation" : "server that --target gives"),
                "a target of a family needs another name");
}

void Declaring::unknown(const Name& name) {
  if (declarations_.skipped.contains(Skipped::outside, name.text) || findings_.is_full()) return;
  std::vector<std::string_view> targets;
  for (const auto& target : declarations_.file.targets) targets.push_back(target.name.text);
  findings_.add(Rule::unknown_name, name.span, fmt::format("unknown target {}", quote(name.text)),
                script::did_you_mean(name.text, targets, "a target has a block: target NAME { run \"…\" }"));
}

}  // namespace

void declare_families(Declarations& declarations, Findings& findings) {
  Declaring declaring(declarations, findings);
  for (const auto& family : declarations.file.families) declaring.declare(family);
  for (const auto& scenario : declarations.file.scenarios) {
    for (const auto& known : scenario.known) declaring.whose(known);
  }
}

}  // namespace volley::check
