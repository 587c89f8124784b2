// SPDX-License-Identifier: Apache-2.0
#include "goldens.h"

namespace volley::test {

/// Programs and unix sockets that are to do what they cannot.
std::vector<Golden> process_goldens() {
  return {
      {"what is no process", in_scenario(R"(a exits 0
u killed by segv
signal door term
a.err < "x"
nobody exits 0)"),
       R"(test.volley:6:1: error: 'a' is no process [not-a-process]
a exits 0
^
hint: 'start NAME PROGRAM' makes one
test.volley:7:1: error: 'u' is no process [not-a-process]
u killed by segv
^
hint: 'start NAME PROGRAM' makes one
test.volley:8:8: error: 'door' is no process [not-a-process]
signal door term
       ^~~~
hint: 'start NAME PROGRAM' makes one
test.volley:9:1: error: 'a' is no process: it has no stderr [not-a-process]
a.err < "x"
^
hint: 'start NAME PROGRAM' makes one
test.volley:10:1: error: unknown name 'nobody' [unknown-name]
nobody exits 0
^~~~~~
)"},
      {"steps that a process does not know", in_scenario(R"(start p "cat"
p.err > "x"
p < reset
p < closed
p.err < refused
p < "x" from u
p > "x" to u
close p
reset p)"),
       R"(test.volley:7:1: error: 'p.err' is what a process writes: nothing can be sent there [not-a-socket]
p.err > "x"
^~~~~
test.volley:8:1: error: 'reset' is for sockets, and 'p' is a process [not-a-socket]
p < reset
^~~~~~~~~
hint: the end of what a process writes is 'eof'
test.volley:9:1: error: 'closed' is for sockets, and 'p' is a process [not-a-socket]
p < closed
^~~~~~~~~~
hint: the end of what a process writes is 'eof'
test.volley:10:1: error: 'refused' is for sockets, and 'p.err' is a process [not-a-socket]
p.err < refused
^~~~~~~~~~~~~~~
hint: the end of what a process writes is 'eof'
test.volley:11:1: error: 'from' is for datagram sockets, and 'p' is a process [datagram-only]
p < "x" from u
^~~~~~~~~~~~~~
test.volley:12:12: error: 'to' is for datagram sockets, and 'p' is a process [datagram-only]
p > "x" to u
           ^
test.volley:13:7: error: 'p' is a process: it cannot be closed [not-a-socket]
close p
      ^
hint: 'shutdown' ends its stdin, 'signal' itself
test.volley:14:7: error: 'p' is a process: it cannot be reset [not-a-socket]
reset p
      ^
)"},
      {"how a process ends", in_scenario(R"(start p "cat"
p exits 256
p exits "x"
p killed by segw
p killed term
signal p 15
p exits 0 fails reset
start q "x" fails refused)"),
       R"(test.volley:7:9: error: 256 is no status [does-not-fit]
p exits 256
        ^~~
hint: a status is 0 to 255
test.volley:8:9: error: 'exits' takes an integer, not bytes [type-mismatch]
p exits "x"
        ^~~
test.volley:9:13: error: unknown signal 'segw' [unknown-signal]
p killed by segw
            ^~~~
hint: did you mean 'segv'?
test.volley:10:10: error: expected 'by', found 'term' [expected]
p killed term
         ^~~~
hint: for example: killed by segv
test.volley:11:10: error: expected the name of a signal, found '15' [expected]
signal p 15
         ^~
test.volley:12:17: error: this step makes no system call that could fail [fails-without-call]
p exits 0 fails reset
                ^~~~~
test.volley:13:19: error: this step makes no system call that could fail [fails-without-call]
start q "x" fails refused
                  ^~~~~~~
)"},
      {"a process as something else", in_scenario(R"(start p 7
start q "cat"
start q "cat"
start r "cat"
let n = r
expect r.local == r.err
connect c tcp r
shutdown r
r > "x"
r.err)"),
       R"(test.volley:6:9: error: bytes are needed, not an integer [type-mismatch]
start p 7
        ^
hint: u16(…) gives its bytes, text(…) its digits
test.volley:8:7: error: the name 'q' is bound already [bound-twice]
start q "cat"
      ^
hint: each name is bound once, this one at test.volley:7:7
test.volley:10:9: error: 'r' is a peer, not a value [peer-as-value]
let n = r
        ^
test.volley:11:10: error: 'r' is a process: it has no 'local' that could be read [unknown-member]
expect r.local == r.err
         ^~~~~
test.volley:11:21: error: 'r' is a process: it has no 'err' that could be read [unknown-member]
expect r.local == r.err
                    ^~~
hint: what it writes there is expected by 'r.err < …'
test.volley:12:15: error: 'r' is a process: tcp cannot connect to it [bad-place]
connect c tcp r
              ^
hint: a stream connects to a listener, a target or an endpoint
test.volley:14:1: error: 'r' is shut down: it cannot send [send-after-shutdown]
r > "x"
^
hint: 'fails broken_pipe' expects the error
test.volley:15:1: error: what is to come from 'r.err' is missing [unknown-step]
r.err
^~~~~
hint: r.err < … expects what a process writes to its stderr
)"},
      {"a target that serves others", R"(target t {
    run "x"
}
scenario "s" {
    t exits 0
    signal t term
}
scenario "its own" {
    fresh
    signal t term
    t killed by term
}
)",
       R"(test.volley:5:5: error: the target 't' serves other scenarios, too [not-fresh]
    t exits 0
    ^
hint: with the property 'fresh' a scenario has an instance of its own
test.volley:6:12: error: the target 't' serves other scenarios, too [not-fresh]
    signal t term
           ^
hint: with the property 'fresh' a scenario has an instance of its own
)"},
      {"whose connection is accepted", in_scenario(R"(accept c from door by b
accept d from door by u
accept e from door sending 5
accept f from door sending line
accept g from door by a within 5s)"),
       R"(test.volley:6:23: error: 'b' has not connected to 'door' [bad-place]
accept c from door by b
                      ^
hint: 'by' names a peer of 'connect NAME tcp door'
test.volley:7:23: error: 'u' has not connected to 'door' [bad-place]
accept d from door by u
                      ^
hint: 'by' names a peer of 'connect NAME tcp door'
test.volley:8:28: error: bytes are needed, not an integer [type-mismatch]
accept e from door sending 5
                           ^
hint: u16(…) gives its bytes, text(…) its digits
test.volley:9:28: error: 'line' says what is expected: it has no bytes of its own [pattern-in-value]
accept f from door sending line
                           ^~~~
)"},
      {"places of unix sockets", R"(target t {
    run "x" "${socket.ctl}" "${port.admin}"
}
scenario "s" {
listen door unix
listen tdoor tcp
bind u unix_datagram
bind v udp
connect b tcp door
connect c unix tdoor
connect d unix_datagram v
connect e unix t
connect f unix t.ctk
connect g tcp t.ctl
listen h unix 127.0.0.1:80
connect i tcp unix:/x
connect j unix 5
listen k unix u
u > "x" to v
v < "x" from u
listen l unix unix:@01234567890123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789
connect m unix t.ctl
connect n unix "${dir}/x"
}
)",
       R"(test.volley:9:15: error: 'door' is a unix listener: tcp cannot connect to it [bad-place]
connect b tcp door
              ^~~~
hint: a stream connects to a listener, a target or an endpoint
test.volley:10:16: error: 'tdoor' is a listener: unix cannot connect to it [bad-place]
connect c unix tdoor
               ^~~~~
hint: a unix stream connects to a unix listener, a target's ${socket.NAME} as TARGET.NAME, or a path
test.volley:11:25: error: 'v' is a datagram socket: unix_datagram cannot connect to it [bad-place]
connect d unix_datagram v
                        ^
hint: a unix datagram socket connects to a bound one, a target's ${socket.NAME} as TARGET.NAME, or a path
test.volley:12:16: error: 't' is a target: unix cannot connect to it [bad-place]
connect e unix t
               ^
hint: a unix stream connects to a unix listener, a target's ${socket.NAME} as TARGET.NAME, or a path
test.volley:13:18: error: the target 't' has no socket 'ctk' [unknown-member]
connect f unix t.ctk
                 ^~~
hint: did you mean 'ctl'?
test.volley:14:17: error: the target 't' has no port 'ctl' [unknown-member]
connect g tcp t.ctl
                ^~~
hint: '${port.ctl}' in its lines would be one
test.volley:15:15: error: a unix socket has a path, not an address and a port [bad-place]
listen h unix 127.0.0.1:80
              ^~~~~~~~~~~~
hint: for example unix:/run/name, unix:@name or "${dir}/name"
test.volley:16:15: error: a unix place is only for unix sockets [bad-place]
connect i tcp unix:/x
              ^~~~~~~
test.volley:17:16: error: a place takes an endpoint, not an integer [type-mismatch]
connect j unix 5
               ^
test.volley:18:15: error: 'u' is a unix datagram socket: its place is taken [bad-place]
listen k unix u
              ^
hint: a path of its own is needed
test.volley:19:12: error: 'v' is a datagram socket: no datagrams go there [bad-place]
u > "x" to v
           ^
hint: datagrams go between unix_datagram sockets, targets' sockets and paths
test.volley:20:14: error: 'u' is a unix datagram socket: no datagrams go there [bad-place]
v < "x" from u
             ^
hint: datagrams go between datagram sockets, targets and endpoints
test.volley:21:128: error: no endpoint: a unix path or name has at most 107 bytes [bad-endpoint]
listen l unix unix:@01234567890123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789
                                                                                                                               ^~~
hint: for example unix:/run/name or unix:@name
)"},
      {"what unix sockets do not have", R"(scenario "s" {
listen door unix
connect a unix door
bind u unix_datagram
bind v unix
listen w unix_datagram
u < refused
reset a
a > "x"
bind x unixx
}
)",
       R"(test.volley:5:1: error: 'bind' makes datagram sockets [wrong-transport]
bind v unix
^~~~~~~~~~~
hint: a datagram socket: bind v unix_datagram
test.volley:6:1: error: a listener is a stream socket [wrong-transport]
listen w unix_datagram
^~~~~~~~~~~~~~~~~~~~~~
hint: a datagram socket is bound: bind w unix_datagram
test.volley:7:1: error: 'u' is a unix socket, where only a send can be refused [not-on-unix]
u < refused
^~~~~~~~~~~
hint: u > … fails refused
test.volley:8:7: error: 'a' is a unix socket, which has no reset to send [not-on-unix]
reset a
      ^
hint: a 'close' with unread input is one for the other end
test.volley:10:8: error: unknown transport 'unixx' [unknown-transport]
bind x unixx
       ^~~~~
hint: did you mean 'unix'?
)"},
  };
}

}  // namespace volley::test
