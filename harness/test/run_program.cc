// SPDX-License-Identifier: Apache-2.0
#include "run_program.h"

#include <fcntl.h>
#include <unistd.h>
#include <volley/descriptor.h>
#include <volley/temp_dir.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "catch.h"

namespace volley::test {
namespace {

std::vector<std::string> environment(const std::string& directory) {
  std::vector<std::string> variables;
  for (char** variable = environ; *variable != nullptr; ++variable) variables.emplace_back(*variable);
  // What a failing run remembers for the next one is of no interest to who runs the tests.
  std::erase_if(variables, [](const std::string& variable) { return variable.starts_with("XDG_STATE_HOME="); });
  variables.push_back("XDG_STATE_HOME=" + directory + "/.state");
  return variables;
}

Descriptor open_file(const std::string& path) {
  return Descriptor(::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600));
}

}  // namespace

std::string volley_program() {
  return VOLLEY_PROGRAM;
}

Process start_program(const std::vector<std::string>& argv, const std::string& directory) {
  const char* path = std::getenv("PATH");
  const auto program = find_program(argv[0], path == nullptr ? "/usr/bin:/bin" : path);
  if (!program) FAIL("this test needs the program " << argv[0] << ": " << to_string(program.error()));
  const auto out = open_file(directory + "/.out");
  const auto err = open_file(directory + "/.err");
  auto process = Process::start({.program = *program,
                                 .argv = argv,
                                 .environment = environment(directory),
                                 .directory = directory,
                                 .stdio = {-1, out.get(), err.get()}});
  if (!process) FAIL(to_string(process.error()));
  return std::move(*process);
}

Finished finish_program(Process program, const std::string& directory) {
  const auto status = program.wait();
  if (!status) FAIL(to_string(status.error()));
  return {read_text(directory + "/.out"), read_text(directory + "/.err"), *status};
}

Finished run_program(const std::vector<std::string>& argv) {
  const auto directory = TempDir::make();
  if (!directory) FAIL(to_string(directory.error()));
  return finish_program(start_program(argv, directory->path()), directory->path());
}

std::string read_text(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

void write_text(const std::string& path, std::string_view text) {
  std::filesystem::create_directories(std::filesystem::path(path).parent_path());
  std::ofstream(path, std::ios::binary) << text;
}

}  // namespace volley::test
