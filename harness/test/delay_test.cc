// SPDX-License-Identifier: Apache-2.0
// What comes late comes as it is, and says who it is from: only its time has changed.
#include <volley/datagram_socket.h>
#include <volley/listen_socket.h>

#include <array>
#include <thread>

#include "compiled.h"
#include "program_workspace.h"

namespace volley {
namespace {

const std::string target_text = "target t {\n    run \"x\"\n}\n";

/// A server of one TCP connection and some datagrams, which gives back what comes. It answers datagrams from another
/// port than they went to.
class Server {
 public:
  Server() {
    auto listener = TcpListener::listen(*Endpoint::parse("127.0.0.1:0"));
    REQUIRE(listener);
    listener_ = std::move(*listener);
    auto socket = UdpSocket::bind_to(*listener_.local());
    auto other = UdpSocket::bind_to(*Endpoint::parse("127.0.0.1:0"));
    REQUIRE(socket);
    REQUIRE(other);
    first_ = std::move(*socket);
    second_ = std::move(*other);
    for (auto* each : {&first_, &second_}) REQUIRE(each->set_receive_timeout(std::chrono::seconds(20)));
  }
  Endpoint place() const { return *listener_.local(); }

  void echo_stream() {
    auto accepted = listener_.accept(Blocking::yes);
    if (!accepted || !*accepted) return;
    auto& stream = (*accepted)->stream;
    while (true) {
      const auto received = stream.receive(room_);
      if (!received || received->kind != Received::Kind::data) return;
      if (!stream.send_all(std::span(room_).first(received->count))) return;
    }
  }
  /// Tells who has connected.
  void tell_client() {
    auto accepted = listener_.accept(Blocking::yes);
    if (!accepted || !*accepted) return;
    static_cast<void>((*accepted)->stream.send_all(as_bytes((*accepted)->peer.to_string())));
  }
  void echo_datagrams() {
    auto first = first_.receive(room_);
    if (!first || first->kind != ReceivedDatagram::Kind::data) return;
    static_cast<void>(second_.send_to(std::span(room_).first(first->count), first->source));
    auto next = second_.receive(room_);
    if (!next || next->kind != ReceivedDatagram::Kind::data) return;
    static_cast<void>(second_.send_to(std::span(room_).first(next->count), next->source));
  }

 private:
  ListenSocket listener_;
  UdpSocket first_;
  UdpSocket second_;
  std::array<std::byte, 64 << 10> room_{};
};

/// How a run ends whose target is that server, with everything so much later each way.
std::string run_delayed(const std::string& scenario, Server& server, void (Server::*serve)(),
                        std::optional<std::chrono::nanoseconds> delay) {
  auto compiled = compile(target_text + "scenario \"s\" {\n" + scenario + "\n}\n");
  compiled.suite.plans.front().delay = delay;
  engine::Surroundings surroundings;
  surroundings.places = {server.place()};
  std::thread serving([&] { (server.*serve)(); });
  const auto trace = engine::run(compiled.plan(), surroundings);
  serving.join();
  REQUIRE(trace);
  return std::string(engine::name_of(trace->stop.reason));
}

}  // namespace

using namespace std::chrono_literals;

TEST_CASE("a delay is met twice by a question and its answer") {
  const std::string scenario = "connect c tcp t\nc > \"ping\"\nc < \"ping\" within 30ms..5s\nshutdown c\nc < eof";
  Server late;
  CHECK(run_delayed(scenario, late, &Server::echo_stream, 15ms) == "none");
}

TEST_CASE("a peer that answers late is still the one that was connected to") {
  Server server;
  const auto place = server.place().to_string();
  const auto scenario = "connect c tcp t\nexpect c.peer == " + place + "\nc > 300000 * (\"x\")\nc < 300000 * (\"x\")";
  CHECK(run_delayed(scenario, server, &Server::echo_stream, 3ms) == "none");
}

TEST_CASE("a server sees a late client come from where it says it is") {
  Server any;
  CHECK(run_delayed("connect c tcp t\nc < \"${c.local}\"\nc < eof", any, &Server::tell_client, 3ms) == "none");
  Server chosen;
  CHECK(run_delayed("connect c tcp t from 127.0.0.73:0\nc < \"127.0.0.73:${c.local.port}\"\nc < eof", chosen,
                    &Server::tell_client, 3ms) == "none");
}

TEST_CASE("a port that answers late keeps its number, and is reached there") {
  Server server;
  const auto scenario = R"(bind u udp
    u > "request" to t
    u < "request" from any as other within 20ms..5s
    expect other != )" + server.place().to_string() +
                        R"(
    u > "more" to other
    u < "more" from other within 20ms..5s)";
  CHECK(run_delayed(scenario, server, &Server::echo_datagrams, 10ms) == "none");
}

TEST_CASE("nobody there is nobody there, however late") {
  auto compiled =
      compile(target_text + "scenario \"s\" {\nconnect c tcp t fails refused\nconnect u udp t\nu > \"x\"\n" +
              "u < refused\n}\n");
  compiled.suite.plans.front().delay = 3ms;
  engine::Surroundings surroundings;
  auto held = UdpSocket::bind_to(*Endpoint::parse("127.0.0.1:0"));
  REQUIRE(held);
  surroundings.places = {Endpoint(Ipv4Address({127, 0, 0, 71}), held->local()->port())};
  const auto trace = engine::run(compiled.plan(), surroundings);
  REQUIRE(trace);
  CHECK(engine::dump(*trace, compiled.plan()) ==
        "  0 failed_as_expected c\n  1 connected u\n  2 sent u 1\n  3 refused u\npassed\n");
}

TEST_CASE("the variation delay finds a server that does not wait for what takes its time") {
  const test::Workspace workspace;
  // It takes no answer that is later than 3 ms: under a delay of 2 ms each way all are, however fast the machine.
  workspace.write("a.volley",
                  R"(target hasty {
    run "perl" "-MIO::Socket::IP" "-MTime::HiRes=time" "-e" "my $l = )"
                  R"(IO::Socket::IP->new(Listen => 9, LocalAddr => $ARGV[0]) or die; )"
                  R"(while (my $c = $l->accept) { $c->autoflush; my $asked = time; print $c 'name?'; )"
                  R"(sysread $c, my $r, 9; print $c 'hello' if time - $asked < 0.003 }" "${endpoint}"
}
scenario "a greeting" {
    connect c tcp hasty
    c < "name?"
    c > "bob"
    c < "hello"
}
)");
  const auto run = workspace.volley({"run", "a.volley", "--vary", "delay", "--filter", "[delay]"});
  CHECK(run.status == test::exited(1));
  const auto text = test::steady(run.out);
  CAPTURE(text);
  CHECK(text.starts_with("FAIL a.volley › a greeting [delay] (T)\nfails when all comes 2 ms later, each way\n"));
  CHECK(text.contains("  repeat: volley run a.volley:4 --seed 0 --vary delay --filter '[delay]'\n"));
  const auto listed = workspace.volley({"list", "a.volley", "--vary", "all"});
  CHECK(listed.out.contains("a greeting [delay]"));
}

}  // namespace volley
