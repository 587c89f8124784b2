// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <vector>

#include "compiled.h"
#include "script/words.h"
#include "vary/variation.h"

namespace volley::vary {
namespace {

const std::string pair = "listen door tcp\nconnect a tcp door\naccept b from door\n";

std::vector<std::string> all_names() {
  std::vector<std::string> names;
  for (const auto& variation : variations()) names.emplace_back(variation.name);
  return names;
}

/// The titles of what becomes of the first scenario of a file.
std::string titles(const Compiled& compiled, const std::vector<std::string>& names = all_names()) {
  std::string text;
  for (const auto& plan : expand(compiled.plan(), names)) text += plan::title(plan) + "\n";
  return text;
}

bool has(const Compiled& compiled, const std::string& name) {
  return !expand(compiled.plan(), std::vector<std::string>{name}).empty();
}

plan::Plan varied(const Compiled& compiled, const std::string& name) {
  auto plans = expand(compiled.plan(), std::vector<std::string>{name});
  REQUIRE(plans.size() == 1);
  return std::move(plans.front());
}

/// The sends of a plan in its dump, a line each.
std::string sends(const plan::Plan& plan) {
  const auto text = dump(plan);
  std::string lines;
  for (std::size_t at = 0; at < text.size();) {
    const auto end = text.find('\n', at);
    const auto line = text.substr(at, end - at);
    if (line.contains(" send ")) lines += line.substr(line.find("send ")) + "\n";
    at = end + 1;
  }
  return lines;
}

/// Where the runs of a split cut: `step.item+offset`, or `step.item/2` for the middle.
std::string cuts(std::string_view steps, std::size_t limit = 64) {
  const auto compiled = compile_steps(pair + std::string(steps));
  std::string text;
  const auto all = runs_of(varied(compiled, "split"), {.split = limit});
  for (const auto& run : all.runs) {
    const auto& [step, cut] = *run.cut;
    text += fmt::format("{}{}.{}{}", text.empty() ? "" : " ", step - 3, cut.item,
                        cut.offset ? fmt::format("+{}", *cut.offset) : "/2");
  }
  return all.left_out == 0 ? text : text + fmt::format(" and {} more", all.left_out);
}

Compiled with_target(std::string_view steps, std::string_view properties = {}) {
  return compile("target echo {\n run \"echo\"\n}\nscenario \"test\" {\n" + std::string(properties) +
                 "\nconnect c tcp echo\n" + std::string(steps) + "\n}\n");
}

}  // namespace

TEST_CASE("variations have names of the language, meanings and conditions") {
  for (const auto& variation : variations()) {
    CAPTURE(variation.name);
    CHECK(script::contains(script::variation_words, variation.name));
    CHECK_FALSE(variation.meaning.empty());
    CHECK_FALSE(variation.as_written.empty());
    CHECK_FALSE(variation.condition.empty());
    CHECK(find(variation.name) == &variation);
  }
  CHECK(find("segmant") == nullptr);
}

TEST_CASE("a scenario is varied as it is asked for and as its property allows") {
  const std::string steps = "c > \"a\"\nc > \"bc\"\n";
  CHECK(titles(with_target(steps), {"segment", "split", "coalesce", "repeat"}) ==
        "test [segment]\ntest [split]\ntest [coalesce]\ntest [repeat]\n");
  CHECK(titles(with_target(steps), {"repeat", "segment"}) == "test [segment]\ntest [repeat]\n");
  CHECK(titles(with_target(steps), {}).empty());
  CHECK(titles(with_target(steps, "vary none")).empty());
  CHECK(titles(with_target(steps, "vary split")) == "test [split]\n");
  CHECK(titles(with_target(steps, "vary all except split, coalesce"), {"segment", "split", "coalesce", "repeat"}) ==
        "test [segment]\ntest [repeat]\n");
}

TEST_CASE("what is said to a target is late, unless a proxy would show") {
  const auto is_late = [](std::string_view steps, std::string_view properties = {}) {
    return has(compile("target t {\n run \"t\"\n}\nscenario \"test\" {\n" + std::string(properties) + "\n" +
                       std::string(steps) + "\n}\n"),
               "delay");
  };
  CHECK(is_late("connect c tcp t"));
  CHECK(is_late("connect c udp t"));
  CHECK(is_late("bind u udp\nu > \"x\" to t"));
  CHECK(is_late("connect c tcp t\nc > \"${c.local.port}\""));
  CHECK_FALSE(is_late("connect c tcp t", "vary all except delay"));
  CHECK_FALSE(is_late("listen l tcp\nconnect c tcp l"));
  CHECK_FALSE(is_late("link far to t {\n delay 1ms\n}\nconnect c tcp far"));
  CHECK_FALSE(is_late("connect c tcp t\nc > \"x\" urgent"));
  CHECK(is_late("connect c udp t\nlet name = \"x-${c.local.port}\"\nc > name\nc < name"));
  CHECK_FALSE(is_late("connect c udp t\nc > \"?\"\nc < \"${c.local}\""));
  CHECK_FALSE(is_late("connect c udp t\nc < u16 as n\nexpect n == c.local.port"));
  const auto plan = varied(with_target("c > \"x\""), "delay");
  CHECK(plan.delay == std::chrono::milliseconds(2));
}

TEST_CASE("a variation that changes nothing in a scenario makes no case") {
  const auto wait = compile_steps("wait 1ms");
  const auto datagrams = compile_steps("bind s udp\nconnect c udp s\nc > \"ab\" \"cd\"\nc > \"ef\"");
  for (const auto* name : {"segment", "split", "coalesce", "repeat"}) {
    CAPTURE(name);
    CHECK_FALSE(has(wait, name));
    CHECK_FALSE(has(datagrams, name));
  }
  CHECK(has(compile_steps(pair + "a > \"x\""), "segment"));
  CHECK_FALSE(has(compile_steps(pair + "a > \"x\""), "split"));
  CHECK_FALSE(has(compile_steps(pair + "a > \"x\""), "coalesce"));
  // Without a server nobody remembers anything; a scenario that wants a fresh one says that it may.
  CHECK_FALSE(has(compile_steps(pair + "a > \"x\""), "repeat"));
  CHECK(has(with_target("c > \"x\""), "repeat"));
  CHECK_FALSE(has(with_target("c > \"x\"", "fresh"), "repeat"));
}

TEST_CASE("segment cuts what leaves on a stream, unless the scenario says how that leaves") {
  const auto compiled = compile_steps(pair + R"(a > "one" "two"
a > "three" in segments of 2
a > "four" urgent
b > "five" fails broken_pipe
listen hole unix
connect u unix hole
u > "six")");
  CHECK(sends(varied(compiled, "segment")) ==
        "send a#1 [\"one\"] [\"two\"] in segments of 1 every 0s of 1024 at each end within 5s\n"
        "send a#1 [\"three\"] in segments of 2 every 0s within 5s\n"
        "send a#1 [\"four\"] urgent within 5s\n"
        "send b#2 [\"five\"] within 5s fails broken_pipe\n"
        "send u#4 [\"six\"] in segments of 1 every 0s of 1024 at each end within 5s\n");
  CHECK(dump(varied(compiled, "segment")).contains("\nvariation segment\n"));
}

TEST_CASE("coalesce holds a send back for the next one on the same stream") {
  CHECK(sends(varied(
            compile_steps(pair + "a > \"1\"\na > \"2\"\na > \"3\"\nb > \"4\"\na > \"5\"\nb < \"123\"\na > \"6\""),
            "coalesce")) ==
        "send a#1 [\"1\"] held within 5s\nsend a#1 [\"2\"] held within 5s\nsend a#1 [\"3\"] within 5s\n"
        "send b#2 [\"4\"] within 5s\nsend a#1 [\"5\"] within 5s\nsend a#1 [\"6\"] within 5s\n");
  // What stands on both sides of a brace does not follow each other at once.
  CHECK_FALSE(has(compile_steps(pair + "a > \"1\"\nrepeat 2 {\na > \"2\"\n}\na > \"3\""), "coalesce"));
  CHECK_FALSE(has(compile_steps(pair + "a > \"1\"\nalways {\nwait 1ms\n}"), "coalesce"));
  CHECK_FALSE(has(compile_steps(pair + "b > \"1\"\nany order {\na < \"1\"\n{\na < \"2\"\na > \"2\"\n}\n}\na > \"3\""),
                  "coalesce"));
  CHECK_FALSE(has(compile_steps(pair + "a > \"1\" in segments of 1\na > \"2\""), "coalesce"));
  CHECK(has(compile_steps(pair + "repeat 2 {\na > \"1\"\na > \"2\"\n}"), "coalesce"));
}

TEST_CASE("what is held for a send that turns out to be empty leaves with it") {
  const char* rows[] = {
      "a > \"ab\"\na > zero(0)\nexpect b.pending == 2",
      "a > \"ab\"\na > zero(0)\na > zero(0)\nexpect b.pending == 2",
      "a > \"ab\"\na > zero(0)\na > \"c\"\nexpect b.pending == 3",
      "set a nodelay = off\na > \"ab\"\na > zero(0)\nexpect b.pending == 2",
      // A cork of the scenario's own stays.
      "set a cork = on\na > \"ab\"\na > zero(0)\nexpect b.pending == 0",
  };
  for (const auto* steps : rows) {
    CAPTURE(steps);
    const auto compiled = compile_steps(pair + steps + "\nignore b");
    for (const auto& plan : {compiled.plan(), varied(compiled, "coalesce")}) {
      CAPTURE(plan.variation);
      const auto trace = engine::run(plan);
      REQUIRE(trace);
      CHECK(engine::dump(*trace, plan).ends_with("passed\n"));
    }
  }
}

TEST_CASE("split cuts between items and lines first, then once inside of each") {
  CHECK(cuts("a > \"ab\" x\"00\" \"cdefg\"") == "0.1+0 0.2+0 0.0+1 0.2+3");
  CHECK(cuts("a > \"PING\\r\\n\"") == "0.0+2 0.0+5");
  CHECK(cuts("a > \"GET / HTTP/1.1\\r\\nA: b\\r\\n\\r\\n\"") == "0.0+16 0.0+22 0.0+7 0.0+15 0.0+18 0.0+21 0.0+23");
  CHECK(cuts("a > \"x\"\nb > \"yz\"") == "1.0+1");
  CHECK(cuts("a > zero(1MiB)") == "0.0/2");
  CHECK(cuts("a > zero(10)") == "0.0+5");
  CHECK(cuts("a > 3 * (\"ab\") \"c\"") == "0.1+0 0.0+3");
  CHECK(cuts("repeat 2 as i {\na > \"${i}\" \"c\"\n}") == "1.1+0 1.0/2");
  // Both of an explicit send and of one that may be cut.
  CHECK(cuts("a > \"abcd\" in segments of 1\na > \"ef\"") == "1.0+1");
}

TEST_CASE("split cuts between the fields of a message, in lists and groups too") {
  const auto compiled = compile(R"(
message Pair { key: u8
               value: bytes(u8) }
message Frame { length: u16 = len(body)
                body: bytes(length) { bits: u4 = 1
                                      more: u4 = 2
                                      first: Pair
                                      name: until ";"
                                      rest: 2 of Pair } }
scenario "test" {
    listen door tcp
    connect a tcp door
    accept b from door
    a > Frame{first: Pair{key: 1, value: "xyz"}, name: "n", rest: Pair{key: 2, value: ""} Pair{key: 3, value: "v"}}
    b < "?" as seen
    a > Pair{key: 1, value: seen}
})");
  //  0 length  2 bits, more  3 key  4 value  8 name  10 key  11 value  12 key  13 value, to 15
  const auto runs = runs_of(varied(compiled, "split"), {});
  std::vector<std::uint64_t> between;
  for (std::size_t i = 0; i < 8; ++i) between.push_back(*runs.runs[i].cut->cut.offset);
  CHECK(between == std::vector<std::uint64_t>{2, 3, 4, 8, 10, 11, 12, 13});
  // What the run has to tell is cut in its middle.
  CHECK(runs.runs.back().cut->step == 5);
  CHECK_FALSE(runs.runs.back().cut->cut.offset);
  CHECK(sends(plan_of(varied(compiled, "split"), runs.runs.back()))
            .ends_with(" cut in the middle of item 0 within 5s\n"));
}

TEST_CASE("split spreads its cuts evenly, the places between first, and says how many it leaves out") {
  const std::string many = "a > \"ab\" \"cd\" \"ef\" \"gh\" \"ij\"";
  CHECK(cuts(many) == "0.1+0 0.2+0 0.3+0 0.4+0 0.0+1 0.1+1 0.2+1 0.3+1 0.4+1");
  CHECK(cuts(many, 6) == "0.1+0 0.2+0 0.3+0 0.4+0 0.0+1 0.2+1 and 3 more");
  CHECK(cuts(many, 4) == "0.1+0 0.2+0 0.3+0 0.4+0 and 5 more");
  CHECK(cuts(many, 2) == "0.1+0 0.3+0 and 7 more");
  CHECK(cuts(many, 1) == "0.1+0 and 8 more");
}

TEST_CASE("repeat runs again with other random bytes, and at last twice at once where both can be") {
  const auto runs = [](std::string_view steps) {
    const auto plan = varied(with_target(steps), "repeat");
    std::vector<std::size_t> at_once;
    for (const auto& run : runs_of(plan, {}).runs) {
      CHECK(plan_of(plan, run) == plan);
      at_once.push_back(run.at_once);
    }
    return at_once;
  };
  CHECK(runs("c > \"x\"") == std::vector<std::size_t>{1, 1, 2});
  CHECK(runs("listen d tcp") == std::vector<std::size_t>{1, 1, 2});
  CHECK(runs("listen d tcp 127.0.0.1:9999") == std::vector<std::size_t>{1, 1});
  CHECK(runs("listen d unix") == std::vector<std::size_t>{1, 1});
  const auto remark = [](std::string_view steps) {
    return std::string(runs_of(varied(with_target(steps), "repeat"), {}).remark);
  };
  CHECK(remark("c > \"x\"").empty());
  CHECK(remark("listen d unix") == "not run twice at once, since both would need the one directory");
  CHECK(remark("bind d udp 127.0.0.1:9999") ==
        "not run twice at once, since both would need a place that the scenario names");
  const auto plan = varied(with_target("c > \"x\""), "repeat");
  const auto all = runs_of(plan, {}).runs;
  CHECK_FALSE(all[0].has_own_seed);
  CHECK(all[1].has_own_seed);
  CHECK(all[2].has_own_seed);
  CHECK(runs_of(with_target("c > \"x\"").plan(), {}).runs == std::vector<Run>{Run{}});
}

TEST_CASE("a send is cut where the plan says, and the trace tells what stands on both sides") {
  const auto trace_of = [](std::string_view steps, plan::Cut cut) {
    const auto compiled = compile_steps(pair + std::string(steps));
    const auto plan = plan_of(compiled.plan(), {.cut = Run::CutOfStep{3, cut}});
    auto trace = engine::run(plan);
    REQUIRE(trace);
    return std::pair{engine::dump(*trace, plan), *trace};
  };
  const auto [dumped, trace] = trace_of("a > \"hello\"\nb < \"hello\"", {0, 2});
  CHECK(dumped.ends_with("  3 cut a after 2\n  3 sent a 5\n  4 received b 5 \"hello\"\npassed\n"));
  const auto cut = std::ranges::find(trace.events, engine::Event::Kind::cut, &engine::Event::kind);
  CHECK(trace.head(cut->bytes) == "he");
  CHECK(trace.tail(cut->bytes) == "llo");
  // However far behind, and wherever the send was parted before it.
  for (const auto size : {65535, 65536, 100000, 200000}) {
    CAPTURE(size);
    const auto text = fmt::format("zero({}) \"head\" \"tail\"", size);
    const auto far = trace_of("a > " + text + "\nb < " + text, {2, 0}).second;
    const auto at = std::ranges::find(far.events, engine::Event::Kind::cut, &engine::Event::kind);
    CHECK(at->offset == static_cast<std::uint64_t>(size) + 4);
    CHECK(far.head(at->bytes) == std::string(20, '\0') + "head");
    CHECK(far.tail(at->bytes) == "tail");
    const auto before = trace_of("a > " + text + "\nb < " + text, {1, 0}).second;
    const auto begin = std::ranges::find(before.events, engine::Event::Kind::cut, &engine::Event::kind);
    CHECK(before.head(begin->bytes) == std::string(24, '\0'));
    CHECK(before.tail(begin->bytes) == "headtail");
  }
  CHECK(trace_of("a > \"hello\" \"you\"\nb < \"helloyou\"", {1, 0}).first.contains("cut a after 5\n"));
  CHECK(trace_of("a > \"hello\" \"you\"\nb < \"helloyou\"", {1, {}}).first.contains("cut a after 7\n"));
  CHECK(trace_of("a > zero(1MiB)\nb < zero(1MiB)", {0, {}}).first.contains("cut a after 524288\n"));
  for (const auto offset : {0, 5, 9}) {
    CAPTURE(offset);
    CHECK_FALSE(trace_of("a > \"hello\"\nb < \"hello\"", {0, offset}).first.contains("cut"));
  }
  CHECK_FALSE(trace_of("a > \"\"\na > \"x\"\nb < \"x\"", {0, {}}).first.contains("cut"));
}

TEST_CASE("of a long send in single bytes only the ends are cut") {
  auto compiled = compile_steps(pair + "a > zero(1MiB) \"x\"\nb < zero(1MiB) \"x\"");
  const auto plan = varied(compiled, "segment");
  const auto trace = engine::run(plan);
  REQUIRE(trace);
  CHECK(engine::dump(*trace, plan).ends_with("passed\n"));
  // A million segments, each read by us, would take longer than any deadline.
  CHECK(trace->duration < std::chrono::seconds(60));
}

TEST_CASE("sends that are held leave with the next one") {
  const auto compiled = compile_steps(
      "listen door tcp\nconnect a tcp door\naccept b from door\na > \"one\"\na > \"two\"\nb < \"onetwo\" peek\nb < "
      "\"onetwo\"");
  const auto plan = varied(compiled, "coalesce");
  const auto trace = engine::run(plan);
  REQUIRE(trace);
  CHECK(engine::dump(*trace, plan)
            .ends_with("  3 sent a 3\n  4 sent a 3\n  5 peeked b 6 \"onetwo\"\n"
                       "  6 received b 6 \"onetwo\"\npassed\n"));
}

}  // namespace volley::vary
