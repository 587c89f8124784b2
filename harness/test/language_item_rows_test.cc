// SPDX-License-Identifier: Apache-2.0
// The tables of docs/language.md, row by row: items, and messages.
#include "language_rows.h"

namespace volley::test {
namespace {

constexpr std::string_view messages = R"(
message Law { magic: u16 = 0xcafe  length: u8 = len(body)  body: bytes(length) }
message Rest { kind: u8 default 1  id: u16 when kind > 1  data: rest }
message Bits { version: u4 = 1  flags: u12 }
message Little { id: i24le }
message Number { n: leb128 }
message Four { data: bytes(4) }
message Counted { data: bytes(u16) }
message CountedInGroups { data: bytes(leb128) }
message Line { text: line  name: cstring  more: until "--" }
message Name { id: u8  name: dns_name(Name) }
message Outer { inner: Four  end: u8 }
message Item { key: u8  value: bytes(u8) }
message List { n: u8 = count(items)  items: n of Item }
message Filled { items: bytes(u8) of Item }
message All { items: rest of Item }
message Group { head: { a: u8  b: u8 }  sum: u8 = len(head) }
message Bounded { body: bytes(u8) { a: u8  tail: rest } }
message Tree { below: u8 default 0  next: Tree when below > 0 }
)";

}  // namespace

TEST_CASE("each item passes, and fails as it should") {
  check_rows(
      {
          {"\"text\"", "a > \"ab\"\nb < \"ab\"", "a > \"ab\"\nb < \"aB\"",
           "byte 1 differs: expected 'B' (0x42), received 'b' (0x62)"},
          {"\"text\" with escapes", R"(a > "\r\n\t\0\\\"\$\x7f"
b < x"0d0a 0900 5c22 247f")",
           "a > \"\\n\"\nb < \"\\r\"", "byte 0 differs: expected 0x0d, received 0x0a"},
          {"\"text\" with values", R"(let n = -5
let d = "x"
a > "${n} ${d} ${a.local.port} $9 \${n}"
b < "-5 x ${b.peer.port} $9 " x"247b6e7d")",
           "let n = 5\na > \"4\"\nb < \"${n}\"", "byte 0 differs: expected '5' (0x35), received '4' (0x34)"},
          {"x\"0d0a\"", "a > x\"0d 0A\"\nb < \"\\r\\n\"", "a > \"\\r\\r\"\nb < x\"0d0a\"",
           "byte 1 differs: expected 0x0a, received 0x0d"},
          {"u16(443)", "a > u16(443)\nb < x\"01bb\"", "a > x\"01bc\"\nb < u16(443)",
           "byte 1 differs: expected 0xbb, received 0xbc"},
          {"u16(443) that does not fit", "let n = 65535\na > u16(n)\nb < u16(n)",
           "let n = 65535 + len(\"x\")\na > u16(n)", "65536 does not fit in u16"},
          {"i16(n)", "a > i16(-2)\nb < x\"fffe\"", "let n = 32767 + len(\"x\")\na > i16(n)",
           "32768 does not fit in i16"},
          {"u24le(n)", "a > u24le(1)\nb < x\"010000\"", "a > u24(1)\nb < u24le(1)",
           "byte 0 differs: expected 0x01, received 0x00"},
          {"i32le(n)", "a > i32le(-2)\nb < x\"feffffff\"", "a > i32(-2)\nb < i32le(-2)",
           "byte 0 differs: expected 0xfe, received 0xff"},
          {"u56(n)", "a > u56(1) u40(2) u48(3)\nb < u56(1) u40(2) u48(3)", "a > u56(1)\nb < u56(2)",
           "byte 6 differs: expected 0x02, received 0x01"},
          {"u64le(n)", "a > u64le(18446744073709551615)\nb < u64(0xffffffffffffffff)", "a > zero(8)\nb < u64le(1)",
           "byte 0 differs: expected 0x01, received 0x00"},
          {"a name", "a > \"abcabc\"\nb < bytes(3) as d\nb < d", "a > \"abcabd\"\nb < bytes(3) as d d",
           "byte 5 differs: expected 'c' (0x63), received 'd' (0x64)"},
          {"a function that gives bytes", "a > hex(\"a\")\nb < \"61\"", "a > \"62\"\nb < hex(\"a\")",
           "byte 1 differs: expected '1' (0x31), received '2' (0x32)"},
          {"N * (…)", "let n = 3\na > n * (\"ab\" u8(0))\nb < 3 * (\"ab\\0\")", "a > \"abaX\"\nb < 2 * (\"ab\")",
           "byte 3 differs: expected 'b' (0x62), received 'X' (0x58)"},
          {"N * (…) of a count that is none", "let n = 0\na > n * (\"ab\")", "let n = 0 - len(\"x\")\na > n * (\"ab\")",
           "-1 is no count"},
          {"zero(N)", "a > zero(3)\nb < x\"000000\"", "a > x\"000001\"\nb < zero(3)",
           "byte 2 differs: expected 0x00, received 0x01"},
          {"u16", "a > x\"0102\"\nb < u16 as n\nexpect n == 258", "a > \"a\"\nclose a\nb < u16",
           "the connection was closed after 1 byte: u16 waits for 1 more byte"},
          {"i24le", "a > x\"feffff\"\nb < i24le as n\nexpect n == -2", "a > \"a\"\nclose a\nb < i24le",
           "the connection was closed after 1 byte: i24le waits for 2 more bytes"},
          {"bytes(N)", "a > \"abc\"\nb < bytes(3) as d\nexpect d == \"abc\"", "a > \"abc\"\nb < bytes(4) within 20ms",
           "only 3 bytes came within 20ms\nbytes(4) waits for 1 more byte"},
          {"bytes(N) of a count that is none", "a > u8(0)\nb < u8 as n bytes(n)", "a > u8(0)\nb < u8 as n bytes(n - 1)",
           "-1 is no count"},
          {"bytes(u16)", "a > u16(3) \"abc\"\nb < bytes(u16) as d\nexpect d == \"abc\"",
           "a > u16(3) \"ab\"\nclose a\nb < bytes(u16)",
           "the connection was closed after 4 bytes: bytes(u16) waits for 1 more byte"},
          {"bytes(leb128)", "a > leb128(200) zero(200)\nb < bytes(leb128) as d\nexpect len(d) == 200",
           "a > leb128(2) \"a\"\nclose a\nb < bytes(leb128)",
           "the connection was closed after 2 bytes: bytes(leb128) waits for 1 more byte"},
          {"until DELIMITER",
           "a > \"a;b\\0\"\nb < until \";\" as d until x\"00\" as e\nexpect d == \"a\" and e == \"b\"",
           "a > \"ab\"\nb < until \";\" within 20ms", "only 2 bytes came within 20ms\nuntil \";\" is not complete"},
          {"until \"-${mark}\"",
           "let mark = \"=\"\na > \"ab-=c\"\nb < until \"-${mark}\" as d \"c\"\nexpect d == \"ab\"",
           "let mark = \"=\"\na > \"ab-\"\nclose a\nb < until \"-${mark}\"",
           "the connection was closed after 3 bytes: until is not complete"},
          {"line", "a > \"a\\nb\\r\\n\"\nb < line as d\nexpect d == \"a\\nb\"", "a > \"a\\n\"\nclose a\nb < line",
           "the connection was closed after 2 bytes: line is not complete"},
          {"cstring", "a > \"a\\0\"\nb < cstring as d\nexpect d == \"a\"", "a > \"a\"\nclose a\nb < cstring",
           "the connection was closed after 1 byte: cstring is not complete"},
          {"rest", "a > \"abc\"\nshutdown a\nb < \"a\" rest as d\nexpect d == \"bc\"",
           "a > \"abc\"\nreset a\nb < \"a\" rest", "the connection was reset after 3 bytes: rest is not complete"},
          {"u4(3) u12(7)", "a > u4(3) u12(7)\nb < x\"3007\"", "a > x\"3008\"\nb < u4(3) u12(7)",
           "byte 1 differs: expected 0x07, received 0x08"},
          {"u1 u7 as n", "a > x\"85\"\nb < u1 as bit u7 as n\nexpect bit == 1 and n == 5", "a > x\"85\"\nb < u1(0) u7",
           "u1: expected 0, received 1 (byte 0)"},
          {"leb128(N)", "a > leb128(300)\nb < x\"ac02\"", "a > x\"ad02\"\nb < leb128(300)",
           "byte 0 differs: expected 0xac, received 0xad"},
          {"leb128", "a > x\"ac02\"\nb < leb128 as n\nexpect n == 300", "a > 10 * (x\"ff\")\nb < leb128",
           "leb128 is no leb128 of 64 bits (byte 9)"},
          {"( … )", "a > (\"a\" u8(1))\nb < (\"a\" u8 as n)\nexpect n == 1", "a > \"ab\"\nb < (\"a\" \"c\")",
           "byte 1 differs: expected 'c' (0x63), received 'b' (0x62)"},
          {"as NAME", "a > u8(7) \"x\"\nb < u8 as n bytes(1) as d\nexpect n == 7 and d == \"x\"",
           "a > u8(7)\nb < u8 as n\nexpect n == 8", "the condition is false\nn is 7"},
          {"~ /re/", "a > \"k=v\\r\\n\"\nb < line ~ /(?P<k>\\w)=(?P<v>.)(?P<w>!)?/\nexpect (k v w) == \"kv\"",
           "a > \"k=v!\\r\\n\"\nb < line ~ /k=v/", "what came at byte 0 does not satisfy line ~ /k=v/"},
          {"~ (PATTERN)", "a > u8(2) u8(9) \"x\"\nb < bytes(u8) ~ (u8 as kind rest)\nexpect kind == 9",
           "a > u8(2) u8(9) \"x\"\nb < bytes(u8) ~ (u8(8) rest)", "byte 0 of the value does not match (byte 1)"},
          {"where CONDITION", "a > u8(7)\nb < u8 as n where n > 6", "a > u8(7)\nb < u8 as n where n > 7",
           "what came at byte 0 does not satisfy u8 as n where n > 7\nn is 7"},
          {"where CONDITION without a value", "", "a > u8(0)\nb < u8 as n where 1 / n > 7", "1 / 0"},
          {"(…) where CONDITION", "a > u8(7) \"x\\r\\n\"\nb < (u8 line) as both where len(both) < 5",
           "a > u8(7) \"x\\r\\n\"\nb < (u8 line) as both where len(both) < 3",
           "(…) is \"\\x07x\\r\\n\", which its 'where' refuses (byte 0)"},
      },
      two_streams);
}

TEST_CASE("each form of a message passes, and fails as it should") {
  check_rows(
      {
          {"= VALUE", "a > Law{body: \"ab\"}\nb < x\"cafe02\" \"ab\"", "a > x\"caff02\" \"ab\"\nb < Law{}",
           "Law.magic: expected 51966 by its law, received 51967 (byte 1)"},
          {"= VALUE, a lie", "a > Law{magic: 1, body: \"\"}\nb < Law{magic: 1}",
           "a > Law{magic: 1, body: \"\"}\nb < Law{}", "Law.magic: expected 51966 by its law, received 1 (byte 0)"},
          {"default VALUE", "a > Rest{data: \"\"}\nshutdown a\nb < Rest{kind: 1, data: \"\"}",
           "a > Rest{data: \"\"}\nshutdown a\nb < Rest{kind: 2}", "Rest.kind: expected 2, received 1 (byte 0)"},
          {"when CONDITION", "a > Rest{kind: 2, id: 7, data: \"\"}\nshutdown a\nb < Rest{id as id}\nexpect id == 7",
           "a > Rest{kind: 1, data: \"xx\"}\nshutdown a\nb < Rest{id as id}",
           "Rest.id is not there: its 'when' does not hold (byte 1)"},
          {"u4 u12", "a > Bits{flags: 0xabc}\nb < x\"1abc\"", "a > x\"2abc\"\nb < Bits{}",
           "Bits.version: expected 1 by its law, received 2 (byte 0)"},
          {"i24le", "a > Little{id: -2}\nb < x\"feffff\"", "let n = 0x7fffff + len(\"x\")\na > Little{id: n}",
           "Little.id is 8388608, which does not fit in i24le"},
          {"leb128", "a > Number{n: 300}\nb < Number{n: 300}", "let n = 0 - len(\"x\")\na > Number{n: n}",
           "Number.n is -1, which does not fit in leb128"},
          {"bytes(4)", "a > Four{data: \"abcd\"}\nb < Four{data as d}\nexpect d == \"abcd\"",
           "let d = \"abc\"\na > Four{data: d}", "Four.data has 3 bytes, and must have 4"},
          {"bytes(u16)", "a > Counted{data: \"abc\"}\nb < x\"0003\" \"abc\"",
           "a > u16(9) \"abc\"\nclose a\nb < Counted{}",
           "the connection was closed after 5 bytes: Counted.data waits for 6 more bytes"},
          {"bytes(leb128)", "a > CountedInGroups{data: zero(200)}\nb < x\"c801\" zero(200)",
           "a > leb128(9) \"abc\"\nclose a\nb < CountedInGroups{}",
           "the connection was closed after 4 bytes: CountedInGroups.data waits for 6 more bytes"},
          {"line cstring until", "a > Line{text: \"a\", name: \"b\", more: \"c\"}\nb < \"a\\r\\nb\\0c--\"",
           "a > \"a\\r\\nb\\0c-\"\nclose a\nb < Line{}",
           "the connection was closed after 7 bytes: Line.more is not complete"},
          {"what its delimiter would end", "", "let d = \"a\\r\\nb\"\na > Line{text: d, name: \"\", more: \"\"}",
           "Line.text has its delimiter \"\\r\\n\" in it"},
          {"rest", "a > Rest{data: \"abc\"}\nshutdown a\nb < Rest{data: \"abc\"}",
           "a > Rest{data: \"abc\"}\nshutdown a\nb < Rest{data: \"ab\"}",
           "Rest.data: expected \"ab\", received \"abc\" (byte 3)"},
          {"dns_name(MESSAGE)", "a > Name{id: 1, name: \"a.Bc\"}\nb < x\"01 0161 024263 00\"",
           "a > x\"01 0161 00\"\nb < Name{name: \"b\"}", "Name.name: expected \"b\", received \"a\" (byte 1)"},
          {"dns_name(MESSAGE) without case", "a > Name{id: 1, name: \"a.Bc\"}\nb < Name{name: \"A.bC\"}",
           "a > x\"01 c001\"\nb < Name{}", "Name.name has a pointer that does not go back (byte 1)"},
          {"Name", "a > Outer{inner: Four{data: \"abcd\"}, end: 1}\nb < Outer{inner: Four{data: \"abcd\"}}",
           "a > Outer{inner: Four{data: \"abcd\"}, end: 1}\nb < Outer{inner: Four{data: \"abce\"}}",
           "Outer.inner.data: expected \"abce\", received \"abcd\" (byte 3)"},
          {"n of Name", "a > List{items: Item{key: 1, value: \"\"}}\nb < x\"01 01 00\"",
           "a > x\"02 01 00\"\nclose a\nb < List{}",
           "the connection was closed after 3 bytes: List.items[2].key waits for 1 more byte"},
          {"bytes(n) of Name", "a > Filled{items: Item{key: 1, value: \"a\"}}\nb < x\"03 01 01 61\"",
           "a > x\"03 01 02 61\"\nb < Filled{}",
           "Filled.items[1].value goes on for 1 byte behind the end of what it stands in (byte 2)"},
          {"rest of Name", "a > All{items: Item{key: 1, value: \"a\"}}\nshutdown a\nb < All{items: Item{key: 1}}",
           "a > x\"01 02 61\"\nshutdown a\nb < All{}",
           "the connection was closed after 3 bytes: All.items[1].value waits for 1 more byte"},
          {"{ … }", "a > Group{a: 1, b: 2}\nb < Group{head as h, sum: 2}\nexpect h == x\"0102\"",
           "a > Group{a: 1, b: 2, sum: 3}\nb < Group{}", "Group.sum: expected 2 by its law, received 3 (byte 2)"},
          {"bytes(n) { … }", "a > Bounded{a: 1, tail: \"xy\"}\nb < Bounded{tail: \"xy\"}", "a > u8(0)\nb < Bounded{}",
           "Bounded.body.a goes on for 1 byte behind the end of what it stands in (byte 1)"},
          {"a message in itself", "a > Tree{below: 1, next: Tree{}}\nb < Tree{next: Tree{below: 0}}",
           "a > 100 * (u8(1))\nb < Tree{}",
           "Tree.next.next.next.….next… is nested more than 64 deep (byte 64)"},
          {"field: value", "a > Four{data: \"abcd\"}\nb < Four{data: \"abcd\"}",
           "a > Four{data: \"abcd\"}\nb < Four{data: \"abce\"}",
           "Four.data: expected \"abce\", received \"abcd\" (byte 3)"},
          {"field as x", "a > Little{id: 5}\nb < Little{id as x}\nexpect x == 5",
           "a > Little{id: 5}\nb < Little{id as x}\nexpect x == 6", "the condition is false\nx is 5"},
          {"field ~ /re/", "a > Four{data: \"abcd\"}\nb < Four{data ~ /a(?P<m>.*)d/}\nexpect m == \"bc\"",
           "a > Four{data: \"abcd\"}\nb < Four{data ~ /[a-c]+/}",
           "Four.data is \"abcd\", which does not match /[a-c]+/ (byte 0)"},
          {"field ~ (PATTERN)", "a > Four{data: \"abcd\"}\nb < Four{data ~ (\"ab\" u16)}",
           "a > Four{data: \"abcd\"}\nb < Four{data ~ (\"ab\" u8)}",
           "Four.data: the value has 4 bytes, and the pattern 3 (byte 3)"},
          {"field as n where", "a > Little{id: 5}\nb < Little{id as n where n > 4}",
           "a > Little{id: 5}\nb < Little{id as n where n > 5}", "Little.id is 5, which its 'where' refuses (byte 0)"},
          {"list: A{…} A{…}",
           "a > List{items: Item{key: 1, value: \"\"} Item{key: 2, value: \"\"}}\nb < List{items: Item{key: 1} "
           "Item{key: 2}}",
           "a > List{items: Item{key: 1, value: \"\"} Item{key: 2, value: \"\"}}\nb < List{items: Item{key: 2} "
           "Item{key: 1}}",
           "List.items[1].key: expected 2, received 1 (byte 1)"},
          {"list: \"\"", "a > List{items: \"\"}\nb < List{items: \"\"}",
           "a > List{items: Item{key: 1, value: \"\"}}\nb < List{items: \"\"}",
           "List.items: expected \"\", received x\"01 00\" (byte 1)"},
          {"list: any order (A{…})",
           "a > List{items: Item{key: 1, value: \"\"} Item{key: 2, value: \"\"}}\n"
           "b < List{items: any order (Item{key: 2} Item{key: 1})}",
           "a > List{items: Item{key: 1, value: \"\"} Item{key: 3, value: \"\"}}\n"
           "b < List{items: any order (Item{key: 2} Item{key: 1})}",
           "List.items[2] fits none of the 1 element still due (byte 3)"},
          {"list: has (A{…})",
           "a > List{items: Item{key: 1, value: \"\"} Item{key: 2, value: \"\"}}\nb < List{items: has (Item{key: 2})}",
           "a > List{items: Item{key: 1, value: \"\"} Item{key: 3, value: \"\"}}\nb < List{items: has (Item{key: 2})}",
           "List.items ends, and 1 of the 1 element due is missing (byte 5)"},
      },
      two_streams, messages);
}

}  // namespace volley::test
