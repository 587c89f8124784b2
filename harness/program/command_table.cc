// SPDX-License-Identifier: Apache-2.0
#include "program/command_table.h"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

#include "program/exit_status.h"
#include "report/clean.h"
#include "source/diagnostic.h"

namespace volley::program {
namespace {

int unknown(std::string_view name) {
  std::vector<std::string_view> names;
  for (const auto& command : commands) names.push_back(command.name);
  const auto meant = source::closest(name, names);
  complain(fmt::format("volley: unknown command '{}'{}\nTry 'volley help'.\n", report::clean(name),
                       meant.empty() ? std::string() : fmt::format(": did you mean '{}'?", meant)));
  return wrong_input;
}

}  // namespace

std::string usage() {
  std::string text = "usage: volley COMMAND [OPTIONS] [PATH...]\n\n";
  for (const auto& command : commands) text += fmt::format("  {:<11} {}\n", command.name, command.summary);
  return text + "\nvolley help COMMAND tells the options of a command, volley --version the version.\n";
}

int dispatch(std::string_view name, Arguments arguments) {
  const auto command = std::ranges::find(commands, name, &Command::name);
  return command == commands.end() ? unknown(name) : command->run(arguments);
}

int help_command(Arguments arguments) {
  if (arguments.empty() || arguments[0] == "help") return write_result(usage()) ? success : trouble;
  const std::vector<std::string> help{"--help"};
  return dispatch(arguments[0], help);
}

}  // namespace volley::program
