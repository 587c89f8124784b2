// SPDX-License-Identifier: Apache-2.0
// SECURITY.md names the test of each promise: they must be there.
#include <re2/re2.h>

#include <filesystem>
#include <set>
#include <sstream>
#include <string>

#include "catch.h"
#include "run_program.h"

namespace volley::test {
namespace {

/// The names of the tests in a program.
std::set<std::string> tests_in(const std::string& program) {
  std::istringstream list(run_program({program, "--list-test-names-only"}).out);
  std::set<std::string> names;
  for (std::string line; std::getline(list, line);) names.insert(line);
  return names;
}

}  // namespace

TEST_CASE("SECURITY.md gives every promise the name of a test that is there") {
  auto known = tests_in(std::filesystem::read_symlink("/proc/self/exe").string());
  known.merge(tests_in(VOLLEY_LIB_TEST));
  REQUIRE(known.size() > 100);
  std::istringstream text(read_text(VOLLEY_DOCS "/../SECURITY.md"));
  std::size_t promises = 0;
  for (std::string line; std::getline(text, line);) {
    std::string cited;
    if (!RE2::FullMatch(line, R"(\| .* \| (".*) \|)", &cited)) continue;
    ++promises;
    re2::StringPiece rest(cited);
    std::string name;
    std::string missing;
    while (RE2::Consume(&rest, R"((?:, )?"([^"]+)\")", &name)) {
      if (!known.contains(name)) missing += name + "\n";
    }
    CAPTURE(line);
    CHECK(missing.empty());
    CHECK(rest.empty());
  }
  CHECK(promises >= 15);
}

}  // namespace volley::test
