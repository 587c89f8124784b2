// SPDX-License-Identifier: Apache-2.0
#include "program/servers.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <string_view>
#include <utility>

#include "program/suite.h"
#include "report/clean.h"
#include "script/words.h"
#include "source/diagnostic.h"

namespace volley::program {
namespace {

/// The first name in quotes, with the one that may have been meant.
std::string quoted(const std::string& name, const std::set<std::string_view>& known) {
  const auto meant = source::closest(name, {known.begin(), known.end()});
  const auto hint = meant.empty() ? std::string() : fmt::format("; did you mean '{}'?", meant);
  return fmt::format("'{}'{}", report::clean(name), hint);
}

/// The plan against each server of its family; itself if it uses none.
std::vector<plan::Plan> against_each(plan::Plan plan, const std::vector<plan::Family>& families,
                                     const Servers& servers) {
  std::vector<plan::Plan> made;
  const auto* family = plan::family_of(plan, families);
  if (family == nullptr) {
    made.push_back(std::move(plan));
  } else if (servers.external.contains(family->name)) {
    made.push_back(plan::served_by(std::move(plan), *family, family->name, std::string(script::external_server)));
  } else {
    const auto chosen = servers.with.find(family->name);
    for (const auto& member : family->members) {
      if (chosen != servers.with.end() && !chosen->second.contains(member)) continue;
      made.push_back(plan::served_by(plan, *family, member, member));
    }
  }
  return made;
}

/// What is known of a target is not known of a server that was put in its place, unless the place says which one it is:
/// that of one server of a family.
void forget_strangers(plan::Plan& plan, const Servers& servers) {
  std::erase_if(plan.known, [&](const plan::Known& known) {
    return servers.external.contains(known.target) && known.target != plan.server;
  });
}

}  // namespace

std::string unknown_servers(const std::vector<SuiteFile>& files, const Servers& servers) {
  std::map<std::string_view, std::set<std::string_view>, std::less<>> known;
  for (const auto& file : files) {
    for (const auto& family : file.families) known[family.name].insert(family.members.begin(), family.members.end());
  }
  std::set<std::string_view> names;
  for (const auto& [name, members] : known) names.insert(name);
  std::string text;
  for (const auto& [name, members] : servers.with) {
    const auto family = known.find(name);
    if (family == known.end()) {
      text += fmt::format("volley: --with: no family is called {}\n", quoted(name, names));
    } else if (servers.external.contains(name)) {
      text += fmt::format("volley: --with: --target {0}=HOST:PORT takes the place of all servers of '{0}'\n", name);
    } else {
      for (const auto& member : members) {
        if (family->second.contains(member)) continue;
        text += fmt::format("volley: --with: no server of '{}' is called {}\n", name, quoted(member, family->second));
      }
    }
  }
  return text;
}

void expand_families(SuiteFile& file, const Servers& servers) {
  for (const auto& family : file.families) {
    if (!servers.external.contains(family.name)) continue;
    plan::Recipe recipe;
    recipe.name = family.name;
    file.recipes.push_back(std::move(recipe));
    file.targets.push_back(family.span);
  }
  std::vector<plan::Plan> plans;
  for (auto& plan : file.plans) {
    std::ranges::move(against_each(std::move(plan), file.families, servers), std::back_inserter(plans));
  }
  for (auto& plan : plans) forget_strangers(plan, servers);
  file.plans = std::move(plans);
}

}  // namespace volley::program
