// SPDX-License-Identifier: Apache-2.0
#include "check/messages.h"

#include <algorithm>

namespace volley::check {
namespace {

using script::Field;

Type type_of(const Field& field) {
  if (field.is_group) return Type::bytes;
  const auto& node = field.extent->node;
  const bool is_number =
      std::holds_alternative<script::IntegerItem>(node) || std::holds_alternative<script::Leb128>(node);
  return is_number ? Type::integer : Type::bytes;
}

void collect(const std::vector<Field>& fields, MessageInfo& info, bool is_conditional) {
  for (const auto& field : fields) {
    const auto index = info.fields.size();
    const bool may_be_absent = is_conditional || !field.when.empty();
    info.ids.emplace(field.name.text, index);
    info.fields.push_back({&field, type_of(field), index, index + 1, may_be_absent});
    collect(field.fields, info, may_be_absent);
    info.fields[index].end = info.fields.size();
  }
}

/// Whether the fields take all that comes whatever other messages do; `inner` gets those on which it depends.
bool is_open_alone(const std::vector<Field>& fields, std::vector<std::string_view>& inner) {
  bool is_open = false;
  for (const auto& field : fields) {
    if (field.is_group) {
      is_open |= !field.extent && is_open_alone(field.fields, inner);
      continue;
    }
    const auto& node = field.extent->node;
    if (const auto* name = std::get_if<script::MessageName>(&node)) inner.push_back(name->message.text);
    is_open |= std::holds_alternative<script::Rest>(node);
    is_open |= is_list(field) && std::holds_alternative<script::Rest>(field.extent->operands[0].node);
  }
  return is_open;
}

}  // namespace

const FieldInfo* MessageInfo::find(std::string_view name) const {
  const auto found = ids.find(name);
  return found == ids.end() ? nullptr : &fields[found->second];
}

std::vector<std::string_view> MessageInfo::names() const {
  std::vector<std::string_view> names;
  for (const auto& info : fields) names.push_back(info.field->name.text);
  return names;
}

Messages::Messages(const script::File& file) {
  for (const auto& message : file.messages) {
    MessageInfo info{.message = &message, .fields = {}, .ids = {}};
    collect(message.fields, info, false);
    ids_.emplace(message.name.text, all_.size());
    all_.push_back(std::move(info));
  }
  find_open();
}

/// What is open makes what contains it open.
void Messages::find_open() {
  std::unordered_map<std::string_view, std::vector<std::string_view>> containers;
  std::vector<std::string_view> found;
  for (const auto& info : all_) {
    std::vector<std::string_view> inner;
    if (is_open_alone(info.message->fields, inner)) found.push_back(info.message->name.text);
    for (const auto name : inner) containers[name].push_back(info.message->name.text);
  }
  while (!found.empty()) {
    const auto name = found.back();
    found.pop_back();
    if (!open_.insert(name).second) continue;
    const auto around = containers.find(name);
    if (around != containers.end()) found.insert(found.end(), around->second.begin(), around->second.end());
  }
}

bool Messages::is_open(std::string_view name) const {
  return open_.contains(name);
}

const MessageInfo* Messages::find(std::string_view name) const {
  const auto found = ids_.find(name);
  return found == ids_.end() ? nullptr : &all_[found->second];
}

std::vector<std::string_view> Messages::names() const {
  std::vector<std::string_view> names;
  for (const auto& info : all_) names.push_back(info.message->name.text);
  return names;
}

const script::Name* message_in(const script::Expression& extent) {
  if (const auto* name = std::get_if<script::MessageName>(&extent.node)) return &name->message;
  if (const auto* list = std::get_if<script::ListOf>(&extent.node)) return &list->message;
  return nullptr;
}

bool is_list(const Field& field) {
  return !field.is_group && std::holds_alternative<script::ListOf>(field.extent->node);
}

bool are_uses(const script::Items& items) {
  return std::ranges::all_of(items,
                             [](const auto& item) { return std::holds_alternative<script::MessageUse>(item.node); });
}

}  // namespace volley::check
