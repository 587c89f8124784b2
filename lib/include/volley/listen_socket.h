// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <volley/stream_socket.h>

namespace volley {

/// A listening socket, TCP or unix.
class ListenSocket : public Socket {
 public:
  using Socket::Socket;

  /// An unbound stream socket for `domain`: set options, `bind`, then `listen`.
  static Result<ListenSocket> open(int domain, Blocking blocking);
  Result<void> bind(const Endpoint& local);
  /// Errors (call "listen"): EADDRINUSE where another socket listens there.
  Result<void> listen(int backlog = SOMAXCONN);

  struct Accepted {
    StreamSocket stream;  ///< close-on-exec, blocking as asked
    Endpoint peer;
  };
  /// accept4(2); nullopt if the listener is non-blocking and no connection waits. EMFILE leaves the connection queued.
  Result<std::optional<Accepted>> accept(Blocking blocking);
};

struct ListenOptions {
  int backlog = SOMAXCONN;
  ReuseAddress reuse_address = ReuseAddress::yes;
  Blocking blocking = Blocking::yes;
};

/// A TCP listener: socket, bind and listen in one. Port 0 lets the kernel choose; `local()` tells.
class TcpListener : public ListenSocket {
 public:
  using ListenSocket::ListenSocket;
  static Result<TcpListener> listen(const Endpoint& local, ListenOptions options = {});
};

}  // namespace volley
