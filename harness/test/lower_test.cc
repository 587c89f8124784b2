// SPDX-License-Identifier: Apache-2.0
#include <string>

#include "compiled.h"

namespace volley::plan {

TEST_CASE("a plan is flat: slots, peers and places are numbered, constants computed") {
  const auto compiled = compile(R"(
let greeting = "hi ${1 + 2}"
target redis {
    run "redis-server"
}
scenario "all of it" {
    spec "RFC 0"
    tag fast, small
    timeout 2s
    total 30s
    listen door tcp
    connect a tcp door
    accept b from door within 1s
    a > greeting u16(443) x"00 ff" zero(1MiB) 3 * ("ab")
    b < "x" u16le as n where n < 1 << 3 bytes(n) as d ~ /(?P<k>.)=.*/ line within 10ms..20ms
    let sum = n + len(d)
    expect sum == 5 and k == "q"
    expect d ~ /a+/
    b > d "${sum}" i24(-2)
    connect r tcp redis
    r > "PING\r\n" fails broken_pipe
    r < eof
    shutdown r
    wait 5ms
    a < nothing for 10ms
    close a
    reset b
    let at = door.local.port
}
scenario "datagrams" {
    fresh
    bind s udp
    connect c udp s from 127.0.0.1:0
    c > "x"
    s < rest from c
    s > "y" to c
    c < bytes(u8) from any as who
    c < refused
})");
  CHECK(dump(compiled.suite.plans[0]) == R"(plan "all of it" line 6 total 30s
spec "RFC 0"
tag fast
tag small
slot $0 n
slot $1 d
slot $2 k
slot $3 sum
slot $4 at
peer door#0 listener local
peer a#1 stream
peer b#2 stream
peer r#3 stream
place 0 redis
  0 listen door#0 within 2s
  1 connect a#1 tcp to local(0) within 2s
  2 accept b#2 from door#0 within 1s
  3 send a#1 ["hi 3"] [x"01 bb"] [x"00 ff"] [zeros(1048576)] ["ababab"] within 2s
  4 receive b#2 ["x"] [u16le as $0 where (< $0 8)] [bytes($0) as $1 ~ /(?P<k>.)=.*/ k=$2] [until "\r\n"] within 10ms..20ms
  5 let $3 = (+ $0 (len $1)) within 2s
  6 expect (and (== $3 5) (== $2 "q")) within 2s
  7 expect $1 ~ /a+/ within 2s
  8 send b#2 [computed($1)] [computed((text $3))] [x"ff ff fe"] within 2s
  9 connect r#3 tcp to place(0) within 2s
 10 send r#3 ["PING\r\n"] within 2s fails broken_pipe
 11 receive r#3 eof within 2s
 12 shutdown r#3 within 2s
 13 wait 5ms within 2s
 14 receive a#1 nothing for 10ms within 2s
 15 close a#1 within 2s
 16 reset b#2 within 2s
 17 let $4 = (port local(0)) within 2s
)");
  CHECK(dump(compiled.suite.plans[1]) == R"(plan "datagrams" line 30 total 60s fresh
slot $0 who
peer s#0 datagram local
peer c#1 datagram local
  0 bind s#0 within 5s
  1 connect c#1 udp to local(0) from 127.0.0.1:0 within 5s
  2 send c#1 ["x"] within 5s
  3 receive s#0 [rest] from local(1) within 5s
  4 send s#0 ["y"] to local(1) within 5s
  5 receive c#1 [bytes(u8)] sender $0 within 5s
  6 receive c#1 refused within 5s
)");
}

TEST_CASE("lowering is a function: equal files give equal plans") {
  const auto* text = "scenario \"x\" {\n listen d tcp\n connect c tcp d\n c > \"a\" random(4)\n c < line ~ /x/\n}\n";
  CHECK(compile(text).suite.plans == compile(text).suite.plans);
}

TEST_CASE("a target becomes a recipe with places that are filled in at the start") {
  const auto compiled = compile(R"(
let size = 3
target server {
    run    "serve" "--at" "${host}:${port}" "--admin=${port.admin}" "${dir}/x" "n${size}"
    env    "MODE" "a${size}"
    file   "${dir}/conf" "port ${port}\n" zero(size) "end"
    ready  output ~ /ready.*/
    within 7s
    stop   int
}
)");
  using Kind = Template::Kind;
  const auto& recipe = compiled.suite.recipes.at(0);
  CHECK(recipe.name == "server");
  REQUIRE(recipe.argv.size() == 6);
  CHECK(recipe.argv[2].parts == std::vector<Template::Part>{{Kind::host, ""}, {Kind::text, ":"}, {Kind::port, ""}});
  CHECK(recipe.argv[3].parts == std::vector<Template::Part>{{Kind::text, "--admin="}, {Kind::port, "admin"}});
  CHECK(recipe.argv[4].parts == std::vector<Template::Part>{{Kind::dir, ""}, {Kind::text, "/x"}});
  CHECK(recipe.argv[5].parts == std::vector<Template::Part>{{Kind::text, "n3"}});
  CHECK(recipe.environment == std::vector<std::pair<std::string, Template>>{{"MODE", Template{{{Kind::text, "a3"}}}}});
  REQUIRE(recipe.files.size() == 1);
  CHECK(recipe.files[0].content.parts == std::vector<Template::Part>{{Kind::text, "port "},
                                                                     {Kind::port, ""},
                                                                     {Kind::text, std::string("\n\0\0\0end", 7)}});
  CHECK(std::get<Recipe::ReadyOutput>(recipe.ready).line.text() == "ready.*");
  CHECK(recipe.within == std::chrono::seconds(7));
  CHECK(recipe.stop == Recipe::Stop::interrupt);
}

TEST_CASE("a target's texts may name its endpoints, which are ports to connect to") {
  const auto compiled = compile(
      "target t {\n run \"s\" \"${endpoint}\" \"--admin=${endpoint.admin}\"\n}\n"
      "scenario \"x\" {\n connect a tcp t\n connect b tcp t.admin\n}\n");
  using Kind = Template::Kind;
  const auto& recipe = compiled.suite.recipes.at(0);
  CHECK(recipe.argv[1].parts == std::vector<Template::Part>{{Kind::endpoint, ""}});
  CHECK(recipe.argv[2].parts == std::vector<Template::Part>{{Kind::text, "--admin="}, {Kind::endpoint, "admin"}});
}

TEST_CASE("a plan says under which variations it may run, and which departures of a server are known") {
  const auto lines = [](std::string_view properties) {
    const auto compiled = compile("target a {\n run \"a\"\n}\nscenario \"test\" {\n" + std::string(properties) +
                                  "\nconnect c tcp a\n}\n");
    auto text = dump(compiled.plan());
    text.erase(0, text.find('\n') + 1);
    return text.substr(0, text.find("peer c#0"));
  };
  CHECK(lines("").empty());
  CHECK(lines("vary all").empty());
  CHECK(lines("vary none") == "vary none\n");
  CHECK(lines("vary split, delay") == "vary delay split\n");
  CHECK(lines("vary all except repeat, ipv6") == "vary coalesce delay segment slow_reader split\n");
  CHECK(lines("known \"answers \\\"no\\\"\" for a") == "known \"answers \\\"no\\\"\" for a\n");
}

TEST_CASE("only what its property allows is allowed to a plan") {
  CHECK(allows(compile_steps("wait 1ms").plan(), "segment"));
  CHECK_FALSE(allows(compile_steps("wait 1ms", "vary none").plan(), "segment"));
  CHECK(allows(compile_steps("wait 1ms", "vary segment").plan(), "segment"));
  CHECK_FALSE(allows(compile_steps("wait 1ms", "vary segment").plan(), "split"));
  CHECK_FALSE(allows(compile_steps("wait 1ms", "vary all except split").plan(), "split"));
}

TEST_CASE("a plan's variation and server are part of its identity and of its dump") {
  auto plan = compile_steps("wait 1ms").plan();
  CHECK(identity(plan) == "test.volley › test");
  plan.server = "unbound";
  CHECK(identity(plan) == "test.volley › test [unbound]");
  plan.variation = "split";
  CHECK(title(plan) == "test [split] [unbound]");
  plan.on_ipv6 = true;
  plan.slow_reading = {.buffer = 4096, .at_once = 100, .pause = std::chrono::milliseconds(2)};
  plan.delay = std::chrono::milliseconds(5);
  CHECK(
      dump(plan).starts_with("plan \"test\" line 1 total 60s\n"
                             "variation split\n"
                             "server unbound\n"
                             "on ::1\n"
                             "reads slowly: buffer 4096, segments of 536, 100 at once, 16 pauses of 2ms\n"
                             "delay 5ms\n"));
}

TEST_CASE("a plan says how a send leaves") {
  auto plan = compile_steps("listen door tcp\nconnect a tcp door\na > \"one\" in segments of 1").plan();
  auto& send = std::get<Send>(plan.steps[2].action);
  send.segments->edge = 1024;
  send.is_held = true;
  CHECK(dump(plan).ends_with("[\"one\"] in segments of 1 every 0s of 1024 at each end held within 5s\n"));
  send = {.peer = 1, .items = send.items, .to = {}, .cut = Cut{0, 2}};
  CHECK(dump(plan).ends_with("[\"one\"] cut at byte 2 of item 0 within 5s\n"));
  send.cut = Cut{};
  CHECK(dump(plan).ends_with("[\"one\"] cut in the middle of item 0 within 5s\n"));
}

}  // namespace volley::plan
