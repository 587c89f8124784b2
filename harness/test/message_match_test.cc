// SPDX-License-Identifier: Apache-2.0
#include <string>
#include <vector>

#include "compiled.h"
#include "match/matcher.h"

namespace volley::match {
namespace {

const std::string definitions = R"(
message Frame {
    length: u32 = len(body)
    kind: u8
    body: bytes(length)
    check: u32 = crc32(body)
}
message Header {
    head: {
        version: u4 = 4
        words: u4 = len(head) / 4
        kind: u8 default 7
        sum: u16 = internet_checksum(head)
    }
    data: rest
}
message Attr { kind: u8  value: bytes(u8) }
message Attrs { length: u8 = len(list)  list: bytes(length) of Attr }
message Two { count: u8 = count(list)  list: count of Attr }
message Tree { depth: u8  next: Tree when depth > 0 }
message Names { first: dns_name(Names)  second: dns_name(Names) }
message Varint { value: leb128  text: bytes(leb128) }
message Cut { mark: bytes(1)  text: until "-${mark}"  tail: cstring }
message Bounded { body: bytes(u8) { text: cstring  more: rest }  end: u8 }
message Little { a: u16le  b: i24le  c: i8 }
message Bits { a: u3  b: i5  c: u12  d: u4 }
message May { flag: u8  a: u8 when flag > 1  b: u8 when flag != 2 }
message Hold { head: Attr  tail: rest }
message Nothing { none: bytes(0) }
message Many { count: u32  list: count of Nothing }
message Lists { count: u8  lists: count of Attrs }
)";

/// A pattern, and slots to match into.
struct Pattern {
  Compiled compiled;
  plan::Scope scope;

  explicit Pattern(const std::string& pattern)
      : compiled(compile(definitions + "scenario \"t\" {\nlisten d tcp\nconnect c tcp d\nc < " + pattern + "\n}\n")) {
    scope.slots.resize(compiled.plan().slots.size());
    scope.messages = &compiled.plan().messages;
  }
  Result match(std::string_view stream, const std::vector<std::size_t>& cuts = {}, bool ended = false,
               Limits limits = {}) {
    Matcher matcher(std::get<plan::Receive>(compiled.plan().steps.back().action).pattern, scope, limits);
    for (const auto cut : cuts) {
      const auto result = matcher.match(stream.substr(0, cut), false);
      if (result.state != State::more) return result;
    }
    return matcher.match(stream, ended);
  }
  std::string slot(std::string_view name) const {
    for (std::size_t i = 0; i < scope.slots.size(); ++i) {
      if (compiled.plan().slots[i] == name) return plan::to_display(scope.slots[i]);
    }
    return "no such slot";
  }
};

/// The bytes of a value, or why there are none.
std::string made(const std::string& value) {
  const auto compiled = compile(definitions + "scenario \"t\" {\nlet v = " + value + "\n}\n");
  plan::Scope scope;
  scope.messages = &compiled.plan().messages;
  const auto bytes = plan::evaluate_bytes(std::get<plan::Let>(compiled.plan().steps[0].action).value, scope);
  return bytes ? plan::to_literal(*bytes) : bytes.error().what;
}

std::string bytes_of(std::initializer_list<int> values) {
  std::string bytes;
  for (const int value : values) bytes += static_cast<char>(value);
  return bytes;
}

}  // namespace

TEST_CASE("a message is sent with its computed fields") {
  struct Row {
    const char* value;
    std::string bytes;
  };
  const Row rows[] = {
      {R"(Frame{kind: 7, body: "abc"})", R"(x"00 00 00 03 07 61 62 63 35 24 41 c2")"},
      {R"(Frame{kind: 7, body: "abc", length: 99, check: 1})", R"(x"00 00 00 63 07 61 62 63 00 00 00 01")"},
      {R"(Header{data: "x"})", R"(x"41 07 be f8 78")"},
      {R"(Header{head: "raw", data: ""})", R"("raw")"},
      {R"(Attrs{list: Attr{kind: 1, value: ""} Attr{kind: 2, value: "b"}})", R"(x"05 01 00 02 01 62")"},
      {R"(Attrs{list: ""})", R"(x"00")"},
      {R"(Two{list: Attr{kind: 1, value: ""} Attr{kind: 2, value: ""}})", R"(x"02 01 00 02 00")"},
      {R"(Two{list: ""})", R"(x"00")"},
      {R"(Tree{depth: 1, next: Tree{depth: 0}})", R"(x"01 00")"},
      {R"(Names{first: "a.example", second: "."})", R"(x"01 61 07 65 78 61 6d 70 6c 65 00 00")"},
      {R"(Names{first: "a\\.b.c.", second: "A"})", R"(x"03 61 2e 62 01 63 00 01 41 00")"},
      {R"(Varint{value: 300, text: "x"})", R"(x"ac 02 01 78")"},
      {R"(Varint{value: 18446744073709551615, text: ""})", R"(x"ff ff ff ff ff ff ff ff ff 01 00")"},
      {R"(Cut{mark: "=", text: "ab", tail: "c"})", R"("=ab-=c\0")"},
      {R"(Bounded{text: "ab", more: "c", end: 9})", R"(x"04 61 62 00 63 09")"},
      {R"(Little{a: 1, b: -2, c: -1})", R"(x"01 00 fe ff ff ff")"},
      {R"(Bits{a: 5, b: -1, c: 0xabc, d: 1})", R"(x"bf ab c1")"},
      {R"(May{flag: 1, b: 5})", R"(x"01 05")"},
      {R"(May{flag: 3, a: 4, b: 5})", R"(x"03 04 05")"},
      {R"(Hold{head: Attr{kind: 1, value: "v"}, tail: "t"})", R"(x"01 01 76 74")"},
      {R"(Hold{head: "raw", tail: "t"})", R"("rawt")"},
      {R"(u4(5) u12(0xabc) leb128(128))", R"(x"5a bc 80 01")"},
      {R"("${(u1(1) u7(3))}" hex(i4(-1) u4(0)))", R"(x"83 66 30")"},
  };
  for (const auto& row : rows) {
    CAPTURE(row.value);
    CHECK(made(row.value) == row.bytes);
  }
}

TEST_CASE("a message that cannot be sent says which field is wrong") {
  struct Row {
    const char* value;
    const char* what;
  };
  const Row rows[] = {
      {R"(Bounded{text: "a\0b", more: "", end: 1})", "Bounded.body.text has its delimiter x\"00\" in it"},
      {R"(Bounded{text: zero(0), more: 300 * ("x"), end: 1})",
       "Bounded.body has 301 bytes, and its length does not fit in u8"},
      {R"(May{flag: 1, a: 4, b: 5})", "May.a is given, and its 'when' does not hold"},
      {R"(May{flag: 3, b: 5})", "May.a has no value"},
      {R"(Names{first: "a..b", second: "."})", "Names.first is \"a..b\": a label is empty"},
      {R"(Names{first: 64 * ("a"), second: "."})", nullptr},
      {R"(Cut{mark: "ab", text: "", tail: ""})", "Cut.mark has 2 bytes, and must have 1"},
      {R"(Attr{kind: len(hex("0")) * 200, value: ""})", "Attr.kind is 400, which does not fit in u8"},
      {R"(Varint{value: 0 - len(hex("a")), text: ""})", "Varint.value is -2, which does not fit in leb128"},
      {R"(Two{list: "raw"})", "Two.list is given as bytes: its elements cannot be counted"},
  };
  for (const auto& row : rows) {
    CAPTURE(row.value);
    const auto what = made(row.value);
    if (row.what) {
      CHECK(what == row.what);
    } else {
      CHECK(what.ends_with("a label has more than 63 bytes"));
    }
  }
}

TEST_CASE("a message knows its extent, and what is said of its fields captures") {
  struct Row {
    const char* pattern;
    std::string stream;
    std::size_t size;
    const char* slot;  // of `x`
  };
  const Row rows[] = {
      {"Frame{kind: 7, body as x}", bytes_of({0, 0, 0, 3, 7, 'a', 'b', 'c', 0x35, 0x24, 0x41, 0xc2, 1}), 12, "\"abc\""},
      {"Header{kind as x, data: \"x\"}", bytes_of({0x41, 7, 0xbe, 0xf8, 'x'}), 5, "7"},
      {"Header{head as x}", bytes_of({0x41, 7, 0xbe, 0xf8, 'x'}), 5, "x\"41 07 be f8\""},
      {"Attrs{list: Attr{kind: 1} Attr{value as x}}", bytes_of({5, 1, 0, 2, 1, 'b'}), 6, "\"b\""},
      {"Attrs{list: any order (Attr{kind: 2, value as x} Attr{kind: 1})}", bytes_of({5, 1, 0, 2, 1, 'b'}), 6, "\"b\""},
      {"Attrs{list: has (Attr{kind: 2, value as x})}", bytes_of({7, 1, 0, 2, 1, 'b', 3, 0}), 8, "\"b\""},
      {"Attrs{list as x}", bytes_of({2, 1, 0}), 3, "x\"01 00\""},
      {"Attrs{list: \"\", length as x}", bytes_of({0}), 1, "0"},
      {"Two{count as x}", bytes_of({2, 1, 0, 2, 0, 9}), 5, "2"},
      {"Tree{next: Tree{next: Tree{depth as x}}}", bytes_of({2, 1, 0}), 3, "0"},
      {"Names{second as x}", bytes_of({1, 'a', 1, 'b', 0, 1, 'c', 0xC0, 2}), 9, "\"c.b\""},
      {"Names{first: \"A.B\", second: \"a.b\"} u8 as x", bytes_of({1, 'a', 1, 'b', 0, 0xC0, 0, 5}), 8, "5"},
      {"Names{first as x}", bytes_of({2, 'a', '.', 0, 0}), 5, R"("a\\.")"},
      {"Varint{value as x}", bytes_of({0x80, 0x00, 1, 'q'}), 4, "0"},
      {"Varint{value: 300, text as x}", bytes_of({0xac, 2, 1, 'q'}), 4, "\"q\""},
      {"Cut{text as x}", "=a-b-=c" + std::string(1, '\0'), 8, "\"a-b\""},
      {"Bounded{more as x}", bytes_of({4, 'a', 'b', 0, 'c', 9}), 6, "\"c\""},
      {"Bounded{body as x}", bytes_of({4, 'a', 'b', 0, 'c', 9}), 6, "\"ab\\0c\""},
      {"Little{b as x}", bytes_of({1, 0, 0xfe, 0xff, 0xff, 0xff}), 6, "-2"},
      {"Bits{b as x}", bytes_of({0xbf, 0xab, 0xc1}), 3, "-1"},
      {"Bits{c as x}", bytes_of({0xbf, 0xab, 0xc1}), 3, "2748"},
      {"May{b as x}", bytes_of({1, 5}), 2, "5"},
      {"May{a as x where x > 3}", bytes_of({2, 4}), 2, "4"},
      {"Hold{head: Attr{value as x}}", bytes_of({1, 1, 'v', 't'}), 4, "\"v\""},
      {"Hold{head as x}", bytes_of({1, 1, 'v', 't'}), 4, "x\"01 01 76\""},
      {"Attr{kind: 1} as x", bytes_of({1, 1, 'v'}), 3, "x\"01 01 76\""},
      {"Attr{value ~ /(?P<x>[a-z])\\d*/}", bytes_of({1, 3, 'v', '1', '2'}), 5, "\"v\""},
      {"Attr{value ~ (u4 as x u12)}", bytes_of({1, 2, 0x5a, 0xbc}), 4, "5"},
      {"u4(5) u12 as x", bytes_of({0x5a, 0xbc}), 2, "2748"},
      {"u1 i7 as x where x == -1", bytes_of({0x7f}), 1, "-1"},
      {"leb128 as x", bytes_of({0xac, 2, 9}), 2, "300"},
      {"bytes(leb128) as x", bytes_of({1, 'q'}), 2, "\"q\""},
      {"u8 as n until \"${n}.\" as x", "\x07q7.", 4, "\"q\""},
      {"(u8 line) as x ~ /.ab\\r\\n/", "1ab\r\n", 5, "\"1ab\\r\\n\""},
      {"(u8 as n bytes(n)) as x where len(x) == 3", bytes_of({2, 'a', 'b'}), 3, R"(x"02 61 62")"},
      {"bytes(3) ~ (u8 bytes(2) as x)", "abc", 3, "\"bc\""},
      {"line ~ (until \"=\" rest as x)", "k=v\r\n", 5, "\"v\""},
  };
  for (const auto& row : rows) {
    CAPTURE(row.pattern);
    Pattern pattern(row.pattern);
    std::vector<std::size_t> every;
    for (std::size_t i = 0; i < row.stream.size(); ++i) every.push_back(i);
    for (const auto& cuts : {std::vector<std::size_t>{}, every}) {
      const auto result = pattern.match(row.stream, cuts, true);
      CHECK(result.what == "");
      CHECK(result.state == State::matched);
      CHECK(result.offset == row.size);
      CHECK(pattern.slot("x") == row.slot);
    }
  }
}

TEST_CASE("a mismatch in a message says the field, what was expected, and the first wrong byte") {
  struct Row {
    const char* pattern;
    std::string stream;
    Cause cause;
    std::uint64_t offset;
    const char* what;
  };
  const Row rows[] = {
      {"Frame{kind: 7}", bytes_of({0, 0, 0, 0, 8, 0, 0, 0, 0}), Cause::bytes, 4, "Frame.kind: expected 7, received 8"},
      {"Frame{body: \"abc\"}", bytes_of({0, 0, 0, 3, 7, 'a', 'X', 'c'}), Cause::bytes, 6,
       R"(Frame.body: expected "abc", received "aX")"},
      {"Frame{body: \"abc\"}", bytes_of({0, 0, 0, 2, 7, 'a', 'b', 0, 0, 0, 0}), Cause::bytes, 7,
       R"(Frame.body: expected "abc", received "ab")"},
      {"Frame{}", bytes_of({0, 0, 0, 0, 7, 0, 0, 0, 9}), Cause::bytes, 8,
       "Frame.check: expected 0 by its law, received 9"},
      {"Frame{length: 1}", bytes_of({0, 0, 0, 0, 7}), Cause::bytes, 3, "Frame.length: expected 1, received 0"},
      {"Frame{}", bytes_of({0xff, 0, 0, 0, 7}), Cause::over_limit, 5, "Frame.body"},
      {"Header{}", bytes_of({0x51, 7}), Cause::bytes, 0, "Header.head.version: expected 4 by its law, received 5"},
      {"Header{}", bytes_of({0x42, 7, 0, 0}), Cause::bytes, 0, "Header.head.words: expected 1 by its law, received 2"},
      {"Header{}", bytes_of({0x41, 7, 0xbe, 0xf9}), Cause::bytes, 3,
       "Header.head.sum: expected 48888 by its law, received 48889"},
      {"Attrs{list: Attr{kind: 1} Attr{kind: 2}}", bytes_of({4, 1, 0, 3, 0}), Cause::bytes, 3,
       "Attrs.list[2].kind: expected 2, received 3"},
      {"Attrs{list: Attr{kind: 1}}", bytes_of({4, 1, 0, 3, 0}), Cause::bytes, 3,
       "Attrs.list has more than the 1 element due"},
      {"Attrs{list: Attr{kind: 1} Attr{kind: 2}}", bytes_of({2, 1, 0}), Cause::bytes, 3,
       "Attrs.list has 1 element, and 2 are due"},
      {"Attrs{list: any order (Attr{kind: 1} Attr{kind: 2})}", bytes_of({4, 2, 0, 3, 0}), Cause::bytes, 3,
       "Attrs.list[2] fits none of the 1 element still due"},
      {"Attrs{list: has (Attr{kind: 3})}", bytes_of({4, 1, 0, 2, 0}), Cause::bytes, 5,
       "Attrs.list ends, and 1 of the 1 element due is missing"},
      {"Attrs{}", bytes_of({3, 1, 2, 'a'}), Cause::bytes, 2,
       "Attrs.list[1].value goes on for 1 byte behind the end of what it stands in"},
      {"Attrs{list: Attr{value: \"xy\"}}", bytes_of({3, 1, 2, 'a'}), Cause::bytes, 2,
       "Attrs.list[1].value goes on for 1 byte behind the end of what it stands in"},
      {"Tree{}", std::string(100, '\xff'), Cause::bytes, 64,
       "Tree.next.next.next.….next.next.next.next is nested more than 64 deep"},
      {"Names{}", bytes_of({0xC0, 0}), Cause::bytes, 0, "Names.first has a pointer that does not go back"},
      {"Names{}", bytes_of({1, 'a', 0, 1, 'b', 0xC0, 3}), Cause::bytes, 5,
       "Names.second has a pointer that does not go back"},
      {"Names{}", bytes_of({0x80, 0}), Cause::bytes, 0, "Names.first has neither a label nor a pointer here"},
      {"Names{first: \"b\"}", bytes_of({1, 'a', 0}), Cause::bytes, 0, R"(Names.first: expected "b", received "a")"},
      {"Varint{}", std::string(10, '\xff'), Cause::bytes, 9, "Varint.value is no leb128 of 64 bits"},
      {"Bounded{}", bytes_of({2, 'a', 'b'}), Cause::bytes, 3,
       R"(Bounded.body.text has no x"00" before the end of what it stands in)"},
      {"Bits{c: 0xabd}", bytes_of({0xbf, 0xab, 0xc1}), Cause::bytes, 2, "Bits.c: expected 2749, received 2748"},
      {"Little{a: 0x101}", bytes_of({1, 0}), Cause::bytes, 1, "Little.a: expected 257, received 1"},
      {"May{a as x}", bytes_of({1, 5}), Cause::constraint, 1, "May.a is not there: its 'when' does not hold"},
      {"May{flag as x where x > 3}", bytes_of({1, 5}), Cause::constraint, 0,
       "May.flag is 1, which its 'where' refuses"},
      {"Attr{value ~ /x+/}", bytes_of({1, 1, 'v'}), Cause::constraint, 2,
       R"(Attr.value is "v", which does not match /x+/)"},
      {"Attr{value ~ (u8(1) u8)}", bytes_of({1, 2, 2, 3}), Cause::constraint, 2,
       "Attr.value: byte 0 of the value does not match"},
      {"Attr{value ~ (u8)}", bytes_of({1, 2, 2, 3}), Cause::constraint, 3,
       "Attr.value: the value has 2 bytes, and the pattern 1"},
      {"u4(5) u12", bytes_of({0x6a, 0xbc}), Cause::bytes, 0, "u4: expected 5, received 6"},
  };
  for (const auto& row : rows) {
    CAPTURE(row.pattern);
    Pattern pattern(row.pattern);
    std::vector<std::size_t> every;
    for (std::size_t i = 0; i < row.stream.size(); ++i) every.push_back(i);
    const auto whole = pattern.match(row.stream, {}, true);
    CHECK(whole.cause == row.cause);
    CHECK(whole.offset == row.offset);
    CHECK(whole.what == row.what);
    CHECK(pattern.match(row.stream, every, true) == whole);
  }
}

TEST_CASE("a message that is not whole says which field waits, and for how much") {
  Pattern pattern("Frame{}");
  const auto stream = bytes_of({0, 0, 0, 9, 7, 'a'});
  const auto result = pattern.match(stream);
  CHECK(result == Result{State::more, Cause::none, 0, 0, 6, 8, "Frame.body"});
  const auto ended = pattern.match(stream, {}, true);
  CHECK(ended == Result{State::mismatch, Cause::ended, 0, 0, 6, 8, "Frame.body"});
}

TEST_CASE("what a peer announces bounds neither our time nor our memory") {
  Pattern list("Two{}");
  CHECK(list.match(bytes_of({255, 1, 0})).state == State::more);
  Pattern limited("Frame{}");
  CHECK(limited.match(bytes_of({0, 0, 1, 0, 7}), {}, false, {.counted = 100, .delimited = 10}).needed == 256);
  Pattern cut("Cut{}");
  CHECK(cut.match("=0123456789abcdef", {}, false, {.counted = 100, .delimited = 10}).cause == Cause::over_limit);
}

TEST_CASE("elements without bytes cost who sends them nothing, and so there are not many") {
  Pattern many("Many{}");
  CHECK(many.match(bytes_of({0, 1, 0, 0})).state == State::matched);
  CHECK(many.match(bytes_of({0, 1, 0, 1})).what == "Many.list has more than 65536 elements without bytes");
}

TEST_CASE("a list pauses after so many messages, and goes on to the same result") {
  const char* patterns[] = {"Two{}",
                            "Two{list: has (Attr{kind: 5, value as v})}",
                            "Two{list: any order (Attr{kind: 3} Attr{kind: 5, value as v} Attr{kind: 1})}",
                            "Two{list: Attr{} Attr{kind: 3} Attr{}}",
                            "Two{list: has (Attr{kind: 9})}",
                            "Lists{lists: has (Attrs{list: has (Attr{kind: 7} Attr{kind: 3})})}",
                            "Lists{lists: any order (Attrs{list: Attr{kind: 7} Attr{kind: 3}} Attrs{})}",
                            "bytes(1) Attrs{} Attrs{}"};
  const auto two = bytes_of({3, 1, 1, 'a', 3, 0, 5, 1, 'b'});
  const auto lists = bytes_of({2, 6, 1, 1, 'a', 3, 1, 'b', 5, 7, 0, 3, 1, 'c'});
  for (const auto* text : patterns) {
    CAPTURE(text);
    int pauses = 0;
    for (const auto& stream : {two, lists}) {
      for (const unsigned turn : {1U, 2U, 3U, 5U}) {
        CAPTURE(turn);
        Pattern whole(text);
        Pattern paused(text);
        Matcher matcher(std::get<plan::Receive>(paused.compiled.plan().steps.back().action).pattern, paused.scope,
                        {.messages_a_feed = turn});
        auto result = matcher.match(stream, true);
        for (; result.is_paused; ++pauses) result = matcher.match(stream, true);
        CHECK(result == whole.match(stream, {}, true));
        CHECK(paused.slot("v") == whole.slot("v"));
      }
    }
    CHECK(pauses > 0);
  }
}

TEST_CASE("a payload fed in single bytes is looked at once") {
  Pattern pattern("Frame{body as x}");
  const std::size_t size = 4 << 20;
  auto stream = bytes_of({0, 0x40, 0, 0, 7}) + std::string(size, 'x');
  Matcher matcher(std::get<plan::Receive>(pattern.compiled.plan().steps.back().action).pattern, pattern.scope);
  for (std::size_t end = 0; end < stream.size(); ++end) {
    if (matcher.feed(std::string_view(stream).substr(0, end), false) != State::more) FAIL("at byte " << end);
  }
}

}  // namespace volley::match
