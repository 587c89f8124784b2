// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <array>

#include "plan/message.h"

namespace volley::plan {
namespace {

std::string name_of(const BitField& field) {
  return fmt::format("{}{}{}", field.is_signed ? 'i' : 'u', field.bits, field.is_little ? "le" : "");
}

struct DumpExtent {
  const std::vector<Message>& messages;

  std::string name(MessageId message) const { return fmt::format("{}#{}", messages[message].name, message); }

  std::string operator()(const BitField& field) const { return name_of(field); }
  std::string operator()(const LebField&) const { return "leb128"; }
  std::string operator()(const SizedField& field) const { return fmt::format("bytes({})", dump(field.size)); }
  std::string operator()(const PrefixedField& field) const {
    return fmt::format("bytes({})", field.length ? name_of(*field.length) : "leb128");
  }
  std::string operator()(const DelimitedField& field) const { return "until " + dump(field.delimiter); }
  std::string operator()(const RestField&) const { return "rest"; }
  std::string operator()(const NameField& field) const { return fmt::format("dns_name({})", name(field.base)); }
  std::string operator()(const MessageField& field) const { return name(field.message); }
  std::string operator()(const GroupField& field) const { return std::visit(*this, field.bound) + "{"; }
  std::string operator()(const ListField& field) const {
    return fmt::format("{} of {}", std::visit(*this, field.size), name(field.element));
  }
  std::string operator()(const Expression& expression) const { return dump(expression); }
  std::string operator()(std::monostate) const { return {}; }
};

std::string dump_role(const Role& role) {
  using Kind = Role::Kind;
  constexpr std::array<std::string_view, 7> names{"constant",    "length of", "count of", "checksum of",
                                                  "computed of", "payload",   "number"};
  const bool has_other = role.kind != Kind::constant && role.kind != Kind::payload && role.kind != Kind::number;
  const auto name = names[static_cast<std::size_t>(role.kind)];
  return has_other ? fmt::format(" [{} .{}]", name, role.of) : fmt::format(" [{}]", name);
}

}  // namespace

std::string dump(const std::vector<Message>& messages) {
  std::string text;
  for (std::size_t i = 0; i < messages.size(); ++i) {
    const auto& message = messages[i];
    text += fmt::format("message {}#{}\n", message.name, i);
    for (FieldId id = 0; id < message.fields.size(); ++id) {
      const auto& field = message.fields[id];
      std::size_t depth = 1;
      for (FieldId outer = 0; outer < id; ++outer) depth += message.fields[outer].end > id ? 1U : 0U;
      text +=
          fmt::format("{:{}}.{} {}: {}", "", 2 * depth, id, field.name, std::visit(DumpExtent{messages}, field.extent));
      if (field.value)
        text += fmt::format(" {} {}", field.rule == Field::Rule::law ? "=" : "default", dump(*field.value));
      if (field.when) text += fmt::format(" when {}", dump(*field.when));
      for (const auto& role : field.roles) text += dump_role(role);
      text += '\n';
    }
  }
  return text;
}

}  // namespace volley::plan
