// SPDX-License-Identifier: Apache-2.0
#include <fcntl.h>
#include <sys/resource.h>
#include <unistd.h>
#include <volley/listen_socket.h>

#include <atomic>
#include <string>
#include <thread>

#include "catch.h"
#include "signals.h"
#include "sockets.h"

namespace volley {
namespace {

bool is_blocking(int fd) {
  return (::fcntl(fd, F_GETFL) & O_NONBLOCK) == 0;
}

/// For the time it lives, no descriptor can be opened (setrlimit(2), RLIMIT_NOFILE).
class NoDescriptorsLeft {
 public:
  NoDescriptorsLeft() {
    const int free = ::dup(0);
    ::close(free);
    ::getrlimit(RLIMIT_NOFILE, &before_);
    rlimit tight = before_;
    tight.rlim_cur = static_cast<rlim_t>(free);
    ::setrlimit(RLIMIT_NOFILE, &tight);
  }
  NoDescriptorsLeft(const NoDescriptorsLeft&) = delete;
  NoDescriptorsLeft& operator=(const NoDescriptorsLeft&) = delete;
  ~NoDescriptorsLeft() { ::setrlimit(RLIMIT_NOFILE, &before_); }

 private:
  rlimit before_{};
};

}  // namespace

TEST_CASE("accept gives the stream and who is at its other end") {
  auto listener = tcp_listener();
  const auto client = tcp_client(listener);
  const auto connection = value(listener.accept(Blocking::yes));
  REQUIRE(connection);
  CHECK(connection->peer == value(client.local()));
  CHECK(value(connection->stream.peer()) == connection->peer);
}

TEST_CASE("accept on a non-blocking listener without a client gives nothing") {
  auto listener = tcp_listener({.blocking = Blocking::no});
  CHECK_FALSE(value(listener.accept(Blocking::yes)));
}

TEST_CASE("an accepted stream blocks as asked, whatever the listener does (accept(2))") {
  const auto of_listener = GENERATE(Blocking::no, Blocking::yes);
  const auto of_stream = GENERATE(Blocking::no, Blocking::yes);
  auto listener = tcp_listener({.blocking = of_listener});
  const auto client = tcp_client(listener);
  const auto stream = accepted(listener, of_stream);
  CHECK(is_blocking(listener.fd()) == (of_listener == Blocking::yes));
  CHECK(is_blocking(stream.fd()) == (of_stream == Blocking::yes));
}

TEST_CASE("an accepted stream inherits TCP_NODELAY from its listener") {
  const bool on = GENERATE(false, true);
  auto listener = tcp_listener();
  value(listener.set_no_delay(on));
  const auto client = tcp_client(listener);
  CHECK(value(accepted(listener).no_delay()) == on);
}

TEST_CASE("clients are accepted in the order they came") {
  auto listener = tcp_listener();
  const auto first = tcp_client(listener);
  wait_readable(listener.fd());
  const auto second = tcp_client(listener);
  CHECK(value(accepted(listener).peer()) == value(first.local()));
  CHECK(value(accepted(listener).peer()) == value(second.local()));
}

TEST_CASE("accept on a socket that does not listen fails (POSIX accept)") {
  auto socket = value(ListenSocket::open(AF_INET, Blocking::yes));
  CHECK(error(socket.accept(Blocking::yes)) == "accept4 fd " + std::to_string(socket.fd()) + ": Invalid argument");
}

TEST_CASE("listen without bind takes a port of the kernel's choice (listen(2))") {
  auto socket = value(ListenSocket::open(AF_INET, Blocking::yes));
  value(socket.listen());
  const auto own = value(socket.local());
  CHECK(own.address() == Ipv4Address());
  CHECK(own.port() != 0);
  const auto client = value(TcpStream::connect(loopback(own.port())));
  CHECK(value(accepted(socket).peer()) == value(client.local()));
}

TEST_CASE("a shutdown of the listener wakes who waits in accept") {
  auto listener = tcp_listener();
  std::atomic<pid_t> waiting = 0;
  std::string outcome;
  std::thread waiter([&] {
    waiting = ::gettid();
    outcome = error(listener.accept(Blocking::yes));
  });
  while (waiting == 0 || !sleeps(waiting)) std::this_thread::yield();
  CHECK(::shutdown(listener.fd(), SHUT_RDWR) == 0);
  waiter.join();
  const std::string invalid = "accept4 fd " + std::to_string(listener.fd()) + ": Invalid argument";
  CHECK(outcome == invalid);
  CHECK(error(listener.accept(Blocking::yes)) == invalid);
}

TEST_CASE("accept starts again after a signal (POSIX accept, EINTR)") {
  auto listener = tcp_listener();
  const auto own = value(listener.local());
  std::string outcome;
  {
    const SignalStorm storm(::pthread_self());
    std::thread client([&] {
      const int seen = CountedSignal::count();
      while (CountedSignal::count() < seen + 100) std::this_thread::yield();
      static_cast<void>(TcpStream::connect(own));
    });
    outcome = error(listener.accept(Blocking::yes));
    client.join();
  }
  CHECK(outcome == "no error");
}

TEST_CASE("a connection that was reset in the queue is accepted, and then tells (POSIX accept)") {
  auto listener = tcp_listener();
  auto client = tcp_client(listener);
  const auto name = value(client.local());
  wait_readable(listener.fd());
  client.reset();
  auto connection = value(listener.accept(Blocking::yes));
  REQUIRE(connection);
  CHECK(connection->peer == name);
  polled(connection->stream.fd(), 0, POLLHUP);
  CHECK(error(connection->stream.peer()) ==
        "getpeername fd " + std::to_string(connection->stream.fd()) + ": Transport endpoint is not connected");
  CHECK(next(connection->stream) == "reset");
}

TEST_CASE("without a free descriptor accept fails, and the connection stays queued (POSIX accept, EMFILE)") {
  auto listener = tcp_listener();
  const auto client = tcp_client(listener);
  wait_readable(listener.fd());
  std::string first;
  std::string second;
  {
    const NoDescriptorsLeft none;
    first = error(listener.accept(Blocking::yes));
    second = error(listener.accept(Blocking::yes));
  }
  const std::string text = "accept4 fd " + std::to_string(listener.fd()) + ": Too many open files";
  CHECK(first == text);
  CHECK(second == text);
  wait_readable(listener.fd());
  CHECK(value(accepted(listener).peer()) == value(client.local()));
}

TEST_CASE("without a free descriptor every maker says which call failed") {
  std::string stream;
  std::string poller;
  std::string pair;
  std::string duplicate;
  const auto udp = udp_socket();
  {
    const NoDescriptorsLeft none;
    stream = error(StreamSocket::open(AF_INET, Blocking::yes));
    poller = error(Poller::open());
    pair = error(UnixStream::pair(Blocking::yes));
    duplicate = error(udp.descriptor().duplicate());
  }
  CHECK(stream == "socket AF_INET: Too many open files");
  CHECK(poller == "epoll_create1: Too many open files");
  CHECK(pair == "socketpair AF_UNIX: Too many open files");
  CHECK(duplicate == "fcntl F_DUPFD_CLOEXEC fd " + std::to_string(udp.fd()) + ": Too many open files");
}

TEST_CASE("TcpListener listens on no unix endpoint") {
  CHECK(error(TcpListener::listen(value(Endpoint::unix_path("/nowhere")))) ==
        "listen unix:/nowhere: Address family not supported by protocol");
}

}  // namespace volley
