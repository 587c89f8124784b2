// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

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

}  // namespace

int check_command(Arguments arguments) {
  const auto options = parse_check(arguments);
  if (!options) return refuse(options.error());
  const auto found = find(options->paths, Shared::included);
  if (!found) return refuse({fmt::format("{}", fmt::join(found.error(), ""))});
  const auto files = load(*found, options->reach);
  if (!files) return refuse({files.error()});
  std::size_t scenarios = 0;
  std::string text;
  for (const auto& file : *files) {
    scenarios += file.plans.size();
    if (!options->dump_plan) continue;
    for (const auto& plan : file.plans) text += plan::dump(plan);
  }
  if (!options->dump_plan)
    text = fmt::format("{} file{}, {} scenario{}: nothing wrong\n", files->size(), plural(files->size()), scenarios,
                       plural(scenarios));
  return write_result(text) ? success : trouble;
}

}  // namespace volley::program
