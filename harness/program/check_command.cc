// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <expected>
#include <string>

#include "plan/plan.h"
#include "program/command.h"
#include "program/command_line.h"
#include "program/exit_status.h"
#include "program/suite.h"

namespace volley::program {
namespace {

constexpr std::string_view plural(std::size_t count) {
  return count == 1 ? "" : "s";
}

std::expected<std::string, std::string> dump(const Found& found, const script::Reach& reach) {
  const auto files = load(found, reach);
  if (!files) return std::unexpected(files.error());
  std::string text;
  for (const auto& file : *files) {
    for (const auto& plan : file.plans) text += plan::dump(plan);
  }
  return text;
}

std::expected<std::string, std::string> summary(const Found& found, const script::Reach& reach) {
  const auto scenarios = count_scenarios(found, reach);
  if (!scenarios) return std::unexpected(scenarios.error());
  return fmt::format("{} file{}, {} scenario{}: nothing wrong\n", found.size(), plural(found.size()), *scenarios,
                     plural(*scenarios));
}

}  // namespace

int check_command(Arguments arguments) {
  const auto options = parse_check(arguments);
  if (!options) return refuse(options.error());
  const auto found = find(options->paths, Shared::included);
  if (!found) return refuse({fmt::format("{}", fmt::join(found.error(), ""))});
  const auto text = options->dump_plan ? dump(*found, options->reach) : summary(*found, options->reach);
  if (!text) return refuse({text.error()});
  return write_result(*text) ? success : trouble;
}

}  // namespace volley::program
