// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>
#include <vector>

/// What help tells and shells offer, for tests of completion and of the manual page.
namespace volley::test {

using Lines = std::vector<std::string>;

Lines lines_of(const std::string& text);

/// The names of all commands, sorted, as `volley help` prints them.
Lines commands_in_help();
/// The options of a command, sorted, as its help prints them, each with its dashes.
Lines options_in_help(const std::string& command);

}  // namespace volley::test
