// SPDX-License-Identifier: Apache-2.0
// docs/deviations.md against the lines `known` of the suites.
#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <set>
#include <sstream>
#include <string>

#include "catch.h"
#include "program_workspace.h"

namespace volley::test {
namespace {

/// `| server | clause | what | evidence |` of each deviation that a scenario knows.
std::set<std::string> known_of_suites() {
  const Workspace workspace;
  const std::string root = std::string(VOLLEY_SCENARIOS) + "/";
  const auto list = nlohmann::json::parse(workspace.volley({"list", "--json", root}).out);
  std::set<std::string> rows;
  for (const auto& one : list) {
    if (one["known"].is_null()) continue;
    const auto file = one["file"].get<std::string>();
    rows.insert(fmt::format("| {} | {} | {} | `{}`: {} |", one["known"]["server"].get<std::string>(),
                            fmt::join(one["spec"].get<std::vector<std::string>>(), "; "),
                            one["known"]["deviation"].get<std::string>(), file.substr(root.size()),
                            one["name"].get<std::string>()));
  }
  return rows;
}

/// The same of the table; its versions have to be there, and are left out.
std::set<std::string> known_of_table() {
  std::istringstream text(read_text(std::string(VOLLEY_DOCS) + "/deviations.md"));
  std::set<std::string> rows;
  bool is_table = false;
  for (std::string line; std::getline(text, line);) {
    const auto server_end = line.find(" | ");
    const auto version_end = line.find(" | ", server_end + 3);
    if (!is_table) {
      is_table = line.starts_with("| ---");
    } else if (version_end != line.npos) {
      CAPTURE(line);
      CHECK(version_end > server_end + 3);
      CHECK(rows.insert(line.substr(0, server_end) + line.substr(version_end)).second);
    }
  }
  return rows;
}

}  // namespace

TEST_CASE("docs/deviations.md has a row for each deviation that a suite knows, and no others") {
  const auto suites = known_of_suites();
  const auto table = known_of_table();
  CHECK(suites.size() >= 5);
  for (const auto& row : suites) {
    INFO("not in the table: " << row);
    CHECK(table.contains(row));
  }
  for (const auto& row : table) {
    INFO("known of no scenario: " << row);
    CHECK(suites.contains(row));
  }
}

}  // namespace volley::test
