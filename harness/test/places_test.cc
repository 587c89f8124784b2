// SPDX-License-Identifier: Apache-2.0
#include "target/places.h"

#include <cerrno>
#include <cstdlib>
#include <set>

#include "catch.h"
#include "recipes.h"

namespace volley::target {
namespace {

const IpAddress loopback = Ipv4Address({127, 0, 0, 1});

Places places_of(const plan::Recipe& recipe, IpAddress host = loopback) {
  auto places = Places::lease(recipe, host, "/tmp/d");
  REQUIRE(places);
  return std::move(*places);
}

}  // namespace

TEST_CASE("places stand for the host, the directory, and each port and socket that a recipe names") {
  auto made = recipe("s", {"prog", "-p", "${port}", "${port.admin}", "--at=${host}:${port}", "${dir}/x", "plain"});
  made.environment = {{"BACK", text_template("${port.back}")}};
  made.files.push_back({text_template("${dir}/conf"), text_template("unix ${socket.ctl}\n")});
  const Places places = places_of(made);

  const std::string port = std::to_string(places.endpoint("").port());
  const std::string admin = std::to_string(places.endpoint("admin").port());
  const std::string back = std::to_string(places.endpoint("back").port());
  CHECK(std::set{port, admin, back}.size() == 3);
  CHECK(places.endpoint("") == Endpoint(loopback, places.endpoint("").port()));
  CHECK(places.endpoint("ctl") == *Endpoint::unix_path("/tmp/d/ctl.sock"));
  CHECK(places.main_endpoint() == places.endpoint(""));
  CHECK(places.arguments(made) ==
        std::vector<std::string>{"prog", "-p", port, admin, "--at=127.0.0.1:" + port, "/tmp/d/x", "plain"});
  CHECK(places.expand(made.files[0].path) == "/tmp/d/conf");
  CHECK(places.expand(made.files[0].content) == "unix /tmp/d/ctl.sock\n");
}

TEST_CASE("without a port in the recipe its first socket is the place to connect to") {
  CHECK(places_of(recipe("s", {"prog", "${socket.b}", "${socket.a}"})).main_endpoint() ==
        *Endpoint::unix_path("/tmp/d/b.sock"));
  CHECK(places_of(recipe("s", {"prog", "${socket.b}", "${port}"})).main_endpoint().is_ip());
  CHECK(places_of(recipe("s", {"prog"})).main_endpoint().is_ip());
}

TEST_CASE("an endpoint stands for the host and a port, which is leased for it") {
  const auto made = recipe("s", {"prog", "${endpoint}", "${endpoint.admin}"});
  const Places places = places_of(made);
  CHECK(places.arguments(made) ==
        std::vector<std::string>{"prog", places.endpoint("").to_string(), places.endpoint("admin").to_string()});
  CHECK(places.endpoint("admin") == Endpoint(loopback, places.endpoint("admin").port()));
  CHECK(places.endpoint("admin").port() != places.endpoint("").port());
  CHECK(places.main_endpoint() == places.endpoint(""));
}

TEST_CASE("the host may be IPv6") {
  const auto made = recipe("s", {"prog", "${host}", "${endpoint}"});
  const Places places = places_of(made, *IpAddress::parse("::1"));
  CHECK(places.arguments(made)[1] == "::1");
  CHECK(places.arguments(made)[2] == "[::1]:" + std::to_string(places.endpoint("").port()));
  CHECK(places.endpoint("").address() == *IpAddress::parse("::1"));
}

TEST_CASE("a program's environment is PATH, HOME, TMPDIR, LC_ALL and what the recipe says, which wins") {
  auto made = recipe("s", {"prog"});
  made.environment = {
      {"TZ", text_template("UTC")}, {"HOME", text_template("${dir}/home")}, {"TZ", text_template("CET")}};
  const std::string path = std::getenv("PATH");
  CHECK(places_of(made).environment(made) ==
        std::vector<std::string>{"HOME=/tmp/d/home", "LC_ALL=C", "PATH=" + path, "TMPDIR=/tmp/d", "TZ=CET"});
}

TEST_CASE("a directory too deep for a socket's path is an Error, not a cut path") {
  const std::string deep = "/tmp/" + std::string(120, 'x');
  const auto places = Places::lease(recipe("s", {"prog", "${socket.a}"}), loopback, deep);
  REQUIRE_FALSE(places);
  CHECK(places.error().code == ENAMETOOLONG);
}

}  // namespace volley::target
