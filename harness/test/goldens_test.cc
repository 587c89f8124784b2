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
  for (const auto& part : {
           text_goldens(),
           syntax_goldens(),
           link_goldens(),
           message_goldens(),
           family_goldens(),
           name_goldens(),
           peer_goldens(),
           pattern_goldens(),
           value_goldens(),
           block_goldens(),
           socket_goldens(),
           process_goldens(),
       }) {
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
  for (const auto& golden : use_goldens()) rendered += golden.rendered;
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

TEST_CASE("what stands in the place of a mistake is not checked itself") {
  const std::string text = R"(# first line
let size = 2 * (3 + 4)
target t {
    run "x" "${port}" "-p" x"00"
    env "A" "b"
    file "c" "d" u8(1)
    ready output ~ /r/
    within 2s
    stop int
}
scenario "s" {
    spec "RFC"
    tag slow, fast
    timeout 5s
    listen door tcp 127.0.0.1:0
    connect a tcp door from 127.0.0.1:0
    accept b from door within 1s
    bind u udp
    connect v udp u
    a > "x${size}" u16(len("abc")) x"0d"
    b < until "y" as n ~ /(?P<m>.)/ where len(n) == 1 u16 as k rest within 1s..2s
    v > "x" to u
    u < rest from any as who within 1s
    a < nothing for 5ms
    expect n ~ /z/
    let o = (1 << 3) - size
    wait 5ms
    connect c tcp t.x fails refused
}
)";
  for (std::size_t begin = text.find('\n'); begin < text.size(); ++begin) {
    for (const std::size_t length : {1U, 2U, 5U}) {
      for (const auto* mistake : {"", "$", ")"}) {
        const auto faulty = std::string(text).replace(begin, length, mistake);
        CAPTURE(faulty);
        CHECK(diagnose(faulty).find("test.volley:1:1:") == std::string::npos);
      }
    }
  }
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
