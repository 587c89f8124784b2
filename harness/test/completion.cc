// SPDX-License-Identifier: Apache-2.0
#include "completion.h"

#include <re2/re2.h>

#include <algorithm>
#include <sstream>

#include "catch.h"
#include "run_program.h"

namespace volley::test {

Lines lines_of(const std::string& text) {
  std::istringstream stream(text);
  Lines lines;
  for (std::string line; std::getline(stream, line);) lines.push_back(line);
  return lines;
}

Lines commands_in_help() {
  Lines names;
  for (const auto& line : lines_of(run_program({volley_program(), "help"}).out)) {
    std::string name;
    if (RE2::PartialMatch(line, "^  ([a-z]+) ", &name)) names.push_back(name);
  }
  REQUIRE(names.size() >= 6);
  std::ranges::sort(names);
  return names;
}

Lines options_in_help(const std::string& command) {
  Lines names;
  if (command == "help") return names;
  for (const auto& line : lines_of(run_program({volley_program(), "help", command}).out)) {
    std::string cell;
    if (!RE2::PartialMatch(line, "^  (-[^ ]+)", &cell)) continue;
    re2::StringPiece rest(cell);
    for (std::string name; RE2::Consume(&rest, "([^,]+),?", &name);) names.push_back(name);
  }
  REQUIRE(names.size() >= 2);
  std::ranges::sort(names);
  return names;
}

}  // namespace volley::test
