// SPDX-License-Identifier: Apache-2.0
#include "catch.h"
#include "script/parse.h"
#include "tree.h"

namespace volley::script {
namespace {

using std::chrono::seconds;
using test::tree;

ParseResult parse_text(const std::string& text) {
  return parse(source::Source("a.volley", text));
}

}  // namespace

TEST_CASE("a file without declarations is a file") {
  for (const auto* text : {"", "\n\n", "\r\n"}) {
    const auto parsed = parse_text(text);
    CHECK(parsed.diagnostics.empty());
    CHECK(parsed.file == File{});
  }
  CHECK(parse_text("# nothing\n").file.comments == std::vector<std::string>{"# nothing"});
}

TEST_CASE("a scenario has a name, properties and steps") {
  const source::Source source("a.volley",
                              "# before\n"
                              "scenario \"a \\\"name\\\"\" {\n"
                              "    spec \"RFC 9293\"\n"
                              "    spec \"RFC 9112 §7\"\n"
                              "    tag slow, tcp_only,\n"
                              "        x\n"
                              "    timeout 200ms\n"
                              "    total 3s\n"
                              "    fresh\n"
                              "\n"
                              "    wait 1ms\n"
                              "}   # after\n");
  const auto parsed = parse(source);
  REQUIRE(parsed.diagnostics.empty());
  REQUIRE(parsed.file.scenarios.size() == 1);
  const auto& scenario = parsed.file.scenarios[0];
  CHECK(scenario.name == "a \"name\"");
  CHECK(source.text(scenario.name_span) == "\"a \\\"name\\\"\"");
  CHECK(source.position(scenario.span.begin) == source::Position{2, 1});
  CHECK(source.text(scenario.span).ends_with("wait 1ms\n}"));
  CHECK(scenario.specs == std::vector<std::string>{"RFC 9293", "RFC 9112 §7"});
  REQUIRE(scenario.tags.size() == 3);
  CHECK(scenario.tags[1].text == "tcp_only");
  CHECK(scenario.timeout == std::chrono::milliseconds(200));
  CHECK(scenario.total == seconds(3));
  CHECK(scenario.fresh);
  CHECK(scenario.steps.size() == 1);
}

TEST_CASE("what a scenario does not say is not set") {
  const auto parsed = parse_text("scenario \"s\" { }\nscenario \"t\" { wait 1ms }\n");
  REQUIRE(parsed.diagnostics.empty());
  REQUIRE(parsed.file.scenarios.size() == 2);
  CHECK_FALSE(parsed.file.scenarios[0].timeout);
  CHECK_FALSE(parsed.file.scenarios[0].total);
  CHECK_FALSE(parsed.file.scenarios[0].fresh);
  CHECK(parsed.file.scenarios[0].steps.empty());
  CHECK(parsed.file.scenarios[1].steps.size() == 1);
}

TEST_CASE("a target has a program and what belongs to it") {
  const source::Source source("a.volley",
                              "target t {\n"
                              "    run \"server\" \"--port\" \\\n"
                              "        \"${port}\"\n"
                              "    env \"TZ\" \"UTC\"\n"
                              "    env \"A\" \"${dir}\"\n"
                              "    file \"${dir}/hosts\" \"x\" zero(3)\n"
                              "    ready output ~ /ready \\d+/\n"
                              "    within 7s\n"
                              "    stop int\n"
                              "}\n");
  const auto parsed = parse(source);
  REQUIRE(parsed.diagnostics.empty());
  REQUIRE(parsed.file.targets.size() == 1);
  const auto& target = parsed.file.targets[0];
  CHECK(target.name.text == "t");
  CHECK(source.text(target.run_span).starts_with("run \"server\""));
  CHECK(tree(target.run) == R"("server" "--port" (text "" port ""))");
  REQUIRE(target.environment.size() == 2);
  CHECK(target.environment[1].name == "A");
  CHECK(tree(target.environment[1].value) == R"((text "" dir ""))");
  REQUIRE(target.files.size() == 1);
  CHECK(tree(target.files[0].path) == R"((text "" dir "/hosts"))");
  CHECK(tree(target.files[0].content) == R"("x" (zero 3))");
  REQUIRE(std::holds_alternative<Target::ReadyOutput>(target.ready));
  CHECK(std::get<Target::ReadyOutput>(target.ready).regex.text == "ready \\d+");
  CHECK(target.within == seconds(7));
  CHECK(target.stop == Target::Stop::interrupt);
}

TEST_CASE("a target is ready when tcp connects, within 5s, and stops by TERM unless it says otherwise") {
  const auto parsed = parse_text("target t {\n run \"x\"\n}\ntarget u {\n run \"x\"\n ready tcp\n stop close\n}\n");
  REQUIRE(parsed.diagnostics.empty());
  const auto& plain = parsed.file.targets.at(0);
  CHECK(std::holds_alternative<Target::ReadyTcp>(plain.ready));
  CHECK(plain.within == seconds(5));
  CHECK(plain.stop == Target::Stop::term);
  CHECK(parsed.file.targets.at(1).stop == Target::Stop::close);
}

TEST_CASE("lets, targets and scenarios stand in any order") {
  const auto parsed = parse_text("scenario \"s\" {\n}\nlet a = 5\ntarget t {\n run \"x\"\n}\nlet b = \"x\" a\n");
  REQUIRE(parsed.diagnostics.empty());
  CHECK(parsed.file.lets.size() == 2);
  CHECK(parsed.file.lets[1].name.text == "b");
  CHECK(tree(parsed.file.lets[1].value) == "\"x\" a");
  CHECK(parsed.file.targets.size() == 1);
  CHECK(parsed.file.scenarios.size() == 1);
}

TEST_CASE("a block that is not closed ends where the next declaration begins") {
  const auto parsed = parse_text("scenario \"s\" {\n wait 1ms\nscenario \"t\" {\n wait 2ms\n}\n");
  CHECK(parsed.diagnostics.size() == 1);
  REQUIRE(parsed.file.scenarios.size() == 2);
  CHECK(parsed.file.scenarios[0].steps.size() == 1);
  CHECK(parsed.file.scenarios[1].steps.size() == 1);
}

TEST_CASE("two parses of one text are equal") {
  const std::string text = "let a = 1 + 2\nscenario \"s\" {\n c < u16 as n where n > a\n}\n";
  CHECK(parse_text(text).file == parse_text(text).file);
  CHECK_FALSE(parse_text(text).file == parse_text(text + "let b = 5\n").file);
}

TEST_CASE("megabytes of one mistake are read in time that grows with their number") {
  std::string text;
  for (int i = 0; i < 100'000; ++i) text += "scenario (((\n} \"${ /x a" + std::to_string(i) + " = {\n";
  const auto parsed = parse_text(text);
  CHECK_FALSE(parsed.diagnostics.empty());
  CHECK(parsed.diagnostics.size() <= 1000);
}

}  // namespace volley::script
