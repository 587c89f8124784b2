// SPDX-License-Identifier: Apache-2.0
#include "goldens.h"

namespace volley::test {

/// Names that stand for nothing, or for something else.
std::vector<Golden> name_goldens() {
  return {
      {"a name that there is not, with what may be meant", in_scenario(R"(a > tokem
let token = "x"
a > tokan
a > tokan
alicia < "x")"),
       R"(test.volley:6:5: error: unknown name 'tokem' [unknown-name]
a > tokem
    ^~~~~
hint: a text stands in quotes: "tokem"
test.volley:8:5: error: unknown name 'tokan' [unknown-name]
a > tokan
    ^~~~~
hint: did you mean 'token'?
test.volley:10:1: error: unknown name 'alicia' [unknown-name]
alicia < "x"
^~~~~~
)"},
      {"a text without its quotes, a word in capitals", in_scenario(R"(a > hello
a > "x" there "y"
b < EOF
b < world
let m = hi
connect c tcp nowhere
expect len(m) == count_of)"),
       R"(test.volley:6:5: error: unknown name 'hello' [unknown-name]
a > hello
    ^~~~~
hint: a text stands in quotes: "hello"
test.volley:7:9: error: unknown name 'there' [unknown-name]
a > "x" there "y"
        ^~~~~
hint: a text stands in quotes: "there"
test.volley:8:5: error: unknown name 'EOF' [unknown-name]
b < EOF
    ^~~
hint: did you mean 'eof'?
test.volley:9:5: error: unknown name 'world' [unknown-name]
b < world
    ^~~~~
hint: a text stands in quotes: "world"
test.volley:10:9: error: unknown name 'hi' [unknown-name]
let m = hi
        ^~
hint: a text stands in quotes: "hi"
test.volley:11:15: error: unknown name 'nowhere' [unknown-name]
connect c tcp nowhere
              ^~~~~~~
test.volley:12:18: error: unknown name 'count_of' [unknown-name]
expect len(m) == count_of
                 ^~~~~~~~
)"},
      {"a name used before it is bound", in_scenario(R"(a > later
a < bytes(n) u16 as n
a < line as later)"),
       R"(test.volley:6:5: error: the name 'later' is used before it is bound [used-before-bound]
a > later
    ^~~~~
hint: the line that binds it stands further down
test.volley:7:11: error: the name 'n' is used before it is bound [used-before-bound]
a < bytes(n) u16 as n
          ^
hint: the line that binds it stands further down
)"},
      {"a let of the file used before it is bound", R"(let a = b
let b = 5
)",
       R"(test.volley:1:9: error: the name 'b' is used before it is bound [used-before-bound]
let a = b
        ^
hint: the line that binds it stands further down
)"},
      {"a name bound twice", in_scenario(R"(listen door tcp
let a = 5
b < line as n ~ /(?P<n>.*)/
let n = n)"),
       R"(test.volley:6:8: error: the name 'door' is bound already [bound-twice]
listen door tcp
       ^~~~
hint: each name is bound once, this one at test.volley:2:8
test.volley:7:5: error: the name 'a' is bound already [bound-twice]
let a = 5
    ^
hint: each name is bound once, this one at test.volley:3:9
test.volley:8:17: error: the name 'n' is bound already [bound-twice]
b < line as n ~ /(?P<n>.*)/
                ^~~~~~~~~~~
hint: each name is bound once, this one at test.volley:8:13
test.volley:9:5: error: the name 'n' is bound already [bound-twice]
let n = n
    ^
hint: each name is bound once, this one at test.volley:8:13
)"},
      {"a name of the file bound again", R"(let n = 5
target t {
    run "x"
}
let t = 5
let n = 6
let port = 80
scenario "s" {
    let n = 7
    let m = n
}
)",
       R"(test.volley:5:5: error: the name 't' is bound already [bound-twice]
let t = 5
    ^
hint: each name is bound once, this one at test.volley:2:8
test.volley:6:5: error: the name 'n' is bound already [bound-twice]
let n = 6
    ^
hint: each name is bound once, this one at test.volley:1:5
test.volley:7:5: error: 'port' stands for what a target gets when it is started [reserved-name]
let port = 80
    ^~~~
hint: another name is needed
test.volley:9:9: error: the name 'n' is bound already [bound-twice]
    let n = 7
        ^
hint: each name is bound once, this one at test.volley:1:5
)"},
      {"a name bound again is told where it stands for the second time", R"(let x = 5

target x {
    run "y"
}
scenario "s" {
    let z = 5
    let x = 6
}
let z = 6
let x = 7
)",
       R"(test.volley:3:8: error: the name 'x' is bound already [bound-twice]
target x {
       ^
hint: each name is bound once, this one at test.volley:1:5
test.volley:8:9: error: the name 'x' is bound already [bound-twice]
    let x = 6
        ^
hint: each name is bound once, this one at test.volley:1:5
test.volley:10:5: error: the name 'z' is bound already [bound-twice]
let z = 6
    ^
hint: each name is bound once, this one at test.volley:7:9
test.volley:11:5: error: the name 'x' is bound already [bound-twice]
let x = 7
    ^
hint: each name is bound once, this one at test.volley:1:5
)"},
      {"a name whose step was to fail", in_scenario(R"(connect c tcp 127.0.0.1:9 fails refused
c > "x"
connect c tcp door
c > "x")"),
       R"(test.volley:7:1: error: 'c' is not bound: its step was to fail [unbound-by-failure]
c > "x"
^
hint: a step with 'fails' binds no name
)"},
      {"what a mistake should have bound is not unknown", in_scenario(R"(connect c tpc door
c > "x"
a < line ~ /(?P<n>.)/ as m
b > n m
conect d tcp door
d < eof)"),
       R"(test.volley:6:11: error: unknown transport 'tpc' [unknown-transport]
connect c tpc door
          ^~~
hint: did you mean 'tcp'?
test.volley:8:23: error: 'as' does not stand here [suffix-order]
a < line ~ /(?P<n>.)/ as m
                      ^~
hint: an extent has 'as', then '~', then 'where', each at most once
test.volley:10:1: error: unknown step 'conect' [unknown-step]
conect d tcp door
^~~~~~
hint: did you mean 'connect'?
)"},
      {"two scenarios of one name", R"(scenario "s" {
}
scenario "s" {
}
)",
       R"(test.volley:3:10: error: another scenario is called 's' too [duplicate-scenario]
scenario "s" {
         ^~~
hint: the first is at test.volley:1:10
)"},
      {"scenarios that are called like cases of others", R"(scenario "s [split]" {
}
scenario "s [any words]" {
}
scenario "[split]" {
}
scenario "s[0]" {
}
scenario "s [1] [2]" {
}
scenario "s [x] y" {
}
scenario "s [x]]" {
}
)",
       R"(test.volley:1:10: error: the name of a scenario ends in '[split]' [ambiguous-scenario]
scenario "s [split]" {
         ^~~~~~~~~~~
hint: reports tell variations, servers and rounds so; let another word be the last
test.volley:3:10: error: the name of a scenario ends in '[any words]' [ambiguous-scenario]
scenario "s [any words]" {
         ^~~~~~~~~~~~~~~
hint: reports tell variations, servers and rounds so; let another word be the last
test.volley:9:10: error: the name of a scenario ends in '[2]' [ambiguous-scenario]
scenario "s [1] [2]" {
         ^~~~~~~~~~~
hint: reports tell variations, servers and rounds so; let another word be the last
)"},
      {"two targets of one name, one of them without a program", R"(target t {
    run "x"
}
target t {
    ready tcp
}
)",
       R"(test.volley:4:8: error: the target 't' is declared twice [duplicate-target]
target t {
       ^
hint: the first is at test.volley:1:8
test.volley:4:8: error: the target 't' has no 'run' [target-without-run]
target t {
       ^
hint: for example run "redis-server" "--port" "${port}"
)"},
      {"what is leased stands alone in a text of a target", R"(target t {
    run "x" "${port + 1}" dir "${port.admin}" "${host}:${port}"
}
)",
       R"(test.volley:2:16: error: unknown name 'port' [unknown-name]
    run "x" "${port + 1}" dir "${port.admin}" "${host}:${port}"
               ^~~~
hint: in a text, '${port}' alone stands for what is leased
test.volley:2:27: error: unknown name 'dir' [unknown-name]
    run "x" "${port + 1}" dir "${port.admin}" "${host}:${port}"
                          ^~~
hint: in a text, '${dir}' alone stands for what is leased
)"},
      {"an endpoint is leased to a target alone", R"(scenario "s" {
    bind a udp
    a > "${endpoint}" to a.local
}
)",
       R"(test.volley:3:12: error: unknown name 'endpoint' [unknown-name]
    a > "${endpoint}" to a.local
           ^~~~~~~~
)"},
      {"a member that there is not", R"(target t {
    run "x" "${port.admin}"
}
scenario "s" {
    connect a tcp t.admin
    connect b tcp t.admim
    connect c tcp t.extra
    expect a.remote == a.locl
    expect a.local.prt == len("x").size
    bind u udp
    expect u.peer == a.peer
}
)",
       R"(test.volley:6:21: error: the target 't' has no port 'admim' [unknown-member]
    connect b tcp t.admim
                    ^~~~~
hint: did you mean 'admin'?
test.volley:7:21: error: the target 't' has no port 'extra' [unknown-member]
    connect c tcp t.extra
                    ^~~~~
hint: '${port.extra}' in its lines would be one
test.volley:8:14: error: a peer has no member 'remote' [unknown-member]
    expect a.remote == a.locl
             ^~~~~~
hint: a peer has .local, .peer, .pending, .sent and its options
test.volley:8:26: error: a peer has no member 'locl' [unknown-member]
    expect a.remote == a.locl
                         ^~~~
hint: did you mean 'local'?
test.volley:9:20: error: an endpoint has no member 'prt' [unknown-member]
    expect a.local.prt == len("x").size
                   ^~~
hint: did you mean 'port'?
test.volley:9:36: error: an integer has no member 'size' [unknown-member]
    expect a.local.prt == len("x").size
                                   ^~~~
test.volley:11:14: error: 'u' is not connected: it has no peer [unknown-member]
    expect u.peer == a.peer
             ^~~~
)"},
  };
}

}  // namespace volley::test
