// SPDX-License-Identifier: Apache-2.0
#include <fcntl.h>
#include <signal.h>
#include <sys/resource.h>
#include <unistd.h>
#include <volley/descriptor.h>

#include <array>
#include <cerrno>
#include <utility>

#include "catch.h"
#include "signals.h"
#include "sockets.h"

namespace volley {
namespace {

bool is_open(int fd) {
  return ::fcntl(fd, F_GETFD) >= 0;
}
bool closes_on_exec(int fd) {
  return (::fcntl(fd, F_GETFD) & FD_CLOEXEC) != 0;
}
bool is_blocking(int fd) {
  return (::fcntl(fd, F_GETFL) & O_NONBLOCK) == 0;
}

struct Pipe {
  Descriptor reader;
  Descriptor writer;
};

Pipe open_pipe() {
  std::array<int, 2> ends{};
  REQUIRE(::pipe2(ends.data(), O_CLOEXEC) == 0);
  return {Descriptor(ends[0]), Descriptor(ends[1])};
}

std::string next(const Descriptor& descriptor) {
  std::array<std::byte, 8> buffer{};
  return told(read(descriptor, buffer), buffer);
}

}  // namespace

TEST_CASE("a Descriptor closes its file when it goes") {
  int fd = -1;
  {
    const auto pipe = open_pipe();
    fd = pipe.reader.get();
    CHECK(is_open(fd));
  }
  CHECK_FALSE(is_open(fd));
}

TEST_CASE("a default Descriptor owns nothing") {
  Descriptor nothing;
  CHECK(nothing.get() == -1);
  CHECK_FALSE(nothing);
  nothing.close();
  CHECK(error(nothing.duplicate()) == "fcntl F_DUPFD_CLOEXEC fd -1: Bad file descriptor");
  CHECK(error(nothing.set_blocking(false)) == "fcntl F_GETFL fd -1: Bad file descriptor");
}

TEST_CASE("moving a Descriptor leaves nothing behind and closes what was there") {
  auto first = open_pipe();
  auto second = open_pipe();
  const int kept = first.reader.get();
  const int replaced = second.reader.get();
  second.reader = std::move(first.reader);
  CHECK(second.reader.get() == kept);
  CHECK(is_open(kept));
  CHECK_FALSE(is_open(replaced));
  Descriptor third(std::move(second.reader));
  CHECK(third.get() == kept);
  CHECK(second.reader.get() == -1);  // NOLINT(bugprone-use-after-move): what a move leaves is the subject
}

TEST_CASE("a Descriptor that is moved onto itself keeps its file") {
  auto pipe = open_pipe();
  auto& same = pipe.reader;
  pipe.reader = std::move(same);
  CHECK(is_open(pipe.reader.get()));
}

TEST_CASE("release gives the descriptor up without closing it") {
  auto pipe = open_pipe();
  const int fd = pipe.reader.release();
  CHECK(pipe.reader.get() == -1);
  CHECK(is_open(fd));
  ::close(fd);
}

TEST_CASE("a second close does not touch a descriptor that got the number since (POSIX close)") {
  auto pipe = open_pipe();
  const int number = pipe.reader.get();
  pipe.reader.close();
  const Descriptor newcomer(::fcntl(pipe.writer.get(), F_DUPFD_CLOEXEC, number));
  REQUIRE(newcomer.get() == number);
  pipe.reader.close();
  CHECK(is_open(number));
}

TEST_CASE("a duplicate is close-on-exec, which plain F_DUPFD loses (POSIX fcntl)") {
  const auto pipe = open_pipe();
  const auto ours = value(pipe.reader.duplicate());
  const Descriptor plain(::fcntl(pipe.reader.get(), F_DUPFD, 0));
  CHECK(closes_on_exec(ours.get()));
  CHECK_FALSE(closes_on_exec(plain.get()));
}

TEST_CASE("every descriptor the library opens is close-on-exec (accept(2), socket(2))") {
  auto listener = tcp_listener();
  const auto client = tcp_client(listener);
  const auto server = accepted(listener);
  const auto [left, right] = value(UnixStream::pair(Blocking::yes));
  const auto udp = udp_socket();
  for (const int fd : {listener.fd(), client.fd(), server.fd(), left.fd(), right.fd(), udp.fd()}) {
    CAPTURE(fd);
    CHECK(closes_on_exec(fd));
  }
}

TEST_CASE("O_NONBLOCK belongs to the open file, which duplicates share (POSIX dup)") {
  auto pipe = open_pipe();
  auto duplicate = value(pipe.reader.duplicate());
  CHECK(is_blocking(pipe.reader.get()));
  value(duplicate.set_blocking(false));
  CHECK_FALSE(is_blocking(pipe.reader.get()));
  CHECK(next(pipe.reader) == "would_block");
  value(pipe.reader.set_blocking(true));
  CHECK(is_blocking(duplicate.get()));
}

TEST_CASE("the stream ends when the last duplicate is closed (POSIX close)") {
  auto [client, server] = tcp_pair();
  auto duplicate = value(client.descriptor().duplicate());
  client.close();
  value(write(duplicate, as_bytes("still here")));
  CHECK(next(server) == "data 'still here'");
  duplicate.close();
  CHECK(next(server) == "eof");
}

TEST_CASE("a shutdown through one duplicate ends the stream at once (POSIX shutdown)") {
  auto [client, server] = tcp_pair();
  StreamSocket duplicate(value(client.descriptor().duplicate()));
  value(duplicate.shutdown_write());
  CHECK(next(server) == "eof");
  CHECK(told(client.send(as_bytes("x"))) == "closed: Broken pipe");
}

TEST_CASE("read and write tell data, an end and nothing yet apart on a pipe") {
  auto pipe = open_pipe();
  value(pipe.reader.set_blocking(false));
  CHECK(next(pipe.reader) == "would_block");
  CHECK(told(write(pipe.writer, as_bytes("abc"))) == "data 3");
  CHECK(next(pipe.reader) == "data 'abc'");
  CHECK(told(read(pipe.reader, {}), {}) == "data ''");
  pipe.writer.close();
  CHECK(next(pipe.reader) == "eof");
  CHECK(next(pipe.reader) == "eof");
}

TEST_CASE("read tells a reset on a socket") {
  auto [client, server] = tcp_pair();
  client.reset();
  CHECK(next(server.descriptor()) == "reset");
}

TEST_CASE("write to a full pipe takes what fits, then would block") {
  auto pipe = open_pipe();
  value(pipe.writer.set_blocking(false));
  const std::string much(1 << 20, 'x');
  const auto sent = value(write(pipe.writer, as_bytes(much)));
  CHECK(sent.kind == Sent::Kind::data);
  CHECK(sent.count > 0);
  CHECK(sent.count < much.size());
  CHECK(told(write(pipe.writer, as_bytes(much))) == "would_block");
}

TEST_CASE("write to a pipe without a reader says closed where SIGPIPE does not kill") {
  const CountedSignal pipe_signal(SIGPIPE);
  auto pipe = open_pipe();
  pipe.reader.close();
  CHECK(told(write(pipe.writer, as_bytes("x"))) == "closed: Broken pipe");
  CHECK(CountedSignal::count() == 1);
}

TEST_CASE("read and write name the call and the descriptor that failed") {
  const auto pipe = open_pipe();
  const std::string reader = std::to_string(pipe.reader.get());
  const std::string writer = std::to_string(pipe.writer.get());
  CHECK(next(pipe.writer) == "read fd " + writer + ": Bad file descriptor");
  CHECK(told(write(pipe.reader, as_bytes("x"))) == "write fd " + reader + ": Bad file descriptor");
}

TEST_CASE("read starts again after a signal (POSIX read, EINTR)") {
  auto pipe = open_pipe();
  std::string got;
  {
    const SignalStorm storm(::pthread_self());
    const int seen = CountedSignal::count();
    std::thread writer([&] {
      while (CountedSignal::count() < seen + 100) std::this_thread::yield();
      static_cast<void>(write(pipe.writer, as_bytes("late")));
    });
    got = next(pipe.reader);
    writer.join();
  }
  CHECK(got == "data 'late'");
}

}  // namespace volley
