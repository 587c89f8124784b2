// SPDX-License-Identifier: Apache-2.0
// Sockets: what sending and receiving through the library costs beside the same work written with raw system calls.
// Both sides use the same two sockets, on one thread: only the code above the system calls differs.
#include <benchmark/benchmark.h>
#include <netinet/in.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>
#include <volley/datagram_socket.h>
#include <volley/listen_socket.h>
#include <volley/poller.h>
#include <volley/stream_socket.h>

#include <array>
#include <cstdlib>
#include <span>
#include <utility>
#include <vector>

#include "interleave.h"

namespace volley {
namespace {

using Bytes = std::vector<std::byte>;

const Endpoint loopback(Ipv4Address({127, 0, 0, 1}), 0);

/// A benchmark that goes wrong must not be timed.
void require(bool right) {
  if (!right) [[unlikely]]
    std::abort();
}

template <class T>
T value(Result<T> result) {
  require(result.has_value());
  if constexpr (!std::is_void_v<T>) return std::move(*result);
}

/// Interleaves `operations` calls of both, each of which does `items` things.
template <class Ours, class Raw>
void compare(benchmark::State& state, std::size_t operations, Ours ours, Raw raw, std::size_t items = 1) {
  const auto repeated = [operations](auto operation) {
    return [operations, operation]() mutable {
      for (std::size_t i = 0; i < operations; ++i) operation();
    };
  };
  bench::interleave(state, operations * items, repeated(ours), repeated(raw));
}

struct TcpPair {
  StreamSocket client;
  StreamSocket server;

  TcpPair() {
    auto listener = value(TcpListener::listen(loopback));
    client = value(TcpStream::connect(value(listener.local())));
    server = std::move(value(listener.accept(Blocking::yes))->stream);
    for (auto* end : {&client, &server}) value(end->set_no_delay(true));
  }
  TcpPair(const TcpPair&) = delete;
  TcpPair& operator=(const TcpPair&) = delete;
  ~TcpPair() {
    client.reset();
    server.reset();
  }
};

void pass(StreamSocket& from, StreamSocket& to, std::span<std::byte> bytes) {
  value(from.send_all(bytes));
  for (std::size_t got = 0; got < bytes.size();) {
    const auto received = value(to.receive(bytes.subspan(got)));
    require(received.kind == Received::Kind::data);
    got += received.count;
  }
}

void raw_pass(int from, int to, std::span<std::byte> bytes) {
  for (std::size_t sent = 0; sent < bytes.size();) {
    const ssize_t count = ::send(from, bytes.data() + sent, bytes.size() - sent, MSG_NOSIGNAL);
    require(count > 0);
    sent += static_cast<std::size_t>(count);
  }
  for (std::size_t got = 0; got < bytes.size();) {
    const ssize_t count = ::recv(to, bytes.data() + got, bytes.size() - got, 0);
    require(count > 0);
    got += static_cast<std::size_t>(count);
  }
}

void tcp_ping_pong(benchmark::State& state) {
  TcpPair pair;
  Bytes bytes(static_cast<std::size_t>(state.range(0)));
  const auto ours = [&] {
    pass(pair.client, pair.server, bytes);
    pass(pair.server, pair.client, bytes);
  };
  const auto raw = [&] {
    raw_pass(pair.client.fd(), pair.server.fd(), bytes);
    raw_pass(pair.server.fd(), pair.client.fd(), bytes);
  };
  compare(state, 100, ours, raw);
}

void tcp_bulk(benchmark::State& state) {
  TcpPair pair;
  Bytes bytes(static_cast<std::size_t>(state.range(0)));
  const auto ours = [&] { pass(pair.client, pair.server, bytes); };
  const auto raw = [&] { raw_pass(pair.client.fd(), pair.server.fd(), bytes); };
  constexpr std::size_t times = 32;
  compare(state, times, ours, raw);
  // Manual time counts our slices alone.
  state.SetBytesProcessed(state.iterations() * state.range(0) * static_cast<std::int64_t>(times));
}

void raw_reset(int fd) {
  const linger at_once{1, 0};
  require(::setsockopt(fd, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once) == 0);
  ::close(fd);
}

void tcp_connect_accept(benchmark::State& state) {
  auto listener = value(TcpListener::listen(loopback));
  const auto peer = value(listener.local());
  const auto address = peer.to_sockaddr();
  const auto ours = [&] {
    auto client = value(TcpStream::connect(peer));
    auto server = value(listener.accept(Blocking::yes));
    client.reset();
    server->stream.reset();
  };
  const auto raw = [&] {
    const int client = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    require(::connect(client, address.get(), address.length) == 0);
    sockaddr_in name;
    socklen_t length = sizeof name;
    const int server = ::accept4(listener.fd(), reinterpret_cast<sockaddr*>(&name), &length, SOCK_CLOEXEC);
    require(server >= 0);
    raw_reset(client);
    raw_reset(server);
  };
  compare(state, 20, ours, raw);
}

struct UdpPair {
  UdpSocket left = value(UdpSocket::bind_to(loopback));
  UdpSocket right = value(UdpSocket::bind_to(loopback));
  Endpoint left_name = value(left.local());
  Endpoint right_name = value(right.local());

  void connect() {
    value(left.connect(right_name));
    value(right.connect(left_name));
  }
};

void receive(UdpSocket& socket, std::span<std::byte> bytes) {
  const auto datagram = value(socket.receive(bytes));
  require(datagram.kind == ReceivedDatagram::Kind::data && datagram.count == bytes.size());
}

void raw_receive(int fd, std::span<std::byte> bytes) {
  sockaddr_in source;
  socklen_t length = sizeof source;
  const auto count = ::recvfrom(fd, bytes.data(), bytes.size(), 0, reinterpret_cast<sockaddr*>(&source), &length);
  require(count == static_cast<ssize_t>(bytes.size()));
  benchmark::DoNotOptimize(source);
}

void raw_send_to(int fd, std::span<const std::byte> bytes, const SocketAddress& to) {
  const auto count = ::sendto(fd, bytes.data(), bytes.size(), MSG_NOSIGNAL, to.get(), to.length);
  require(count == static_cast<ssize_t>(bytes.size()));
}

void raw_send(int fd, std::span<const std::byte> bytes) {
  require(::send(fd, bytes.data(), bytes.size(), MSG_NOSIGNAL) == static_cast<ssize_t>(bytes.size()));
}

void udp_ping_pong(benchmark::State& state) {
  UdpPair pair;
  Bytes bytes(static_cast<std::size_t>(state.range(0)));
  const auto to_left = pair.left_name.to_sockaddr();
  const auto to_right = pair.right_name.to_sockaddr();
  const auto ours = [&] {
    value(pair.left.send_to(bytes, pair.right_name));
    receive(pair.right, bytes);
    value(pair.right.send_to(bytes, pair.left_name));
    receive(pair.left, bytes);
  };
  const auto raw = [&] {
    raw_send_to(pair.left.fd(), bytes, to_right);
    raw_receive(pair.right.fd(), bytes);
    raw_send_to(pair.right.fd(), bytes, to_left);
    raw_receive(pair.left.fd(), bytes);
  };
  compare(state, 100, ours, raw);
}

void udp_connected_ping_pong(benchmark::State& state) {
  UdpPair pair;
  pair.connect();
  Bytes bytes(static_cast<std::size_t>(state.range(0)));
  const auto ours = [&] {
    value(pair.left.send(bytes));
    receive(pair.right, bytes);
    value(pair.right.send(bytes));
    receive(pair.left, bytes);
  };
  const auto raw = [&] {
    raw_send(pair.left.fd(), bytes);
    raw_receive(pair.right.fd(), bytes);
    raw_send(pair.right.fd(), bytes);
    raw_receive(pair.left.fd(), bytes);
  };
  compare(state, 100, ours, raw);
}

constexpr std::size_t burst = 32;
constexpr std::size_t datagram_size = 64;

/// A burst of datagrams, one call each.
void udp_single(benchmark::State& state) {
  UdpPair pair;
  pair.connect();
  Bytes bytes(datagram_size);
  const auto ours = [&] {
    for (std::size_t i = 0; i < burst; ++i) value(pair.left.send(bytes));
    for (std::size_t i = 0; i < burst; ++i) receive(pair.right, bytes);
  };
  const auto raw = [&] {
    for (std::size_t i = 0; i < burst; ++i) raw_send(pair.left.fd(), bytes);
    for (std::size_t i = 0; i < burst; ++i) raw_receive(pair.right.fd(), bytes);
  };
  compare(state, 20, ours, raw, burst);
}

/// The same in batches, as it is written with sendmmsg(2) and recvmmsg(2): headers prepared once.
struct RawBatch {
  std::array<std::byte, datagram_size> bytes{};
  std::array<sockaddr_in, burst> names{};
  std::array<iovec, burst> parts{};
  std::array<mmsghdr, burst> messages{};

  RawBatch() {
    for (std::size_t i = 0; i < burst; ++i) {
      parts[i] = {bytes.data(), bytes.size()};
      messages[i].msg_hdr.msg_iov = &parts[i];
      messages[i].msg_hdr.msg_iovlen = 1;
    }
  }
  void send(int fd, std::size_t size) {
    require(::sendmmsg(fd, messages.data(), static_cast<unsigned>(size), MSG_NOSIGNAL) == static_cast<int>(size));
  }
  void receive(int fd, std::size_t size) {
    for (std::size_t i = 0; i < size; ++i) {
      messages[i].msg_hdr.msg_name = &names[i];
      messages[i].msg_hdr.msg_namelen = sizeof names[i];
    }
    const int count = ::recvmmsg(fd, messages.data(), static_cast<unsigned>(size), MSG_WAITFORONE, nullptr);
    require(count == static_cast<int>(size));
  }
};

void udp_batch(benchmark::State& state) {
  UdpPair pair;
  pair.connect();
  const auto size = static_cast<std::size_t>(state.range(0));
  std::array<std::byte, datagram_size> bytes{};
  const std::vector<OutgoingDatagram> outgoing(size, OutgoingDatagram{bytes, {}});
  std::vector<IncomingDatagram> incoming(size);
  for (auto& place : incoming) place.buffer = bytes;
  RawBatch sending;
  RawBatch receiving;
  const auto ours = [&] {
    require(value(pair.left.send_batch(outgoing)) == size);
    require(value(pair.right.receive_batch(incoming)) == size);
  };
  const auto raw = [&] {
    sending.send(pair.left.fd(), size);
    receiving.receive(pair.right.fd(), size);
  };
  compare(state, 640 / size, ours, raw, size);
}

/// One connection of many has something to read: wait for it, read it.
void poller(benchmark::State& state) {
  std::vector<std::pair<UnixStream, UnixStream>> pairs;
  auto waiting = value(Poller::open());
  const Descriptor epoll(::epoll_create1(EPOLL_CLOEXEC));
  for (std::size_t key = 0; key < static_cast<std::size_t>(state.range(0)); ++key) {
    pairs.push_back(value(UnixStream::pair(Blocking::no)));
    const int fd = pairs.back().first.fd();
    value(waiting.watch(fd, Interest::read, key));
    epoll_event event{EPOLLIN, {.u64 = key}};
    require(::epoll_ctl(epoll.get(), EPOLL_CTL_ADD, fd, &event) == 0);
  }
  std::array<std::byte, datagram_size> bytes{};
  std::size_t next = 0;
  const auto send = [&] {
    next = (next + 1) % pairs.size();
    require(::send(pairs[next].second.fd(), bytes.data(), bytes.size(), MSG_NOSIGNAL) == datagram_size);
  };
  const auto ours = [&] {
    send();
    const auto ready = value(waiting.wait(Clock::time_point::max()));
    require(ready.size() == 1 && ready[0].key == next && ready[0].readable);
    require(value(pairs[next].first.receive(bytes)).count == bytes.size());
  };
  const auto raw = [&] {
    send();
    std::array<epoll_event, 256> events;
    require(::epoll_wait(epoll.get(), events.data(), events.size(), -1) == 1 && events[0].data.u64 == next);
    require(::recv(pairs[next].first.fd(), bytes.data(), bytes.size(), 0) == datagram_size);
  };
  compare(state, 200, ours, raw);
}

BENCHMARK(tcp_ping_pong)->Arg(1)->Arg(64)->Arg(1024)->Arg(16384)->UseManualTime();
BENCHMARK(tcp_bulk)->Arg(65536)->UseManualTime();
BENCHMARK(tcp_connect_accept)->UseManualTime();
BENCHMARK(udp_ping_pong)->Arg(64)->Arg(1024)->UseManualTime();
BENCHMARK(udp_connected_ping_pong)->Arg(64)->Arg(1024)->UseManualTime();
BENCHMARK(udp_single)->UseManualTime();
BENCHMARK(udp_batch)->Arg(1)->Arg(8)->Arg(32)->UseManualTime();
BENCHMARK(poller)->Arg(100)->UseManualTime();

}  // namespace
}  // namespace volley
