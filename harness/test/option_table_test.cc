// SPDX-License-Identifier: Apache-2.0
#include "program/option_table.h"

#include <algorithm>

#include "catch.h"
#include "program/command_line.h"

namespace volley::program {

TEST_CASE("forms_of reads what help writes for a value") {
  using Rest = Form::Rest;
  struct Row {
    std::string_view value;
    std::vector<Form> forms;
  };
  const Row rows[] = {
      {"", {}},
      {"N", {}},
      {"NAME[.P]=HOST:PORT", {}},
      {"plan", {{"plan", Rest::nothing}}},
      {"on|off", {{"on", Rest::nothing}, {"off", Rest::nothing}}},
      {"DIR", {{"", Rest::directory}}},
      {"PATH", {{"", Rest::path}}},
      {"TAG", {{"", Rest::tag}}},
      {"text|FILE", {{"text", Rest::nothing}, {"", Rest::file}}},
      {"a=FILE|b[=FILE]", {{"a=", Rest::file}, {"b", Rest::nothing}, {"b=", Rest::file}}},
  };
  for (const auto& row : rows) {
    CAPTURE(row.value);
    CHECK(forms_of(row.value) == row.forms);
  }
}

TEST_CASE("every value that is offered to the letter is one that run takes") {
  std::size_t tried = 0;
  for (const auto& row : option_table("run").options) {
    for (const auto& form : row.forms) {
      if (form.literal.empty()) continue;
      const auto value = form.literal + (form.rest == Form::Rest::nothing ? "" : "name");
      CAPTURE(row.names.back(), value);
      const std::vector<std::string> words{row.names.back(), value, "a.volley"};
      CHECK(parse_run(words));
      ++tried;
    }
  }
  CHECK(tried >= 8);
}

TEST_CASE("the option table knows which options take a value, and how often") {
  struct Row {
    std::string_view name;
    std::string_view value;
    bool takes_value;
    bool repeats;
  };
  const Row rows[] = {
      {"--filter", "TEXT", true, true},
      {"--jobs", "N", true, false},
      {"--target", "NAME[.P]=HOST:PORT", true, true},
      {"--shuffle", "SEED", false, false},
      {"--strict", "", false, false},
  };
  const auto options = option_table("run").options;
  for (const auto& row : rows) {
    CAPTURE(row.name);
    const auto found = std::ranges::find_if(options, [&](const auto& one) { return one.names.back() == row.name; });
    REQUIRE(found != options.end());
    CHECK(found->value == row.value);
    CHECK(found->takes_value == row.takes_value);
    CHECK(found->repeats == row.repeats);
  }
}

}  // namespace volley::program
