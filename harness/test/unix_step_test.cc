// SPDX-License-Identifier: Apache-2.0
// Unix sockets, and connections that are accepted by what they are.
#include <fmt/format.h>

#include "catch.h"
#include "stage.h"

namespace volley::test {
namespace {

struct Row {
  std::string_view about;
  std::string_view steps;
  std::string_view found;  ///< By the judge.
};

constexpr std::string_view pair = "listen door unix\nconnect a unix door\naccept b from door\n";

}  // namespace

TEST_CASE("each step on a unix stream passes, and fails as it should") {
  Stage stage;
  for (const auto& [about, steps, found] : std::initializer_list<Row>{
           {"both ways", "a > \"x\"\nb < \"x\"\nb > \"y\"\na < \"y\"", "passed"},
           {"other bytes", "a > \"x\"\nb < \"y\"", "byte 0 differs: expected 'y' (0x79), received 'x' (0x78)"},
           {"shutdown", "shutdown a\nb < eof\nb > \"last\"\na < \"last\"", "passed"},
           {"send after shutdown", "shutdown a\na > \"x\" fails broken_pipe", "passed"},
           {"close", "close a\nb < eof", "passed"},
           {"no eof yet", "b < eof within 20ms", "the end (eof) did not come within 20ms"},
           {"close with unread input", "a > \"x\"\nclose b\na < reset", "passed"},
           {"close without", "close b\na < reset", "the end (eof) came where a reset was due"},
           {"silence", "a < nothing for 10ms", "passed"},
           {"left over", "a > \"x\"", "1 byte is left over on b: no step expects it"},
           {"the end of who connects has no name", "expect b.peer == a.local", "passed"},
           {"where the listener is", "expect a.peer == door.local and door.local.path == a.peer.path", "passed"},
           {"no address", "let x = door.local.address", ""},
           {"nobody listens", "close door\nconnect c unix \"none\" fails refused",
            "should fail with 'refused', but failed otherwise: "},
       }) {
    CAPTURE(about);
    const auto explained = stage.explain(std::string(pair).append(steps));
    if (found.empty() || found.ends_with(": ")) {
      CHECK(explained != "passed");
    } else {
      CHECK(explained == found);
    }
  }
}

TEST_CASE("a unix socket has a path below the scenario's directory, another path, or an abstract name") {
  Stage stage;
  CHECK(stage
            .explain(R"(listen first unix
listen two unix "sub.sock"
listen three unix "${dir}/three"
listen four unix "@volley${dir}"
listen five unix unix:@volley-five-of-a-test
expect two.local.path == "${dir}/sub.sock"
expect three.local.path == "${dir}/three" and "${three.local}" == "unix:${dir}/three"
expect four.local.path == "volley${dir}"
expect five.local == unix:@volley-five-of-a-test
connect a unix "sub.sock"
connect b unix three.local
connect c unix "@volley${dir}"
let place = five.local
connect d unix place from "of_d"
accept e from five
expect e.peer.path == "${dir}/of_d"
listen again unix three.local fails in_use
listen wrong unix "no/such/dir/x" fails in_use)")
            .ends_with("/no/such/dir/x: No such file or directory"));
  CHECK(stage.explain("let path = \"\"\nlisten first unix \"${path}\"").ends_with("/\" is no path of a unix socket"));
  CHECK(stage.explain("listen first unix\nlet place = first.local\nconnect c tcp place")
            .ends_with(" is no place for a tcp socket"));
}

TEST_CASE("each step on unix datagram sockets passes, and fails as it should") {
  Stage stage;
  for (const auto& [about, steps, found] : std::initializer_list<Row>{
           {"to and from", "u > \"x\" to v\nv < \"x\" from u as who\nv > \"y\" to who\nu < \"y\" from v", "passed"},
           {"from another", "u > \"x\" to v\nv < \"x\" from v", ""},
           {"an empty one", "u > \"\" to v\nv < \"\" from u", "passed"},
           {"connected", "connect c unix_datagram v from \"c\"\nc > \"x\"\nv < \"x\" from c\nv > \"y\" to c\nc < \"y\"",
            "passed"},
           {"too long for its pattern", "u > \"xyz\" to v\nv < \"xy\"",
            "the datagram is longer than the pattern, which ends at byte 2"},
           {"larger than any of UDP", "u > zero(100000) to v\nv < zero(100000)", "passed"},
           {"larger than the buffer", "u > zero(8MiB) to v fails too_long", "passed"},
           {"refused", "let place = v.local\nclose v\nu > \"x\" to place fails refused", "passed"},
           {"refused unexpectedly", "connect c unix_datagram v\nclose v\nc > \"x\"", "send c: Connection refused"},
           {"more than the queue holds",
            "u > \"0\" to v\nu > \"1\" to v\nu > \"2\" to v\nu > \"3\" to v\nu > \"4\" to v\n"
            "u > \"5\" to v\nu > \"6\" to v\nu > \"7\" to v\nu > \"8\" to v\nu > \"9\" to v\n"
            "u > \"a\" to v\nu > \"b\" to v\nu > \"c\" to v\nu > \"d\" to v\n"
            "v < \"0\"\nv < \"1\"\nv < \"2\"\nv < \"3\"\nv < \"4\"\nv < \"5\"\nv < \"6\"\n"
            "v < \"7\"\nv < \"8\"\nv < \"9\"\nv < \"a\"\nv < \"b\"\nv < \"c\"\nv < \"d\"",
            "passed"},
           {"left over", "u > \"x\" to v", "a datagram of 1 byte is left over on v: no step expects it"},
       }) {
    CAPTURE(about);
    const auto explained = stage.explain("bind u unix_datagram\nbind v unix_datagram\n" + std::string(steps));
    if (found.empty()) {
      CHECK(explained.starts_with("the datagram came from unix:"));
    } else {
      CHECK(explained == found);
    }
  }
}

TEST_CASE("a connection is accepted by who made it, whatever came before it") {
  Stage stage;
  for (const auto* transport : {"tcp", "unix"}) {
    CAPTURE(transport);
    const auto three =
        fmt::format("listen door {0}\nconnect a {0} door\nconnect b {0} door\nconnect c {0} door\n", transport);
    CHECK(stage.explain(three + R"(accept cc from door by c
accept bb from door by b within 1s
accept aa from door
a > "a"
b > "b"
c > "c"
aa < "a"
bb < "b"
cc < "c")") == "passed");
    CHECK(stage.explain(three + "accept x from door by b\naccept y from door by b within 20ms") ==
          "no connection of b within 20ms");
  }
}

TEST_CASE("a connection is accepted by its first bytes, which remain to be read") {
  Stage stage;
  for (const auto* transport : {"tcp", "unix"}) {
    CAPTURE(transport);
    const auto three =
        fmt::format("listen door {0}\nconnect a {0} door\nconnect b {0} door\nconnect c {0} door\n", transport);
    CHECK(stage.explain(three + R"(a > "GET /a"
b > "GET /b"
close c
accept bb from door sending "GET /b"
bb < "GET /b"
accept aa from door sending "GET "
aa < "GET /a"
accept cc from door
cc < eof)") == "passed");
    CHECK(stage.explain(three + R"(a > "GE"
accept aa from door sending "GET" within 20ms)") == "no connection that begins with \"GET\" within 20ms");
    CHECK(stage.explain(three + R"(b > "PUT"
accept aa from door sending 3 * ("P") within 20ms)") == "no connection that begins with 3 * (\"P\") within 20ms");
  }
}

TEST_CASE("a connection that waits for another accept is cut when its listener is closed") {
  Stage stage;
  CHECK(stage.explain(R"(listen door tcp
connect a tcp door
connect b tcp door
accept x from door by b
close door
a < closed)") == "passed");
}

}  // namespace volley::test
