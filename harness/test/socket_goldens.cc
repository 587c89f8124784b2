// SPDX-License-Identifier: Apache-2.0
#include "goldens.h"

namespace volley::test {

/// Socket options, the clauses of single calls, places that are elsewhere, and what a scenario asks for.
std::vector<Golden> socket_goldens() {
  return {
      {"options that unix sockets do not have", in_scenario(R"(listen k unix with nodelay = on, backlog = 5
connect l unix k with sndbuf = 8KiB
accept m from k
set m quickack = on
bind n unix_datagram with rcvbuf = 8KiB, tos = 1
expect l.ttl == 64)"),
       R"(test.volley:6:20: error: 'nodelay' is no option of a unix listener [bad-option]
listen k unix with nodelay = on, backlog = 5
                   ^~~~~~~
hint: a unix listener has backlog, rcvbuf, sndbuf
test.volley:9:7: error: 'quickack' is no option of a unix stream [bad-option]
set m quickack = on
      ^~~~~~~~
hint: a unix stream has rcvbuf, sndbuf
test.volley:10:42: error: 'tos' is no option of a unix datagram socket [bad-option]
bind n unix_datagram with rcvbuf = 8KiB, tos = 1
                                         ^~~
hint: a unix datagram socket has rcvbuf, sndbuf
test.volley:11:10: error: 'ttl' is no option of a unix stream [bad-option]
expect l.ttl == 64
         ^~~
hint: a unix stream has rcvbuf, sndbuf
)"},
      {"options that are none", in_scenario(R"(listen c tcp with nodelai = on
bind v udp with nodelay = on
set a broadcast = on
set a flush = on
listen d tcp with nodelay = on, nodelay = off)"),
       R"(test.volley:6:19: error: unknown option 'nodelai' [unknown-option]
listen c tcp with nodelai = on
                  ^~~~~~~
hint: did you mean 'nodelay'?
test.volley:7:17: error: 'nodelay' is no option of a datagram socket [bad-option]
bind v udp with nodelay = on
                ^~~~~~~
hint: a datagram socket has reuseaddr, reuseport, v6only, broadcast, rcvbuf, sndbuf, ttl, tos
test.volley:8:7: error: 'broadcast' is no option of a stream [bad-option]
set a broadcast = on
      ^~~~~~~~~
hint: a stream has reuseaddr, reuseport, nodelay, keepalive, v6only, linger, rcvbuf, sndbuf, ttl, tos, mss, cork, quickack
test.volley:9:7: error: unknown option 'flush' [unknown-option]
set a flush = on
      ^~~~~
hint: a stream has reuseaddr, reuseport, nodelay, keepalive, v6only, linger, rcvbuf, sndbuf, ttl, tos, mss, cork, quickack
test.volley:10:33: error: 'nodelay' stands here a second time [repeated]
listen d tcp with nodelay = on, nodelay = off
                                ^~~~~~~
)"},
      {"values that are none of an option", in_scenario(R"(set a nodelay = 1
set a rcvbuf = on
set a ttl = 256
set a linger = on
set a linger = 5
set a linger = 1500ms
listen d tcp with backlog = -1)"),
       R"(test.volley:6:17: error: 'nodelay' is on or off, not an integer [type-mismatch]
set a nodelay = 1
                ^
test.volley:7:16: error: 'rcvbuf' takes an integer, not a boolean [type-mismatch]
set a rcvbuf = on
               ^~
test.volley:8:13: error: 256 does not fit in 'ttl' [does-not-fit]
set a ttl = 256
            ^~~
hint: 'ttl' is 1 to 255
test.volley:9:16: error: 'linger' is off or a time, not on [type-mismatch]
set a linger = on
               ^~
hint: for example linger = 1s
test.volley:10:16: error: 'linger' is off or a time, not an integer [type-mismatch]
set a linger = 5
               ^
hint: for example linger = 1s
test.volley:11:16: error: 'linger' takes whole seconds [does-not-fit]
set a linger = 1500ms
               ^~~~~~
hint: from 0s to 65535s
test.volley:12:29: error: -1 does not fit in 'backlog' [does-not-fit]
listen d tcp with backlog = -1
                            ^~
hint: 'backlog' is 0 to 2147483647
)"},
      {"options that are given too late, or to an IPv4 socket", in_scenario(R"(set door v6only = on
set door backlog = 5
set door backlog = 5 fails invalid
set door v6only = on fails invalid
listen d tcp with v6only = on
listen e tcp 127.0.0.1:0 with v6only = on
listen f tcp [::1]:0 with v6only = on)"),
       R"(test.volley:6:10: error: 'v6only' is given when the socket is opened [bad-option]
set door v6only = on
         ^~~~~~
hint: with v6only = … stands behind its place
test.volley:7:10: error: 'backlog' is given when the socket is opened [bad-option]
set door backlog = 5
         ^~~~~~~
hint: with backlog = … stands behind its place
test.volley:8:10: error: 'backlog' is given when the socket is opened [bad-option]
set door backlog = 5 fails invalid
         ^~~~~~~
hint: with backlog = … stands behind its place
test.volley:10:19: error: 'v6only' is an option of IPv6 sockets [bad-option]
listen d tcp with v6only = on
                  ^~~~~~
hint: a place is needed, such as [::1]:0
test.volley:11:31: error: 'v6only' is an option of IPv6 sockets [bad-option]
listen e tcp 127.0.0.1:0 with v6only = on
                              ^~~~~~
hint: a place is needed, such as [::1]:0
)"},
      {"what a socket does not tell", in_scenario(R"(expect door.backlog == 5
expect door.pending == 0
expect u.nodelay == on
expect a.nodelai == on
expect a.nodelay == 1
expect a.linger < off
close b
expect b.nodelay == on
expect b.sent == 0)"),
       R"(test.volley:6:13: error: 'backlog' cannot be read [bad-option]
expect door.backlog == 5
            ^~~~~~~
hint: it is an argument of listen(2), no option of the socket
test.volley:7:13: error: 'door' is a listener: it has no 'pending' [unknown-member]
expect door.pending == 0
            ^~~~~~~
hint: a listener has .local and its options
test.volley:8:10: error: 'nodelay' is no option of a datagram socket [bad-option]
expect u.nodelay == on
         ^~~~~~~
hint: a datagram socket has reuseaddr, reuseport, v6only, broadcast, rcvbuf, sndbuf, ttl, tos
test.volley:9:10: error: a peer has no member 'nodelai' [unknown-member]
expect a.nodelai == on
         ^~~~~~~
hint: did you mean 'nodelay'?
test.volley:10:8: error: '==' compares a boolean with an integer [type-mismatch]
expect a.nodelay == 1
       ^~~~~~~~~~~~~~
test.volley:11:8: error: '<' compares a duration with a boolean [type-mismatch]
expect a.linger < off
       ^~~~~~~~~~~~~~
test.volley:13:10: error: 'b' is closed: it has no 'nodelay' [closed-peer]
expect b.nodelay == on
         ^~~~~~~
hint: 'let' keeps it: let n = b.nodelay
test.volley:14:10: error: 'b' is closed: it has no 'sent' [closed-peer]
expect b.sent == 0
         ^~~~
hint: 'let' keeps it: let n = b.sent
)"},
      {"clauses of sends", in_scenario(R"(u > "x" to u in segments of 1
u > "x" to u urgent
a > "x" in segments of 0
a > "x" in segments of "x"
a > "x" in pieces
a > "x" in segments of 1 urgent
a > "x" urgent in segments of 1)"),
       R"(test.volley:6:14: error: 'in segments of' is for streams, and 'u' is a datagram socket [stream-only]
u > "x" to u in segments of 1
             ^~~~~~~~~~~~~~~~
test.volley:7:14: error: 'urgent' is for streams, and 'u' is a datagram socket [stream-only]
u > "x" to u urgent
             ^~~~~~
test.volley:8:24: error: 0 is no segment [does-not-fit]
a > "x" in segments of 0
                       ^
hint: a segment is 1 to 9223372036854775807
test.volley:9:24: error: 'in segments of' takes an integer, not bytes [type-mismatch]
a > "x" in segments of "x"
                       ^~~
test.volley:10:12: error: expected 'segments of N', found 'pieces' [expected]
a > "x" in pieces
           ^~~~~~
test.volley:11:26: error: 'urgent' and 'in segments of' do not go together [bad-clause]
a > "x" in segments of 1 urgent
                         ^~~~~~
hint: two sends say which byte is urgent
test.volley:12:16: error: 'in' does not stand here [suffix-order]
a > "x" urgent in segments of 1
               ^~
hint: a send has 'to PLACE', then 'in segments of N every T', then 'urgent'
)"},
      {"clauses of receives", in_scenario(R"(a < "x" buffer 5
u < "x" truncated
u < "x" buffer 65537 truncated
u < "x" buffer on
u < "x" urgent
a < "x" peek skipping "y"
a < "x" peek urgent
a < "x" urgent skipping "y"
a < "x" skipping "y" within 5ms
a < eof peek)"),
       R"(test.volley:6:16: error: 'buffer' is for datagram sockets, and 'a' is a stream [datagram-only]
a < "x" buffer 5
               ^
test.volley:7:9: error: 'truncated' needs a buffer that is too small [bad-clause]
u < "x" truncated
        ^~~~~~~~~
hint: for example buffer 4 truncated
test.volley:8:16: error: 65537 is no buffer [does-not-fit]
u < "x" buffer 65537 truncated
               ^~~~~
hint: a buffer is 0 to 65536
test.volley:9:16: error: 'buffer' takes an integer, not a boolean [type-mismatch]
u < "x" buffer on
               ^~
test.volley:10:9: error: 'urgent' is for streams, and 'u' is a datagram socket [stream-only]
u < "x" urgent
        ^~~~~~
test.volley:11:9: error: 'peek' and 'skipping' do not go together [bad-clause]
a < "x" peek skipping "y"
        ^~~~
test.volley:12:9: error: 'peek' and 'urgent' do not go together [bad-clause]
a < "x" peek urgent
        ^~~~
test.volley:13:9: error: 'urgent' and 'skipping' do not go together [bad-clause]
a < "x" urgent skipping "y"
        ^~~~~~
test.volley:14:22: error: 'within' does not stand here [suffix-order]
a < "x" skipping "y" within 5ms
                     ^~~~~~
hint: a pattern has 'from PLACE as NAME', then 'buffer N', 'peek', 'truncated', 'urgent', then 'within T', then 'skipping PATTERN'
test.volley:15:9: error: expected the end of the line, found 'peek' [expected]
a < eof peek
        ^~~~
)"},
      {"how a branch cannot begin", in_scenario(R"(any order {
    a < "x" peek
    b < "y" skipping "z"
    u < "w" buffer 1 truncated
})"),
       R"(test.volley:7:13: error: a branch does not begin with 'peek' [bad-clause]
    a < "x" peek
            ^~~~
hint: its first receive is tried beside those of the others
test.volley:8:22: error: a branch does not begin with 'skipping' [bad-clause]
    b < "y" skipping "z"
                     ^~~
hint: its first receive is tried beside those of the others
test.volley:9:20: error: a branch does not begin with 'buffer' [bad-clause]
    u < "w" buffer 1 truncated
                   ^
hint: its first receive is tried beside those of the others
)"},
      {"what is skipped binds nothing", in_scenario(R"(a < u16 skipping u8 as n where n > 3
expect n == 5)"),
       R"(test.volley:7:8: error: unknown name 'n' [unknown-name]
expect n == 5
       ^
)"},
      {"places that are elsewhere", R"(let away = 192.0.2.1:80
scenario "s" {
    connect a tcp 0.0.0.0:80
    connect b tcp away
    connect c udp [2001:db8::1]:53 from 10.0.0.1:0
    listen d tcp 0.0.0.0:0
    bind u udp
    u > "x" to 224.0.0.1:5000
    bind v udp 192.0.2.1:0 fails not_available
    connect e tcp 192.0.2.1:80 fails refused
}
)",
       R"(test.volley:3:19: error: 0.0.0.0:80 is not on loopback: a scenario talks to this machine only [off-loopback]
    connect a tcp 0.0.0.0:80
                  ^~~~~~~~~~
hint: use 127.0.0.1:80 or [::1]:80, or run it with --allow-net 0.0.0.0
test.volley:4:19: error: 192.0.2.1:80 is not on loopback: a scenario talks to this machine only [off-loopback]
    connect b tcp away
                  ^~~~
hint: use 127.0.0.1:80 or [::1]:80, or run it with --allow-net 192.0.2.1
test.volley:5:19: error: [2001:db8::1]:53 is not on loopback: a scenario talks to this machine only [off-loopback]
    connect c udp [2001:db8::1]:53 from 10.0.0.1:0
                  ^~~~~~~~~~~~~~~~
hint: use 127.0.0.1:53 or [::1]:53, or run it with --allow-net 2001:db8::1
test.volley:5:41: error: 10.0.0.1:0 is not on loopback: a scenario talks to this machine only [off-loopback]
    connect c udp [2001:db8::1]:53 from 10.0.0.1:0
                                        ^~~~~~~~~~
hint: use 127.0.0.1:0 or [::1]:0, or run it with --allow-net 10.0.0.1
test.volley:6:18: error: 0.0.0.0:0 is not on loopback: a scenario talks to this machine only [off-loopback]
    listen d tcp 0.0.0.0:0
                 ^~~~~~~~~
hint: use 127.0.0.1:0 or [::1]:0, or run it with --allow-net 0.0.0.0
test.volley:8:16: error: 224.0.0.1:5000 is not on loopback: a scenario talks to this machine only [off-loopback]
    u > "x" to 224.0.0.1:5000
               ^~~~~~~~~~~~~~
hint: use 127.0.0.1:5000 or [::1]:5000, or run it with --allow-net 224.0.0.1
test.volley:10:19: error: 192.0.2.1:80 is not on loopback: a scenario talks to this machine only [off-loopback]
    connect e tcp 192.0.2.1:80 fails refused
                  ^~~~~~~~~~~~
hint: use 127.0.0.1:80 or [::1]:80, or run it with --allow-net 192.0.2.1
)"},
      {"what a scenario asks for", R"(scenario "s" {
    level shuold
    needs roots
    limit 0
    level must
    level
    needs
}
)",
       R"(test.volley:2:11: error: unknown level 'shuold' [unknown-option]
    level shuold
          ^~~~~~
hint: did you mean 'should'?
test.volley:3:11: error: unknown need 'roots' [unknown-option]
    needs roots
          ^~~~~
hint: did you mean 'root'?
test.volley:4:11: error: 0 is no limit [does-not-fit]
    limit 0
          ^
hint: a limit is 1 to 64GiB
test.volley:5:5: error: 'level' stands here a second time [repeated]
    level must
    ^~~~~
test.volley:6:5: error: 'level' stands here a second time [repeated]
    level
    ^~~~~
test.volley:6:10: error: expected 'must', 'should' or 'may', found the end of the line [expected]
    level
         ^
test.volley:7:5: error: 'needs' stands here a second time [repeated]
    needs
    ^~~~~
test.volley:7:10: error: expected 'root', 'ipv6' or 'net', found the end of the line [expected]
    needs
         ^
)"},
  };
}

}  // namespace volley::test
