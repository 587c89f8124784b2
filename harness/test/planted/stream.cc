// SPDX-License-Identifier: Apache-2.0
#include "stream.h"

#include <array>
#include <utility>

namespace volley::planted {
namespace {

constexpr std::size_t read_size = 65536;
constexpr std::size_t enough_waits = 1U << 20;
constexpr int small_send_buffer = 65536;

}  // namespace

Connection::Connection(Loop& loop, StreamSocket socket, const StreamFaults& faults)
    : loop_(loop),
      socket_(std::move(socket)),
      faults_(faults),
      unsent_(faults.common_queue ? faults.common_queue : std::make_shared<std::string>()) {}

void Connection::start(std::unique_ptr<Session> session) {
  session_ = std::move(session);
  loop_.watch(socket_.fd(), Interest::read, [self = shared_from_this()](const auto& what) { self->ready(what); });
}

void Connection::send(std::string_view bytes) {
  if (!socket_ || fin_sent_ || (faults_.drops_when_blocked && waiting() > 0)) return;
  *unsent_ += bytes;
  if (!faults_.closes_at_fin) return write();
  if (!std::exchange(collecting_, true)) after(std::chrono::milliseconds(100), [this] { flush(); });
}

void Connection::flush() {
  collecting_ = false;
  write();
}

void Connection::end() {
  if (ended()) return;
  ending_ = true;
  write();
}

void Connection::reset() {
  if (!socket_) return;
  if (faults_.common_queue) unsent_->clear();
  loop_.forget(socket_.fd());
  socket_.reset();
}

void Connection::after(std::chrono::milliseconds time, Loop::Action action) {
  loop_.after(time, [weak = weak_from_this(), action = std::move(action)] {
    if (const auto self = weak.lock(); self && self->socket_) action();
  });
}

void Connection::ready(const Poller::Ready& what) {
  if (what.writable && waiting() > 0) write();
  if (what.readable && socket_ && !fin_seen_) read();
}

void Connection::read() {
  std::array<std::byte, read_size> buffer;
  const auto received = socket_.receive(buffer);
  if (!received || received->kind == Received::Kind::reset) return drop();
  if (received->kind == Received::Kind::data && !ending_) {
    session_->receive(as_text(std::span(buffer).first(received->count)));
  }
  if (received->kind == Received::Kind::eof) {
    fin_seen_ = true;
    if (faults_.closes_at_fin) return drop();
    if (!ending_) session_->finish();
  }
  if (socket_) watch();
}

void Connection::write() {
  while (socket_ && !collecting_ && waiting() > 0) {
    const auto sent = socket_.send(as_bytes(std::string_view(*unsent_).substr(sent_)));
    if (!sent || sent->kind == Sent::Kind::closed) return drop();
    if (sent->kind == Sent::Kind::would_block) break;
    sent_ += sent->count;
    if (faults_.drops_what_is_not_taken) sent_ = unsent_->size();
    if (sent_ > enough_waits || faults_.common_queue) unsent_->erase(0, std::exchange(sent_, 0));
  }
  if (waiting() == 0) all_is_sent();
  if (socket_) watch();
}

void Connection::all_is_sent() {
  unsent_->clear();
  sent_ = 0;
  if (!ending_ || fin_sent_) return;
  if (faults_.resets) return reset();
  fin_sent_ = true;
  static_cast<void>(socket_.shutdown_write());
}

void Connection::watch() {
  if (fin_sent_ && fin_seen_) return drop();
  const bool reads = !fin_seen_ && waiting() < enough_waits;
  const bool writes = waiting() > 0;
  loop_.change(socket_.fd(), reads && writes ? Interest::both
                             : reads         ? Interest::read
                             : writes        ? Interest::write
                                             : Interest::none);
}

void Connection::drop() {
  if (faults_.common_queue) unsent_->clear();
  loop_.forget(socket_.fd());
  socket_.close();
}

namespace {

/// Takes the connections of a listener.
class Acceptor {
 public:
  Acceptor(Loop& loop, TcpListener& listener, const StreamFaults& faults, std::shared_ptr<const MakeSession> make)
      : loop_(loop), listener_(listener), faults_(faults), make_(std::move(make)) {}
  void ready();

 private:
  Loop& loop_;
  TcpListener& listener_;
  StreamFaults faults_;
  std::shared_ptr<const MakeSession> make_;
  std::weak_ptr<Connection> current_;
};

void Acceptor::ready() {
  if (faults_.one_at_a_time && !current_.expired()) {
    loop_.change(listener_.fd(), Interest::none);
    loop_.after(std::chrono::milliseconds(5), [this] { loop_.change(listener_.fd(), Interest::read); });
    return;
  }
  auto accepted = listener_.accept(Blocking::no);
  if (!accepted || !*accepted) return;
  auto& [stream, peer] = **accepted;
  if (faults_.no_ipv6_peers && peer.address().is_v6()) return;
  static_cast<void>(stream.set_no_delay(true));
  if (faults_.drops_what_is_not_taken) static_cast<void>(stream.set_send_buffer(small_send_buffer));
  const auto connection = std::make_shared<Connection>(loop_, std::move(stream), faults_);
  current_ = connection;
  connection->start((*make_)(*connection));
}

}  // namespace

void serve_streams(Loop& loop, std::vector<TcpListener>& listeners, const StreamFaults& faults, MakeSession make) {
  const auto shared = std::make_shared<const MakeSession>(std::move(make));
  for (auto& listener : listeners) {
    const auto acceptor = std::make_shared<Acceptor>(loop, listener, faults, shared);
    loop.watch(listener.fd(), Interest::read, [acceptor](const auto&) { acceptor->ready(); });
  }
}

}  // namespace volley::planted
