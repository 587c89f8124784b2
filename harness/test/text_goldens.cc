// SPDX-License-Identifier: Apache-2.0
#include "goldens.h"

namespace volley::test {

/// Mistakes in the text itself: bytes, texts, numbers, brackets.
std::vector<Golden> text_goldens() {
  return {
      {"a byte that is no UTF-8 is told once", std::string("# caf\351 \377\n", 9),
       R"(test.volley:1:6: error: byte 0xe9 is not UTF-8 [not-utf8]
# caf. .
     ^
hint: in a text any byte is written '\xHH'
)"},
      {"a control byte is told once and never shown", std::string("# a\033[31m\000b\n", 11),
       R"(test.volley:1:4: error: control byte 0x1b in a scenario file [control-byte]
# a.[31m.b
   ^
hint: in a text any byte is written '\xHH'
)"},
      {"a character that means nothing", R"(scenario "s" {
wait 5ms; wait 5ms
}
)",
       R"(test.volley:2:9: error: the character ';' means nothing here [unknown-character]
wait 5ms; wait 5ms
        ^
hint: it may stand in texts and comments
)"},
      {"a character that would turn the text around", std::string("let a = \342\200\2565\n", 13),
       R"(test.volley:1:9: error: the character U+202E means nothing here [unknown-character]
let a = ...5
        ^~~
hint: it may stand in texts and comments
)"},
      {"a backslash in the middle of a line", in_scenario(R"(wait \ 5ms)"),
       R"(test.volley:6:6: error: a backslash stands in the middle of a line [unknown-character]
wait \ 5ms
     ^
hint: at the end of a line it says that the step goes on
)"},
      {"a text that does not end", in_scenario(R"(a > "abc
b < "x")"),
       R"(test.volley:6:5: error: the text does not end in its line [unterminated-text]
a > "abc
    ^~~~
hint: a '"' ends it; a line end inside it is written '\n'
)"},
      {"a hex text that does not end", in_scenario(R"(a > x"de ad)"),
       R"(test.volley:6:5: error: the hex text does not end in its line [unterminated-text]
a > x"de ad
    ^~~~~~~
hint: a '"' ends it
)"},
      {"a regular expression that does not end", in_scenario(R"(a < line ~ /abc)"),
       R"(test.volley:6:12: error: the regular expression does not end in its line [unterminated-regex]
a < line ~ /abc
           ^~~~
hint: a '/' ends it; a slash inside it is written '\/'
)"},
      {"a slash in a regular expression without its backslash", in_scenario(R"(b < line ~ /a/b/
a < line ~ /a/(?P<n>.*)/
a > n
b < line ~ /a/b
b < line ~ /a//
b < line ~ //)"),
       R"(test.volley:6:14: error: the regular expression goes on behind its end [unterminated-regex]
b < line ~ /a/b/
             ^
hint: a slash inside it is written '\/'
test.volley:7:14: error: the regular expression goes on behind its end [unterminated-regex]
a < line ~ /a/(?P<n>.*)/
             ^
hint: a slash inside it is written '\/'
test.volley:9:14: error: the regular expression goes on behind its end [unterminated-regex]
b < line ~ /a/b
             ^
hint: a slash inside it is written '\/'
test.volley:10:14: error: the regular expression goes on behind its end [unterminated-regex]
b < line ~ /a//
             ^
hint: a slash inside it is written '\/'
)"},
      {"comments and texts as other languages write them", R"(// a comment
scenario "s" {
    // a comment
    listen door tcp // a comment
    connect a tcp door
    a > 'hello' "x"
    a > 'hel lo
    wait 5ms // it's "here"
    let n = 8 / 2 // half
}
)",
       R"(test.volley:1:1: error: '//' means nothing here [unknown-character]
// a comment
^~
hint: comments begin with #
test.volley:3:5: error: '//' means nothing here [unknown-character]
    // a comment
    ^~
hint: comments begin with #
test.volley:4:21: error: '//' means nothing here [unknown-character]
    listen door tcp // a comment
                    ^~
hint: comments begin with #
test.volley:6:9: error: the character ''' means nothing here [unknown-character]
    a > 'hello' "x"
        ^
hint: texts stand in "
test.volley:7:9: error: the character ''' means nothing here [unknown-character]
    a > 'hel lo
        ^
hint: texts stand in "
test.volley:8:14: error: '//' means nothing here [unknown-character]
    wait 5ms // it's "here"
             ^~
hint: comments begin with #
test.volley:9:19: error: '//' means nothing here [unknown-character]
    let n = 8 / 2 // half
                  ^~
hint: comments begin with #
)"},
      {"an unknown escape, in the middle of what is fine", in_scenario(R"(a > "x\qy" "\xg0")"),
       R"(test.volley:6:7: error: unknown escape '\q' [unknown-escape]
a > "x\qy" "\xg0"
      ^~
hint: escapes are \r \n \t \0 \\ \" \$ and \xHH
test.volley:6:13: error: '\x' takes two hexadecimal digits [unknown-escape]
a > "x\qy" "\xg0"
            ^~
hint: for example '\x0a'
)"},
      {"hexadecimal digits that are odd or none", in_scenario(R"(a > x"abc"
a > x"ag")"),
       R"(test.volley:6:5: error: the number of hexadecimal digits is odd [bad-hex]
a > x"abc"
    ^~~~~~
hint: a byte has two digits
test.volley:7:8: error: 'g' is no hexadecimal digit [bad-hex]
a > x"ag"
       ^
)"},
      {"numbers that are none", in_scenario(R"(let n = 0x
let m = 1.5
let o = 007
let p = 0xfg)"),
       R"(test.volley:6:9: error: '0x' is no number [bad-number]
let n = 0x
        ^~
hint: after '0x' stand hexadecimal digits only
test.volley:7:9: error: decimals are not in the language [bad-number]
let m = 1.5
        ^~~
hint: write a smaller unit, such as 1500ms
test.volley:8:9: error: a decimal number has no leading zero [bad-number]
let o = 007
        ^~~
hint: octal numbers are not in the language
test.volley:9:9: error: '0xfg' is no number [bad-number]
let p = 0xfg
        ^~~~
hint: after '0x' stand hexadecimal digits only
)"},
      {"a unit that there is not", in_scenario(R"(wait 5min
let n = 5kb)"),
       R"(test.volley:6:6: error: unknown unit 'min' [unknown-unit]
wait 5min
     ^~~~
hint: units are us, ms, s and B, kB, KiB, MB, MiB, GiB
test.volley:7:9: error: unknown unit 'kb' [unknown-unit]
let n = 5kb
        ^~~
hint: units are us, ms, s and B, kB, KiB, MB, MiB, GiB
)"},
      {"numbers over 64 bits", in_scenario(R"(let n = 18446744073709551616
let m = 17179869184GiB
let o = 0x10000000000000000
wait 9223372037s)"),
       R"(test.volley:6:9: error: the number does not fit in 64 bits [number-too-large]
let n = 18446744073709551616
        ^~~~~~~~~~~~~~~~~~~~
test.volley:7:9: error: the number does not fit in 64 bits [number-too-large]
let m = 17179869184GiB
        ^~~~~~~~~~~~~~
test.volley:8:9: error: the number does not fit in 64 bits [number-too-large]
let o = 0x10000000000000000
        ^~~~~~~~~~~~~~~~~~~
test.volley:9:6: error: the number does not fit in 64 bits [number-too-large]
wait 9223372037s
     ^~~~~~~~~~~
hint: a duration is at most 9223372036s
)"},
      {"endpoints that are none", in_scenario(R"(connect c tcp 127.0.0.256:80
connect d tcp [::1]
connect e tcp 127.0.0.1:65536)"),
       R"(test.volley:6:23: error: no endpoint: an octet is at most 255 [bad-endpoint]
connect c tcp 127.0.0.256:80
                      ^~~~~~
hint: for example 127.0.0.1:80 or [::1]:80
test.volley:7:20: error: no endpoint: a colon and a port were expected [bad-endpoint]
connect d tcp [::1]
                   ^
hint: for example 127.0.0.1:80 or [::1]:80
test.volley:8:25: error: no endpoint: a port is at most 65535 [bad-endpoint]
connect e tcp 127.0.0.1:65536
                        ^~~~~
hint: for example 127.0.0.1:80 or [::1]:80
)"},
      {"a name in the place of an address", in_scenario(R"(connect c tcp localhost:8080
listen d tcp example.com:http)"),
       R"(test.volley:6:15: error: no endpoint: a name is no address [bad-endpoint]
connect c tcp localhost:8080
              ^~~~~~~~~
hint: write 127.0.0.1:8080 or [::1]:8080
test.volley:7:14: error: no endpoint: a name is no address [bad-endpoint]
listen d tcp example.com:http
             ^~~~~~~~~~~
hint: write 127.0.0.1:80 or [::1]:80
)"},
      {"an endpoint in quotes", in_scenario(R"(connect c tcp "127.0.0.1:80"
connect d tcp "localhost:80"
connect e tcp "${door.local}")"),
       R"(test.volley:6:15: error: a place takes an endpoint, not bytes [type-mismatch]
connect c tcp "127.0.0.1:80"
              ^~~~~~~~~~~~~~
hint: an endpoint has no quotes
test.volley:7:15: error: a place takes an endpoint, not bytes [type-mismatch]
connect d tcp "localhost:80"
              ^~~~~~~~~~~~~~
hint: write 127.0.0.1:80 or [::1]:80
test.volley:8:15: error: a place takes an endpoint, not bytes [type-mismatch]
connect e tcp "${door.local}"
              ^~~~~~~~~~~~~~~
)"},
      {"a bracket that is not closed ends with its line", in_scenario(R"(a > ("x" "y"
a > zero(5
let n = 3)"),
       R"(test.volley:6:5: error: '(' is not closed [unclosed-bracket]
a > ("x" "y"
    ^
hint: a ')' closes it
test.volley:7:9: error: '(' is not closed [unclosed-bracket]
a > zero(5
        ^
hint: a ')' closes it
)"},
      {"an insertion that is not closed", in_scenario(R"(a > "${len("x" 5)"),
       R"(test.volley:6:6: error: '${' is not closed in its line [unclosed-bracket]
a > "${len("x" 5
     ^~
hint: a '}' closes it
)"},
      {"a block that is not closed", R"(scenario "one" {
    wait 5ms

scenario "two" {
}
target t {
    run "x"
)",
       R"(test.volley:1:16: error: the block of this scenario is not closed [unclosed-block]
scenario "one" {
               ^
hint: a '}' closes it
test.volley:6:10: error: the block of this target is not closed [unclosed-block]
target t {
         ^
hint: a '}' closes it
)"},
      {"brackets too deep", in_scenario(R"(let n = ((((((((((((((((((((((((((((((((((((((((
        ((((((((((((((((((((((((((1)))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))"),
       R"(test.volley:7:34: error: nested more than 64 deep [too-deep]
        ((((((((((((((((((((((((((1))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))
                                 ^
hint: 'let' gives a part a name
)"},
      {"too many operators",
       in_scenario(
           R"(let n = 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 
        1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 
        1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 
        1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 
        1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 
        1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 
        1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 
        1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 1 + 
        1 + 1)"),
       R"(test.volley:14:11: error: more than 256 operators in one step [too-deep]
        1 + 1
          ^
hint: 'let' gives a part a name
)"},
  };
}

}  // namespace volley::test
