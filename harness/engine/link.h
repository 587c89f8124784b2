// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <volley/endpoint.h>
#include <volley/error.h>
#include <volley/poller.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>

#include "engine/fate.h"
#include "engine/trace.h"

namespace volley::engine {

class DatagramLink;
class StreamLink;

/// Where a link leads, and what it does.
struct LinkTerms {
  Endpoint to;
  bool carries_streams = false;
  bool carries_datagrams = false;
  bool is_to_ourselves = false;  ///< The other end is a socket of the run: no connection to it is to leave a TIME_WAIT.
  std::array<LinkWay, 2> ways{};  ///< By `Way`.
  std::uint64_t seed = 0;

  const LinkWay& of(Way way) const { return ways[static_cast<std::size_t>(way)]; }
};

/// What a link has done to one datagram or connection: as in `Event`.
struct LinkNews {
  Event::Kind kind{};
  Way way = Way::there;
  std::uint64_t number = 0;
  std::uint64_t size = 0;
  std::uint64_t detail = 0;
};

/// Whom a link tells.
struct LinkListener {
  std::function<void(const LinkNews&)> tell;
  /// No socket takes what `client` has sent to `door`, which stands for `server`: a kernel would tell a connected
  /// socket so, but no program can make it do that.
  std::function<void(const Endpoint& client, const Endpoint& door, const Endpoint& server)> refused;
};

/// A proxy between clients and one place, on loopback. It has a poller of its own, whose descriptor is readable when
/// there is something to do; it never blocks, and holds a bounded number of sockets and bytes.
///
/// What goes through stays in order but for what the conditions say of datagrams: a delay, the jitter in it and the
/// rate push back all that comes behind. When a queue is full nothing more is read, so the kernel's flow control and
/// its buffers hold the rest.
class Link {
 public:
  /// Entrances are bound to a port of the system's choice, the same for both transports, on the loopback address of
  /// the place's family. `scratch` is where it reads into, at least 64 KiB.
  static Result<std::unique_ptr<Link>> open(LinkTerms terms, LinkListener listener, std::span<std::byte> scratch);
  ~Link();

  const Endpoint& local() const { return local_; }
  int fd() const { return poller_.fd(); }
  /// Does what can be done now.
  void serve();
  /// When there is something to do without anything new; time_point::max() if there is not.
  Clock::time_point next() const;
  /// When all that has come by now is through, as far as that is a matter of time.
  Clock::time_point last() const;
  /// What the system has refused it: then it does nothing more.
  const std::optional<Error>& error() const { return error_; }

  /// Begins a connection to the place for the next one that is accepted, so that it is known before whether there will
  /// be one. The number is for `prepared`.
  std::uint32_t prepare(const std::optional<Endpoint>& from);
  /// Nullopt while it is under way; then that it stands, or why not. Told once.
  std::optional<Result<void>> prepared(std::uint32_t number);
  /// Where its client is to come from, sharing the place (SO_REUSEADDR): so both ends see the same one.
  std::optional<Endpoint> source_for(std::uint32_t number) const;

  /// Where the connection that came from `client` goes on from, as the place sees it.
  std::optional<Endpoint> exit_of(const Endpoint& client) const;
  /// The place that an entrance stands for, and the entrance that stands for a place, if there is one.
  std::optional<Endpoint> server_of(const Endpoint& door) const;
  std::optional<Endpoint> door_of(const Endpoint& server) const;

 private:
  Link(LinkTerms terms, LinkListener listener, std::span<std::byte> scratch, Poller poller);
  Result<void> open_entrances();
  void note(const Result<void>& done);

  LinkTerms terms_;
  LinkListener listener_;
  std::span<std::byte> scratch_;
  Poller poller_;
  Endpoint local_;
  std::optional<Error> error_;
  std::unique_ptr<StreamLink> streams_;
  std::unique_ptr<DatagramLink> datagrams_;
};

/// How the two parts of a link call their sockets in its poller.
enum class LinkSocket : std::uint8_t { listener, prepared, client_end, server_end, door, exit };
constexpr std::uint64_t link_key(LinkSocket kind, std::uint32_t number) {
  return std::uint64_t{static_cast<std::uint8_t>(kind)} << 32 | number;
}

}  // namespace volley::engine
