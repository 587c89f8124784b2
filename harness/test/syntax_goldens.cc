// SPDX-License-Identifier: Apache-2.0
#include "goldens.h"

namespace volley::test {

/// Words and lines in the wrong place.
std::vector<Golden> syntax_goldens() {
  return {
      {"what was expected and what was found", in_scenario(R"(accept c door
listen tcp
a <
a > to door
let 5
expect a.5
b < nothing 5ms
b < eof within 5ms..
b < "${}")"),
       R"(test.volley:6:10: error: expected 'from', found 'door' [expected]
accept c door
         ^~~~
test.volley:7:8: error: expected a name for the listener, found 'tcp' [expected]
listen tcp
       ^~~
test.volley:8:4: error: expected a pattern, found the end of the line [expected]
a <
   ^
test.volley:9:5: error: expected bytes to send, found 'to' [expected]
a > to door
    ^~
test.volley:10:5: error: expected a name, found '5' [expected]
let 5
    ^
test.volley:11:10: error: expected the name of a member, found '5' [expected]
expect a.5
         ^
test.volley:12:13: error: expected 'for', found '5ms' [expected]
b < nothing 5ms
            ^~~
hint: silence has a time: nothing for 200ms
test.volley:13:21: error: expected a duration, found the end of the line [expected]
b < eof within 5ms..
                    ^
test.volley:14:8: error: expected a value, found '}' [expected]
b < "${}"
       ^~
)"},
      {"something behind the end of a step", in_scenario(R"(wait 5ms 6ms
b < eof from any
let n = 1 = 2)"),
       R"(test.volley:6:10: error: expected the end of the line, found '6ms' [expected]
wait 5ms 6ms
         ^~~
test.volley:7:9: error: expected the end of the line, found 'from' [expected]
b < eof from any
        ^~~~
test.volley:8:11: error: expected the end of the line, found '=' [expected]
let n = 1 = 2
          ^
)"},
      {"a text with an insertion where a plain one is needed", R"(scenario "${x}" {
}
scenario 5 {
}
)",
       R"(test.volley:1:10: error: expected the name of the scenario as a text without '${…}' [expected]
scenario "${x}" {
         ^~~
hint: '\$' is a plain dollar
test.volley:3:10: error: expected the name of the scenario as a text, found '5' [expected]
scenario 5 {
         ^
)"},
      {"a brace that closes nothing, and the steps behind it", R"(scenario "s" {
}
}
wait 5ms
let n = 5
scenario "t" {
}
)",
       R"(test.volley:3:1: error: expected a declaration, found '}' [expected]
}
^
hint: no block is open here
)"},
      {"a declaration that there is not", R"(senario "s" {
    wait 5ms
}
listen door tcp
scenario "t" {
}
)",
       R"(test.volley:1:1: error: unknown declaration 'senario' [unknown-declaration]
senario "s" {
^~~~~~~
hint: did you mean 'scenario'?
test.volley:4:1: error: unknown declaration 'listen' [unknown-declaration]
listen door tcp
^~~~~~
hint: steps stand in a scenario
)"},
      {"the blocks of misspelt declarations are read", R"(taget x {
    rum "z"
    run "y"
}
wibble "y" {
    wait 5
}
scenaro "x" {
    conect a tcp x
}
scenario "y" {
    connect a tcp x

Scenario "z" {
    flush
}
)",
       R"(test.volley:1:1: error: unknown declaration 'taget' [unknown-declaration]
taget x {
^~~~~
hint: did you mean 'target'?
test.volley:2:5: error: unknown line 'rum' of a target [unknown-property]
    rum "z"
    ^~~
hint: did you mean 'run'?
test.volley:5:1: error: unknown declaration 'wibble' [unknown-declaration]
wibble "y" {
^~~~~~
hint: a file has scenarios, targets and lets
test.volley:8:1: error: unknown declaration 'scenaro' [unknown-declaration]
scenaro "x" {
^~~~~~~
hint: did you mean 'scenario'?
test.volley:9:5: error: unknown step 'conect' [unknown-step]
    conect a tcp x
    ^~~~~~
hint: did you mean 'connect'?
test.volley:11:14: error: the block of this scenario is not closed [unclosed-block]
scenario "y" {
             ^
hint: a '}' closes it
test.volley:14:1: error: unknown declaration 'Scenario' [unknown-declaration]
Scenario "z" {
^~~~~~~~
hint: did you mean 'scenario'?
test.volley:15:5: error: unknown step 'flush' [unknown-step]
    flush
    ^~~~~
hint: a step begins with a keyword, or with 'NAME >' or 'NAME <'
)"},
      {"a line that a target does not have", R"(target t {
    rum "x"
    run "y"
    5
}
)",
       R"(test.volley:2:5: error: unknown line 'rum' of a target [unknown-property]
    rum "x"
    ^~~
hint: did you mean 'run'?
test.volley:4:5: error: expected a line of the target, found '5' [expected]
    5
    ^
)"},
      {"a step that there is not", in_scenario(R"(conect c tcp door
flush a
a = 5
a.b < "x")"),
       R"(test.volley:6:1: error: unknown step 'conect' [unknown-step]
conect c tcp door
^~~~~~
hint: did you mean 'connect'?
test.volley:7:1: error: unknown step 'flush' [unknown-step]
flush a
^~~~~
hint: a step begins with a keyword, or with 'NAME >' or 'NAME <'
test.volley:8:1: error: unknown step 'a' [unknown-step]
a = 5
^
hint: a step begins with a keyword, or with 'NAME >' or 'NAME <'
test.volley:9:1: error: 'a.b' begins no step [unknown-step]
a.b < "x"
^~~
hint: 'a.err < …' expects what a process writes to its stderr
)"},
      {"steps that send and expect in other words", in_scenario(R"(send a "x"
recv a "x"
expect a "x")"),
       R"(test.volley:6:1: error: unknown step 'send' [unknown-step]
send a "x"
^~~~
hint: NAME > … sends, NAME < … expects
test.volley:7:1: error: unknown step 'recv' [unknown-step]
recv a "x"
^~~~
hint: NAME > … sends, NAME < … expects
test.volley:8:10: error: expected the end of the line, found a text [expected]
expect a "x"
         ^~~
hint: NAME > … sends, NAME < … expects
)"},
      {"a transport that there is not", in_scenario(R"(listen d tpc
listen e sctp
bind f 5)"),
       R"(test.volley:6:10: error: unknown transport 'tpc' [unknown-transport]
listen d tpc
         ^~~
hint: did you mean 'tcp'?
test.volley:7:10: error: unknown transport 'sctp' [unknown-transport]
listen e sctp
         ^~~~
hint: transports are tcp, udp, unix and unix_datagram
test.volley:8:8: error: expected a transport, found '5' [expected]
bind f 5
       ^
)"},
      {"a way to stop and a sign of readiness that there are not", R"(target t {
    run "x"
    ready otput ~ /x/
    stop kill
}
)",
       R"(test.volley:3:11: error: unknown sign of readiness 'otput' [unknown-option]
    ready otput ~ /x/
          ^~~~~
hint: did you mean 'output'?
test.volley:4:10: error: unknown way to stop 'kill' [unknown-option]
    stop kill
         ^~~~
hint: a target stops by term, int or close
)"},
      {"words that stand in a target without what belongs to them", R"(target t {
    run
    ready output /x/
    stop
    env HOME "x"
    file "y"
}
)",
       R"(test.volley:2:8: error: expected the program and its arguments, found the end of the line [expected]
    run
       ^
test.volley:3:18: error: expected '~', found '/x/' [expected]
    ready output /x/
                 ^~~
test.volley:4:9: error: expected 'term', 'int' or 'close', found the end of the line [expected]
    stop
        ^
test.volley:5:9: error: expected the name of a variable as a text, found 'HOME' [expected]
    env HOME "x"
        ^~~~
test.volley:6:13: error: expected the content of the file, found the end of the line [expected]
    file "y"
            ^
)"},
      {"a place in a line of a target, outside of its text", R"(let n = 5
target t {
    run "memcached" "-p" ${port}
    env "A" ${port.admin}
    file ${dir} "x"
    file "x" $host
}
)",
       R"(test.volley:3:26: error: the character '$' means nothing here [unknown-character]
    run "memcached" "-p" ${port}
                         ^
hint: in a text: "${port}"
test.volley:4:13: error: the character '$' means nothing here [unknown-character]
    env "A" ${port.admin}
            ^
hint: in a text: "${port.admin}"
test.volley:5:10: error: the character '$' means nothing here [unknown-character]
    file ${dir} "x"
         ^
hint: in a text: "${dir}"
test.volley:6:14: error: the character '$' means nothing here [unknown-character]
    file "x" $host
             ^
hint: in a text: "${host}"
)"},
      {"an error that there is not", in_scenario(R"(connect c tcp door fails refsed
connect c tcp door fails econnrefused)"),
       R"(test.volley:6:26: error: unknown error 'refsed' [unknown-error]
connect c tcp door fails refsed
                         ^~~~~~
hint: did you mean 'refused'?
test.volley:7:26: error: unknown error 'econnrefused' [unknown-error]
connect c tcp door fails econnrefused
                         ^~~~~~~~~~~~
hint: errors are refused, reset, broken_pipe, timed_out, in_use, not_available, unreachable, invalid, too_long, permission, not_connected, already_connected
)"},
      {"a name with other letters, or a word of the language", in_scenario(R"(a < line as Line
let len = 5
let u16 = 5
expect len == 5)"),
       R"(test.volley:6:13: error: 'Line' is no name [bad-name]
a < line as Line
            ^~~~
hint: names have lower case letters, digits and underscores, a letter first
test.volley:7:5: error: 'len' is a word of the language [reserved-name]
let len = 5
    ^~~
hint: another name is needed
test.volley:8:5: error: 'u16' is a word of the language [reserved-name]
let u16 = 5
    ^~~
hint: another name is needed
)"},
      {"a word of the language that is bound is told once, wherever it is used", R"(target one {
    run "x"
}
let tcp = 2
scenario "s" {
    let line = 1
    let udp = "x"
    listen udp tcp
    connect a tcp one
    connect b tcp one.port
    a > udp "${tcp}"
    a < line ~ /x/
    expect line == tcp
}
scenario "t" {
    connect a tcp one
    a < line
}
)",
       R"(test.volley:1:8: error: 'one' is a word of the language [reserved-name]
target one {
       ^~~
hint: another name is needed
test.volley:4:5: error: 'tcp' is a word of the language [reserved-name]
let tcp = 2
    ^~~
hint: another name is needed
test.volley:6:9: error: 'line' is a word of the language [reserved-name]
    let line = 1
        ^~~~
hint: another name is needed
test.volley:7:9: error: 'udp' is a word of the language [reserved-name]
    let udp = "x"
        ^~~
hint: another name is needed
test.volley:8:12: error: 'udp' is a word of the language [reserved-name]
    listen udp tcp
           ^~~
hint: another name is needed
)"},
      {"names of groups and of tags", R"(scenario "s" {
tag A
listen door tcp
connect a tcp door
a < line ~ /(?P<Hi>.)(?P<line>.)/
}
)",
       R"(test.volley:2:5: error: 'A' is no name [bad-name]
tag A
    ^
hint: names have lower case letters, digits and underscores, a letter first
test.volley:5:12: error: 'Hi' is no name [bad-name]
a < line ~ /(?P<Hi>.)(?P<line>.)/
           ^~~~~~~~~~~~~~~~~~~~~~
hint: names have lower case letters, digits and underscores, a letter first
test.volley:5:12: error: 'line' is a word of the language [reserved-name]
a < line ~ /(?P<Hi>.)(?P<line>.)/
           ^~~~~~~~~~~~~~~~~~~~~~
hint: another name is needed
)"},
      {"a line that stands twice", R"(scenario "s" {
    timeout 5s
    timeout 6s
    fresh
    fresh
}
target t {
    run "x"
    run "y"
}
)",
       R"(test.volley:3:5: error: 'timeout' stands here a second time [repeated]
    timeout 6s
    ^~~~~~~
test.volley:5:5: error: 'fresh' stands here a second time [repeated]
    fresh
    ^~~~~
test.volley:9:5: error: 'run' stands here a second time [repeated]
    run "y"
    ^~~
)"},
      {"a property behind a step", R"(scenario "s" {
    wait 5ms
    total 5s
}
)",
       R"(test.volley:3:5: error: the property 'total' stands after a step [property-after-step]
    total 5s
    ^~~~~
hint: properties stand before the first step
)"},
      {"a duration without its unit", in_scenario(R"(wait 5
a < eof within 100
b < nothing for 3)"),
       R"(test.volley:6:6: error: '5' is no duration [duration-without-unit]
wait 5
     ^
hint: a duration has a unit: us, ms or s
test.volley:7:16: error: '100' is no duration [duration-without-unit]
a < eof within 100
               ^~~
hint: a duration has a unit: us, ms or s
test.volley:8:17: error: '3' is no duration [duration-without-unit]
b < nothing for 3
                ^
hint: a duration has a unit: us, ms or s
)"},
      {"a range that ends before it begins", in_scenario(R"(a < eof within 150ms..100ms
a < eof within 1s..1000ms)"),
       R"(test.volley:6:9: error: the range does not end after its begin [range-reversed]
a < eof within 150ms..100ms
        ^~~~~~~~~~~~~~~~~~~
hint: the earlier time comes first: within 100ms..150ms
test.volley:7:9: error: the range does not end after its begin [range-reversed]
a < eof within 1s..1000ms
        ^~~~~~~~~~~~~~~~~
hint: the earlier time comes first: within 100ms..150ms
)"},
      {"constraints in the wrong order", in_scenario(R"(a < line ~ /x/ as y
a < line ~ /x/ ~ /y/)"),
       R"(test.volley:6:16: error: 'as' does not stand here [suffix-order]
a < line ~ /x/ as y
               ^~
hint: an extent has 'as', then '~', then 'where', each at most once
test.volley:7:16: error: '~' does not stand here [suffix-order]
a < line ~ /x/ ~ /y/
               ^
hint: an extent has 'as', then '~', then 'where', each at most once
)"},
  };
}

}  // namespace volley::test
