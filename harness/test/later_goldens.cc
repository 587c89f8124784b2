// SPDX-License-Identifier: Apache-2.0
#include "goldens.h"

namespace volley::test {

/// What a later version is to have.
std::vector<Golden> later_goldens() {
  return {
      {"declarations", R"(message A {
    kind: u8
    rest: bytes(2) { x: u16 }
}
target t {
    run "x"
    ready udp "ping"
}
)",
       R"(test.volley:1:1: error: 'message' is not in this version [not-in-this-version]
message A {
^~~~~~~
test.volley:7:11: error: 'ready udp' is not in this version [not-in-this-version]
    ready udp "ping"
          ^~~
)"},
      {"a family of targets where one is run", R"(target a {
    run "x"
}
target f = a
scenario "s" {
    listen l tcp f.port
    connect c tcp f
    bind u udp
    u > "x" to f
}
scenario "t" {
    connect c tcp f.other
}
)",
       R"(test.volley:6:18: error: 'f' is a family of targets: to run a scenario for each is not in this version [not-in-this-version]
    listen l tcp f.port
                 ^
hint: one of its targets can stand here
test.volley:12:19: error: 'f' is a family of targets: to run a scenario for each is not in this version [not-in-this-version]
    connect c tcp f.other
                  ^
hint: one of its targets can stand here
)"},
      {"steps", in_scenario(R"(link l to door { delay 20ms loss 10% rate 1MB/s })"),
       R"(test.volley:6:1: error: 'link' is not in this version [not-in-this-version]
link l to door { delay 20ms loss 10% rate 1MB/s }
^~~~
)"},
      {"items", in_scenario(R"(a > leb128(5)
a < dns_name(A)
a < A{x: 5, y as n}
a < bytes(2) ~ (u16)
a < u4 u4
a < (line line) as two
let r = 10%)"),
       R"(test.volley:6:5: error: 'leb128' is not in this version [not-in-this-version]
a > leb128(5)
    ^~~~~~
test.volley:7:5: error: 'dns_name' is not in this version [not-in-this-version]
a < dns_name(A)
    ^~~~~~~~
test.volley:8:5: error: 'A{…}' is not in this version [not-in-this-version]
a < A{x: 5, y as n}
    ^
test.volley:9:16: error: '~ (…)' is not in this version [not-in-this-version]
a < bytes(2) ~ (u16)
               ^
test.volley:10:5: error: 'u4' is not in this version [not-in-this-version]
a < u4 u4
    ^~
test.volley:11:5: error: '( … ) as' over extents is not in this version [not-in-this-version]
a < (line line) as two
    ^~~~~~~~~~~~~~~~~~
test.volley:12:9: error: '10%' is not in this version [not-in-this-version]
let r = 10%
        ^~~
)"},
  };
}

}  // namespace volley::test
