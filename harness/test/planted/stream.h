// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <volley/listen_socket.h>

#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "loop.h"

namespace volley::planted {

/// What a server may do wrong with a stream, whatever it speaks.
struct StreamFaults {
  bool drops_what_is_not_taken = false;  ///< Of what the kernel does not take at once the rest is lost.
  bool drops_when_blocked = false;       ///< What is to be sent while something else still waits is lost.
  bool resets = false;                   ///< Ends connections by RST.
  bool closes_at_fin = false;            ///< Collects what it sends for 100 ms, and loses that if a FIN comes then.
  bool one_at_a_time = false;            ///< Accepts a connection when the one before it is gone.
  bool no_ipv6_peers = false;            ///< Has no room for the text of an IPv6 address, and closes.
  /// What waits for slow clients, of all connections at once: who can be written to gets what waits longest.
  std::shared_ptr<std::string> common_queue = {};
};

/// What `StreamFaults::common_queue` is, if there is to be one.
inline std::shared_ptr<std::string> common_queue(bool wanted) {
  return wanted ? std::make_shared<std::string>() : nullptr;
}

class Connection;

/// What a protocol makes of the bytes of one connection.
class Session {
 public:
  Session() = default;
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;
  virtual ~Session() = default;
  /// What one receive gave: never empty, and cut anywhere.
  virtual void receive(std::string_view bytes) = 0;
  /// The client's FIN: nothing more will come.
  virtual void finish() = 0;
};

/// One client's connection, which it keeps until both ends are done. What it sends waits for as long as it must; while
/// much waits it does not read.
class Connection : public std::enable_shared_from_this<Connection> {
 public:
  Connection(Loop& loop, StreamSocket socket, const StreamFaults& faults);
  /// Begins to read.
  void start(std::unique_ptr<Session> session);

  void send(std::string_view bytes);
  /// FIN behind what was sent. What the client still says is read and thrown away, since to leave it unread would be
  /// to reset the connection.
  void end();
  /// RST: what waits is lost.
  void reset();
  /// Does something later, unless the connection is gone by then.
  void after(std::chrono::milliseconds time, Loop::Action action);

  bool ended() const { return ending_ || !socket_; }
  std::size_t waiting() const { return unsent_->size() - sent_; }
  int fd() const { return socket_.fd(); }

 private:
  void ready(const Poller::Ready& ready);
  void read();
  void write();
  void flush();
  void all_is_sent();
  void watch();
  void drop();

  Loop& loop_;
  StreamSocket socket_;
  StreamFaults faults_;
  std::unique_ptr<Session> session_;
  std::shared_ptr<std::string> unsent_;
  std::size_t sent_ = 0;  // of `unsent_`
  bool collecting_ = false;
  bool ending_ = false;
  bool fin_sent_ = false;
  bool fin_seen_ = false;
};

using MakeSession = std::function<std::unique_ptr<Session>(Connection&)>;

/// Accepts on all of `listeners`, which live as long as the loop runs, with a session for each connection.
void serve_streams(Loop& loop, std::vector<TcpListener>& listeners, const StreamFaults& faults, MakeSession make);

}  // namespace volley::planted
