// SPDX-License-Identifier: Apache-2.0
// The editor grammars of docs/editors know the words that the language knows. After a change of script/words.cc,
// `VOLLEY_UPDATE_EDITORS=1 harness_test "*editors*"` puts the new words into them.
#include <fmt/ranges.h>

#include <cstdlib>
#include <map>
#include <set>
#include <string>

#include "catch.h"
#include "run_program.h"
#include "script/words.h"

namespace volley::test {
namespace {

using Set = std::set<std::string>;

Set set_of(script::Words words, script::Words more = {}) {
  Set set(words.begin(), words.end());
  set.insert(more.begin(), more.end());
  return set;
}

/// What stands for itself wherever it stands: the rest of the reserved words.
Set other_words() {
  auto words = set_of(script::reserved_words);
  for (const auto& known : {set_of(script::function_words), Set{"true", "false", "on", "off"}}) {
    for (const auto& word : known) words.erase(word);
  }
  return words;
}

/// By the names of the lists in the grammar for TextMate.
std::map<std::string, Set> lists() {
  return {{"declarations", set_of(script::declaration_words)},
          {"steps", set_of(script::step_words, {})},
          {"properties", set_of(script::property_words)},
          {"target-lines", set_of(script::target_words)},
          {"functions", set_of(script::function_words)},
          {"errors", set_of(script::error_words)},
          {"words", other_words()}};
}

/// `text` with what stands from behind `opening` to `closing` replaced; fails the test if `opening` is not there.
std::string replaced(std::string text, const std::string& opening, const std::string& closing, const std::string& by) {
  CAPTURE(opening);
  const auto at = text.find(opening);
  REQUIRE(at != text.npos);
  const auto begin = at + opening.size();
  return text.replace(begin, text.find(closing, begin) - begin, by);
}

void check_file(const std::string& path, const std::string& wanted) {
  if (std::getenv("VOLLEY_UPDATE_EDITORS")) write_text(path, wanted);
  CHECK(read_text(path) == wanted);
}

}  // namespace

TEST_CASE("the TextMate grammar for editors has the words of the language") {
  const std::string path = VOLLEY_DOCS "/editors/volley.tmLanguage.json";
  auto text = read_text(path);
  for (const auto& [name, words] : lists()) {
    text = replaced(text, "(?#" + name + ")(?:", ")", fmt::format("{}", fmt::join(words, "|")));
  }
  check_file(path, text);
}

TEST_CASE("the Vim syntax for editors has the words of the language") {
  const std::string path = VOLLEY_DOCS "/editors/volley.vim";
  const auto words = lists();
  auto text = read_text(path);
  const auto put_match = [&](const std::string& opening, const Set& list) {
    text = replaced(text, "syntax match " + opening + "\\%(", "\\)\\>", fmt::format("{}", fmt::join(list, "\\|")));
  };
  put_match(R"(volleyWord /\<)", words.at("words"));
  put_match(R"(volleyFunction /\<)", words.at("functions"));
  put_match(R"(volleyStep /\%(^\|{\)\s*\zs)", words.at("steps"));
  put_match(R"(volleyProperty /^\s*\zs)", words.at("properties"));
  put_match(R"(volleyTargetLine /^\s*\zs)", words.at("target-lines"));
  put_match(R"(volleyDeclaration /^\s*\zs)", words.at("declarations"));
  put_match(R"(volleyError /\%(\<fails\s\+\)\@<=)", words.at("errors"));
  check_file(path, text);
}

}  // namespace volley::test
