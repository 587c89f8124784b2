// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <volley/listen_socket.h>
#include <volley/stream_socket.h>

#include <array>
#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>

#include "engine/link.h"

namespace volley::engine {

/// The part of a link that carries streams: a connection to the place for each that is accepted. Bytes, ends and resets
/// are passed on in their order. A reset overtakes only what its receiver does not take.
class StreamLink {
 public:
  StreamLink(const LinkTerms& terms, const LinkListener& listener, std::span<std::byte> scratch, Poller& poller)
      : terms_(terms), listener_(listener), scratch_(scratch), poller_(poller) {}
  ~StreamLink();
  StreamLink(const StreamLink&) = delete;
  StreamLink& operator=(const StreamLink&) = delete;

  Result<Endpoint> open(const Endpoint& at);
  Result<void> on_ready(LinkSocket kind, std::uint32_t number);
  Result<void> pass_due();
  Clock::time_point next() const { return due_.empty() ? Clock::time_point::max() : due_.begin()->first; }
  Clock::time_point last() const;
  std::uint32_t prepare(const std::optional<Endpoint>& from);
  std::optional<Result<void>> prepared(std::uint32_t number);
  std::optional<Endpoint> source_for(std::uint32_t number) const;
  std::optional<Endpoint> exit_of(const Endpoint& client) const;

 private:
  /// A connection to the place that no client has yet.
  struct Prepared {
    StreamSocket stream;
    std::optional<Result<void>> outcome{};
    std::optional<Endpoint> source{};  ///< Where its client will come from.
  };
  struct Chunk {
    std::string bytes;
    Clock::time_point due;
  };
  /// One way of a connection.
  struct Pipe {
    enum class End : std::uint8_t { none, eof, reset };
    std::deque<Chunk> queue;
    std::size_t begin = 0;   ///< Bytes of the first chunk that are gone.
    std::size_t queued = 0;  ///< Bytes.
    std::uint64_t taken = 0;
    std::uint64_t passed = 0;
    End end = End::none;
    Clock::time_point end_due{};
    Clock::time_point last_due{};
    bool end_is_passed = false;
    bool is_blocked = false;
    bool is_stalled = false;
  };
  struct Connection {
    std::array<StreamSocket, 2> ends;  ///< From where each way comes: the client's, the server's.
    std::array<Pipe, 2> pipes{};
    std::array<Interest, 2> watched{};
    Endpoint client;
    std::uint32_t number = 0;
    bool is_connecting = false;  ///< To the place.
    bool is_over = false;
    Clock::time_point armed = Clock::time_point::max();
  };

  static StreamSocket& source(Connection& one, Way way) { return one.ends[static_cast<std::size_t>(way)]; }
  static StreamSocket& sink(Connection& one, Way way) { return one.ends[1 - static_cast<std::size_t>(way)]; }
  static Pipe& pipe(Connection& one, Way way) { return one.pipes[static_cast<std::size_t>(way)]; }

  Result<StreamSocket> open_exit() const;
  void begin_connect(StreamSocket& stream, std::optional<Result<void>>& outcome) const;
  Result<void> accept_all();
  Result<void> begin(StreamSocket client, Endpoint from);
  Result<std::pair<StreamSocket, bool>> way_out(const Endpoint& client);
  void go_on(Prepared& one);
  Result<void> serve(Connection& one);
  bool connect(Connection& one);
  void read(Connection& one, Way way, Clock::time_point now);
  std::size_t room(const Pipe& pipe, Way way) const;
  void write(Connection& one, Way way, Clock::time_point now);
  bool write_chunk(Connection& one, Way way);
  void pass_end(Connection& one, Way way, Clock::time_point now);
  void cut(Connection& one, Way way);
  void reset(Connection& one);
  void tell(Event::Kind kind, const Connection& one, Way way) const;
  void arm(Connection& one);
  Result<void> watch(Connection& one);
  void end(std::uint32_t number);

  const LinkTerms& terms_;
  const LinkListener& listener_;
  std::span<std::byte> scratch_;
  Poller& poller_;
  ListenSocket entrance_;
  Endpoint local_;
  std::map<std::uint32_t, Prepared> prepared_;
  std::map<std::uint32_t, Connection> connections_;
  std::set<std::pair<Clock::time_point, std::uint32_t>> due_;
  std::array<Clock::time_point, 2> free_at_{};  ///< By way: when the rate lets the next byte begin.
  std::uint32_t next_prepared_ = 0;
  std::uint32_t count_ = 0;
  bool is_full_ = false;  ///< No more connections are accepted for now.
};

}  // namespace volley::engine
