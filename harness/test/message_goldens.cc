// SPDX-License-Identifier: Apache-2.0
#include "goldens.h"

namespace volley::test {
namespace {

/// Each law needs the next.
std::string long_row() {
  std::string text = "message Long {\n";
  for (int i = 0; i < 70; ++i) text += "    f" + std::to_string(i) + ": u8 = f" + std::to_string(i + 1) + "\n";
  return text + "    f70: u8\n}\n";
}

}  // namespace

/// Messages.
std::vector<Golden> message_goldens() {
  return {
      {"a message or field that stands twice", R"(message A { x: u8 }
message A { y: u8 }
message B {
    x: u8
    group: { x: u16 }
}
)",
       R"(test.volley:2:9: error: the message 'A' is defined twice [duplicate-message]
message A { y: u8 }
        ^
hint: the first is at test.volley:1:9
test.volley:5:14: error: the message 'B' has a field 'x' already [duplicate-field]
    group: { x: u16 }
             ^
hint: fields of groups count, too: the first is at test.volley:4:5
)"},
      {"messages and fields that are not there", R"(message Frame {
    kind: u8
    head: Hed
    list: kind of Fram
    name: dns_name(Dns)
    law: u8 = knd
}
message Head { x: u8 }
scenario "s" {
    let a = Fram{kind: 1}
    let b = Head{y: 1}
    let c = Head
    let d = Head{x: 1, x: 2}
    let e = lower{x: 1}
}
)",
       R"(test.volley:3:11: error: unknown message 'Hed' [unknown-message]
    head: Hed
          ^~~
hint: did you mean 'Head'?
test.volley:4:19: error: unknown message 'Fram' [unknown-message]
    list: kind of Fram
                  ^~~~
hint: did you mean 'Frame'?
test.volley:5:20: error: unknown message 'Dns' [unknown-message]
    name: dns_name(Dns)
                   ^~~
test.volley:6:15: error: unknown name 'knd' [unknown-name]
    law: u8 = knd
              ^~~
hint: did you mean 'kind'?
test.volley:10:13: error: unknown message 'Fram' [unknown-message]
    let a = Fram{kind: 1}
            ^~~~
hint: did you mean 'Frame'?
test.volley:11:13: error: 'Head' needs a value for 'x' [field-not-named]
    let b = Head{y: 1}
            ^~~~
hint: what has neither a law nor a default is named when it is sent
test.volley:11:18: error: 'Head' has no field 'y' [unknown-field]
    let b = Head{y: 1}
                 ^
test.volley:12:13: error: 'Head' is a message, not a value [unknown-name]
    let c = Head
            ^~~~
hint: Head{…} is one of it
test.volley:13:24: error: 'x' is named already [duplicate-field]
    let d = Head{x: 1, x: 2}
                       ^
test.volley:14:18: error: expected the end of the line, found '{' [expected]
    let e = lower{x: 1}
                 ^
)"},
      {"what must be named when it is sent", R"(message Frame {
    kind: u8
    length: u8 = len(body)
    flag: u8 default 0
    body: { a: u8  b: cstring }
    more: u8 when flag > 0
}
scenario "s" {
    let a = Frame{kind: 1}
    let b = Frame{a: 1, b: "x"}
    let c = Frame{kind: 1, body: "raw"}
    let d = Frame{kind: 1, body: "raw", a: 2}
    bind u udp
    u < Frame{b: "x"}
}
)",
       R"(test.volley:9:13: error: 'Frame' needs a value for 'a', 'b' [field-not-named]
    let a = Frame{kind: 1}
            ^~~~~
hint: what has neither a law nor a default is named when it is sent
test.volley:10:13: error: 'Frame' needs a value for 'kind' [field-not-named]
    let b = Frame{a: 1, b: "x"}
            ^~~~~
hint: what has neither a law nor a default is named when it is sent
test.volley:12:41: error: 'a' is named already [duplicate-field]
    let d = Frame{kind: 1, body: "raw", a: 2}
                                        ^
)"},
      {"patterns where bytes are sent", R"(message A { x: u8  list: rest of B }
message B { y: bytes(u8) }
scenario "s" {
    let a = A{x as n, list: ""}
    let b = A{x: 1, list: has (B{y: ""})}
    let c = A{x: 1, list: any order (B{y: ""})}
    let d = B{y ~ /x/}
}
)",
       R"(test.volley:4:15: error: this says what is expected: what is sent has a value [pattern-in-value]
    let a = A{x as n, list: ""}
              ^~~~~~
hint: x: …
test.volley:5:21: error: this says what is expected: what is sent has a value [pattern-in-value]
    let b = A{x: 1, list: has (B{y: ""})}
                    ^~~~~~~~~~~~~~~~~~~~
hint: list: …
test.volley:6:21: error: this says what is expected: what is sent has a value [pattern-in-value]
    let c = A{x: 1, list: any order (B{y: ""})}
                    ^~~~~~~~~~~~~~~~~~~~~~~~~~
hint: list: …
test.volley:7:15: error: this says what is expected: what is sent has a value [pattern-in-value]
    let d = B{y ~ /x/}
              ^~~~~~~
hint: y: …
)"},
      {"fields of another type", R"(message A {
    x: u8 = "text"
    y: bytes(2) = 5
    z: u8 = 256
    list: "x" of B
    when_text: u8 when "x"
    two: u8 = 1 2
    group: { w: u8 }
}
message B { y: bytes("x")  v: leb128 default -1 }
message C { head: B }
scenario "s" {
    bind u udp
    u < A{x: "text", list: C{}, y as n where n > 3, x ~ /x/}
    u < C{head: A{}}
    u < C{head: 5}
    u < A{w: 300}
}
)",
       R"(test.volley:2:13: error: 'x' takes an integer, not bytes [type-mismatch]
    x: u8 = "text"
            ^~~~~~
test.volley:3:19: error: 'y' takes bytes, not an integer [type-mismatch]
    y: bytes(2) = 5
                  ^
test.volley:4:13: error: 256 does not fit in u8 [does-not-fit]
    z: u8 = 256
            ^~~
hint: u8 is 0 to 255
test.volley:5:11: error: a list takes an integer, not bytes [type-mismatch]
    list: "x" of B
          ^~~
test.volley:6:24: error: 'when' takes a boolean, not bytes [type-mismatch]
    when_text: u8 when "x"
                       ^~~
test.volley:7:17: error: an integer has one value [type-mismatch]
    two: u8 = 1 2
                ^
test.volley:10:22: error: a length takes an integer, not bytes [type-mismatch]
message B { y: bytes("x")  v: leb128 default -1 }
                     ^~~
test.volley:10:46: error: -1 does not fit in leb128 [does-not-fit]
message B { y: bytes("x")  v: leb128 default -1 }
                                             ^~
hint: leb128 is 0 to 18446744073709551615
test.volley:14:14: error: 'x' takes an integer, not bytes [type-mismatch]
    u < A{x: "text", list: C{}, y as n where n > 3, x ~ /x/}
             ^~~~~~
test.volley:14:28: error: a 'B' stands here, not a 'C' [type-mismatch]
    u < A{x: "text", list: C{}, y as n where n > 3, x ~ /x/}
                           ^
test.volley:14:46: error: '>' compares bytes with an integer [type-mismatch]
    u < A{x: "text", list: C{}, y as n where n > 3, x ~ /x/}
                                             ^~~~~
hint: int(…) reads bytes as a number
test.volley:14:53: error: 'x' is named already [duplicate-field]
    u < A{x: "text", list: C{}, y as n where n > 3, x ~ /x/}
                                                    ^
test.volley:14:57: error: '~' takes bytes, not an integer [type-mismatch]
    u < A{x: "text", list: C{}, y as n where n > 3, x ~ /x/}
                                                        ^~~
hint: 'where' constrains an integer: u16 as n where n > 3
test.volley:15:17: error: a 'B' stands here, not a 'A' [type-mismatch]
    u < C{head: A{}}
                ^
test.volley:16:17: error: 'head' takes bytes, not an integer [type-mismatch]
    u < C{head: 5}
                ^
test.volley:17:14: error: 300 does not fit in u8 [does-not-fit]
    u < A{w: 300}
             ^~~
hint: u8 is 0 to 255
)"},
      {"fields that are read later", R"(message A {
    body: bytes(length)
    flag: u8 when kind > 0
    length: u16 = len(body)
    kind: u8
    list: count of B
    count: u8 = count(list)
    text: until "-${mark}"
    mark: bytes(1)
}
message B { x: u8 }
)",
       R"(test.volley:2:17: error: 'length' is not read yet where it is needed [later-field]
    body: bytes(length)
                ^~~~~~
hint: extents and conditions use fields that stand before
test.volley:3:19: error: 'kind' is not read yet where it is needed [later-field]
    flag: u8 when kind > 0
                  ^~~~
hint: extents and conditions use fields that stand before
test.volley:6:11: error: 'count' is not read yet where it is needed [later-field]
    list: count of B
          ^~~~~
hint: extents and conditions use fields that stand before
test.volley:8:21: error: 'mark' is not read yet where it is needed [later-field]
    text: until "-${mark}"
                    ^~~~
hint: extents and conditions use fields that stand before
)"},
      {"what is no extent", R"(message A {
    x: 5
    y: u8(3)
    z: "text"
    g: u8 { a: u8 }
    b: Head{x: 1}
}
message Head { x: u8 }
message None {
}
message Hollow { g: { } }
)",
       R"(test.volley:2:8: error: this does not say where the field ends [no-extent]
    x: 5
       ^
hint: for example u16, bytes(n), cstring, rest, or the name of a message
test.volley:3:8: error: this does not say where the field ends [no-extent]
    y: u8(3)
       ^~~~~
hint: a value that is always the same is a law: y: … = …
test.volley:4:8: error: this does not say where the field ends [no-extent]
    z: "text"
       ^~~~~~
hint: for example u16, bytes(n), cstring, rest, or the name of a message
test.volley:5:8: error: this does not say where the field ends [no-extent]
    g: u8 { a: u8 }
       ^~
hint: a group has 'bytes(…)' before it, or nothing
test.volley:6:8: error: this does not say where the field ends [no-extent]
    b: Head{x: 1}
       ^~~~~~~~~~
hint: for example u16, bytes(n), cstring, rest, or the name of a message
test.volley:9:9: error: 'None' has no fields [no-extent]
message None {
        ^~~~
hint: a field is 'name: EXTENT', for example kind: u8
test.volley:11:18: error: 'g' has no fields [no-extent]
message Hollow { g: { } }
                 ^
hint: a field is 'name: EXTENT', for example kind: u8
)"},
      {"values of fields that are not there", R"(message A { x: u8 }
scenario "s" {
    bind u udp
    u < A{y: 1, z: 2}
}
)",
       R"(test.volley:4:11: error: 'A' has no field 'y' [unknown-field]
    u < A{y: 1, z: 2}
          ^
test.volley:4:17: error: 'A' has no field 'z' [unknown-field]
    u < A{y: 1, z: 2}
                ^
)"},
      {"laws that need each other", R"(message A {
    a: u8 = b + 1
    b: u8 = a - 1
}
message B {
    sum: leb128 = crc32(all_of_it)
    all_of_it: bytes(2)
}
message C {
    all_of_it: {
        sum: leb128 = crc32(all_of_it)
        x: u8
    }
}
message D {
    all_of_it: {
        one: u32 = crc32(all_of_it)
        two: u32 = crc32(all_of_it)
    }
}
message E {
    all_of_it: {
        length: u16 = len(all_of_it)
        sum: u32 = crc32(all_of_it)
    }
}
message F {
    nonce: u8 = len(random(4))
}
)",
       R"(test.volley:2:5: error: the value of 'a' is made of itself [law-cycle]
    a: u8 = b + 1
    ^
hint: laws must end at fields that are given
test.volley:11:9: error: the value of 'sum' is made of itself [law-cycle]
        sum: leb128 = crc32(all_of_it)
        ^~~
hint: laws must end at fields that are given
test.volley:17:9: error: the value of 'one' is made of itself [law-cycle]
        one: u32 = crc32(all_of_it)
        ^~~
hint: laws must end at fields that are given
test.volley:28:21: error: 'random' differs from use to use [not-constant]
    nonce: u8 = len(random(4))
                    ^~~~~~~~~
hint: a law is computed by who receives, too; a default may differ
)"},
      {"messages without end", R"(message A { next: A }
message B { c: C }
message C { g: { d: D } }
message D { b: B }
message E { n: u8  next: E when n > 0 }
message F { n: u8  all: n of F }
message G { all: 2 of G }
message H { a: A }
)",
       R"(test.volley:1:9: error: every 'A' would contain another 'A' without end [endless-message]
message A { next: A }
        ^
hint: a 'when' or a list lets it end
test.volley:2:9: error: every 'B' would contain another 'B' without end [endless-message]
message B { c: C }
        ^
hint: a 'when' or a list lets it end
test.volley:7:9: error: every 'G' would contain another 'G' without end [endless-message]
message G { all: 2 of G }
        ^
hint: a 'when' or a list lets it end
)"},
      {"bits of a message that fill no byte", R"(message A { a: u3  b: u4 }
message B { a: u4  b: u4le }
message C { a: u4  b: u16le  c: u4 }
message D { a: u4  b: u4 when a > 3 }
message E { a: u4  text: cstring  b: u4 }
message F { a: u4  g: { b: u4 } }
message G { a: bytes(u4) }
message H { a: u3  b: u5  g: { c: u12  d: u4 } when a > 1 }
scenario "s" {
    let a = u4(3)
    let b = u4(3) "x" u4(5)
    let c = u4(3) u4(5)
    expect u4(3) == "x"
    let d = len(u4(3) u12(5))
}
)",
       R"(test.volley:1:16: error: 7 bits fill no byte [bad-width]
message A { a: u3  b: u4 }
               ^~
hint: the bits of a run of integers make whole bytes
test.volley:2:23: error: 'u4le' is little endian and no whole bytes [bad-width]
message B { a: u4  b: u4le }
                      ^~~~
hint: only whole bytes have an order
test.volley:3:23: error: 'u16le' does not begin at a byte [bad-width]
message C { a: u4  b: u16le  c: u4 }
                      ^~~~~
hint: only whole bytes have an order
test.volley:4:23: error: bits that may not be there fill no byte [bad-width]
message D { a: u4  b: u4 when a > 3 }
                      ^~
hint: a group may have a 'when': flags: { … } when …
test.volley:5:16: error: 4 bits fill no byte [bad-width]
message E { a: u4  text: cstring  b: u4 }
               ^~
hint: the bits of a run of integers make whole bytes
test.volley:6:16: error: 4 bits fill no byte [bad-width]
message F { a: u4  g: { b: u4 } }
               ^~
hint: the bits of a run of integers make whole bytes
test.volley:6:28: error: 4 bits fill no byte [bad-width]
message F { a: u4  g: { b: u4 } }
                           ^~
hint: the bits of a run of integers make whole bytes
test.volley:7:22: error: 4 bits fill no byte [bad-width]
message G { a: bytes(u4) }
                     ^~
hint: the bits of a run of integers make whole bytes
test.volley:10:13: error: 4 bits fill no byte [bad-width]
    let a = u4(3)
            ^~~~~
hint: the bits of a run of integers make whole bytes
test.volley:11:13: error: 4 bits fill no byte [bad-width]
    let b = u4(3) "x" u4(5)
            ^~~~~
hint: the bits of a run of integers make whole bytes
test.volley:13:12: error: 4 bits fill no byte [bad-width]
    expect u4(3) == "x"
           ^~~~~
hint: the bits of a run of integers make whole bytes
)"},
      {"rest in the middle of a message", R"(message A { a: rest  b: u8 }
message B { g: bytes(u8) { a: rest }  b: u8 }
message C { g: { a: rest }  b: u8 }
message D { a: A2  b: u8 }
message A2 { a: u8  b: rest }
message E { n: u8  list: n of A2 }
message F { n: u8  a: rest when n > 1  b: rest when n < 2 }
message G { list: rest of H  x: u8 }
message H { x: u8 }
scenario "s" {
    listen door tcp
    connect c tcp door
    c < A2{} u8
    c < u8 A2{}
}
)",
       R"(test.volley:1:16: error: 'rest' takes all that comes, and something follows it [rest-not-last]
message A { a: rest  b: u8 }
               ^~~~
hint: 'rest' is the last field of its message or bound
test.volley:3:21: error: 'rest' takes all that comes, and something follows it [rest-not-last]
message C { g: { a: rest }  b: u8 }
                    ^~~~
hint: 'rest' is the last field of its message or bound
test.volley:4:16: error: 'A2' ends with 'rest', and something follows it [rest-not-last]
message D { a: A2  b: u8 }
               ^~
hint: 'rest' is the last field of its message or bound
test.volley:6:26: error: 'A2' ends with 'rest': the first of them would take all that comes [rest-not-last]
message E { n: u8  list: n of A2 }
                         ^~~~~~~
hint: elements of a list have an end of their own
test.volley:8:19: error: 'rest' takes all that comes, and something follows it [rest-not-last]
message G { list: rest of H  x: u8 }
                  ^~~~~~~~~
hint: 'rest' is the last field of its message or bound
test.volley:13:9: error: 'A2' ends with 'rest', and something follows it [rest-not-last]
    c < A2{} u8
        ^~~~
hint: it is the last item of its line
)"},
      {"lists, and what is none", R"(message A { n: u8  x: bytes(2)  list: n of B  sum: u8 = count(x) }
message B { y: u8 }
scenario "s" {
    bind u udp
    u < A{x: has ("a")}
    u < A{list: has ("a")}
    u < A{n: any order (B{})}
    u < A{x: any order (B{})}
}
)",
       R"(test.volley:1:57: error: 'count' takes a field that is a list [not-a-list]
message A { n: u8  x: bytes(2)  list: n of B  sum: u8 = count(x) }
                                                        ^~~~~~~~
hint: for example count: u16 = count(answers), where answers: count of Answer
test.volley:5:18: error: 'x' is no list [not-a-list]
    u < A{x: has ("a")}
                 ^~~~~
hint: 'any order' and 'has' say something of the elements of a list
test.volley:6:21: error: the elements of a list are uses of its message [not-a-list]
    u < A{list: has ("a")}
                    ^~~~~
hint: has (B{…})
test.volley:7:24: error: 'n' is no list [not-a-list]
    u < A{n: any order (B{})}
                       ^~~~~
hint: 'any order' and 'has' say something of the elements of a list
test.volley:8:24: error: 'x' is no list [not-a-list]
    u < A{x: any order (B{})}
                       ^~~~~
hint: 'any order' and 'has' say something of the elements of a list
)"},
      {"what stands only in messages", R"(message A { x: u8 }
scenario "s" {
    bind u udp
    u < dns_name(A)
    let n = dns_name(A)
}
)",
       R"(test.volley:4:9: error: 'dns_name' stands only in the definition of a message [message-only]
    u < dns_name(A)
        ^~~~~~~~~~~
test.volley:5:13: error: 'dns_name' stands only in the definition of a message [message-only]
    let n = dns_name(A)
            ^~~~~~~~~~~
)"},
      {"mistakes inside of a message spoil no other", R"(message A {
    kind: u4
    other: u4 = = 5
    head: {
        x: u8 = )
        y: u8
    }
    z: u8
}
message lower { x: u8 }
message B { X: u8 }
scenario "s" {
    let a = A{other: 1, kind: 2, y: 2, z: 3, q: 4}
    let b = B{X 1}
    let c = B{X: 1 Y: 2}
    let d = B{X}
}
)",
       R"(test.volley:3:17: error: expected a value, found '=' [expected]
    other: u4 = = 5
                ^
test.volley:5:17: error: expected a value, found ')' [expected]
        x: u8 = )
                ^
test.volley:10:9: error: 'lower' is no name of a message [bad-name]
message lower { x: u8 }
        ^~~~~
hint: messages begin with a capital: message Frame { … }
test.volley:11:13: error: 'X' is no name [bad-name]
message B { X: u8 }
            ^
hint: names have lower case letters, digits and underscores, a letter first
test.volley:13:46: error: 'A' has no field 'q' [unknown-field]
    let a = A{other: 1, kind: 2, y: 2, z: 3, q: 4}
                                             ^
test.volley:14:17: error: expected ':', found '1' [expected]
    let b = B{X 1}
                ^
test.volley:15:21: error: expected ',' or '}', found ':' [expected]
    let c = B{X: 1 Y: 2}
                    ^
hint: fields are parted by commas
test.volley:16:16: error: expected ':', found '}' [expected]
    let d = B{X}
               ^
)"},
      {"laws in a long row", long_row(),
       R"(test.volley:66:5: error: more than 64 laws build on each other [too-deep]
    f64: u8 = f65
    ^~~
)"},
  };
}

}  // namespace volley::test
