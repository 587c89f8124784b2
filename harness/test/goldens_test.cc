// SPDX-License-Identifier: Apache-2.0
#include "goldens.h"

#include <algorithm>
#include <fstream>
#include <set>
#include <sstream>

#include "catch.h"
#include "diagnose.h"
#include "script/rule.h"

namespace volley::test {
namespace {

std::vector<Golden> all_goldens() {
  std::vector<Golden> all;
  for (const auto& part : {text_goldens(), syntax_goldens(), later_goldens(), name_goldens(), peer_goldens(),
                           pattern_goldens(), value_goldens()}) {
    all.insert(all.end(), part.begin(), part.end());
  }
  return all;
}

std::string content_of(const std::string& path) {
  std::ifstream file(path);
  std::ostringstream content;
  content << file.rdbuf();
  return content.str();
}

}  // namespace

TEST_CASE("every mistake in a file is told once, with its place, what is wrong and a hint") {
  for (const auto& golden : all_goldens()) {
    CAPTURE(golden.about, golden.source);
    CHECK(diagnose(golden.source) == golden.rendered);
  }
}

TEST_CASE("every rule has a file that breaks it") {
  std::string rendered;
  for (const auto& golden : all_goldens()) rendered += golden.rendered;
  for (const auto id : script::rule_ids) {
    CAPTURE(id);
    CHECK(rendered.find("[" + std::string(id) + "]\n") != std::string::npos);
  }
}

TEST_CASE("docs/diagnostics.md has a line for every rule, and for nothing else") {
  std::istringstream lines(content_of(VOLLEY_DOCS "/diagnostics.md"));
  std::vector<std::string> documented;
  for (std::string line; std::getline(lines, line);) {
    if (line.starts_with("| `")) documented.push_back(line.substr(3, line.find('`', 3) - 3));
  }
  CHECK(documented == std::vector<std::string>(script::rule_ids.begin(), script::rule_ids.end()));
}

TEST_CASE("ten mistakes in one file are ten diagnostics") {
  const std::string path = VOLLEY_TEST_DATA "/ten_mistakes.volley";
  CHECK(diagnose(content_of(path)) == content_of(VOLLEY_TEST_DATA "/ten_mistakes.txt"));
}

TEST_CASE("at most fifty mistakes of a file are told, the first ones") {
  std::string text = "scenario \"s\" {\n";
  for (int i = 0; i < 80; ++i) text += "flush it\n";
  const auto rendered = diagnose(text + "}\n");
  CHECK(std::ranges::count(rendered, '\n') == 50 * 4);
  CHECK(rendered.find("test.volley:51:1:") != std::string::npos);
  CHECK(rendered.find("test.volley:52:1:") == std::string::npos);
}

}  // namespace volley::test
