// SPDX-License-Identifier: Apache-2.0
#include <sys/socket.h>
#include <volley/listen_socket.h>

#include "failure.h"
#include "open_socket.h"

namespace volley {

Result<ListenSocket> ListenSocket::open(int domain, Blocking blocking) {
  auto descriptor = open_socket(domain, SOCK_STREAM, blocking);
  if (!descriptor) return std::unexpected(descriptor.error());
  return ListenSocket(std::move(*descriptor));
}

Result<void> ListenSocket::bind(const Endpoint& local) {
  return bind_socket(fd(), local);
}

Result<void> ListenSocket::listen(int backlog) {
  if (::listen(fd(), backlog) == 0) return {};
  const int code = errno;
  const auto name = local();
  return std::unexpected(Error{code, "listen", name ? name->to_string() : "fd " + std::to_string(fd())});
}

Result<std::optional<ListenSocket::Accepted>> ListenSocket::accept(Blocking blocking) {
  const int flags = SOCK_CLOEXEC | (blocking == Blocking::no ? SOCK_NONBLOCK : 0);
  SocketAddress peer;
  int accepted = -1;
  do {
    peer.length = sizeof peer.storage;
    accepted = ::accept4(fd(), peer.get(), &peer.length, flags);
    // ECONNABORTED: a connection that is gone already; the one behind it may be alive.
  } while (accepted < 0 && (errno == EINTR || errno == ECONNABORTED));
  if (accepted < 0 && would_block(errno)) return std::nullopt;
  if (accepted < 0) return failure("accept4", fd());
  StreamSocket stream{Descriptor(accepted)};
  auto name = Endpoint::from_sockaddr(peer.get(), peer.length);
  if (!name) return std::unexpected(name.error());
  return Accepted{std::move(stream), std::move(*name)};
}

Result<TcpListener> TcpListener::listen(const Endpoint& local, ListenOptions options) {
  if (!local.is_ip()) return std::unexpected(Error{EAFNOSUPPORT, "listen", local.to_string()});
  auto descriptor = open_socket(local.domain(), SOCK_STREAM, options.blocking);
  if (!descriptor) return std::unexpected(descriptor.error());
  TcpListener listener(std::move(*descriptor));
  if (options.reuse_address == ReuseAddress::yes) {
    if (auto set = listener.set_reuse_address(true); !set) return std::unexpected(set.error());
  }
  if (auto bound = listener.bind(local); !bound) return std::unexpected(bound.error());
  if (auto listening = listener.ListenSocket::listen(options.backlog); !listening)
    return std::unexpected(listening.error());
  return listener;
}

}  // namespace volley
