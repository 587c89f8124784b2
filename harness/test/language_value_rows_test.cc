// SPDX-License-Identifier: Apache-2.0
// The tables of docs/language.md, row by row: options, members, functions and operators.
#include "language_rows.h"

namespace volley::test {

TEST_CASE("each option of a socket reads back, and fails where it is another") {
  check_rows(
      {
          {"reuseaddr", "set a reuseaddr = on\nexpect a.reuseaddr", "expect door.reuseaddr == off",
           "the condition is false\ndoor.reuseaddr is true"},
          {"reuseport", "set a reuseport = on\nexpect a.reuseport", "expect a.reuseport",
           "the condition is false\na.reuseport is false"},
          {"nodelay", "set a nodelay = off\nexpect not a.nodelay", "expect a.nodelay == off",
           "the condition is false\na.nodelay is true"},
          {"keepalive", "set a keepalive = on\nexpect a.keepalive", "expect a.keepalive == on",
           "the condition is false\na.keepalive is false"},
          {"broadcast", "bind u udp with broadcast = on\nexpect u.broadcast", "bind u udp\nexpect u.broadcast",
           "the condition is false\nu.broadcast is false"},
          {"backlog", "listen e tcp with backlog = 0", "let n = len(\"\") - 1\nlisten e tcp with backlog = n",
           "-1 is no backlog from 0 to 2147483647"},
          {"linger", "set a linger = 2s\nexpect a.linger == 2s", "expect a.linger == on",
           "the condition is false\na.linger is false"},
          {"linger, of a part of a second", "let t = 2s\nset a linger = t", "let t = 1500ms\nset a linger = t",
           "'linger' takes whole seconds from 0s to 65535s, not 1500ms"},
          {"rcvbuf", "set a rcvbuf = 8KiB\nexpect a.rcvbuf == 16KiB", "set a rcvbuf = 8KiB\nexpect a.rcvbuf == 8KiB",
           "the condition is false\na.rcvbuf is 16384"},
          {"sndbuf", "set a sndbuf = 8KiB\nexpect a.sndbuf == 16KiB", "set a sndbuf = 8KiB\nexpect a.sndbuf == 8KiB",
           "the condition is false\na.sndbuf is 16384"},
          {"ttl", "set a ttl = 9\nexpect a.ttl == 9", "expect a.ttl == 9", "the condition is false\na.ttl is 64"},
          {"tos", "set a tos = 0x10\nexpect a.tos == 16", "set a tos = 0x13\nexpect a.tos == 0x13",
           "the condition is false\na.tos is 16"},
          {"mss", "listen e tcp with mss = 500\nconnect c tcp e\nexpect c.mss <= 500",
           "listen e tcp with mss = 500\nconnect c tcp e\nexpect c.mss > 500 and true",
           "the condition is false\nc.mss is N"},
          {"cork", "set a cork = on\nexpect a.cork\nset a cork = off", "expect a.cork",
           "the condition is false\na.cork is false"},
          {"quickack", "set a quickack = off\nexpect not a.quickack", "set a quickack = off\nexpect a.quickack",
           "the condition is false\na.quickack is false"},
          {"v6only", "", "expect a.v6only == on", "getsockopt IPV6_V6ONLY: Operation not supported"},
      },
      two_streams);
}

TEST_CASE("each member of a peer passes, and fails as it should") {
  check_rows(
      {
          {"NAME.local", "expect a.local == b.peer", "expect a.local == door.local",
           "the condition is false\na.local is 127.0.0.1:PORT\ndoor.local is 127.0.0.1:PORT"},
          {"NAME.peer", "expect a.peer == door.local", "expect a.peer == b.peer",
           "the condition is false\na.peer is 127.0.0.1:PORT\nb.peer is 127.0.0.1:PORT"},
          {"ENDPOINT.address", "let e = 127.0.0.1:0\nexpect a.local.address == e.address",
           "let e = 127.0.0.2:0\nexpect a.local.address == e.address",
           "the condition is false\na.local.address is 127.0.0.1\ne.address is 127.0.0.2"},
          {"ENDPOINT.port", "expect a.peer.port == door.local.port", "expect a.peer.port == 0",
           "the condition is false\na.peer.port is PORT"},
          {"ENDPOINT.path", "", "let e = a.local\nlet p = e.path", "127.0.0.1:PORT has no path"},
          {"NAME.pending", "a > \"x\"\nexpect b.pending == 1\nb < \"x\"", "a > \"x\"\nexpect b.pending == 2",
           "the condition is false\nb.pending is 1"},
          {"NAME.sent", "a > \"x\"\nexpect a.sent == 1\nb < \"x\"", "a > \"x\"\nexpect a.sent == 2",
           "the condition is false\na.sent is 1"},
      },
      two_streams);
}

TEST_CASE("each function passes, and fails as it should") {
  // d is "abc", n is 3.
  check_rows(
      {
          {"len(BYTES)", "expect len(d) == 3", "expect len(d) == 4", "the condition is false\nlen(d) is 3"},
          {"int(BYTES)", "expect int(\"-12\") == -12", "expect int(d) == 12", "\"abc\" is no number in base 10"},
          {"int(BYTES) of too much", "expect int(\"18446744073709551615\") == 0xffffffffffffffff",
           "let many = 20 * (\"9\")\nexpect int(many) == 0", "\"99999999999999999999\" does not fit in 64 bits"},
          {"int(BYTES, BASE)", "expect int(d, 16) == 0xabc", "expect int(d, 12) == 0",
           "\"abc\" is no number in base 12"},
          {"int(BYTES, BASE) of a base that is none", "expect int(d, n + 33) == 13368", "expect int(d, n + 34) == 0",
           "37 is no base from 2 to 36"},
          {"text(INTEGER)", "expect text(n) == \"3\"", "expect text(n) == \"03\"",
           "the condition is false\ntext(n) is \"3\""},
          {"hex(BYTES)", "expect hex(d) == \"616263\"", "expect hex(d) == \"61626\"",
           "the condition is false\nhex(d) is \"616263\""},
          {"zero(N)", "expect zero(n) == x\"000000\"", "let z = zero(n - 4)", "-1 is no count"},
          {"random(N)", "expect len(random(n)) == 3 and random(16) != random(16)", "let r = random(n - 4)",
           "-1 is no count"},
          {"random(N) of too much", "", "let r = random(n * 64MiB)",
           "201326592 times 1 bytes are over the limit of 64 MiB"},
          {"xor(A, B)", "expect xor(d, x\"010101\") == x\"606362\"", "expect xor(d, \"x\") == d",
           "xor of 3 and 1 bytes: the lengths differ"},
          {"crc32(BYTES)", "expect crc32(d) == 0x352441c2", "expect crc32(d) == 0",
           "the condition is false\ncrc32(d) is 891568578"},
          {"internet_checksum(BYTES)", "expect internet_checksum(d) == 0x3b9d", "expect internet_checksum(d) == 0",
           "the condition is false\ninternet_checksum(d) is 15261"},
          {"packed(ADDRESS)", "let e = 127.0.0.1:80\nexpect packed(e.address) == x\"7f000001\"",
           "let e = 127.0.0.1:80\nexpect packed(e.address) == x\"7f000002\"",
           "the condition is false\npacked(e.address) is x\"7f 00 00 01\""},
          {"packed(ADDRESS) of IPv6", "let e = [::1]:80\nexpect packed(e.address) == (zero(15) u8(1))",
           "let e = [::1]:80\nexpect len(packed(e.address)) == n",
           "the condition is false\nlen(packed(e.address)) is 16\nn is 3"},
          {"endpoint(ADDRESS, PORT)", "let e = 127.0.0.1:0\nexpect endpoint(e.address, n) == 127.0.0.1:3",
           "let home = 127.0.0.1:0\nlet e = endpoint(home.address, n - 4)", "-1 is no port from 0 to 65535"},
          {"count(BYTES, WHAT)", "expect count(d d, d) == 2", "expect count(d, \"b\") == 2",
           "the condition is false\ncount(d, \"b\") is 1"},
          {"count(BYTES, WHAT) of nothing", "", "let w = zero(n - 3)\nlet c = count(d, w)",
           "nothing cannot be counted"},
          {"sha1(BYTES)", "expect hex(sha1(d)) == \"a9993e364706816aba3e25717850c26c9cd0d89d\"",
           "let s = hex(sha1(d))\nexpect s == \"\"",
           "the condition is false\ns is \"a9993e364706816aba3e25717850c26c9cd0d89d\""},
          {"sha256(BYTES)", "expect len(sha256(d)) == 32", "let s = hex(sha256(d))\nexpect s == \"\"",
           "the condition is false\ns is \"ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad\""},
          {"hmac_sha1(KEY, BYTES)",
           "expect hex(hmac_sha1(\"Jefe\", \"what do ya want for nothing?\")) == "
           "\"effcdf6ae5eb2fa2d27416d5f184df9c259a7c79\"",
           "expect hmac_sha1(d, d) == hmac_sha1(d, \"\") and true",
           "the condition is false\nhmac_sha1(d, d) is x\"5b 33 3a 38 9b 4e 9a 23 58 ac 53 92 bf 2a 64 dc 68 e3 c9 "
           "43\"\nhmac_sha1(d, \"\") is x\"cc 47 e3 c0 aa 0c 29 84 45 44 76 d0 61 10 8c 0b 11 01 77 ae\""},
          {"base64(BYTES)", "expect base64(d) == \"YWJj\"", "expect base64(d) == \"YWJJ\"",
           "the condition is false\nbase64(d) is \"YWJj\""},
          {"now", "expect now < 60s", "let t = now\nlet late = t - t + 61s\nexpect late < 60s",
           "the condition is false\nlate is 61s"},
      },
      "let n = len(\"abc\")\nlet d = \"abc\"\n");
}

TEST_CASE("each operator passes, and fails as it should") {
  // n is 3, big is the largest integer, t is 1.5 s.
  check_rows(
      {
          {"+", "expect n + 1 == 4", "expect n + 1 == 5", "the condition is false\nn + 1 is 4"},
          {"+ of too much", "expect big + 0 == big", "let m = big + n",
           "18446744073709551615 + 3 does not fit in 64 bits"},
          {"-", "expect n - 5 == -2", "expect n - 5 == 2", "the condition is false\nn - 5 is -2"},
          {"- of too much", "", "let m = 0 - big", "0 - 18446744073709551615 does not fit in 64 bits"},
          {"*", "expect n * -4 == -12", "let m = big * n", "18446744073709551615 * 3 does not fit in 64 bits"},
          {"/", "expect -7 / n == -2", "let m = n / (n - 3)", "3 / 0"},
          {"%", "expect 7 % n == 1", "let m = n % (n - 3)", "3 % 0"},
          {"&", "expect n & 6 == 2", "expect n & 6 == 6", "the condition is false\nn & 6 is 2"},
          {"|", "expect n | 6 == 7", "expect n | 6 == 6", "the condition is false\nn | 6 is 7"},
          {"^", "expect n ^ 6 == 5", "expect n ^ 6 == 6", "the condition is false\nn ^ 6 is 5"},
          {"<<", "expect n << 2 == 12", "let m = n << 63", "3 << 63 does not fit in 64 bits"},
          {">>", "expect n >> 1 == 1", "let m = n >> (n - 4)", "a shift by -1 bits is not one by 0 to 63"},
          {"unary -", "expect -n == 0 - 3", "let m = -big", "0 - 18446744073709551615 does not fit in 64 bits"},
          {"==", "expect n == 3", "expect n == 4", "the condition is false\nn is 3"},
          {"!=", "expect n != 4", "expect n != 3", "the condition is false\nn is 3"},
          {"<", "expect n < 4", "expect n < 3", "the condition is false\nn is 3"},
          {"<=", "expect n <= 3", "expect n <= 2", "the condition is false\nn is 3"},
          {">", "expect n > 2", "expect n > 3", "the condition is false\nn is 3"},
          {">=", "expect n >= 3", "expect n >= 4", "the condition is false\nn is 3"},
          {"and", "expect n == 3 and t == 1500ms", "expect n == 3 and t == 1s",
           "the condition is false\nn is 3\nt is 1500ms"},
          {"or", "expect n == 4 or t == 1500ms", "expect n == 4 or t == 1s",
           "the condition is false\nn is 3\nt is 1500ms"},
          {"not", "expect not n == 4", "expect not n == 3", "the condition is false\nn is 3"},
          {"what binds more", "expect n + 2 * 4 << 1 | 1 ^ 3 & 2 == 23 and not false or false", "expect n & 3 == 1",
           "the condition is false\nn & 3 is 3"},
          {"durations + -", "expect t + 500ms - 1s == 1s", "expect t - 2s > 0s",
           "the condition is false\nt - 2s is -500ms"},
          {"durations * / by integers", "expect t * 2 == 3s and t / 3 == 500ms and 2 * t == 3s",
           "let long = t * 10000000000", "a duration of more than 292 years"},
          {"a duration by a duration", "expect t / 500ms == 3", "let m = t / (t - t)", "1500ms / 0s"},
          {"bytes side by side", "let d = \"a\"\nexpect (d u8(n)) == x\"6103\"", "let d = \"a\"\nexpect (d u8(n)) == d",
           "the condition is false\n(d u8(n)) is x\"61 03\"\nd is \"a\""},
      },
      "let n = len(\"abc\")\nlet big = 18446744073709551612 + n\nlet t = 1500ms\n");
}

}  // namespace volley::test
