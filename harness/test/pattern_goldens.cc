// SPDX-License-Identifier: Apache-2.0
#include "goldens.h"

namespace volley::test {

/// Patterns.
std::vector<Golden> pattern_goldens() {
  return {
      {"a pattern without an extent", in_scenario(R"(a < /x/
a < "x" /y/
a < line /z/)"),
       R"(test.volley:6:5: error: a pattern without an extent [pattern-without-extent]
a < /x/
    ^~~
hint: a regular expression constrains an extent: line ~ /…/
test.volley:7:9: error: a pattern without an extent [pattern-without-extent]
a < "x" /y/
        ^~~
hint: a regular expression constrains an extent: line ~ /…/
test.volley:8:10: error: a pattern without an extent [pattern-without-extent]
a < line /z/
         ^~~
hint: a regular expression constrains an extent: line ~ /…/
)"},
      {"what is expected cannot be sent", in_scenario(R"(a > line
a > u16
a > bytes(5) rest
a > until "x"
let n = cstring
expect a.local.port as n
a > "x" as y
a > "x" where true
b < bytes(line))"),
       R"(test.volley:6:5: error: 'line' says what is expected: it has no bytes of its own [pattern-in-value]
a > line
    ^~~~
test.volley:7:5: error: 'u16' has no value here [pattern-in-value]
a > u16
    ^~~
hint: for example u16(7)
test.volley:8:5: error: 'bytes' says what is expected: it has no bytes of its own [pattern-in-value]
a > bytes(5) rest
    ^~~~~~~~
test.volley:8:14: error: 'rest' says what is expected: it has no bytes of its own [pattern-in-value]
a > bytes(5) rest
             ^~~~
test.volley:9:5: error: 'until' says what is expected: it has no bytes of its own [pattern-in-value]
a > until "x"
    ^~~~~~~~~
test.volley:10:9: error: 'cstring' says what is expected: it has no bytes of its own [pattern-in-value]
let n = cstring
        ^~~~~~~
test.volley:11:8: error: 'as' and 'where' stand only in what a peer is to receive [pattern-in-value]
expect a.local.port as n
       ^~~~~~~~~~~~~~~~~
hint: 'let' gives a value a name
test.volley:12:5: error: 'as' stands only in what a peer is to receive [pattern-in-value]
a > "x" as y
    ^~~~~~~~
hint: 'let' gives a value a name
test.volley:13:5: error: 'where' stands only in what a peer is to receive [pattern-in-value]
a > "x" where true
    ^~~~~~~~~~~~~~
test.volley:14:11: error: 'line' says what is expected: it has no bytes of its own [pattern-in-value]
b < bytes(line)
          ^~~~
)"},
      {"rest is the last", in_scenario(R"(a < rest "x"
a < (rest) u8
a < "x" (u8 rest)
a < rest rest)"),
       R"(test.volley:6:5: error: 'rest' takes all that comes, and something follows it [rest-not-last]
a < rest "x"
    ^~~~
hint: 'rest' is the last item of its line
test.volley:7:6: error: 'rest' takes all that comes, and something follows it [rest-not-last]
a < (rest) u8
     ^~~~
hint: 'rest' is the last item of its line
test.volley:9:5: error: 'rest' takes all that comes, and something follows it [rest-not-last]
a < rest rest
    ^~~~
hint: 'rest' is the last item of its line
)"},
      {"an empty delimiter", in_scenario(R"(a < until ""
a < until x"")"),
       R"(test.volley:6:11: error: the delimiter is empty [empty-delimiter]
a < until ""
          ^~
hint: for example until "\r\n"
test.volley:7:11: error: the delimiter is empty [empty-delimiter]
a < until x""
          ^~~
hint: for example until "\r\n"
)"},
      {"widths that no integer has", in_scenario(R"(a < u0
a < u65
a < i7
a < u12le
a < u4 u8 u3
a > u0(5))"),
       R"(test.volley:6:5: error: 'u0' has 0 bits [bad-width]
a < u0
    ^~
hint: integers have 1 to 64 bits
test.volley:7:5: error: 'u65' has 65 bits [bad-width]
a < u65
    ^~~
hint: integers have 1 to 64 bits
test.volley:8:5: error: 7 bits fill no byte [bad-width]
a < i7
    ^~
hint: the bits of a run of integers make whole bytes
test.volley:9:5: error: 'u12le' is little endian and no whole bytes [bad-width]
a < u12le
    ^~~~~
hint: only whole bytes have an order
test.volley:10:5: error: 7 bits fill no byte [bad-width]
a < u4 u8 u3
    ^~
hint: the bits of a run of integers make whole bytes
test.volley:11:5: error: 'u0' has 0 bits [bad-width]
a > u0(5)
    ^~
hint: integers have 1 to 64 bits
)"},
      {"regular expressions that do not compile", in_scenario(R"(a < line ~ /(/
a < line ~ /a{1000}{1000}/
expect "x" ~ /[/)"),
       R"(test.volley:6:12: error: the regular expression does not compile: missing ): ( [bad-regex]
a < line ~ /(/
           ^~~
test.volley:7:12: error: the regular expression does not compile: bad repetition operator: {1000}{1000} [bad-regex]
a < line ~ /a{1000}{1000}/
           ^~~~~~~~~~~~~~~
test.volley:8:14: error: the regular expression does not compile: missing ]: [ [bad-regex]
expect "x" ~ /[/
             ^~~
)"},
      {"a regular expression of a target that does not compile", R"(target t {
    run "x"
    ready output ~ /*/
}
)",
       R"(test.volley:3:20: error: the regular expression does not compile: no argument for repetition operator: * [bad-regex]
    ready output ~ /*/
                   ^~~
)"},
  };
}

}  // namespace volley::test
