// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <array>
#include <string>
#include <string_view>

#include "program/command.h"

namespace volley::program {

struct Command {
  std::string_view name;
  std::string_view summary;
  int (*run)(Arguments arguments);
};

/// All commands, in the order of help.
inline constexpr std::array commands{
    Command{"run", "run scenarios and report what was found", run_command},
    Command{"check", "check scenario files without running anything", check_command},
    Command{"list", "list scenarios with their tags and targets", list_command},
    Command{"fmt", "rewrite scenario files in their canonical form", fmt_command},
    Command{"completion", "print a script for bash or zsh that completes command lines", completion_command},
    Command{"help", "show this, or the options of a command", help_command},
};

/// What stands in the place of a command.
inline constexpr std::array top_options{std::string_view("--help"), std::string_view("--version")};

/// What `volley help` tells.
std::string usage();
/// Runs the command of this name, or complains that there is none, and gives the program's exit status.
int dispatch(std::string_view name, Arguments arguments);

}  // namespace volley::program
