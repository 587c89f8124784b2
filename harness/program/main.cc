// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string>
#include <string_view>
#include <vector>

#include "program/command.h"
#include "program/exit_status.h"
#include "program/version.h"
#include "report/clean.h"
#include "source/diagnostic.h"

namespace volley::program {
namespace {

int help_command(Arguments arguments);

struct Command {
  std::string_view name;
  std::string_view summary;
  int (*run)(Arguments arguments);
};

constexpr std::array commands{
    Command{"run", "run scenarios and report what was found", run_command},
    Command{"check", "check scenario files without running anything", check_command},
    Command{"list", "list scenarios with their tags and targets", list_command},
    Command{"fmt", "rewrite scenario files in their canonical form", fmt_command},
    Command{"help", "show this, or the options of a command", help_command},
};

std::string usage() {
  std::string text = "usage: volley COMMAND [OPTIONS] [PATH...]\n\n";
  for (const auto& command : commands) text += fmt::format("  {:<7} {}\n", command.name, command.summary);
  return text + "\nvolley help COMMAND tells the options of a command, volley --version the version.\n";
}

int unknown(std::string_view name) {
  std::vector<std::string_view> names;
  for (const auto& command : commands) names.push_back(command.name);
  const auto meant = source::closest(name, names);
  complain(fmt::format("volley: unknown command '{}'{}\nTry 'volley help'.\n", report::clean(name),
                       meant.empty() ? std::string() : fmt::format(": did you mean '{}'?", meant)));
  return wrong_input;
}

int run(std::string_view name, Arguments arguments) {
  const auto command = std::ranges::find(commands, name, &Command::name);
  return command == commands.end() ? unknown(name) : command->run(arguments);
}

int help_command(Arguments arguments) {
  if (arguments.empty() || arguments[0] == "help") return write_result(usage()) ? success : trouble;
  const std::vector<std::string> help{"--help"};
  return run(arguments[0], help);
}

int main(Arguments arguments) {
  if (arguments.empty()) {
    complain(usage());
    return wrong_input;
  }
  if (arguments[0] == "--version") return write_result(fmt::format("volley {}\n", version())) ? success : trouble;
  if (arguments[0] == "--help" || arguments[0] == "-h") return help_command({});
  return run(arguments[0], arguments.subspan(1));
}

}  // namespace
}  // namespace volley::program

int main(int argc, char** argv) {
  const std::vector<std::string> arguments(argv + std::min(argc, 1), argv + argc);
  return volley::program::main(arguments);
}
