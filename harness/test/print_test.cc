// SPDX-License-Identifier: Apache-2.0
#include "script/print.h"

#include <string>
#include <utility>

#include "catch.h"
#include "script/parse.h"
#include "tree.h"

namespace volley::test {
namespace {

using namespace script;
using namespace std::chrono_literals;

Expression make(decltype(Expression::node) node, std::vector<Expression> operands = {}) {
  Expression expression;
  expression.node = std::move(node);
  expression.operands = std::move(operands);
  return expression;
}
Expression number(std::uint64_t value) {
  return make(Number{value});
}
Expression text(std::string bytes) {
  return make(Text{{std::move(bytes)}});
}
Expression name(std::string of) {
  return make(Reference{std::move(of)});
}
Name named(std::string text) {
  return {std::move(text), {}};
}

File parsed(const std::string& text) {
  auto result = parse(source::Source("test.volley", text));
  CAPTURE(text);
  CHECK(result.diagnostics.empty());
  return std::move(result.file);
}

/// A step with each node that may stand in one.
std::vector<Step> every_step() {
  std::vector<Step> steps;
  const auto add = [&](decltype(Step::action) action) { steps.push_back({{}, std::move(action), {}, {}}); };
  add(Listen{named("door"), Transport::tcp, make(EndpointLiteral{*Endpoint::parse("[::1]:0")})});
  add(Connect{named("a"), Transport::tcp, name("door"), make(EndpointLiteral{*Endpoint::parse("127.0.0.1:0")})});
  add(Accept{named("b"), named("door"), Within{{}, 1500ms, {}}});
  add(Bind{named("u"), Transport::udp, {}});
  const auto width = make(IntegerItem{16, false, ByteOrder::little});
  auto capture = make(Counted{}, {width});
  capture.as = named("n");
  capture.regex = RegexLiteral{R"(a/b\\/\d)", {}};
  capture.where.push_back(make(Operation{Operator::less}, {make(Call{named("len")}, {name("n")}), number(9)}));
  add(Send{named("a"),
           {text("q\"\r\n\xff${x}"), make(Hex{std::string("\x00\xAB", 2)}),
            make(IntegerItem{16, false, ByteOrder::little}, {make(Number{255, Number::Form::hexadecimal})}),
            make(Operation{Operator::multiply}, {number(3), make(Group{}, {text("ab"), text("c")})}),
            make(Text{{"1", "$"}}, {make(Operation{Operator::add}, {number(1), number(2)})})},
           {}});
  add(Receive{
      named("b"),
      Items{capture, make(Until{Until::Word::until, std::string("\0", 1)}), make(Until{Until::Word::line, "\r\n"}),
            make(Until{Until::Word::cstring, std::string("\0", 1)}), make(Rest{})},
      {},
      {},
      Within{100ms, 1s, {}}});
  add(Receive{named("u"), Items{make(Rest{})}, Receive::FromAny{}, named("who"), {}});
  add(Send{named("u"), {text("x")}, name("who")});
  add(Receive{named("b"), Receive::Eof{}, {}, {}, {}});
  add(Receive{named("b"), Receive::Reset{}, {}, {}, Within{{}, 2s, {}}});
  add(Receive{named("b"), Receive::Closed{}, {}, {}, {}});
  add(Receive{named("u"), Receive::Refused{}, {}, {}, {}});
  add(Receive{named("b"), Receive::Nothing{20us}, {}, {}, {}});
  add(Let{named("size"), {make(Number{64 << 10, Number::Form::kibibytes})}});
  add(Expect{
      make(Operation{Operator::logical_and},
           {make(Operation{Operator::logical_not}, {make(Boolean{true})}),
            make(Operation{Operator::equal}, {make(Member{named("port")}, {make(Member{named("local")}, {name("a")})}),
                                              make(Operation{Operator::negate}, {number(1)})})})});
  add(Expect{make(Operation{Operator::less}, {make(Call{named("now")}), make(Duration{1500ms})})});
  add(Let{named("both"), {make(Call{named("len")}, {make(Group{false}, {text("a"), text("b")})})}});
  add(Ignore{named("a")});
  const Steps inner = steps;
  add(Repeat{{number(3)}, {}, {}, named("i"), inner});
  add(Repeat{{}, {make(Boolean{false})}, {number(9)}, {}, {}});
  add(Parallel{number(2), named("j"), {steps[0]}});
  add(AnyOrder{{{false, {steps[6]}}, {true, {steps[6], steps[4]}}}});
  add(OneOf{{{true, {steps[6]}}, {false, {steps[9]}}}});
  add(Focus{{steps[4]}});
  add(Shutdown{named("a")});
  add(Close{named("a")});
  add(ResetPeer{named("b")});
  add(Wait{3s});
  const OptionSetting off{named("nodelay"), make(Boolean{false, true})};
  const OptionSetting lingers{named("linger"), make(Duration{2s})};
  add(Listen{named("second"), Transport::tcp, {}, {off, OptionSetting{named("backlog"), number(5)}}});
  add(Bind{named("v"), Transport::udp, make(EndpointLiteral{*Endpoint::parse("[::1]:0")}), {off}});
  add(Connect{named("c"), Transport::tcp, name("door"), {}, {lingers}});
  add(Set{named("c"), lingers});
  Send cut{named("a"), {text("abc")}, {}};
  cut.segments = Segments{number(1), 5ms, {}};
  add(cut);
  Send urgent{named("a"), {text("!")}, {}};
  urgent.urgent.emplace();
  add(urgent);
  Receive peek{named("u"), Items{text("ab")}, Receive::FromAny{}, named("whom"), Within{{}, 2s, {}}};
  peek.buffer.push_back(number(2));
  peek.peek.emplace();
  peek.truncated.emplace();
  add(peek);
  Receive skipping{named("b"), Items{text("ab")}, {}, {}, {}};
  skipping.urgent.emplace();
  skipping.skipping = {text("c"), make(Rest{})};
  add(skipping);
  using Kinds = Condition::Kind;
  add(Link{named("air"),
           name("door"),
           {{Kinds::delay, 20ms, {}, {}},
            {Kinds::jitter, 5ms, Way::there, {}},
            {Kinds::loss, Condition::Percent{10}, Way::back, {}},
            {Kinds::rate, Condition::Rate{{1'000'000, Number::Form::megabytes}}, {}, {}},
            {Kinds::drop, Items{number(1), name("n")}, Way::back, {}},
            {Kinds::duplicate, Condition::Percent{5}, {}, {}},
            {Kinds::reorder, Items{number(3)}, Way::there, {}},
            {Kinds::corrupt, Items{make(Operation{Operator::add}, {name("n"), number(1)})}, Way::there, {}},
            {Kinds::reset, Items{make(Number{64 << 10, Number::Form::kibibytes})}, Way::back, {}},
            {Kinds::stall, Items{number(0)}, {}, {}},
            {Kinds::seed, Items{number(7)}, {}, {}}}});
  steps.back().fails = named("refused");
  return steps;
}

}  // namespace

TEST_CASE("each step made by a program is printed, and read back as it was") {
  for (const auto& step : every_step()) {
    const auto printed = print(step);
    CAPTURE(printed);
    const auto file = parsed("scenario \"s\" {\n" + printed + "\n}\n");
    REQUIRE(file.scenarios.size() == 1);
    REQUIRE(file.scenarios[0].steps.size() == 1);
    CHECK(tree(file.scenarios[0].steps[0]) == tree(step));
  }
}

TEST_CASE("a file made by a program is printed, and read back as it was") {
  File file;
  file.uses.push_back({"_common.volley", {}});
  file.families.push_back({named("servers"), {named("server"), named("other")}});
  file.lets.push_back({named("word"), {text("hello")}});
  Target target;
  target.name = named("server");
  target.run = {text("prog"), make(Text{{"", ""}}, {name("port")})};
  target.environment.push_back({"TZ", text("UTC")});
  target.files.push_back({make(Text{{"", "/hosts"}}, {name("dir")}), {text("a"), text("b")}});
  target.ready = Target::ReadyOutput{{"/ready/", {}}};
  target.within = 2s;
  target.stop = Target::Stop::close;
  file.targets.push_back(target);
  Scenario scenario;
  scenario.name = "says \"hi\"";
  scenario.specs = {"RFC 1", "RFC 2"};
  scenario.tags = {named("slow"), named("big")};
  scenario.timeout = 1500ms;
  scenario.total = 9s;
  scenario.fresh = true;
  scenario.limit = make(Number{64 << 20, Number::Form::mebibytes});
  scenario.level = Level::should;
  scenario.needs = {Need::ipv6, Need::root};
  scenario.known = {{"is \"late\"", named("server")}};
  scenario.vary = Vary{Vary::Kind::all, {named("repeat"), named("split")}};
  scenario.steps = every_step();
  file.scenarios.push_back(scenario);

  const auto printed = print(file);
  CHECK(
      printed.starts_with("use \"_common.volley\"\nlet word = \"hello\"\ntarget servers = server | other\n\n"
                          "target server {\n"
                          "    run \"prog\" \"${port}\"\n"
                          "    env \"TZ\" \"UTC\"\n"
                          "    file \"${dir}/hosts\" \"a\" \"b\"\n"
                          "    ready output ~ /\\/ready\\//\n"
                          "    within 2s\n"
                          "    stop close\n"
                          "}\n\n"
                          "scenario \"says \\\"hi\\\"\" {\n"
                          "    spec \"RFC 1\"\n"
                          "    spec \"RFC 2\"\n"
                          "    tag slow, big\n"
                          "    timeout 1500ms\n"
                          "    total 9s\n"
                          "    limit 64MiB\n"
                          "    level should\n"
                          "    needs ipv6, root\n"
                          "    fresh\n"
                          "    known \"is \\\"late\\\"\" for server\n"
                          "    vary all except repeat, split\n"
                          "    listen door tcp [::1]:0\n"));
  const auto again = parsed(printed);
  CHECK(print(again) == printed);
  CHECK(again.families.size() == 1);
  REQUIRE(again.targets.size() == 1);
  CHECK(again.targets[0].stop == Target::Stop::close);
  REQUIRE(again.scenarios.size() == 1);
  CHECK(again.scenarios[0].name == scenario.name);
  REQUIRE(again.scenarios[0].steps.size() == scenario.steps.size());
  for (std::size_t i = 0; i < scenario.steps.size(); ++i) {
    CHECK(tree(again.scenarios[0].steps[i]) == tree(scenario.steps[i]));
  }
}

TEST_CASE("comments and blank lines belong to what they speak of, in a tree too") {
  Step step{{}, Wait{1s}, {}, {}};
  step.remarks = {.is_parted = true, .before = {"# first", "# second"}, .behind = "# behind", .at_end = {}};
  File file;
  file.scenarios.emplace_back();
  file.scenarios[0].name = "s";
  file.scenarios[0].steps = {Step{{}, Repeat{{number(2)}, {}, {}, {}, {step, step}}, {}, {}}, step};
  file.scenarios[0].steps[0].remarks.at_end = {"# at the end of the block"};
  file.scenarios[0].remarks = {.is_parted = false, .before = {"# about s"}, .behind = "", .at_end = {"# last"}};
  file.comments = {"# the end"};
  const auto printed = print(file);
  CHECK(printed ==
        "# about s\nscenario \"s\" {\n    repeat 2 {\n        # first\n        # second\n        wait 1s  # behind\n\n"
        "        # first\n        # second\n        wait 1s  # behind\n        # at the end of the block\n    }\n\n"
        "    # first\n    # second\n    wait 1s  # behind\n    # last\n}\n\n# the end\n");
  CHECK(print(parsed(printed)) == printed);
}

TEST_CASE("a tree without brackets is printed with those that it needs") {
  const auto sum = make(Operation{Operator::add}, {number(1), number(2)});
  const auto expect = [](Expression condition) { return print(Step{{}, Expect{std::move(condition)}, {}, {}}); };
  CHECK(expect(make(Operation{Operator::multiply}, {sum, number(3)})) == "expect (1 + 2) * 3");
  CHECK(expect(make(Operation{Operator::subtract}, {number(3), sum})) == "expect 3 - (1 + 2)");
  CHECK(expect(make(Operation{Operator::subtract}, {sum, number(3)})) == "expect 1 + 2 - 3");
  CHECK(expect(make(Operation{Operator::negate}, {sum})) == "expect -(1 + 2)");
}

}  // namespace volley::test
