// SPDX-License-Identifier: Apache-2.0
#include "program/variation_option.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <set>
#include <string_view>

#include "source/diagnostic.h"
#include "vary/variation.h"

namespace volley::program {
namespace {

std::vector<std::string_view> known_names() {
  std::vector<std::string_view> names;
  for (const auto& variation : vary::variations()) names.push_back(variation.name);
  return names;
}

std::string complaint(std::string_view name) {
  const auto known = known_names();
  const auto meant = source::closest(name, known);
  const auto hint =
      meant.empty() ? fmt::format("{} and all are", fmt::join(known, ", ")) : fmt::format("did you mean '{}'?", meant);
  return fmt::format("'{}' is no variation: {}", name, hint);
}

}  // namespace

std::expected<std::vector<std::string>, std::string> variation_names(const std::string& list) {
  std::set<std::string_view> asked;
  for (std::string_view rest = list;;) {
    const auto end = std::min(rest.find(','), rest.size());
    const auto name = rest.substr(0, end);
    if (name != "all" && vary::find(name) == nullptr) return std::unexpected(complaint(name));
    asked.insert(name);
    if (end == rest.size()) break;
    rest.remove_prefix(end + 1);
  }
  std::vector<std::string> names;
  for (const auto name : known_names()) {
    if (asked.contains("all") || asked.contains(name)) names.emplace_back(name);
  }
  return names;
}

std::string variation_forms() {
  return fmt::format("all|{}", fmt::join(known_names(), "|"));
}

std::string variation_meanings() {
  std::string text = "Variations:\n";
  for (const auto& variation : vary::variations())
    text += fmt::format("  {:<12}{}\n", variation.name, variation.meaning);
  return text;
}

}  // namespace volley::program
