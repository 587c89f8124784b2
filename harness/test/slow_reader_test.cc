// SPDX-License-Identifier: Apache-2.0
// Our side reads late and little.
#include <sys/socket.h>
#include <volley/listen_socket.h>

#include <array>
#include <string>
#include <thread>

#include "compiled.h"
#include "program_workspace.h"

namespace volley {
namespace {

/// With this buffer the kernel takes 256 KiB of a send at once if the other end has segments of 64 KiB and a buffer of
/// the usual size, and 170 KiB if it reads slowly. (How large a buffer is that nobody sets depends on what the kernel
/// remembers of the other address.)
constexpr int send_buffer = 128 << 10;
constexpr std::size_t answer_size = 220'000;

/// Answers a line with 220,000 bytes. What a send that does not block leaves over it sends later, or forgets.
class Server {
 public:
  enum class Rest { sent, dropped };
  explicit Server(Rest rest) : rest_(rest), listener_(TcpListener::listen(Endpoint(Ipv4Address({127, 0, 0, 1}), 0))) {
    REQUIRE(listener_);
    REQUIRE(listener_->set_send_buffer(send_buffer));
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
      compile_steps("connect c tcp " + server.place() + "\nc > \"?\\n\"\nc < 220000 * (\"x\")\nc < eof");
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
  const auto outcome = asked(Server::Rest::dropped, slow);
  CAPTURE(outcome);
  CHECK(outcome.starts_with("the connection was closed after "));
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

TEST_CASE("the variation slow_reader finds a server that passes as written and drops what would block") {
  const test::Workspace workspace;
  workspace.write(
      "a.volley",
      "target big {\n    run \"perl\" \"-MIO::Socket::IP\" \"-e\" \"my $l = IO::Socket::IP->new(Listen => 9, "
      "LocalAddr => $ARGV[0]) or die; setsockopt($l, SOL_SOCKET, SO_SNDBUF, 131072) or die; while (my $c = $l->accept) "
      "{ my $d = <$c>; $c->blocking(0); "
      "syswrite $c, 'x' x 220000; close $c }\" \"${endpoint}\"\n}\n"
      "scenario \"a long answer\" {\n    connect c tcp big\n    c > \"?\\n\"\n    c < 220000 * (\"x\")\n"
      "    c < eof\n}\n");
  const auto run = workspace.volley({"run", "a.volley", "--vary", "slow_reader"});
  CHECK(run.status == test::exited(1));
  auto text = test::steady(run.out);
  RE2::GlobalReplace(&text, R"(\d{5,6})", "N");
  CHECK(
      text.starts_with("ok   a.volley › a long answer (T)\n"
                       "FAIL a.volley › a long answer [slow_reader] (T)\n"
                       "passes as written, fails when our side reads late and little\n"
                       "a.volley:7:9: the connection was closed after N bytes: N * (\"x\") waits for N more bytes\n"));
  CHECK(text.contains("  repeat: volley run a.volley:4 --seed 0 --vary slow_reader --filter '[slow_reader]'\n"));
}

}  // namespace volley
