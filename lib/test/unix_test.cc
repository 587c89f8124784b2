// SPDX-License-Identifier: Apache-2.0
#include <unistd.h>
#include <volley/datagram_socket.h>
#include <volley/listen_socket.h>

#include <atomic>
#include <filesystem>
#include <string>
#include <thread>
#include <vector>

#include "catch.h"
#include "signals.h"
#include "sockets.h"

namespace volley {
namespace {

/// A name in the abstract namespace that no other test and no other process has.
Endpoint fresh_name() {
  static int count = 0;
  return value(Endpoint::unix_abstract("volley-" + std::to_string(::getpid()) + "-" + std::to_string(++count)));
}

ListenSocket unix_listener(const Endpoint& name, int backlog = SOMAXCONN) {
  auto listener = value(ListenSocket::open(AF_UNIX, Blocking::yes));
  value(listener.bind(name));
  value(listener.listen(backlog));
  return listener;
}

DatagramSocket unix_datagrams(const Endpoint& name, Blocking blocking = Blocking::yes) {
  auto socket = value(DatagramSocket::open(AF_UNIX, blocking));
  value(socket.bind(name));
  value(socket.set_receive_timeout(patience));
  return socket;
}

/// A listener that has queued all it may: whoever comes next waits in connect(2).
struct FullListener {
  Endpoint name = fresh_name();
  ListenSocket listener = unix_listener(name, 0);
  UnixStream queued = value(UnixStream::connect(name));
};

}  // namespace

TEST_CASE("a pair of unix streams is connected, and nameless") {
  auto [left, right] = value(UnixStream::pair(Blocking::yes));
  value(left.send_all(as_bytes("ping")));
  CHECK(next(right) == "data 'ping'");
  CHECK(value(left.local()).family() == Endpoint::Family::unix_unnamed);
  CHECK(value(left.peer()).family() == Endpoint::Family::unix_unnamed);
  right.close();
  CHECK(next(left) == "eof");
}

TEST_CASE("a pair of unix streams blocks as asked") {
  auto [left, right] = value(UnixStream::pair(Blocking::no));
  CHECK(next(left) == "would_block");
  CHECK(next(right) == "would_block");
}

TEST_CASE("a unix stream connects to an abstract name (unix(7))") {
  const auto name = fresh_name();
  auto listener = unix_listener(name);
  auto client = value(UnixStream::connect(name));
  auto connection = value(listener.accept(Blocking::yes));
  REQUIRE(connection);
  CHECK(connection->peer.family() == Endpoint::Family::unix_unnamed);
  CHECK(value(client.peer()) == name);
  value(client.send_all(as_bytes("hi")));
  CHECK(next(connection->stream) == "data 'hi'");
}

TEST_CASE("a unix stream connects to a path (unix(7))") {
  std::string folder = std::filesystem::temp_directory_path() / "volley-XXXXXX";
  REQUIRE(::mkdtemp(folder.data()) != nullptr);
  const auto path = value(Endpoint::unix_path(folder + "/socket"));
  {
    const auto listener = unix_listener(path);
    const auto client = value(UnixStream::connect(path));
    CHECK(value(listener.local()) == path);
    CHECK(value(client.peer()) == path);
  }
  const std::string text = path.to_string();
  CHECK(error(UnixStream::connect(path)) == "connect " + text + ": Connection refused");
  std::filesystem::remove_all(folder);
  CHECK(error(UnixStream::connect(path)) == "connect " + text + ": No such file or directory");
}

TEST_CASE("a unix name is bound once") {
  const auto name = fresh_name();
  const auto listener = unix_listener(name);
  auto second = value(ListenSocket::open(AF_UNIX, Blocking::yes));
  CHECK(error(second.bind(name)) == "bind " + name.to_string() + ": Address already in use");
}

TEST_CASE("a close with unread data resets a unix stream too") {
  auto [left, right] = value(UnixStream::pair(Blocking::yes));
  value(left.send_all(as_bytes("unread")));
  right.close();
  CHECK(next(left) == "reset");
  CHECK(next(left) == "reset");
}

TEST_CASE("a non-blocking connect to a full unix listener is an Error, for there is nothing to wait for (unix(7))") {
  const FullListener full;
  auto client = value(StreamSocket::open(AF_UNIX, Blocking::no));
  CHECK(error(client.start_connect(full.name)) ==
        "connect " + full.name.to_string() + ": Resource temporarily unavailable");
}

TEST_CASE("a blocking connect to a full unix listener waits through signals (POSIX connect, EINTR)") {
  FullListener full;
  std::atomic<pid_t> waiting = 0;
  std::atomic<bool> done = false;
  std::string outcome;
  std::thread connecting([&] {
    waiting = ::gettid();
    outcome = error(UnixStream::connect(full.name));
    done = true;
  });
  while (waiting == 0 || !sleeps(waiting)) std::this_thread::yield();
  {
    const SignalStorm storm(connecting.native_handle());
    while (CountedSignal::count() < 10) std::this_thread::yield();
    CHECK_FALSE(done);
    CHECK(value(full.listener.accept(Blocking::yes)));
    wait_readable(full.listener.fd());
    CHECK(value(full.listener.accept(Blocking::yes)));
    while (!done) std::this_thread::yield();
  }
  connecting.join();
  CHECK(outcome == "no error");
}

TEST_CASE("UnixStream connects to no IP endpoint") {
  CHECK(error(UnixStream::connect(loopback(9))) == "connect 127.0.0.1:9: Address family not supported by protocol");
}

TEST_CASE("unix datagrams keep their borders and tell their sender") {
  const auto name = fresh_name();
  auto receiver = unix_datagrams(name);
  const auto sender_name = fresh_name();
  auto named = unix_datagrams(sender_name);
  auto nameless = value(DatagramSocket::open(AF_UNIX, Blocking::yes));
  CHECK(told(named.send_to(as_bytes("first"), name)) == "sent");
  CHECK(told(nameless.send_to(as_bytes("second"), name)) == "sent");
  CHECK(told(nameless.send_to({}, name)) == "sent");
  std::array<std::byte, 16> buffer{};
  const auto first = value(receiver.receive(buffer));
  CHECK(told(first, buffer) == "data 'first'");
  CHECK(first.source == sender_name);
  const auto second = value(receiver.receive(buffer));
  CHECK(told(second, buffer) == "data 'second'");
  CHECK(second.source.family() == Endpoint::Family::unix_unnamed);
  CHECK(next(receiver) == "data ''");
}

TEST_CASE("a unix datagram longer than the buffer is cut and says how long it was") {
  const auto name = fresh_name();
  auto receiver = unix_datagrams(name);
  auto sender = value(DatagramSocket::open(AF_UNIX, Blocking::yes));
  CHECK(told(sender.send_to(as_bytes("0123456789"), name)) == "sent");
  CHECK(next(receiver, 4) == "data '0123' of 10");
}

TEST_CASE("a unix datagram to a full queue would block (unix(7))") {
  const auto name = fresh_name();
  const auto receiver = unix_datagrams(name);
  auto sender = value(DatagramSocket::open(AF_UNIX, Blocking::no));
  std::string last = "sent";
  for (int i = 0; i < 100000 && last == "sent"; ++i) last = told(sender.send_to(as_bytes("x"), name));
  CHECK(last == "would_block");
}

TEST_CASE("a unix datagram to a peer that is gone is refused") {
  const auto name = fresh_name();
  auto receiver = unix_datagrams(name);
  auto sender = value(DatagramSocket::open(AF_UNIX, Blocking::yes));
  value(sender.connect(name));
  CHECK(told(sender.send(as_bytes("x"))) == "sent");
  receiver.close();
  CHECK(told(sender.send(as_bytes("x"))) == "refused");
}

}  // namespace volley
