// SPDX-License-Identifier: Apache-2.0
#include "goldens.h"

namespace volley::test {

/// Uses, families of targets, and what is said of their variations.
std::vector<Golden> family_goldens() {
  return {
      {"a use without a path", "use other\nuse \"a${b}\"\nuse \"a.volley\" \"b.volley\"\n",
       R"(test.volley:1:5: error: expected the path of a file as a text, found 'other' [expected]
use other
    ^~~~~
test.volley:2:5: error: expected the path of a file as a text without '${…}' [expected]
use "a${b}"
    ^~~~
hint: '\$' is a plain dollar
test.volley:3:16: error: expected the end of the line, found a text [expected]
use "a.volley" "b.volley"
               ^~~~~~~~~~
)"},
      {"families of what there is not, and families twice", R"(target solo {
    run "x"
}
target f = solo | sol
target f = solo
target solo = solo
target g =
target h = solo |
)",
       R"(test.volley:4:19: error: unknown target 'sol' [unknown-name]
target f = solo | sol
                  ^~~
hint: did you mean 'solo'?
test.volley:5:8: error: the target 'f' is declared twice [duplicate-target]
target f = solo
       ^
hint: the first is at test.volley:4:8
test.volley:6:8: error: the target 'solo' is declared twice [duplicate-target]
target solo = solo
       ^~~~
hint: the first is at test.volley:1:8
test.volley:8:8: error: expected the end of the line, found 'h' [expected]
target h = solo |
       ^
)"},
      {"families of one, of families, and with one twice", R"(target a {
    run "x"
}
target b {
    run "x"
}
target lone = a
target both = a | b
target each = both | a
target again = a | b | a
target itself = itself | b
)",
       R"(test.volley:7:8: error: the family 'lone' has one server only [bad-family]
target lone = a
       ^~~~
hint: with a second one: target lone = a | NAME
test.volley:9:15: error: 'both' is a family, and a family is made of targets [bad-family]
target each = both | a
              ^~~~
hint: the targets themselves can stand here
test.volley:10:24: error: 'a' is in the family 'again' already [bad-family]
target again = a | b | a
                       ^
hint: the first is at test.volley:10:16
test.volley:11:17: error: 'itself' is a family, and a family is made of targets [bad-family]
target itself = itself | b
                ^~~~~~
hint: the targets themselves can stand here
)"},
      {"servers of families that are called like what else stands in brackets", R"(target split {
    run "x"
}
target external {
    run "x"
}
target other {
    run "x"
}
target f = split | other
target g = other | external
scenario "s" {
    connect c tcp split
    connect d tcp external
}
)",
       R"(test.volley:10:12: error: a case that ends in [split] would be one of a variation [bad-family]
target f = split | other
           ^~~~~
hint: a target of a family needs another name
test.volley:11:20: error: a case that ends in [external] would be one of a server that --target gives [bad-family]
target g = other | external
                   ^~~~~~~~
hint: a target of a family needs another name
)"},
      {"families where a target stands", R"(target a {
    run "x" "${port.admin}" "${socket.door}"
}
target b {
    run "x" "${port.admins}"
}
target ab = a | b
target ba = b | a
scenario "ports" {
    connect c tcp ab
    connect d tcp ab.admin
    connect e unix ab.door
    connect f tcp ab.nothing
    listen l tcp ba.admin
}
scenario "two families" {
    connect c tcp ab
    connect d tcp a
    connect e tcp ba
    bind u udp
    u > "x" to ba
}
scenario "not a peer, a place of its own, or shared" {
    ab > "x"
    listen l tcp ab
    ab exits 0
}
scenario "of its own" {
    fresh
    connect c tcp ab
    signal ab term
    ab exits 0
}
)",
       R"(test.volley:11:22: error: the target 'b' of the family 'ab' has no port 'admin' [unknown-member]
    connect d tcp ab.admin
                     ^~~~~
hint: did you mean 'admins'?
test.volley:12:23: error: the target 'b' of the family 'ab' has no socket 'door' [unknown-member]
    connect e unix ab.door
                      ^~~~
hint: '${socket.door}' in its lines would be one
test.volley:13:22: error: the target 'a' of the family 'ab' has no port 'nothing' [unknown-member]
    connect f tcp ab.nothing
                     ^~~~~~~
hint: '${port.nothing}' in its lines would be one
test.volley:14:18: error: 'ab' and 'ba' are two families, and a scenario runs for the servers of one [two-families]
    listen l tcp ba.admin
                 ^~
hint: a server of one of them can stand here; the other family is at test.volley:10:19
test.volley:14:21: error: the target 'b' of the family 'ba' has no port 'admin' [unknown-member]
    listen l tcp ba.admin
                    ^~~~~
hint: did you mean 'admins'?
test.volley:19:19: error: 'ab' and 'ba' are two families, and a scenario runs for the servers of one [two-families]
    connect e tcp ba
                  ^~
hint: a server of one of them can stand here; the other family is at test.volley:17:19
test.volley:24:5: error: 'ab' is a target, not a peer [not-a-peer]
    ab > "x"
    ^~
hint: 'connect NAME tcp ab' makes a peer
test.volley:25:18: error: 'ab' is a target: its place is taken [bad-place]
    listen l tcp ab
                 ^~
hint: an endpoint is needed, such as 127.0.0.1:0
test.volley:26:5: error: the target 'ab' serves other scenarios, too [not-fresh]
    ab exits 0
    ^~
hint: with the property 'fresh' a scenario has an instance of its own
)"},
      {"deviations of whom the scenario does not meet", R"(target a {
    run "x"
}
target b {
    run "x"
}
target c {
    run "x"
}
target ab = a | b
scenario "s" {
    known "answers late" for a
    known "answers early" for b
    known "answers never" for c
    known "answers at all" for ab
    known "answers late, too" for a
    connect p tcp ab
}
scenario "t" {
    known "answers late" for c
    known "answers early" for a
    connect p tcp c
}
scenario "u" {
    known "answers late" for a
    expect 1 == 1
}
)",
       R"(test.volley:14:31: error: this scenario does not use 'c' [bad-known]
    known "answers never" for c
                              ^
hint: a deviation is that of a target of a step, or of one of its family
test.volley:15:32: error: 'ab' is a family: a deviation is that of one server [bad-known]
    known "answers at all" for ab
                               ^~
hint: known "…" for a
test.volley:16:35: error: a deviation of 'a' is known already [bad-known]
    known "answers late, too" for a
                                  ^
hint: one reason can tell both; the first is at test.volley:12:30
test.volley:21:31: error: this scenario does not use 'a' [bad-known]
    known "answers early" for a
                              ^
hint: a deviation is that of a target of a step, or of one of its family
test.volley:25:30: error: this scenario does not use 'a' [bad-known]
    known "answers late" for a
                             ^
hint: a deviation is that of a target of a step, or of one of its family
)"},
      {"what is not understood may use what a deviation is known of", R"(target a {
    run "x"
}
target b {
    run "x"
}
target ab = a | b
scenario "s" {
    known "answers late" for a
    connects p tcp ab
}
)",
       R"(test.volley:10:5: error: unknown step 'connects' [unknown-step]
    connects p tcp ab
    ^~~~~~~~
hint: did you mean 'connect'?
)"},
      {"what is known of whom, and variations", R"(target solo {
    run "x"
}
scenario "s" {
    known "answers late" for solo
    known "answers early" for two
    known for solo
    known "x" solo
    known "x" for "solo"
    vary all except segments, repeat
    vary fast
}
scenario "t" {
    vary all segment
}
scenario "u" {
    vary
}
scenario "v" {
    vary segment, split, coalesce, ipv6, slow_reader, delay, repeat
}
scenario "w" {
    vary none
}
)",
       R"(test.volley:6:31: error: unknown target 'two' [unknown-name]
    known "answers early" for two
                              ^~~
hint: a target has a block: target NAME { run "…" }
test.volley:7:11: error: expected how the server departs from the clause, as a text, found 'for' [expected]
    known for solo
          ^~~
test.volley:8:15: error: expected 'for', found 'solo' [expected]
    known "x" solo
              ^~~~
hint: a deviation is that of one server: known "…" for NAME
test.volley:9:19: error: expected a target, found a text [expected]
    known "x" for "solo"
                  ^~~~~~
test.volley:10:21: error: unknown variation 'segments' [unknown-option]
    vary all except segments, repeat
                    ^~~~~~~~
hint: did you mean 'segment'?
test.volley:11:5: error: 'vary' stands here a second time [repeated]
    vary fast
    ^~~~
test.volley:11:10: error: unknown variation 'fast' [unknown-option]
    vary fast
         ^~~~
hint: variations are coalesce, delay, ipv6, repeat, segment, slow_reader, split
test.volley:14:14: error: expected the end of the line, found 'segment' [expected]
    vary all segment
             ^~~~~~~
test.volley:17:9: error: expected a variation, found the end of the line [expected]
    vary
        ^
)"},
  };
}

}  // namespace volley::test
