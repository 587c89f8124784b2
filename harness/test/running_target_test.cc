// SPDX-License-Identifier: Apache-2.0
#include <sys/socket.h>
#include <volley/listen_socket.h>

#include <array>
#include <thread>

#include "compiled.h"

namespace volley {
namespace {

constexpr std::string_view ping = R"(target server {
    run "a-program-that-is-not-started"
}
scenario "a ping is answered" {
    connect c tcp server
    c > "PING\r\n"
    c < "+PONG\r\n"
}
)";

/// A server that answers its only client's first bytes, then ends.
class Server {
 public:
  explicit Server(std::string_view answer) {
    auto listener = ListenSocket::open(AF_INET, Blocking::yes);
    REQUIRE(listener);
    REQUIRE(listener->bind(Endpoint(Ipv4Address({127, 0, 0, 1}), 0)));
    REQUIRE(listener->listen());
    place_ = listener->local().value();
    thread_ = std::thread([answer, door = *std::move(listener)]() mutable {
      auto accepted = door.accept(Blocking::yes);
      std::array<std::byte, 64> buffer{};
      if (!accepted || !*accepted || !(*accepted)->stream.receive(buffer)) return;
      (void)(*accepted)->stream.send_all(std::as_bytes(std::span(answer)));
    });
  }
  ~Server() { thread_.join(); }
  const Endpoint& place() const { return place_; }

 private:
  Endpoint place_;
  std::thread thread_;
};

engine::Trace run_against(const Compiled& compiled, const Server& server) {
  auto trace = engine::run(compiled.plan(), {.places = {server.place()}});
  REQUIRE(trace);
  return *std::move(trace);
}

}  // namespace

TEST_CASE("a plan runs against servers that already run, and is the same afterwards") {
  const auto compiled = compile(std::string(ping));
  const auto before = compiled.plan();
  REQUIRE(before.places == std::vector<plan::Place>{{"server", ""}});
  const Server good("+PONG\r\n");
  CHECK(run_against(compiled, good).stop.reason == engine::Reason::none);
  const Server bad("-ERR\r\n");
  const auto trace = run_against(compiled, bad);
  CHECK(trace.stop.reason == engine::Reason::mismatch);
  CHECK(trace.places == std::vector{bad.place()});
  CHECK(compiled.plan() == before);
}

}  // namespace volley
