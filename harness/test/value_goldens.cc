// SPDX-License-Identifier: Apache-2.0
#include "goldens.h"

namespace volley::test {

/// Values and their types.
std::vector<Golden> value_goldens() {
  return {
      {"constants that do not fit", in_scenario(R"(a > u8(256) i8(128) i8(-129) u16le(-1) u64(-1)
a > zero(-1) random(-1) -1 * ("x")
let n = int("x", 37)
let e = endpoint(a.local.address, 65536)
a < bytes(-1))"),
       R"(test.volley:6:8: error: 256 does not fit in u8 [does-not-fit]
a > u8(256) i8(128) i8(-129) u16le(-1) u64(-1)
       ^~~
hint: u8 is 0 to 255
test.volley:6:16: error: 128 does not fit in i8 [does-not-fit]
a > u8(256) i8(128) i8(-129) u16le(-1) u64(-1)
               ^~~
hint: i8 is -128 to 127
test.volley:6:24: error: -129 does not fit in i8 [does-not-fit]
a > u8(256) i8(128) i8(-129) u16le(-1) u64(-1)
                       ^~~~
hint: i8 is -128 to 127
test.volley:6:36: error: -1 does not fit in u16le [does-not-fit]
a > u8(256) i8(128) i8(-129) u16le(-1) u64(-1)
                                   ^~
hint: u16le is 0 to 65535
test.volley:6:44: error: -1 does not fit in u64 [does-not-fit]
a > u8(256) i8(128) i8(-129) u16le(-1) u64(-1)
                                           ^~
hint: u64 is 0 to 18446744073709551615
test.volley:7:10: error: -1 is no count [does-not-fit]
a > zero(-1) random(-1) -1 * ("x")
         ^~
hint: a count is 0 to 9223372036854775807
test.volley:7:14: error: '-' takes integers, not bytes [type-mismatch]
a > zero(-1) random(-1) -1 * ("x")
             ^~~~~~~~~~~~~~~~~~~~~
test.volley:7:21: error: -1 is no count [does-not-fit]
a > zero(-1) random(-1) -1 * ("x")
                    ^~
hint: a count is 0 to 9223372036854775807
test.volley:8:18: error: 37 is no base [does-not-fit]
let n = int("x", 37)
                 ^~
hint: a base is 2 to 36
test.volley:9:35: error: 65536 is no port [does-not-fit]
let e = endpoint(a.local.address, 65536)
                                  ^~~~~
hint: a port is 0 to 65535
test.volley:10:11: error: -1 is no length [does-not-fit]
a < bytes(-1)
          ^~
hint: a length is 0 to 9223372036854775807
)"},
      {"arithmetic without a result", in_scenario(R"(let n = 1 / 0
let m = 5 % (2 - 2)
let o = 0xffffffffffffffff + 1
let p = 1 << 64
let q = 0xffffffffffffffff * 0xffffffffffffffff
let r = -0xffffffffffffffff)"),
       R"(test.volley:6:9: error: division by zero [bad-arithmetic]
let n = 1 / 0
        ^~~~~
test.volley:7:9: error: division by zero [bad-arithmetic]
let m = 5 % (2 - 2)
        ^~~~~~~~~~~
test.volley:8:9: error: the result does not fit in 64 bits [bad-arithmetic]
let o = 0xffffffffffffffff + 1
        ^~~~~~~~~~~~~~~~~~~~~~
test.volley:9:9: error: a shift is by 0 to 63 bits [bad-arithmetic]
let p = 1 << 64
        ^~~~~~~
test.volley:10:9: error: the result does not fit in 64 bits [bad-arithmetic]
let q = 0xffffffffffffffff * 0xffffffffffffffff
        ^~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~
test.volley:11:9: error: the result does not fit in 64 bits [bad-arithmetic]
let r = -0xffffffffffffffff
        ^~~~~~~~~~~~~~~~~~~
)"},
      {"lets of the file that are no constants", R"(let a = now
let b = random(4)
let c = "x" b
)",
       R"(test.volley:1:9: error: 'now' differs from use to use [not-constant]
let a = now
        ^~~
hint: a let of the file has one value; a scenario may have a let of its own
test.volley:2:9: error: 'random' differs from use to use [not-constant]
let b = random(4)
        ^~~~~~~~~
hint: a let of the file has one value; a scenario may have a let of its own
)"},
      {"lets of the file that grow too large", R"(let a = "x" "x" "x" "x" "x" "x" "x" "x" "x" "x"
let b = a a a a a a a a a a
let c = b b b b b b b b b b
let d = c c c c c c c c c c
let e = d
)",
       R"(test.volley:4:5: error: with the lets that it uses, 'd' has more than 10000 parts [too-deep]
let d = c c c c c c c c c c
    ^
)"},
      {"values that are no bytes", in_scenario(R"(a > 5
a > true 5ms
a > a.local
a > a.local.address
b < 5
a > "${true}" "${now}")"),
       R"(test.volley:6:5: error: bytes are needed, not an integer [type-mismatch]
a > 5
    ^
hint: u16(…) gives its bytes, text(…) its digits
test.volley:7:5: error: bytes are needed, not a boolean [type-mismatch]
a > true 5ms
    ^~~~
test.volley:7:10: error: bytes are needed, not a duration [type-mismatch]
a > true 5ms
         ^~~
test.volley:8:5: error: bytes are needed, not an endpoint [type-mismatch]
a > a.local
    ^~~~~~~
hint: "${…}" gives its text
test.volley:9:5: error: bytes are needed, not an address [type-mismatch]
a > a.local.address
    ^~~~~~~~~~~~~~~
hint: packed(…) gives its bytes
test.volley:10:5: error: a pattern takes bytes, not an integer [type-mismatch]
b < 5
    ^
test.volley:11:8: error: a boolean has no text [type-mismatch]
a > "${true}" "${now}"
       ^~~~
hint: integers, bytes, endpoints and addresses stand in texts
test.volley:11:18: error: a duration has no text [type-mismatch]
a > "${true}" "${now}"
                 ^~~
hint: integers, bytes, endpoints and addresses stand in texts
)"},
      {"values of the wrong type", in_scenario(R"(expect len(5) == 1
expect "x"
expect 5 ~ /x/
expect not 5
expect true and "x"
a > u8("x")
a < u16 as n where n
a < u16 as m ~ /x/
a < bytes("x")
a < bytes(i16)
let p = packed("x"))"),
       R"(test.volley:6:12: error: 'len' takes bytes, not an integer [type-mismatch]
expect len(5) == 1
           ^
test.volley:7:8: error: 'expect' takes a boolean, not bytes [type-mismatch]
expect "x"
       ^~~
test.volley:8:8: error: '~' takes bytes, not an integer [type-mismatch]
expect 5 ~ /x/
       ^~~~~~~
test.volley:9:12: error: 'not' takes a boolean, not an integer [type-mismatch]
expect not 5
           ^
test.volley:10:17: error: 'and' takes a boolean, not bytes [type-mismatch]
expect true and "x"
                ^~~
test.volley:11:8: error: 'u8' takes an integer, not bytes [type-mismatch]
a > u8("x")
       ^~~
test.volley:12:20: error: 'where' takes a boolean, not an integer [type-mismatch]
a < u16 as n where n
                   ^
test.volley:13:16: error: '~' takes bytes, not an integer [type-mismatch]
a < u16 as m ~ /x/
               ^~~
hint: 'where' constrains an integer: u16 as n where n > 3
test.volley:14:11: error: a length takes an integer, not bytes [type-mismatch]
a < bytes("x")
          ^~~
test.volley:15:11: error: a length is unsigned [type-mismatch]
a < bytes(i16)
          ^~~
hint: write 'u16'
test.volley:16:16: error: 'packed' takes an address, not bytes [type-mismatch]
let p = packed("x")
               ^~~
)"},
      {"a value that is wrong is not wrong again where it is used", in_scenario(R"(let r = (5 "x")
let t = 1 + (r)
a > zero(1 2)
b < "a" or "b"
expect len(5) == "x")"),
       R"(test.volley:6:10: error: bytes are needed, not an integer [type-mismatch]
let r = (5 "x")
         ^
hint: u16(…) gives its bytes, text(…) its digits
test.volley:8:10: error: bytes are needed, not an integer [type-mismatch]
a > zero(1 2)
         ^
hint: u16(…) gives its bytes, text(…) its digits
test.volley:9:5: error: 'or' takes a boolean, not bytes [type-mismatch]
b < "a" or "b"
    ^~~
test.volley:9:12: error: 'or' takes a boolean, not bytes [type-mismatch]
b < "a" or "b"
           ^~~
test.volley:10:8: error: '==' compares an integer with bytes [type-mismatch]
expect len(5) == "x"
       ^~~~~~~~~~~~~
hint: int(…) reads bytes as a number
test.volley:10:12: error: 'len' takes bytes, not an integer [type-mismatch]
expect len(5) == "x"
           ^
)"},
      {"digits where a number is needed, and a value of two parts", in_scenario(R"(b < line as n bytes(n)
expect n == "a" "b")"),
       R"(test.volley:6:21: error: a length takes an integer, not bytes [type-mismatch]
b < line as n bytes(n)
                    ^
hint: int(n) reads bytes as a number
test.volley:7:17: error: expected the end of the line, found a text [expected]
expect n == "a" "b"
                ^~~
hint: bytes that stand side by side are in brackets here: (a b)
)"},
      {"comparisons of what differs", in_scenario(R"(expect 1 == "1"
expect a.local == a.local.port
expect 5ms < 5
expect "a" < "b"
expect true < false)"),
       R"(test.volley:6:8: error: '==' compares an integer with bytes [type-mismatch]
expect 1 == "1"
       ^~~~~~~~
hint: int(…) reads bytes as a number
test.volley:7:8: error: '==' compares an endpoint with an integer [type-mismatch]
expect a.local == a.local.port
       ^~~~~~~~~~~~~~~~~~~~~~~
test.volley:8:8: error: '<' compares a duration with an integer [type-mismatch]
expect 5ms < 5
       ^~~~~~~
test.volley:9:8: error: '<' does not order bytes [type-mismatch]
expect "a" < "b"
       ^~~~~~~~~
hint: integers and durations have an order
test.volley:10:8: error: '<' does not order a boolean [type-mismatch]
expect true < false
       ^~~~~~~~~~~~
hint: integers and durations have an order
)"},
      {"arithmetic on what is no number", in_scenario(R"(let n = "a" + "b"
let m = 5ms * 5ms
let o = 5 / 5ms
let p = true + 1
let q = 3 * "ab"
let r = -"x"
let s = 1 & 5ms)"),
       R"(test.volley:6:9: error: '+' takes integers, not bytes [type-mismatch]
let n = "a" + "b"
        ^~~~~~~~~
hint: bytes are joined by standing side by side
test.volley:7:9: error: '*' takes integers, not a duration [type-mismatch]
let m = 5ms * 5ms
        ^~~~~~~~~
test.volley:8:9: error: '/' takes integers, not a duration [type-mismatch]
let o = 5 / 5ms
        ^~~~~~~
test.volley:9:9: error: '+' takes integers, not a boolean [type-mismatch]
let p = true + 1
        ^~~~~~~~
test.volley:10:13: error: '*' takes integers, not bytes [type-mismatch]
let q = 3 * "ab"
            ^~~~
hint: repeated bytes stand in brackets: 3 * ("ab")
test.volley:11:9: error: '-' takes integers, not bytes [type-mismatch]
let r = -"x"
        ^~~~
test.volley:12:9: error: '&' takes integers, not a duration [type-mismatch]
let s = 1 & 5ms
        ^~~~~~~
)"},
      {"functions that there are not", in_scenario(R"(let n = lenn("x")
let m = md5("x"))"),
       R"(test.volley:6:9: error: unknown function 'lenn' [unknown-function]
let n = lenn("x")
        ^~~~
hint: did you mean 'len'?
test.volley:7:9: error: unknown function 'md5' [unknown-function]
let m = md5("x")
        ^~~
)"},
      {"too many or too few arguments", in_scenario(R"(let n = len()
let m = len("a", "b")
let o = xor("a")
a > u16(1, 2) u16()
a < bytes()
let p = int("1", 2, 3))"),
       R"(test.volley:6:9: error: 'len' takes 1 argument, not 0 [argument-count]
let n = len()
        ^~~~~
test.volley:7:9: error: 'len' takes 1 argument, not 2 [argument-count]
let m = len("a", "b")
        ^~~~~~~~~~~~~
test.volley:8:9: error: 'xor' takes 2 arguments, not 1 [argument-count]
let o = xor("a")
        ^~~~~~~~
test.volley:9:5: error: an integer has one value, not 2 [argument-count]
a > u16(1, 2) u16()
    ^~~~~~~~~
test.volley:10:5: error: 'bytes' takes one length, not 0 [argument-count]
a < bytes()
    ^~~~~~~
hint: for example bytes(10) or bytes(u16)
test.volley:11:9: error: 'int' takes 1 or 2 arguments, not 3 [argument-count]
let p = int("1", 2, 3)
        ^~~~~~~~~~~~~~
)"},
  };
}

}  // namespace volley::test
