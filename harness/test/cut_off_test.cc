// SPDX-License-Identifier: Apache-2.0
// A server that answers before it has read all of a request, and closes.
#include <sys/socket.h>
#include <volley/listen_socket.h>

#include <array>
#include <string>
#include <thread>

#include "compiled.h"
#include "report/transcript.h"

namespace volley {
namespace {

/// Answers the first line that comes with "no\r\n", and closes when there is more that it has not read: by a reset.
class HastyServer {
 public:
  HastyServer() : listener_(TcpListener::listen(Endpoint(Ipv4Address({127, 0, 0, 1}), 0))) {
    REQUIRE(listener_);
    place_ = listener_->local()->to_string();
    thread_ = std::thread([this] { serve(); });
  }
  ~HastyServer() { thread_.join(); }
  HastyServer(const HastyServer&) = delete;
  HastyServer& operator=(const HastyServer&) = delete;

  const std::string& place() const { return place_; }

 private:
  void serve() {
    auto accepted = listener_->accept(Blocking::yes);
    if (!accepted || !*accepted) return;
    std::array<std::byte, 1> one;
    while (true) {
      const auto got = (*accepted)->stream.receive(one);
      if (!got || got->kind != Received::Kind::data) return;
      if (one[0] == std::byte{'\n'}) break;
    }
    static_cast<void>((*accepted)->stream.send(as_bytes("no\r\n")));
    static_cast<void>((*accepted)->stream.receive(one, MSG_PEEK));
  }

  Result<TcpListener> listener_;
  std::string place_;
  std::thread thread_;
};

/// How a run of these steps ends behind a request of three lines of which the server has read one.
std::string after_request(const std::string& steps, const std::string& how = " in segments of 1") {
  const HastyServer server;
  return explain_steps("connect c tcp " + server.place() + "\nc > \"one\\r\\ntwo\\r\\nthree\\r\\n\"" + how + "\n" +
                       steps);
}

}  // namespace

TEST_CASE("a request that an early answer cuts off passes if the answer and the end are expected") {
  struct Row {
    const char* steps;
    const char* outcome;
  };
  const Row rows[] = {
      {"c < \"no\\r\\n\"\nc < closed", "passed"},
      {"c < line\nignore c", "passed"},
      {"c < reset", "4 bytes came where a reset was due"},
      {"one of {\nc < \"yes\\r\\n\"\nc < \"no\\r\\n\"\n}\nc < closed", "passed"},
      // The end is nowhere expected.
      {"c < \"no\\r\\n\"", "send c: Connection reset by peer"},
      {"c < \"no\\r\\n\"\nclose c", "send c: Connection reset by peer"},
      // What is due cannot come.
      {"c < \"no\\r\\n\" line\nc < closed", "send c: Connection reset by peer"},
      {"c < rest\nc < closed", "send c: Connection reset by peer"},
      {"c < \"no\\r\\n\"\nc < u8", "send c: Connection reset by peer"},
      {"c < \"no\\r\\n\"\nc < nothing for 1s", "send c: Connection reset by peer"},
      {"one of {\nc < \"no\\r\\n.\"\nc < \"no\\r\\n:\"\n}", "send c: Connection reset by peer"},
      // What came is wrong whatever was sent.
      {"c < \"yes\\r\\n\"\nc < closed", "byte 0 differs: expected 'y' (0x79), received 'n' (0x6e)"},
      {"c < closed", "4 bytes came where the end or a reset was due"},
  };
  for (const auto& row : rows) {
    CAPTURE(row.steps);
    CHECK(after_request(row.steps) == row.outcome);
  }
}

TEST_CASE("a send to an end that is closed, and the FIN behind it, are made good by the end") {
  const std::string pair = "listen door tcp\nconnect a tcp door\naccept b from door\nb > \"no\"\nclose b\n";
  struct Row {
    const char* steps;
    const char* outcome;
  };
  const Row rows[] = {
      {"a > \"x\"\na > \"y\"\na < \"no\"\na < eof", "passed"},
      {"a > \"x\"\na > \"y\"\na > \"z\"\nshutdown a\na < \"no\"\na < closed", "passed"},
      {"a > \"x\"\nshutdown a\na < \"no\"\na < eof", "passed"},
      {"a > \"x\"\na > \"y\"\na < \"no\"\nignore a", "passed"},
      {"a > \"x\"\na > \"y\"\na > \"z\" fails broken_pipe\na < \"no\"", "passed"},
      {"a > \"x\"\na > \"y\"\nreset a", "passed"},
      {"a > \"x\"\na > \"y\"\na < \"no\"", "send a: Broken pipe"},
      {"a > \"x\"\nshutdown a\na < \"no\"", "shutdown a: Transport endpoint is not connected"},
      // What is sent behind the end is not made good by it.
      {"a < \"no\"\na < eof\na > \"x\"\na > \"y\"", "send a: Broken pipe"},
      {"a > \"x\"\na < \"no\"\na < eof\na > \"y\"", "send a: Broken pipe"},
      {"ignore a\na > \"x\"\na > \"y\"", "send a: Broken pipe"},
  };
  for (const auto& row : rows) {
    CAPTURE(row.steps);
    CHECK(explain_steps(pair + row.steps) == row.outcome);
  }
}

TEST_CASE("a cut that nobody expects is told with what the other end had sent") {
  const auto compiled = compile_steps(
      "listen door tcp\nconnect a tcp door\naccept b from door\nb > \"too long\"\nclose b\na > \"x\"\na > \"yz\"");
  const auto trace = run_once(compiled);
  CHECK(engine::dump(trace, compiled.plan()) ==
        "  0 opened door\n  1 connected a\n  2 accepted b\n  3 sent b 8\n  4 closed b\n  5 sent a 1\n"
        "  6 cut_off a 0\n"
        "  6 call_failed a received 8 from 0: \"too long\" error send: Broken pipe\n");
  const auto verdict = judge::judge(compiled.plan(), trace, compiled.source);
  REQUIRE(verdict.explanation);
  REQUIRE(verdict.explanation->comparison);
  CHECK(verdict.explanation->comparison->received == "too long");
  const auto lines = report::transcript(compiled.plan(), trace, compiled.source, 3).lines;
  REQUIRE(lines.size() == 3);
  CHECK(lines[1].ends_with("ms  a > \"yz\"  # cut off after 0 bytes"));
}

}  // namespace volley
