// SPDX-License-Identifier: Apache-2.0
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>
#include <volley/stream_socket.h>

#include <algorithm>
#include <string>
#include <thread>
#include <vector>

#include "catch.h"
#include "signals.h"
#include "sockets.h"

namespace volley {
namespace {

/// Bytes in which a lost, doubled or moved part shows.
std::string pattern(std::size_t size) {
  std::string text(size, '\0');
  std::uint32_t state = 1;
  for (char& c : text) {
    state = state * 1664525 + 1013904223;
    c = static_cast<char>(state >> 24);
  }
  return text;
}

/// Everything until the end, in small receives.
std::string drained(StreamSocket& stream) {
  std::string text;
  std::vector<std::byte> buffer(1500);
  while (true) {
    const auto got = value(stream.receive(buffer));
    if (got.kind != Received::Kind::data) return got.kind == Received::Kind::eof ? text : "no end";
    text += text_of(std::span(buffer).first(got.count));
  }
}

}  // namespace

TEST_CASE("bytes arrive on the other side, both ways") {
  auto [client, server] = tcp_pair();
  value(client.send_all(as_bytes("ping")));
  CHECK(next(server) == "data 'ping'");
  CHECK(told(server.send(as_bytes("pong!"))) == "data 5");
  CHECK(next(client) == "data 'pong!'");
}

TEST_CASE("a receive on a non-blocking stream without data would block (POSIX recv)") {
  auto [client, server] = tcp_pair();
  value(client.set_blocking(false));
  CHECK(next(client) == "would_block");
}

TEST_CASE("MSG_DONTWAIT does not wait on a blocking stream (recv(2))") {
  auto [client, server] = tcp_pair();
  CHECK(next(client, 64, MSG_DONTWAIT) == "would_block");
}

TEST_CASE("a receive timeout ends a blocking receive, not before its time (socket(7), SO_RCVTIMEO)") {
  auto [client, server] = tcp_pair();
  value(client.set_receive_timeout(std::chrono::milliseconds(50)));
  const auto before = Clock::now();
  CHECK(next(client) == "would_block");
  CHECK(Clock::now() - before >= std::chrono::milliseconds(50));
}

TEST_CASE("a receive timeout ends a receive that signals interrupt without end") {
  auto [client, server] = tcp_pair();
  value(client.set_receive_timeout(std::chrono::milliseconds(50)));
  std::string got;
  {
    const SignalStorm storm(::pthread_self());
    got = next(client);
  }
  CHECK(got == "would_block");
}

TEST_CASE("a receive starts again after a signal and gets what comes later (POSIX recv, EINTR)") {
  const std::chrono::seconds timeout = GENERATE(std::chrono::seconds(0), patience);
  auto [client, server] = tcp_pair();
  value(client.set_receive_timeout(timeout));
  std::string got;
  {
    const SignalStorm storm(::pthread_self());
    std::thread sender([&stream = server] {
      const int seen = CountedSignal::count();
      while (CountedSignal::count() < seen + 100) std::this_thread::yield();
      static_cast<void>(stream.send(as_bytes("late")));
    });
    got = next(client);
    sender.join();
  }
  CHECK(got == "data 'late'");
}

TEST_CASE("send takes what the kernel takes, then would block (POSIX send)") {
  auto [client, server] = tcp_pair();
  value(client.set_blocking(false));
  const std::string much(64 << 20, 'x');
  const auto sent = value(client.send(as_bytes(much)));
  CHECK(sent.kind == Sent::Kind::data);
  CHECK(sent.count > 0);
  CHECK(sent.count < much.size());
  auto last = told(client.send(as_bytes(much)));
  // The peer's kernel may still be taking some in.
  for (int i = 0; last.starts_with("data") && i < 1000; ++i) last = told(client.send(as_bytes(much)));
  CHECK(last == "would_block");
  CHECK(error(client.send_all(as_bytes("x"))) ==
        "send fd " + std::to_string(client.fd()) + ": Resource temporarily unavailable");
}

TEST_CASE("send_all sends everything through small buffers and signals (POSIX send, EINTR)") {
  auto [client, server] = tcp_pair();
  value(client.set_send_buffer(4096));
  const std::string text = pattern(2 << 20);
  std::string outcome;
  std::string got;
  std::thread sender([&outcome, &text, &stream = client] {
    outcome = error(stream.send_all(as_bytes(text)));
    static_cast<void>(stream.shutdown_write());
  });
  {
    const SignalStorm storm(sender.native_handle());
    got = drained(server);
  }
  sender.join();
  CHECK(outcome == "no error");
  CHECK((got == text));  // in brackets: two megabytes of random bytes tell nobody anything
}

TEST_CASE("a send of nothing delivers nothing (POSIX send)") {
  auto [client, server] = tcp_pair();
  CHECK(told(client.send({})) == "data 0");
  value(client.send_all({}));
  value(client.send_all(as_bytes("x")));
  CHECK(next(server) == "data 'x'");
}

TEST_CASE("a receive of length 0 waits for nothing and is no end (POSIX recv)") {
  auto [client, server] = tcp_pair();
  CHECK(next(server, 0) == "data ''");
  value(client.send_all(as_bytes("x")));
  wait_readable(server.fd());
  CHECK(next(server, 0) == "data ''");
  CHECK(next(server) == "data 'x'");
  value(client.shutdown_write());
  polled(server.fd(), POLLRDHUP, POLLRDHUP);
  CHECK(next(server, 0) == "data ''");
  CHECK(next(server) == "eof");
}

TEST_CASE("a FIN is an end, as often as it is asked for (RFC 9293 3.6)") {
  auto [client, server] = tcp_pair();
  value(client.send_all(as_bytes("last")));
  client.close();
  CHECK(next(server) == "data 'last'");
  CHECK(next(server) == "eof");
  CHECK(next(server) == "eof");
}

TEST_CASE("after shutdown_write a stream still receives, and sends no more (RFC 9293 3.6)") {
  auto [client, server] = tcp_pair();
  value(client.shutdown_write());
  CHECK(next(server) == "eof");
  value(server.send_all(as_bytes("answer")));
  CHECK(next(client) == "data 'answer'");
  CHECK(told(client.send(as_bytes("x"))) == "closed: Broken pipe");
  CHECK(error(client.send_all(as_bytes("x"))) == "send fd " + std::to_string(client.fd()) + ": Broken pipe");
}

TEST_CASE("after shutdown_read a receive that would wait is an end (POSIX shutdown)") {
  auto [client, server] = tcp_pair();
  value(client.shutdown_read());
  CHECK(next(client) == "eof");
}

TEST_CASE("the first send to a closed peer is taken, the next ones are not (POSIX send)") {
  auto [client, server] = tcp_pair();
  server.close();
  CHECK(next(client) == "eof");
  CHECK(told(client.send(as_bytes("x"))) == "data 1");
  polled(client.fd(), 0, POLLHUP);  // the peer's kernel answers with RST
  CHECK(told(client.send(as_bytes("x"))) == "closed: Broken pipe");
  CHECK(told(client.send(as_bytes("x"))) == "closed: Broken pipe");
}

TEST_CASE("no send raises SIGPIPE (POSIX send, MSG_NOSIGNAL)") {
  const CountedSignal pipe_signal(SIGPIPE);
  auto [client, server] = tcp_pair();
  value(client.shutdown_write());
  static_cast<void>(client.send(as_bytes("x")));
  static_cast<void>(client.send(as_bytes("x"), MSG_DONTWAIT));
  static_cast<void>(client.send_all(as_bytes("x")));
  auto [left, right] = value(UnixStream::pair(Blocking::yes));
  right.close();
  CHECK(told(left.send(as_bytes("x"))) == "closed: Broken pipe");
  CHECK(CountedSignal::count() == 0);
  CHECK(::send(client.fd(), "x", 1, 0) == -1);
  CHECK(CountedSignal::count() == 1);
}

TEST_CASE("where SIGPIPE has its default action a send of ours lives and send(2) dies (POSIX send)") {
  auto [client, server] = tcp_pair();
  value(client.shutdown_write());
  const pid_t child = ::fork();
  if (child == 0) {
    ::signal(SIGPIPE, SIG_DFL);
    if (told(client.send(as_bytes("x"))) != "closed: Broken pipe") ::_exit(1);
    ::send(client.fd(), "x", 1, 0);
    ::_exit(2);
  }
  int status = 0;
  REQUIRE(::waitpid(child, &status, 0) == child);
  CHECK(WIFSIGNALED(status));
  CHECK(WTERMSIG(status) == SIGPIPE);
}

TEST_CASE("MSG_PEEK leaves the bytes there (POSIX recv)") {
  auto [client, server] = tcp_pair();
  value(client.send_all(as_bytes("abc")));
  CHECK(next(server, 2, MSG_PEEK) == "data 'ab'");
  CHECK(next(server, 64, MSG_PEEK) == "data 'abc'");
  CHECK(next(server) == "data 'abc'");
}

TEST_CASE("readable_bytes counts what waits, without reading it") {
  auto [client, server] = tcp_pair();
  CHECK(value(server.readable_bytes()) == 0);
  value(client.send_all(as_bytes("abc")));
  wait_readable(server.fd());
  CHECK(value(server.readable_bytes()) == 3);
  CHECK(next(server, 2) == "data 'ab'");
  CHECK(value(server.readable_bytes()) == 1);
  server.close();
  CHECK(error(server.readable_bytes()) == "ioctl FIONREAD fd -1: Bad file descriptor");
}

TEST_CASE("MSG_TRUNC on a TCP stream throws the bytes away (tcp(7))") {
  auto [client, server] = tcp_pair();
  value(client.send_all(as_bytes("abcdef")));
  wait_readable(server.fd());
  std::array<std::byte, 4> buffer{};
  const auto thrown = value(server.receive(buffer, MSG_TRUNC));
  CHECK(thrown == Received{Received::Kind::data, 4});
  CHECK(buffer == std::array<std::byte, 4>{});
  CHECK(next(server) == "data 'ef'");
}

TEST_CASE("MSG_WAITALL waits for a full buffer, or for the end (POSIX recv)") {
  auto [client, server] = tcp_pair();
  value(client.send_all(as_bytes("ab")));
  wait_readable(server.fd());
  value(client.send_all(as_bytes("cdef")));
  client.close();
  CHECK(next(server, 4, MSG_WAITALL) == "data 'abcd'");
  CHECK(next(server, 4, MSG_WAITALL) == "data 'ef'");
  CHECK(next(server, 4, MSG_WAITALL) == "eof");
}

TEST_CASE("urgent data is read out of line, once (RFC 6093, POSIX recv)") {
  auto [client, server] = tcp_pair();
  CHECK(told(client.send(as_bytes("ab!"), MSG_OOB)) == "data 3");
  polled(server.fd(), POLLPRI, POLLPRI);
  value(client.send_all(as_bytes("cd")));
  CHECK(next(server) == "data 'ab'");
  CHECK(next(server, 1, MSG_OOB) == "data '!'");
  CHECK(next(server, 1, MSG_OOB) == "recv fd " + std::to_string(server.fd()) + ": Invalid argument");
  CHECK(next(server) == "data 'cd'");
}

TEST_CASE("a closed stream says so, and does not pretend an end (POSIX recv)") {
  auto [client, server] = tcp_pair();
  client.close();
  CHECK_FALSE(client);
  CHECK(next(client) == "recv fd -1: Bad file descriptor");
  CHECK(told(client.send(as_bytes("x"))) == "send fd -1: Bad file descriptor");
  CHECK(error(client.local()) == "getsockname fd -1: Bad file descriptor");
}

}  // namespace volley
