// SPDX-License-Identifier: Apache-2.0
#include "program/option_table.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <map>

namespace volley::program {
namespace {

using Rest = Form::Rest;

bool is_capital(char c) {
  return c >= 'A' && c <= 'Z';
}

/// Nothing for a word that says nothing about what stands there: N, TEXT.
std::optional<Rest> rest_of(std::string_view word) {
  static const std::map<std::string_view, Rest> known{
      {"", Rest::nothing}, {"FILE", Rest::file}, {"DIR", Rest::directory}, {"PATH", Rest::path}, {"TAG", Rest::tag}};
  const auto found = known.find(word);
  return found == known.end() ? std::nullopt : std::optional(found->second);
}

void add_forms(std::vector<Form>& forms, std::string_view value) {
  if (const auto bracket = value.find("[="); bracket != value.npos && value.ends_with(']')) {
    add_forms(forms, value.substr(0, bracket));
    add_forms(forms, std::string(value.substr(0, bracket)).append(value, bracket + 1, value.size() - bracket - 2));
    return;
  }
  const auto literal = static_cast<std::size_t>(std::ranges::find_if(value, is_capital) - value.begin());
  if (const auto rest = rest_of(value.substr(literal))) {
    forms.push_back({std::string(value.substr(0, literal)), *rest});
  }
}

/// The name of the value alone: CLI11 appends what its checks say.
std::string value_name(CLI::Option& option) {
  auto name = option.get_type_name();
  for (int i = 0;; ++i) {
    try {
      const auto said = option.get_validator(i)->get_description();
      if (!said.empty()) name.resize(std::min(name.size(), name.rfind(":" + said)));
    } catch (const CLI::OptionNotFound&) {
      return name;
    }
  }
}

OptionRow row_of(CLI::Option& option) {
  OptionRow row;
  for (const auto& name : option.get_snames()) row.names.push_back("-" + name);
  for (const auto& name : option.get_lnames()) row.names.push_back("--" + name);
  row.value = value_name(option);
  if (row.names.empty() && row.value.empty()) row.value = option.get_name();
  row.forms = forms_of(row.value);
  row.help = option.get_description();
  row.takes_value = option.get_items_expected_max() > 0;
  row.repeats = option.get_items_expected_max() > 1;
  return row;
}

}  // namespace

std::vector<Form> forms_of(std::string_view value) {
  std::vector<Form> forms;
  for (std::size_t begin = 0; begin < value.size();) {
    const auto end = std::min(value.find('|', begin), value.size());
    add_forms(forms, value.substr(begin, end - begin));
    begin = end + 1;
  }
  return forms;
}

OptionTable option_table(CLI::App& app) {
  OptionTable table;
  for (auto* option : app.get_options()) {
    auto row = row_of(*option);
    if (row.names.empty()) {
      table.operand = std::move(row);
    } else {
      table.options.push_back(std::move(row));
    }
  }
  return table;
}

}  // namespace volley::program
