// SPDX-License-Identifier: Apache-2.0
#include "goldens.h"

namespace volley::test {

/// Links that lead nowhere, conditions that say nothing, and what cannot go through.
std::vector<Golden> link_goldens() {
  return {
      {"what a link is made of",
       in_scenario("link air door { delay 5ms }\nlink to to door {}\nlink air to door\n"
                   "link wire to door {\n    delay\n    dealy 5ms\n    5ms\n}"),
       R"(test.volley:6:10: error: expected 'to', found 'door' [expected]
link air door { delay 5ms }
         ^~~~
hint: a link leads to a place: link NAME to PLACE { … }
test.volley:7:6: error: 'to' is a word of the language [reserved-name]
link to to door {}
     ^~
hint: another name is needed
test.volley:8:17: error: expected '{', found the end of the line [expected]
link air to door
                ^
test.volley:10:10: error: expected a duration, found the end of the line [expected]
    delay
         ^
test.volley:11:5: error: unknown condition 'dealy' [unknown-option]
    dealy 5ms
    ^~~~~
hint: did you mean 'delay'?
test.volley:12:5: error: expected a condition of the link, found '5ms' [expected]
    5ms
    ^~~
hint: conditions are delay, jitter, rate, loss, drop, duplicate, reorder, corrupt, reset, stall and seed
)"},
      {"what conditions are made of",
       in_scenario("link air to u {\n    delay 5\n    loss 2\n    loss 1MB/s\n    drop 10%\n    drop 2\n"
                   "    rate 5%\n    rate 0B/s\n    duplicate there\n    reset 5B\n    seed 10%\n}"),
       R"(test.volley:7:11: error: '5' is no duration [duration-without-unit]
    delay 5
          ^
hint: a duration has a unit: us, ms or s
test.volley:8:10: error: expected a share such as 10%, found '2' [expected]
    loss 2
         ^
hint: 'drop 2 there' loses a certain datagram
test.volley:9:10: error: expected a share such as 10%, found '1MB/s' [expected]
    loss 1MB/s
         ^~~~~
hint: 'drop 2 there' loses a certain datagram
test.volley:10:10: error: expected the number of a datagram, found '10%' [expected]
    drop 10%
         ^~~
hint: 'loss 10%' loses a share of all
test.volley:11:11: error: expected 'there' or 'back', found the end of the line [expected]
    drop 2
          ^
hint: datagrams are counted each way: drop 2 there
test.volley:12:10: error: expected a rate such as 1MB/s, found '5%' [expected]
    rate 5%
         ^~
test.volley:13:10: error: at this rate nothing ever comes [does-not-fit]
    rate 0B/s
         ^~~~
hint: 'stall after 0B' is that
test.volley:14:15: error: expected the number of a datagram, found 'there' [expected]
    duplicate there
              ^~~~~
test.volley:15:11: error: expected 'after', found '5B' [expected]
    reset 5B
          ^~
hint: for example reset after 64KiB
test.volley:16:10: error: '10%' is no value [pattern-in-value]
    seed 10%
         ^~~
hint: shares and rates stand in the block of a 'link'
)"},
      {"conditions that are too much",
       in_scenario("link air to u {\n    delay 61s\n    jitter 9999s\n    loss 101%\n"
                   "    drop 0 there\n    seed 0 - 1\n}"),
       R"(test.volley:7:5: error: the delay is longer than 60s [does-not-fit]
    delay 61s
    ^~~~~~~~~
test.volley:8:5: error: the jitter is longer than 60s [does-not-fit]
    jitter 9999s
    ^~~~~~~~~~~~
test.volley:9:10: error: 101% is no share [does-not-fit]
    loss 101%
         ^~~~
hint: a share is 0% to 100%
test.volley:10:10: error: 0 is no datagram's number [does-not-fit]
    drop 0 there
         ^
hint: a datagram's number is 1 to 4611686018427387904
test.volley:11:10: error: -1 is no seed [does-not-fit]
    seed 0 - 1
         ^~~~~
hint: a seed is 0 to 18446744073709551615
)"},
      {"a condition is said once a way",
       in_scenario("link air to u {\n    delay 5ms\n    delay 6ms there\n    loss 5% there\n    loss 6% back\n"
                   "    drop 1 there\n    drop 2 there\n    duplicate 5%\n    duplicate 1 there\n}"),
       R"(test.volley:8:5: error: 'delay' is said of this way already [repeated]
    delay 6ms there
    ^~~~~~~~~~~~~~~
hint: it was said at test.volley:7:5
test.volley:12:5: error: 'drop' is said of this way already [repeated]
    drop 2 there
    ^~~~~~~~~~~~
hint: it was said at test.volley:11:5
)"},
      {"where no link leads",
       in_scenario("listen n unix\nlink air to a {}\nlink wire to n {}\nlink far to 192.0.2.1:9 {}\n"
                   "link more to air {}\nlink words to \"127.0.0.1:9\" {}"),
       R"(test.volley:7:13: error: no link leads to 'a' [bad-place]
link air to a {}
            ^
hint: a link leads to a target, a listener, a bound datagram socket or an endpoint, by TCP or UDP
test.volley:8:14: error: no link leads to 'n' [bad-place]
link wire to n {}
             ^
hint: a link leads to a target, a listener, a bound datagram socket or an endpoint, by TCP or UDP
test.volley:9:13: error: 192.0.2.1:9 is not on loopback: a scenario talks to this machine only [off-loopback]
link far to 192.0.2.1:9 {}
            ^~~~~~~~~~~
hint: use 127.0.0.1:9 or [::1]:9, or run it with --allow-net 192.0.2.1
test.volley:10:14: error: no link leads to 'air' [bad-place]
link more to air {}
             ^~~
hint: a link leads to a target, a listener, a bound datagram socket or an endpoint, by TCP or UDP
test.volley:11:15: error: a place takes an endpoint, not bytes [type-mismatch]
link words to "127.0.0.1:9" {}
              ^~~~~~~~~~~~~
hint: an endpoint has no quotes
)"},
      {"what does not go through a link",
       in_scenario("link air to door {\n    loss 5%\n}\nlink wire to u {\n    reset after 5B\n}\nconnect c udp air"),
       R"(test.volley:7:5: error: 'loss' is for datagrams, and streams go through 'air' [datagram-only]
    loss 5%
    ^~~~~~~
hint: as is to be seen at test.volley:6:13
test.volley:10:5: error: 'reset' is for streams, and datagrams go through 'wire' [stream-only]
    reset after 5B
    ^~~~~~~~~~~~~~
hint: as is to be seen at test.volley:9:14
test.volley:12:15: error: udp does not go through 'air' [bad-place]
connect c udp air
              ^~~
hint: it leads to a listener, which takes streams
)"},
      {"what goes through a link to a place of any kind is seen where it is used",
       in_scenario("link way to 127.0.0.1:9 {\n    delay 5ms\n    drop 1 there\n    stall after 9B back\n}\n"
                   "connect c tcp way\nconnect d tcp way\nu > \"x\" to way\nconnect e unix way"),
       R"(test.volley:8:5: error: 'drop' is for datagrams, and streams go through 'way' [datagram-only]
    drop 1 there
    ^~~~~~~~~~~~
hint: as is to be seen at test.volley:11:15
test.volley:9:5: error: 'stall' is for streams, and datagrams go through 'way' [stream-only]
    stall after 9B back
    ^~~~~~~~~~~~~~~~~~~
hint: as is to be seen at test.volley:13:12
test.volley:14:16: error: a unix socket does not go through 'way' [bad-place]
connect e unix way
               ^~~
hint: links carry tcp and udp
)"},
      {"a link is no peer and no value",
       in_scenario("link air to u {}\nair > \"x\"\nair < \"x\"\nclose air\nlet n = air\nexpect air.peer == u.local\n"
                   "bind v udp air"),
       R"(test.volley:7:1: error: 'air' is a link, not a peer [not-a-peer]
air > "x"
^~~
hint: 'connect NAME udp air' makes a peer
test.volley:8:1: error: 'air' is a link, not a peer [not-a-peer]
air < "x"
^~~
hint: 'connect NAME udp air' makes a peer
test.volley:9:7: error: 'air' is a link, not a peer [not-a-peer]
close air
      ^~~
hint: 'connect NAME udp air' makes a peer
test.volley:10:9: error: 'air' is a peer, not a value [peer-as-value]
let n = air
        ^~~
hint: 'air.local' is its endpoint
test.volley:11:12: error: a link has no member 'peer' [unknown-member]
expect air.peer == u.local
           ^~~~
hint: 'air.local' is where it is entered
test.volley:12:12: error: 'air' is a link: its place is taken [bad-place]
bind v udp air
           ^~~
hint: an endpoint is needed, such as 127.0.0.1:0
)"},
      {"shares and rates are no values", in_scenario("let r = 10%\na > 1MB/s"),
       R"(test.volley:6:9: error: '10%' is no value [pattern-in-value]
let r = 10%
        ^~~
hint: shares and rates stand in the block of a 'link'
test.volley:7:5: error: '1MB/s' is no value [pattern-in-value]
a > 1MB/s
    ^~~~~
hint: shares and rates stand in the block of a 'link'
)"},
  };
}

}  // namespace volley::test
