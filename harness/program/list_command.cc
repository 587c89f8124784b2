// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "plan/plan.h"
#include "program/command.h"
#include "program/command_line.h"
#include "program/exit_status.h"
#include "program/suite.h"
#include "report/clean.h"

namespace volley::program {
namespace {

std::string as_lines(const Suite& suite) {
  std::string text;
  for (const auto& member : suite.members) {
    const auto& plan = suite.plan(member);
    text += fmt::format("{}\t{}\t{}\n", report::clean(plan::identity(plan)), fmt::join(plan.tags, ","),
                        fmt::join(plan.targets, ","));
  }
  return text;
}

nlohmann::ordered_json text_or_null(const std::string& text) {
  return text.empty() ? nlohmann::ordered_json() : nlohmann::ordered_json(text);
}

std::vector<std::string> specs(const plan::Plan& plan) {
  std::vector<std::string> clean;
  for (const auto& spec : plan.specs) clean.push_back(report::clean(spec));
  return clean;
}

/// The deviation that is known of a server of the scenario.
nlohmann::ordered_json known(const plan::Plan& plan) {
  const auto* known = plan::known_of(plan);
  if (known == nullptr) return nullptr;
  return {{"server", known->target}, {"deviation", report::clean(known->reason)}};
}

/// docs/running.md tells the members, and how `volley run` takes one of them.
std::string as_json(const Suite& suite) {
  auto list = nlohmann::ordered_json::array();
  for (const auto& member : suite.members) {
    const auto& plan = suite.plan(member);
    list.push_back({{"identity", report::clean(plan::identity(plan))},
                    {"file", report::clean(plan.path)},
                    {"line", plan.line},
                    {"name", report::clean(plan.name)},
                    {"variation", plan.variation},
                    {"tags", plan.tags},
                    {"spec", specs(plan)},
                    {"targets", plan.targets},
                    {"family", text_or_null(plan.family)},
                    {"server", text_or_null(plan.server)},
                    {"known", known(plan)}});
  }
  return list.dump(2) + "\n";
}

}  // namespace

int list_command(Arguments arguments) {
  const auto options = parse_list(arguments);
  if (!options) return refuse(options.error());
  const auto suite = gather(options->selection);
  if (!suite) return refuse({suite.error()});
  return write_result(options->is_json ? as_json(*suite) : as_lines(*suite)) ? success : trouble;
}

}  // namespace volley::program
