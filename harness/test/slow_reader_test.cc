// SPDX-License-Identifier: Apache-2.0
// Our side reads late and little.
#include <sys/socket.h>
#include <volley/listen_socket.h>

#include <array>
#include <string>
#include <thread>

#include "compiled.h"

namespace volley {
namespace {

constexpr std::size_t answer_size = 300'000;

/// Answers a line with 300,000 bytes. What a send that does not block leaves over it sends later, or forgets.
class Server {
 public:
  enum class Rest { sent, dropped };
  explicit Server(Rest rest) : rest_(rest), listener_(TcpListener::listen(Endpoint(Ipv4Address({127, 0, 0, 1}), 0))) {
    REQUIRE(listener_);
    place_ = listener_->local()->to_string();
    thread_ = std::thread([this] { serve(); });
  }
  ~Server() { thread_.join(); }
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  const std::string& place() const { return place_; }

 private:
  void serve() {
    auto accepted = listener_->accept(Blocking::yes);
    if (!accepted || !*accepted) return;
    auto& stream = (*accepted)->stream;
    std::array<std::byte, 16> line;
    if (!stream.receive(line)) return;
    const std::string answer(answer_size, 'x');
    const auto sent = stream.send(as_bytes(answer), MSG_DONTWAIT);
    if (sent && rest_ == Rest::sent) static_cast<void>(stream.send_all(as_bytes(answer).subspan(sent->count)));
  }

  Rest rest_;
  Result<TcpListener> listener_;
  std::string place_;
  std::thread thread_;
};

/// How a run ends that asks a server for its answer.
std::string asked(Server::Rest rest, std::optional<plan::SlowReading> slow) {
  const Server server(rest);
  const auto compiled =
      compile_steps("connect c tcp " + server.place() + "\nc > \"?\\n\"\nc < 300000 * (\"x\")\nc < eof");
  auto plan = compiled.plan();
  plan.slow_reading = slow;
  const auto trace = engine::run(plan);
  REQUIRE(trace);
  const auto verdict = judge::judge(plan, *trace, compiled.source);
  return verdict.explanation ? verdict.explanation->what : "passed";
}

const plan::SlowReading slow{.pause = std::chrono::milliseconds(2)};

}  // namespace

TEST_CASE("a server that drops what a send did not take passes as written, and not before a slow reader") {
  CHECK(asked(Server::Rest::dropped, {}) == "passed");
  CHECK(asked(Server::Rest::dropped, slow).starts_with("the connection was closed after "));
}

TEST_CASE("a server that sends the rest later passes before a slow reader, too") {
  CHECK(asked(Server::Rest::sent, {}) == "passed");
  CHECK(asked(Server::Rest::sent, slow) == "passed");
}

TEST_CASE("a slow reader reads late so often, and little each time") {
  const auto compiled = compile_steps(
      "listen door tcp\nconnect a tcp door\naccept b from door\na > zero(3000)\nb < zero(2000)\nexpect b.pending == "
      "1000\n"
      "b < zero(1000)\na > \"x\"\na > \"y\"\none of {\nb < \"z\"\nb < \"xy\"\n}\nb < nothing for 1ms");
  auto plan = compiled.plan();
  plan.slow_reading = plan::SlowReading{.at_once = 100, .pause = std::chrono::milliseconds(2), .pauses = 5};
  const auto trace = engine::run(plan);
  REQUIRE(trace);
  CHECK(trace->stop.reason == engine::Reason::none);
  CHECK(trace->duration >= std::chrono::milliseconds(10));
}

TEST_CASE("no deadline comes before a reader that is late") {
  const auto compiled = compile_steps(
      "listen door tcp\nconnect a tcp door\naccept b from door\na > \"xy\"\nb < \"xy\" within 1s\nb < nothing for 1ms");
  auto plan = compiled.plan();
  plan.slow_reading = plan::SlowReading{.at_once = 1, .pause = std::chrono::seconds(2)};
  const auto trace = engine::run(plan);
  REQUIRE(trace);
  CHECK(engine::dump(*trace, plan).ends_with("4 received b 2 \"xy\"\n  5 silent b\npassed\n"));
  CHECK(trace->duration < std::chrono::milliseconds(900));
}

}  // namespace volley
