// SPDX-License-Identifier: Apache-2.0
#include "script/text_of.h"

namespace volley::script {
namespace {

std::string text_of_fields(const std::vector<Field>& fields);

std::string text_of_field(const Field& field) {
  auto text = field.name.text + ":";
  if (field.extent) text += " " + text_of(*field.extent);
  if (field.is_group) text += " {\n" + text_of_fields(field.fields) + "}";
  if (field.rule == Field::Rule::law) text += " = " + text_of(field.value);
  if (field.rule == Field::Rule::by_default) text += " default " + text_of(field.value);
  for (const auto& condition : field.when) text += " when " + text_of(condition);
  return with_remarks(field.remarks, text + "\n");
}

std::string text_of_fields(const std::vector<Field>& fields) {
  std::string text;
  for (const auto& field : fields) text += text_of_field(field);
  return text;
}

}  // namespace

std::string text_of(const Message& message) {
  return with_remarks(message.remarks,
                      "message " + message.name.text + " {\n" + text_of_fields(message.fields) + "}\n");
}

}  // namespace volley::script
