// SPDX-License-Identifier: Apache-2.0
#include "compiled.h"

namespace volley::plan {

TEST_CASE("a plan keeps the tree of each message, and what each field is to the others") {
  const auto compiled = compile(R"(
message Frame {
    magic: u16 = 0xcafe
    length: u32 = len(body)
    flags: u4 default 0
    count: u4 = count(list)
    body: bytes(length) {
        topic: bytes(u16) when flags > 0
        name: dns_name(Frame)
        list: count of Item
    }
    check: u32 = crc32(body)
    odd: u8 = length + 1
    tail: rest
}
message Item { key: leb128  value: cstring }
scenario "s" {
    listen door tcp
    connect a tcp door
    accept b from door
    a < u8 as n
    a > Frame{name: "x", list: Item{key: n, value: "v"}, tail: ""} u4(1) u4(2)
    b < Frame{flags: 1, topic as t ~ /(?P<k>.)x/, list: has (Item{key as m where m > 1}), tail ~ (u8)}
    b < Item{} u4(1) u4 as low
}
)");
  const auto text = dump(compiled.plan());
  CHECK(text.substr(text.find("message ")) == R"(message Frame#0
  .0 magic: u16 = 51966 [constant]
  .1 length: u32 = (size .4) [length of .4]
  .2 flags: u4 default 0 [number]
  .3 count: u4 = (elements .7) [count of .7]
  .4 body: bytes(.1){
    .5 topic: bytes(u16) when (> .2 0) [payload]
    .6 name: dns_name(Frame#0) [payload]
    .7 list: .3 of Item#1
  .8 check: u32 = (crc32 .4) [checksum of .4]
  .9 odd: u8 = (+ .1 1) [computed of .1]
  .10 tail: rest [payload]
message Item#1
  .0 key: leb128 [number]
  .1 value: until x"00" [payload]
message #2
  .0 u4: u4
  .1 u4: u4
message #3
  .0 u4: u4
  .1 u4: u4
)" + text.substr(text.find("  0 listen")));
  CHECK(
      text.find(R"(send a#1 [computed((message #0 (named .6 "x") (named .7 echo (list (message #1 (named .0 echo $0) )"
                R"((named .1 "v")))) (named .10 "")))] [computed((message #2 (named .0 1) (named .1 2)))])") !=
      std::string::npos);
  CAPTURE(text);
}

TEST_CASE("a field knows where it stands in the source") {
  const auto compiled = compile("message A {\n    x: u8 = 3\n    g: { y: u8 }\n}\nscenario \"s\" {\n}\n");
  const auto& fields = compiled.plan().messages.at(0).fields;
  REQUIRE(fields.size() == 3);
  CHECK(compiled.source.text(fields[0].span) == "x: u8 = 3");
  CHECK(compiled.source.text(fields[1].span) == "g: { y: u8 }");
  CHECK(fields[1].end == 3);
}

}  // namespace volley::plan
