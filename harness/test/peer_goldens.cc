// SPDX-License-Identifier: Apache-2.0
#include "goldens.h"

namespace volley::test {

/// Peers that cannot do what they are to do.
std::vector<Golden> peer_goldens() {
  return {
      {"what is no peer", R"(let n = 5
target t {
    run "x"
}
scenario "s" {
    n > "x"
    t < "x"
    close n
}
)",
       R"(test.volley:6:5: error: 'n' is a value, not a peer [not-a-peer]
    n > "x"
    ^
test.volley:7:5: error: 't' is a target, not a peer [not-a-peer]
    t < "x"
    ^
hint: 'connect NAME tcp t' makes a peer
test.volley:8:11: error: 'n' is a value, not a peer [not-a-peer]
    close n
          ^
)"},
      {"what is no listener", in_scenario(R"(accept c from a
accept d from u)"),
       R"(test.volley:6:15: error: 'a' is no listener [not-a-listener]
accept c from a
              ^
hint: 'listen NAME tcp' makes one
test.volley:7:15: error: 'u' is no listener [not-a-listener]
accept d from u
              ^
hint: 'listen NAME tcp' makes one
)"},
      {"a listener is no connection", in_scenario(R"(door > "x"
door < "x"
shutdown door
reset door)"),
       R"(test.volley:6:1: error: 'door' is a listener: it cannot send [listener-as-peer]
door > "x"
^~~~
hint: 'accept NAME from door' makes a peer
test.volley:7:1: error: 'door' is a listener: it cannot receive [listener-as-peer]
door < "x"
^~~~
hint: 'accept NAME from door' makes a peer
test.volley:8:10: error: 'door' is a listener: it cannot be shut down [listener-as-peer]
shutdown door
         ^~~~
hint: 'close door' ends it
test.volley:9:7: error: 'door' is a listener: it cannot be reset [listener-as-peer]
reset door
      ^~~~
hint: 'close door' ends it
)"},
      {"a peer is no value", in_scenario(R"(a > b
let n = door
expect u == u
b < a)"),
       R"(test.volley:6:5: error: 'b' is a peer, not a value [peer-as-value]
a > b
    ^
hint: 'b.local' and 'b.peer' are its endpoints
test.volley:7:9: error: 'door' is a peer, not a value [peer-as-value]
let n = door
        ^~~~
hint: 'door.local' is its endpoint
test.volley:8:8: error: 'u' is a peer, not a value [peer-as-value]
expect u == u
       ^
hint: 'u.local' is its endpoint
test.volley:8:13: error: 'u' is a peer, not a value [peer-as-value]
expect u == u
            ^
hint: 'u.local' is its endpoint
test.volley:9:5: error: 'a' is a peer, not a value [peer-as-value]
b < a
    ^
hint: 'a.local' and 'a.peer' are its endpoints
)"},
      {"a peer that is closed", in_scenario(R"(close a
a > "x"
a < eof
close a
reset b
shutdown b
close door
accept c from door
connect d tcp door fails refused)"),
       R"(test.volley:7:1: error: 'a' is closed: it cannot send [closed-peer]
a > "x"
^
test.volley:8:1: error: 'a' is closed: it cannot receive [closed-peer]
a < eof
^
test.volley:9:7: error: 'a' is closed: it cannot be closed again [closed-peer]
close a
      ^
test.volley:11:10: error: 'b' is closed: it cannot be shut down [closed-peer]
shutdown b
         ^
test.volley:13:15: error: 'door' is closed: it cannot accept [closed-peer]
accept c from door
              ^~~~
)"},
      {"sending after a shutdown", in_scenario(R"(shutdown a
a > "x"
a > "x" fails broken_pipe)"),
       R"(test.volley:7:1: error: 'a' is shut down: it cannot send [send-after-shutdown]
a > "x"
^
hint: 'fails broken_pipe' expects the error
)"},
      {"places that do not fit", in_scenario(R"(connect c tcp a
connect d tcp u
connect e udp door
connect f tcp 5
connect g tcp door from u
listen h tcp door
u > "x" to door
u < "x" from b)"),
       R"(test.volley:6:15: error: 'a' is a stream: tcp cannot connect to it [bad-place]
connect c tcp a
              ^
hint: a stream connects to a listener, a target or an endpoint
test.volley:7:15: error: 'u' is a datagram socket: tcp cannot connect to it [bad-place]
connect d tcp u
              ^
hint: a stream connects to a listener, a target or an endpoint
test.volley:8:15: error: 'door' is a listener: udp cannot connect to it [bad-place]
connect e udp door
              ^~~~
hint: a datagram socket connects to a bound one, a target or an endpoint
test.volley:9:15: error: a place takes an endpoint, not an integer [type-mismatch]
connect f tcp 5
              ^
test.volley:10:25: error: 'u' is a datagram socket: its place is taken [bad-place]
connect g tcp door from u
                        ^
hint: an endpoint is needed, such as 127.0.0.1:0
test.volley:11:14: error: 'door' is a listener: its place is taken [bad-place]
listen h tcp door
             ^~~~
hint: an endpoint is needed, such as 127.0.0.1:0
test.volley:12:12: error: 'door' is a listener: no datagrams go there [bad-place]
u > "x" to door
           ^~~~
hint: datagrams go between datagram sockets, targets and endpoints
test.volley:13:14: error: 'b' is a stream: no datagrams go there [bad-place]
u < "x" from b
             ^
hint: datagrams go between datagram sockets, targets and endpoints
)"},
      {"the wrong transport", in_scenario(R"(listen c udp
bind d tcp
c > "x" to u)"),
       R"(test.volley:6:1: error: a listener is a stream socket [wrong-transport]
listen c udp
^~~~~~~~~~~~
hint: a datagram socket is bound: bind c udp
test.volley:7:1: error: 'bind' makes datagram sockets [wrong-transport]
bind d tcp
^~~~~~~~~~
hint: a stream socket listens or connects: listen d tcp
test.volley:8:1: error: 'c' is a listener: it cannot send [listener-as-peer]
c > "x" to u
^
hint: 'accept NAME from c' makes a peer
)"},
      {"what only streams have", in_scenario(R"(u < eof
u < reset
u < closed
shutdown u
reset u)"),
       R"(test.volley:6:1: error: 'eof' is for streams, and 'u' is a datagram socket [stream-only]
u < eof
^~~~~~~
test.volley:7:1: error: 'reset' is for streams, and 'u' is a datagram socket [stream-only]
u < reset
^~~~~~~~~
test.volley:8:1: error: 'closed' is for streams, and 'u' is a datagram socket [stream-only]
u < closed
^~~~~~~~~~
test.volley:9:10: error: 'u' is a datagram socket: it cannot be shut down [stream-only]
shutdown u
         ^
hint: 'close u' ends it
test.volley:10:7: error: 'u' is a datagram socket: it cannot be reset [stream-only]
reset u
      ^
hint: 'close u' ends it
)"},
      {"what only datagram sockets have", in_scenario(R"(a > "x" to u
a < "x" from u
a < "x" from any as who
a < refused)"),
       R"(test.volley:6:12: error: 'to' is for datagram sockets, and 'a' is a stream [datagram-only]
a > "x" to u
           ^
test.volley:7:1: error: 'from' is for datagram sockets, and 'a' is a stream [datagram-only]
a < "x" from u
^~~~~~~~~~~~~~
hint: the other end of a stream is 'a.peer'
test.volley:8:1: error: 'from' is for datagram sockets, and 'a' is a stream [datagram-only]
a < "x" from any as who
^~~~~~~~~~~~~~~~~~~~~~~
hint: the other end of a stream is 'a.peer'
test.volley:9:1: error: 'refused' is for datagram sockets, and 'a' is a stream [datagram-only]
a < refused
^~~~~~~~~~~
hint: a refused connection is: connect … fails refused
)"},
      {"a datagram without a destination", in_scenario(R"(u > "x"
connect v udp u
v > "x")"),
       R"(test.volley:6:1: error: 'u' is not connected: the datagram has no destination [no-destination]
u > "x"
^
hint: 'to PLACE' names one
)"},
      {"a step that cannot fail", in_scenario(R"(let n = 5 fails refused
expect true fails refused
wait 5ms fails refused
a < eof fails reset
a < "x" fails reset
reset a fails reset)"),
       R"(test.volley:6:17: error: this step makes no system call that could fail [fails-without-call]
let n = 5 fails refused
                ^~~~~~~
test.volley:7:19: error: this step makes no system call that could fail [fails-without-call]
expect true fails refused
                  ^~~~~~~
test.volley:8:16: error: this step makes no system call that could fail [fails-without-call]
wait 5ms fails refused
               ^~~~~~~
test.volley:9:15: error: this step makes no system call that could fail [fails-without-call]
a < eof fails reset
              ^~~~~
hint: ends are expected as 'NAME < eof', 'reset', 'closed' or 'refused'
test.volley:10:15: error: this step makes no system call that could fail [fails-without-call]
a < "x" fails reset
              ^~~~~
hint: ends are expected as 'NAME < eof', 'reset', 'closed' or 'refused'
test.volley:11:15: error: this step makes no system call that could fail [fails-without-call]
reset a fails reset
              ^~~~~
)"},
  };
}

}  // namespace volley::test
