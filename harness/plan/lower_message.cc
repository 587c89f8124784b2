// SPDX-License-Identifier: Apache-2.0
// Message definitions.
#include <algorithm>
#include <utility>

#include "plan/names.h"

namespace volley::plan {
namespace {

BitField bits_of(const script::IntegerItem& item) {
  return {item.bits, item.is_signed, item.order == ByteOrder::little};
}

/// What `bytes(…)` says: a size, or that the length comes first.
std::variant<SizedField, PrefixedField> bound_of(const script::Expression& counted, Names& names) {
  const auto& size = counted.operands[0];
  if (size.operands.empty()) {
    if (const auto* prefix = std::get_if<script::IntegerItem>(&size.node)) return PrefixedField{bits_of(*prefix)};
    if (std::holds_alternative<script::Leb128>(size.node)) return PrefixedField{};
  }
  return SizedField{lower_value(size, names)};
}

using Extent = decltype(Field::extent);

struct LowerExtent {
  const script::Expression& extent;
  Names& names;

  Extent operator()(const script::IntegerItem& item) const { return bits_of(item); }
  Extent operator()(const script::Leb128&) const { return LebField{}; }
  Extent operator()(const script::Counted&) const {
    return std::visit([](auto bound) -> Extent { return bound; }, bound_of(extent, names));
  }
  Extent operator()(const script::Until& until) const {
    if (!extent.operands.empty()) return DelimitedField{lower_value(extent.operands[0], names)};
    return DelimitedField{Expression::literal(until.delimiter, extent.span)};
  }
  Extent operator()(const script::DnsName& name) const { return NameField{names.message(name.message.text)}; }
  Extent operator()(const script::MessageName& name) const { return MessageField{names.message(name.message.text)}; }
  Extent operator()(const script::ListOf& list) const {
    ListField field{names.message(list.message.text), RestField{}};
    const auto& size = extent.operands[0];
    if (std::holds_alternative<script::Counted>(size.node)) {
      std::visit([&](auto bound) { field.size = std::move(bound); }, bound_of(size, names));
    } else if (!std::holds_alternative<script::Rest>(size.node)) {
      field.size = lower_value(size, names);
    }
    return field;
  }
  Extent operator()(const auto&) const { return RestField{}; }
};

void lower_fields(const std::vector<script::Field>& fields, Names& names, Message& message) {
  for (const auto& from : fields) {
    const auto id = message.fields.size();
    Field field;
    field.name = from.name.text;
    field.span = from.span;
    if (!from.when.empty()) field.when = lower_value(from.when[0], names);
    if (from.is_group) {
      GroupField group;
      if (from.extent) std::visit([&](auto bound) { group.bound = std::move(bound); }, bound_of(*from.extent, names));
      field.extent = std::move(group);
    } else {
      field.extent = std::visit(LowerExtent{*from.extent, names}, from.extent->node);
    }
    field.rule = static_cast<Field::Rule>(from.rule);
    if (!from.value.empty()) field.value = lower_field_value(field.extent, from.value, names, from.span);
    message.fields.push_back(std::move(field));
    lower_fields(from.fields, names, message);
    message.fields[id].end = static_cast<FieldId>(message.fields.size());
  }
}

void collect(const Expression& expression, std::vector<FieldId>& fields) {
  const bool reads = expression.op == Op::field || expression.op == Op::field_size || expression.op == Op::field_count;
  if (reads) fields.push_back(expression.index);
  for (const auto& operand : expression.operands) collect(operand, fields);
}

/// Attaches each law to the field that is the last it needs. A group is read later than what is in it.
void settle_laws(Message& message) {
  for (FieldId id = 0; id < message.fields.size(); ++id) {
    if (message.fields[id].rule != Field::Rule::law) continue;
    std::vector<FieldId> needed{id};
    collect(*message.fields[id].value, needed);
    const auto last = *std::ranges::max_element(
        needed, {}, [&](FieldId field) { return std::pair(message.fields[field].end, message.fields.size() - field); });
    message.fields[last].settles.push_back(id);
  }
}

bool is_checksum(Op op) {
  return op == Op::crc32 || op == Op::internet_checksum || op == Op::sha1 || op == Op::sha256 || op == Op::hmac_sha1;
}

void add_role(Field& field, Role role) {
  if (std::ranges::find(field.roles, role) == field.roles.end()) field.roles.push_back(role);
}

/// What a law makes of its field.
void add_roles_of_law(Field& field, const Expression& law) {
  using Kind = Role::Kind;
  if (law.op == Op::field) return add_role(field, {Kind::computed, law.index});
  if (law.op == Op::field_size) return add_role(field, {Kind::length_of, law.index});
  if (law.op == Op::field_count) return add_role(field, {Kind::count_of, law.index});
  if (is_checksum(law.op)) {
    std::vector<FieldId> fields;
    collect(law, fields);
    for (const auto id : fields) add_role(field, {Kind::checksum_of, id});
    return;
  }
  for (const auto& operand : law.operands) add_roles_of_law(field, operand);
}

/// A field that says how large another is has that role without a law, too.
void add_roles_of_sizes(Message& message, FieldId id) {
  const auto& extent = message.fields[id].extent;
  const auto* sized = std::get_if<SizedField>(&extent);
  const auto* group = std::get_if<GroupField>(&extent);
  const auto* list = std::get_if<ListField>(&extent);
  if (group) sized = std::get_if<SizedField>(&group->bound);
  if (list) sized = std::get_if<SizedField>(&list->size);
  const auto* count = list ? std::get_if<Expression>(&list->size) : nullptr;
  if (!sized && !count) return;
  std::vector<FieldId> fields;
  collect(sized ? sized->size : *count, fields);
  for (const auto field : fields)
    add_role(message.fields[field], {sized ? Role::Kind::length_of : Role::Kind::count_of, id});
}

void add_roles(Message& message) {
  for (FieldId id = 0; id < message.fields.size(); ++id) {
    auto& field = message.fields[id];
    if (field.rule == Field::Rule::law) {
      add_roles_of_law(field, *field.value);
      if (field.roles.empty()) add_role(field, {Role::Kind::constant, 0});
    }
    add_roles_of_sizes(message, id);
  }
  for (auto& field : message.fields) {
    const bool has_parts = field.is_group() || std::holds_alternative<MessageField>(field.extent) ||
                           std::holds_alternative<ListField>(field.extent);
    if (!field.roles.empty() || has_parts) continue;
    const bool is_number =
        std::holds_alternative<BitField>(field.extent) || std::holds_alternative<LebField>(field.extent);
    add_role(field, {is_number ? Role::Kind::number : Role::Kind::payload, 0});
  }
}

}  // namespace

void lower_messages(const script::File& file, Names& names, Plan& plan) {
  plan.messages.resize(file.messages.size());
  for (MessageId id = 0; id < file.messages.size(); ++id) {
    const auto& from = file.messages[id];
    Message message{.name = from.name.text, .fields = {}, .span = from.span};
    names.within(&names.fields(id), [&] {
      lower_fields(from.fields, names, message);
      return 0;
    });
    settle_laws(message);
    add_roles(message);
    plan.messages[id] = std::move(message);
  }
}

Extent lower_extent(const script::Expression& extent, Names& names) {
  return std::visit(LowerExtent{extent, names}, extent.node);
}

}  // namespace volley::plan
