// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <string>

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

/// docs/running.md tells the members. `file`:`line` is an argument that `volley run` takes.
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
                    {"targets", plan.targets}});
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
