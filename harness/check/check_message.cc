// SPDX-License-Identifier: Apache-2.0
// The expressions of a message definition, one field after the other.
#include <fmt/format.h>

#include "check/checker.h"

namespace volley::check {
namespace {

using source::quote;

constexpr Range leb128_range{0, (Wide(1) << 64) - 1};

}  // namespace

void Checker::message(const MessageInfo& message) {
  definition_ = &message;
  for (const auto& info : message.fields) field(info);
  definition_ = nullptr;
}

void Checker::field(const FieldInfo& info) {
  const auto& field = *info.field;
  readable_ = info.index;
  if (field.extent) field_extent(field);
  for (const auto& condition : field.when) require(condition, value(condition).type, Type::boolean, "'when'");
  readable_ = definition_->fields.size();
  if (field.value.empty()) return;
  is_law_ = is_constant_only_ = field.rule == script::Field::Rule::law;
  if (field.value.size() == 1 && !is_list(field)) {
    field_value(info, field.value.front(), false);
  } else if (is_list(field) && are_uses(field.value)) {
    elements(info, field.value, false);
  } else if (info.type == Type::integer) {
    findings_.add(Rule::type_mismatch, field.value[1].span, "an integer has one value");
  } else {
    side_by_side(field.value);
  }
  is_law_ = is_constant_only_ = false;
}

void Checker::field_extent(const script::Field& field) {
  const auto& extent = *field.extent;
  if (const auto* name = message_in(extent)) message_named(*name);
  if (const auto* name = std::get_if<script::DnsName>(&extent.node)) message_named(name->message);
  const auto* size = &extent;
  if (std::holds_alternative<script::ListOf>(extent.node)) size = &extent.operands[0];
  const bool has_value =
      std::holds_alternative<script::IntegerItem>(size->node) || std::holds_alternative<script::Leb128>(size->node);
  if (std::holds_alternative<script::Counted>(size->node)) {
    length(size->operands[0]);
  } else if (size != &extent && !std::holds_alternative<script::Rest>(size->node)) {
    const auto count = value(*size);
    if (require(*size, count.type, Type::integer, "a list")) within(*size, count, {0, (Wide(1) << 63) - 1}, "a count");
  } else if (field.is_group) {
    no_extent(extent, "a group has 'bytes(…)' before it, or nothing");
  } else if (has_value && !extent.operands.empty()) {
    no_extent(extent, fmt::format("a value that is always the same is a law: {}: … = …", field.name.text));
  } else if (std::holds_alternative<script::Until>(extent.node)) {
    if (!extent.operands.empty()) value(extent.operands[0]);
  } else if (!has_value && size == &extent && !message_in(extent) &&
             !std::holds_alternative<script::Rest>(extent.node) &&
             !std::holds_alternative<script::DnsName>(extent.node)) {
    no_extent(extent, "for example u16, bytes(n), cstring, rest, or the name of a message");
  }
}

void Checker::no_extent(const Expression& extent, std::string hint) {
  findings_.add(Rule::no_extent, extent.span, "this does not say where the field ends", std::move(hint));
}

/// The message of that name, or null after a mistake.
const MessageInfo* Checker::message_named(const Name& name) {
  const auto* found = declarations_.messages.find(name.text);
  if (found || declarations_.skipped.contains(scenario_, name.text)) return found;
  findings_.add(Rule::unknown_message, name.span, fmt::format("unknown message {}", quote(name.text)),
                script::did_you_mean(name.text, declarations_.messages.names()));
  return nullptr;
}

/// A name that is a field of the definition in which it stands.
std::optional<Value> Checker::field_reference(const std::string& name, Span span) {
  const auto* found = definition_ ? definition_->find(name) : nullptr;
  if (!found) return {};
  if (found->index >= readable_) {
    findings_.add(Rule::later_field, span, fmt::format("{} is not read yet where it is needed", quote(name)),
                  "extents and conditions use fields that stand before");
  }
  return Value{.type = found->type, .constant = {}};
}

/// What a field is given: by its definition, or by a use.
void Checker::field_value(const FieldInfo& info, const Expression& said, bool is_pattern) {
  const auto& field = *info.field;
  const auto& inner = without_brackets(said);
  const bool is_use = std::holds_alternative<script::MessageUse>(inner.node);
  if (is_list(field) && std::holds_alternative<script::Group>(said.node) && are_uses(said.operands)) {
    return elements(info, said.operands, is_pattern);
  }
  if (is_list(field) && is_use) return elements(info, {inner}, is_pattern);
  const auto* wanted = field.is_group ? nullptr : message_in(*field.extent);
  if (is_use && wanted) return element(*wanted, inner, is_pattern);
  const auto found =
      std::holds_alternative<script::Group>(said.node) ? side_by_side(said.operands) : side_by_side({said});
  if (!require(said, found.type, info.type, quote(field.name.text)) || info.type != Type::integer) return;
  const auto* item = std::get_if<script::IntegerItem>(&field.extent->node);
  within(said, found, item ? range_of(*item) : leb128_range, item ? to_text(*item) : "leb128");
}

void Checker::elements(const FieldInfo& list, const Items& uses, bool is_pattern) {
  const auto* wanted = message_in(*list.field->extent);
  for (const auto& use : uses) element(*wanted, use, is_pattern);
}

/// A use where a message of a certain kind stands.
void Checker::element(const Name& wanted, const Expression& said, bool is_pattern) {
  const auto& name = std::get<script::MessageUse>(said.node).message;
  if (name.text != wanted.text && declarations_.messages.find(name.text)) {
    findings_.add(Rule::type_mismatch, name.span,
                  fmt::format("a {} stands here, not a {}", quote(wanted.text), quote(name.text)));
  }
  if (is_pattern) {
    pattern_item(said, true);
  } else {
    value(said);
  }
}

}  // namespace volley::check
