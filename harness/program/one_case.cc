// SPDX-License-Identifier: Apache-2.0
#include "program/one_case.h"

#include <fmt/format.h>

#include <utility>

#include "report/shell.h"
#include "vary/variation.h"

namespace volley::program {

report::Case new_case(const Suite& suite, const Suite::Member& member, const RunOptions& options, std::size_t round) {
  const auto& plan = suite.plan(member);
  report::Case one;
  one.path = plan.path;
  one.name = plan.name;
  one.variation = plan.variation;
  one.server = plan.server;
  one.round = round;
  one.line = plan.line;
  one.tags = plan.tags;
  one.plan = &plan;
  one.source = &suite.file(member).source;
  one.repeat = repeat_command(plan, options);
  return one;
}

report::Case new_target_case(const SuiteFile& file, std::size_t index, const std::string& which, std::size_t round) {
  report::Case one;
  one.path = file.source.path(file.targets[index].begin);
  one.name = "target " + file.recipes[index].name + which;
  one.round = round;
  one.line = file.source.position(file.targets[index].begin).line;
  one.source = &file.source;
  return one;
}

report::Case skipped(report::Case one, std::string reason) {
  one.verdict.outcome = judge::Outcome::skipped;
  one.reason = std::move(reason);
  return one;
}

report::Case in_error(report::Case one, std::string reason) {
  one.verdict.outcome = judge::Outcome::error;
  one.reason = std::move(reason);
  return one;
}

std::string repeat_command(const plan::Plan& plan, const RunOptions& options) {
  auto command = fmt::format("volley run {} --seed {}", report::shell_word(fmt::format("{}:{}", plan.path, plan.line)),
                             options.seed);
  if (options.strict) command += " --strict";
  if (!plan.variation.empty()) {
    // Not as written: if that fails, the variation would be skipped.
    command += fmt::format(" --vary {} --filter {}", plan.variation, report::shell_word("[" + plan.variation + "]"));
  }
  if (plan.variation == "split" && options.split_limit != vary::Limits{}.split) {
    command += fmt::format(" --split-limit {}", options.split_limit);
  }
  if (options.slow_factor != 1) command += fmt::format(" --slow-factor {}", options.slow_factor);
  if (options.shuffle) command += fmt::format(" --shuffle={}", *options.shuffle);
  for (const auto& block : options.selection.reach.blocks()) {
    const bool is_one = block.length() == block.address().bits();
    command += " --allow-net " + (is_one ? block.address().to_string() : block.to_string());
  }
  if (!plan.family.empty() && !options.external.contains(plan.family)) {
    command += fmt::format(" --with {}={}", plan.family, plan.server);
  }
  for (const auto& target : plan.targets) {
    const auto external = options.external.find(target);
    if (external == options.external.end()) continue;
    for (const auto& [port, endpoint] : external->second) {
      const auto name = port.empty() ? target : fmt::format("{}.{}", target, port);
      command += " --target " + report::shell_word(fmt::format("{}={}", name, endpoint.to_string()));
    }
  }
  return command;
}

}  // namespace volley::program
