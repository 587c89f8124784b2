// SPDX-License-Identifier: Apache-2.0
#include <fcntl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>
#include <volley/poller.h>

#include <algorithm>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "catch.h"
#include "signals.h"
#include "sockets.h"

namespace volley {
namespace {

using std::chrono::milliseconds;

const Clock::time_point past = Clock::time_point::min();
const Clock::time_point endless = Clock::time_point::max();

/// What is ready, one after the other by key: `7 r`, `8 w`, `9 rw`.
std::string ready(Poller& poller, Clock::time_point deadline) {
  const auto events = value(poller.wait(deadline));
  std::vector<std::string> texts;
  for (const auto& event : events) {
    texts.push_back(std::to_string(event.key) + " " + (event.readable ? "r" : "") + (event.writable ? "w" : ""));
  }
  std::ranges::sort(texts);
  std::string all;
  for (const auto& text : texts) all += (all.empty() ? "" : ", ") + text;
  return all;
}

std::string soon(Poller& poller) {
  return ready(poller, Clock::now() + patience);
}

struct UnixPair {
  UnixStream left;
  UnixStream right;
};

UnixPair unix_pair() {
  auto [left, right] = value(UnixStream::pair(Blocking::no));
  return {std::move(left), std::move(right)};
}

}  // namespace

TEST_CASE("a poller tells what is ready by the key it was watched with") {
  auto poller = value(Poller::open());
  auto [left, right] = unix_pair();
  value(poller.watch(left.fd(), Interest::read, 7));
  value(poller.watch(right.fd(), Interest::write, 0xffffffffffffffff));
  CHECK(soon(poller) == "18446744073709551615 w");
  value(right.send_all(as_bytes("x")));
  CHECK(soon(poller) == "18446744073709551615 w, 7 r");
}

TEST_CASE("a poller is level-triggered: what was not read is told again (epoll(7))") {
  auto poller = value(Poller::open());
  auto [left, right] = unix_pair();
  value(poller.watch(left.fd(), Interest::read, 1));
  value(right.send_all(as_bytes("ab")));
  CHECK(soon(poller) == "1 r");
  CHECK(next(left, 1) == "data 'a'");
  CHECK(soon(poller) == "1 r");
  CHECK(next(left, 1) == "data 'b'");
  CHECK(ready(poller, past).empty());
}

TEST_CASE("watch changes what a descriptor is watched for, and its key") {
  auto poller = value(Poller::open());
  auto [left, right] = unix_pair();
  value(right.send_all(as_bytes("x")));
  struct Row {
    Interest interest;
    const char* expected;
  };
  const Row rows[] = {{Interest::both, "0 rw"}, {Interest::read, "1 r"},  {Interest::write, "2 w"},
                      {Interest::none, ""},     {Interest::both, "4 rw"}, {Interest::none, ""}};
  std::uint64_t key = 0;
  for (const auto& row : rows) {
    CAPTURE(key);
    value(poller.watch(left.fd(), row.interest, key++));
    CHECK(ready(poller, past) == row.expected);
  }
}

TEST_CASE("a poller does not tell of what it forgot, and forgets what it never watched") {
  auto poller = value(Poller::open());
  auto [left, right] = unix_pair();
  value(poller.watch(left.fd(), Interest::both, 1));
  poller.forget(left.fd());
  poller.forget(left.fd());
  poller.forget(-1);
  CHECK(ready(poller, past).empty());
  value(poller.watch(left.fd(), Interest::write, 2));
  CHECK(ready(poller, past) == "2 w");
}

TEST_CASE("closing a descriptor removes it from its poller (epoll(7))") {
  auto poller = value(Poller::open());
  auto [left, right] = unix_pair();
  value(poller.watch(left.fd(), Interest::both, 1));
  value(poller.watch(right.fd(), Interest::read, 2));
  left.close();
  CHECK(soon(poller) == "2 rw");
}

TEST_CASE("a descriptor that got the number of a closed one is watched anew") {
  auto poller = value(Poller::open());
  auto [left, right] = unix_pair();
  const int number = left.fd();
  value(poller.watch(number, Interest::read, 1));
  left.close();
  const Descriptor newcomer(::fcntl(right.fd(), F_DUPFD_CLOEXEC, number));
  REQUIRE(newcomer.get() == number);
  value(poller.watch(number, Interest::write, 2));
  CHECK(soon(poller) == "2 rw");
}

TEST_CASE("a hang-up or an error is told as readable and writable, whatever was watched for (poll(2))") {
  const auto interest = GENERATE(Interest::read, Interest::write, Interest::both);
  auto poller = value(Poller::open());
  auto [client, server] = tcp_pair();
  client.reset();
  value(poller.watch(server.fd(), interest, 1));
  std::string told = soon(poller);
  while (told != "1 rw") told = soon(poller);  // it was writable before the reset came
  CHECK(next(server) == "reset");
  const auto fresh = value(StreamSocket::open(AF_INET, Blocking::no));
  poller.forget(server.fd());
  value(poller.watch(fresh.fd(), interest, 2));
  CHECK(soon(poller) == "2 rw");
}

TEST_CASE("a descriptor watched for nothing tells no hang-up either") {
  auto poller = value(Poller::open());
  auto [left, right] = unix_pair();
  value(poller.watch(left.fd(), Interest::none, 1));
  right.close();
  CHECK(ready(poller, past).empty());
}

TEST_CASE("the end of a stream is told as readable") {
  auto poller = value(Poller::open());
  auto [left, right] = unix_pair();
  value(poller.watch(left.fd(), Interest::read, 1));
  value(right.shutdown_write());
  CHECK(soon(poller) == "1 r");
  CHECK(next(left) == "eof");
}

TEST_CASE("urgent data that nobody reads does not keep a stream readable") {
  auto poller = value(Poller::open());
  auto [client, server] = tcp_pair();
  value(poller.watch(server.fd(), Interest::read, 1));
  CHECK(told(client.send(as_bytes("ab!"), MSG_OOB)) == "data 3");
  polled(server.fd(), POLLPRI, POLLPRI);
  CHECK(soon(poller) == "1 r");
  CHECK(next(server) == "data 'ab'");
  CHECK(ready(poller, past).empty());
}

TEST_CASE("a listener is readable when a client waits, a connecting stream writable when it stands") {
  auto poller = value(Poller::open());
  auto listener = tcp_listener({.blocking = Blocking::no});
  auto client = value(StreamSocket::open(AF_INET, Blocking::no));
  const auto peer = value(listener.local());
  value(poller.watch(listener.fd(), Interest::read, 1));
  CHECK(ready(poller, past).empty());
  static_cast<void>(value(client.start_connect(peer)));
  CHECK(soon(poller) == "1 r");
  CHECK(value(listener.accept(Blocking::no)));
  value(poller.watch(client.fd(), Interest::write, 2));
  CHECK(soon(poller) == "2 w");
  CHECK(value(client.start_connect(peer)) == StreamSocket::Connecting::connected);
}

TEST_CASE("an empty datagram makes its socket readable") {
  auto poller = value(Poller::open());
  auto sender = udp_socket();
  auto receiver = udp_socket();
  value(poller.watch(receiver.fd(), Interest::read, 1));
  CHECK(told(sender.send_to({}, value(receiver.local()))) == "sent");
  CHECK(soon(poller) == "1 r");
}

TEST_CASE("wait comes back empty at its deadline and not before") {
  auto poller = value(Poller::open());
  const auto deadline = Clock::now() + milliseconds(20);
  CHECK(ready(poller, deadline).empty());
  CHECK(Clock::now() >= deadline);
}

TEST_CASE("a deadline that has passed does not wait") {
  auto poller = value(Poller::open());
  CHECK(ready(poller, past).empty());
  CHECK(ready(poller, Clock::time_point()).empty());
  CHECK(ready(poller, Clock::now()).empty());
}

TEST_CASE("signals neither end a wait early nor keep it from its deadline (epoll_wait(2), EINTR)") {
  auto poller = value(Poller::open());
  const auto deadline = Clock::now() + milliseconds(50);
  std::string told;
  Clock::time_point after;
  {
    const SignalStorm storm(::pthread_self());
    told = ready(poller, deadline);
    after = Clock::now();
  }
  CHECK(told.empty());
  CHECK(after >= deadline);
}

TEST_CASE("a wait without end ends when something is ready") {
  auto poller = value(Poller::open());
  auto [left, right] = unix_pair();
  value(poller.watch(left.fd(), Interest::read, 1));
  const pid_t waiting = ::gettid();
  std::thread writer([waiting, &stream = right] {
    while (!sleeps(waiting)) std::this_thread::yield();
    static_cast<void>(stream.send(as_bytes("x")));
  });
  const auto told = ready(poller, endless);
  writer.join();
  CHECK(told == "1 r");
}

TEST_CASE("more than 256 ready descriptors are told in turns, none is left out") {
  auto poller = value(Poller::open());
  std::vector<UnixPair> pairs;
  for (std::uint64_t key = 0; key < 300; ++key) {
    pairs.push_back(unix_pair());
    value(poller.watch(pairs.back().left.fd(), Interest::write, key));
  }
  std::set<std::uint64_t> seen;
  for (int turn = 0; turn < 2; ++turn) {
    const auto events = value(poller.wait(past));
    CHECK(events.size() == 256);
    for (const auto& event : events) seen.insert(event.key);
  }
  CHECK(seen.size() == 300);
}

TEST_CASE("the exit of a child makes its pidfd readable (pidfd_open(2))") {
  auto poller = value(Poller::open());
  auto [left, right] = value(UnixStream::pair(Blocking::yes));
  const pid_t child = ::fork();
  if (child == 0) {
    char byte = 0;
    right.close();
    ::_exit(::recv(left.fd(), &byte, 1, 0) == 0 ? 0 : 1);
  }
  left.close();
  const Descriptor process(static_cast<int>(::syscall(SYS_pidfd_open, child, 0)));
  if (process) {
    value(poller.watch(process.get(), Interest::read, 5));
    CHECK(ready(poller, past).empty());
  }
  right.close();
  if (process) CHECK(soon(poller) == "5 r");
  int status = 0;
  CHECK(::waitpid(child, &status, 0) == child);
  CHECK(status == 0);
  if (!process) skip("no pidfd_open here");
}

TEST_CASE("watch names the descriptor it cannot watch") {
  auto poller = value(Poller::open());
  CHECK(error(poller.watch(-1, Interest::read, 0)) == "epoll_ctl fd -1: Bad file descriptor");
  const Descriptor file(::open("/proc/self/exe", O_RDONLY | O_CLOEXEC));
  REQUIRE(file);
  CHECK(error(poller.watch(file.get(), Interest::read, 0)) ==
        "epoll_ctl fd " + std::to_string(file.get()) + ": Operation not permitted");
}

TEST_CASE("a moved poller goes on watching") {
  auto poller = value(Poller::open());
  auto [left, right] = unix_pair();
  value(poller.watch(left.fd(), Interest::write, 3));
  Poller moved(std::move(poller));
  CHECK(ready(moved, past) == "3 w");
}

TEST_CASE("urgent data wakes who waits for it, and neither plain bytes nor room do") {
  auto poller = value(Poller::open());
  auto [client, server] = tcp_pair();
  value(poller.watch(server.fd(), Interest::urgent, 7));
  value(client.send_all(as_bytes("plain")));
  wait_readable(server.fd());
  CHECK(ready(poller, past).empty());
  CHECK(told(client.send(as_bytes("!"), MSG_OOB)) == "data 1");
  CHECK(soon(poller) == "7 r");
  CHECK(next(server, 1, MSG_OOB) == "data '!'");
  CHECK(ready(poller, past).empty());
  // No urgent data can follow an end.
  value(client.shutdown_write());
  CHECK(soon(poller) == "7 r");
}

}  // namespace volley
