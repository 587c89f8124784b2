// SPDX-License-Identifier: Apache-2.0
// Uses of messages.
#include <fmt/format.h>

#include <algorithm>

#include "check/checker.h"

namespace volley::check {
namespace {

using source::quote;
using Entry = script::MessageUse::Entry;

}  // namespace

/// A use as a value, whose fields without a law or default must all be given; or as a pattern.
void Checker::use(const Expression& expression, bool is_pattern) {
  const auto& use = std::get<script::MessageUse>(expression.node);
  const auto* message = message_named(use.message);
  std::vector<bool> named(message ? message->fields.size() : 0);
  for (std::size_t i = 0; i < use.entries.size(); ++i) {
    const auto* field = message ? field_of(*message, use.entries[i].field) : nullptr;
    if (!field) {
      entry_of_nothing(use.entries[i], expression.operands[i], is_pattern);
      continue;
    }
    mark_named(*field, use.entries[i], named);
    entry(*field, use.entries[i], expression.operands[i], is_pattern);
  }
  if (message && !is_pattern) require_all_named(*message, use.message, named);
}

/// Marks a field. A group that is given stands for all that is in it.
void Checker::mark_named(const FieldInfo& field, const Entry& entry, std::vector<bool>& named) {
  const auto begin = named.begin() + static_cast<std::ptrdiff_t>(field.index);
  const auto end =
      entry.kind == Entry::Kind::value ? named.begin() + static_cast<std::ptrdiff_t>(field.end) : begin + 1;
  if (std::find(begin, end, true) != end) {
    findings_.add(Rule::duplicate_field, entry.field.span, fmt::format("{} is named already", quote(entry.field.text)),
                  field.is_group() ? "a group stands for all that is in it" : "");
  }
  std::fill(begin, end, true);
}

const FieldInfo* Checker::field_of(const MessageInfo& message, const Name& name) {
  const auto* found = message.find(name.text);
  if (found || declarations_.skipped.contains(scenario_, name.text)) return found;
  findings_.add(Rule::unknown_field, name.span,
                fmt::format("{} has no field {}", quote(message.message->name.text), quote(name.text)),
                script::did_you_mean(name.text, message.names()));
  return nullptr;
}

/// Of a field that is not known: names are looked at, and bound.
void Checker::entry_of_nothing(const Entry& entry, const Expression& said, bool is_pattern) {
  if (!is_pattern) {
    if (entry.kind != Entry::Kind::extent) side_by_side({said});
  } else if (entry.kind == Entry::Kind::extent) {
    constraints(said, Type::unknown);
  } else if (std::holds_alternative<script::Number>(said.node) ||
             std::holds_alternative<script::Reference>(said.node)) {
    value(said);
  } else {
    pattern_item(said, true);
  }
}

void Checker::entry(const FieldInfo& field, const Entry& entry, const Expression& said, bool is_pattern) {
  if (entry.kind == Entry::Kind::value) return field_value(field, said, is_pattern);
  if (!is_pattern) {
    const Span span{entry.field.span.begin, std::max(said.span.end, entry.field.span.end)};
    findings_.add(Rule::pattern_in_value, span, "this says what is expected: what is sent has a value",
                  fmt::format("{}: …", entry.field.text));
    return;
  }
  if (entry.kind == Entry::Kind::extent) return constraints(said, field.type);
  if (!is_list(*field.field)) {
    findings_.add(Rule::not_a_list, said.span, fmt::format("{} is no list", quote(entry.field.text)),
                  "'any order' and 'has' say something of the elements of a list");
  } else if (!are_uses(said.operands)) {
    findings_.add(Rule::not_a_list, said.span, "the elements of a list are uses of its message",
                  fmt::format("has ({}{{…}})", message_in(*field.field->extent)->text));
  } else {
    elements(field, said.operands, true);
  }
}

void Checker::require_all_named(const MessageInfo& message, const Name& use, const std::vector<bool>& named) {
  std::string missing;
  for (const auto& field : message.fields) {
    const bool may_be_missing = field.is_group() || field.is_conditional || named[field.index];
    if (may_be_missing || field.field->rule != script::Field::Rule::none) continue;
    if (!missing.empty()) missing += ", ";
    missing += quote(field.field->name.text);
  }
  if (missing.empty()) return;
  findings_.add(Rule::field_not_named, use.span, fmt::format("{} needs a value for {}", quote(use.text), missing),
                "what has neither a law nor a default is named when it is sent");
}

}  // namespace volley::check
