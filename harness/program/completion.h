// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "program/option_table.h"

namespace volley::program {

/// A command with all that may follow it.
struct CommandRow {
  std::string_view name;
  std::string_view summary;
  OptionTable table;
};

/// Every command, from the definitions that its command line is read by.
std::vector<CommandRow> command_rows();

/// Scripts that define the function `_volley` and have the shell complete `volley` by it. They start volley only for
/// the tags of scenarios in the paths that already stand on the line, by `volley list`, which runs nothing.
std::string bash_completion(const std::vector<CommandRow>& rows);
std::string zsh_completion(const std::vector<CommandRow>& rows);

/// `json=FILE`, `auto`, `DIR`.
std::string to_string(const Form& form);

}  // namespace volley::program
