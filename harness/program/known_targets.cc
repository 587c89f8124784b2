// SPDX-License-Identifier: Apache-2.0
#include "program/known_targets.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>
#include <string_view>
#include <vector>

#include "report/clean.h"
#include "source/diagnostic.h"

namespace volley::program {
namespace {

using Names = std::set<std::string, std::less<>>;

/// As it is written behind --target.
std::string spelled(const std::string& target, const std::string& port) {
  return port.empty() ? target : fmt::format("{}.{}", target, port);
}

/// Each target of the suite, and each family, with the names of its ports: a family has those of all its servers. Files
/// may have different targets of one name.
std::map<std::string, Names> known_targets(const Suite& suite) {
  std::map<std::string, Names> known;
  for (const auto& file : suite.files) {
    for (const auto& recipe : file.recipes) known[recipe.name].merge(plan::port_names(recipe));
    for (const auto& family : file.families) {
      for (const auto& recipe : file.recipes) {
        const bool is_member = std::ranges::find(family.members, recipe.name) != family.members.end();
        if (is_member) known[family.name].merge(plan::port_names(recipe));
      }
    }
  }
  return known;
}

/// What may have been meant instead; `target`: whose ports these are, empty for targets.
std::string hint(const std::string& wrong, const Names& known, const std::string& target = {}) {
  constexpr std::size_t most_listed = 8;
  const auto shown = [&](const std::string& name) { return target.empty() ? name : spelled(target, name); };
  const auto meant = source::closest(wrong, std::vector<std::string_view>(known.begin(), known.end()));
  if (!meant.empty()) return fmt::format("; did you mean '{}'?", shown(std::string(meant)));
  if (known.empty()) return "; the files have no targets";
  std::string list;
  for (const auto& name : known) list += fmt::format("{}'{}'", list.empty() ? "" : ", ", shown(name));
  if (known.size() > most_listed) return {};
  return fmt::format("; there {} {}", known.size() == 1 ? "is" : "are", list);
}

}  // namespace

std::string unknown_targets(const Suite& suite, const RunOptions& options) {
  const auto known = known_targets(suite);
  Names targets;
  for (const auto& [name, ports] : known) targets.insert(name);
  std::string text;
  for (const auto& [name, endpoints] : options.external) {
    const auto target = known.find(name);
    if (target == known.end()) {
      text += fmt::format("volley: --target: no target is called '{}'{}\n", report::clean(name), hint(name, targets));
      continue;
    }
    for (const auto& [port, endpoint] : endpoints) {
      if (target->second.contains(port)) continue;
      text += fmt::format("volley: --target: {} has no port called '{}'{}\n", name, report::clean(port),
                          hint(port, target->second, name));
    }
  }
  return text;
}

}  // namespace volley::program
