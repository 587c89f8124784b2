// SPDX-License-Identifier: Apache-2.0
#include "report_readers.h"

#include <volley/temp_dir.h>

#include <vector>

#include "catch.h"
#include "run_program.h"

namespace volley::test {
namespace {

/// What a reader prints, or, if it fails, what it complains of.
std::string output_of(const std::vector<std::string>& words) {
  const auto run = run_program(words);
  return run.status == exited(0) ? run.out : run.out + run.err;
}

/// Debian's Python, which has Debian's packages.
std::string python_reads(std::vector<std::string> words) {
  words.insert(words.begin(), {"/usr/bin/python3", VOLLEY_TEST_DATA "/read_report.py"});
  return output_of(words);
}

}  // namespace

std::string read_json_lines(const std::string& path) {
  return python_reads({"json", path, VOLLEY_DOCS "/report.schema.json"});
}

std::string read_junit(const std::string& path) {
  const auto lint = run_program({"xmllint", "--noout", "--schema", VOLLEY_TEST_DATA "/junit.xsd", path});
  return lint.status == exited(0) ? python_reads({"junit", path}) : lint.err;
}

std::string read_tap(const std::string& path) {
  return output_of({"perl", VOLLEY_TEST_DATA "/read_tap.pl", path});
}

std::string read_packets(const std::string& path) {
  return python_reads({"packets", path});
}

std::string read_commands(const std::string& output) {
  const auto directory = TempDir::make();
  REQUIRE(directory);
  const auto path = directory->path() + "/output";
  write_text(path, output);
  return python_reads({"commands", path});
}

}  // namespace volley::test
