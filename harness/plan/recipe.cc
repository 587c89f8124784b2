// SPDX-License-Identifier: Apache-2.0
#include "plan/recipe.h"

namespace volley::plan {

std::vector<const Template*> templates(const Recipe& recipe) {
  std::vector<const Template*> all;
  for (const auto& argument : recipe.argv) all.push_back(&argument);
  for (const auto& [name, value] : recipe.environment) all.push_back(&value);
  for (const auto& file : recipe.files) all.insert(all.end(), {&file.path, &file.content});
  if (const auto* probe = std::get_if<Recipe::ReadyUdp>(&recipe.ready)) all.push_back(&probe->probe);
  return all;
}

std::set<std::string> port_names(const Recipe& recipe) {
  std::set<std::string> names{""};
  for (const auto* text : templates(recipe)) {
    for (const auto& part : text->parts) {
      if (part.kind == Template::Kind::port || part.kind == Template::Kind::endpoint) names.insert(part.text);
    }
  }
  return names;
}

}  // namespace volley::plan
