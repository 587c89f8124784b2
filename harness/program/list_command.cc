// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <string>

#include "plan/plan.h"
#include "program/command.h"
#include "program/command_line.h"
#include "program/exit_status.h"
#include "program/suite.h"
#include "report/clean.h"

namespace volley::program {

int list_command(Arguments arguments) {
  const auto options = parse_list(arguments);
  if (!options) return refuse(options.error());
  const auto suite = gather(options->selection);
  if (!suite) return refuse({suite.error()});
  std::string text;
  for (const auto& member : suite->members) {
    const auto& plan = suite->plan(member);
    text += fmt::format("{}\t{}\t{}\n", report::clean(plan::identity(plan)), fmt::join(plan.tags, ","),
                        fmt::join(plan.targets, ","));
  }
  return write_result(text) ? success : trouble;
}

}  // namespace volley::program
