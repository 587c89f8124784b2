// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <volley/process.h>

#include <string>
#include <string_view>
#include <vector>

/// Programs run as a user would, for tests.
namespace volley::test {

/// What a program left behind.
struct Finished {
  std::string out;
  std::string err;
  ExitStatus status;
};

/// The exit status of a program that was not killed.
inline ExitStatus exited(int code) {
  return {ExitStatus::Kind::exited, code};
}

/// The path of the built `volley`.
std::string volley_program();

/// Starts a program, found by PATH, without input; its output goes to files in `directory`.
Process start_program(const std::vector<std::string>& argv, const std::string& directory);
/// Waits for one that `start_program` started.
Finished finish_program(Process program, const std::string& directory);
/// Both, in a directory of its own.
Finished run_program(const std::vector<std::string>& argv);

std::string read_text(const std::string& path);
void write_text(const std::string& path, std::string_view text);

}  // namespace volley::test
