// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <span>
#include <string>

/// The program `volley`: one file a subcommand. Results go to stdout, progress and complaints to stderr.
namespace volley::program {

/// What follows the name of the subcommand.
using Arguments = std::span<const std::string>;

// Each runs its subcommand and gives the program's exit status.

int run_command(Arguments arguments);
int check_command(Arguments arguments);
int list_command(Arguments arguments);
int fmt_command(Arguments arguments);
int completion_command(Arguments arguments);
int help_command(Arguments arguments);

/// Writes to stdout and flushes. False if it could not be written whole: a result that was lost is an error.
bool write_result(std::string_view text);
/// Writes to stderr; no line of it is a command to a reader of logs.
void complain(std::string_view text);

}  // namespace volley::program
