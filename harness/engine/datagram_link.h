// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <volley/datagram_socket.h>

#include <array>
#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <string>

#include "engine/link.h"

namespace volley::engine {

/// The part of a link that carries datagrams. Each client has a socket of its own, its exit, from which it talks to the
/// server. Each port of the server that answers has a door, which stands for that port to all clients: so a server that
/// goes on from another port, as TFTP's do (RFC 1350 §4), is met at another port of the link.
class DatagramLink {
 public:
  DatagramLink(const LinkTerms& terms, const LinkListener& listener, std::span<std::byte> scratch, Poller& poller)
      : terms_(terms), listener_(listener), scratch_(scratch), poller_(poller) {}

  /// Binds the first door, which stands for the place that the link leads to.
  Result<Endpoint> open(const Endpoint& at);
  Result<void> on_ready(LinkSocket kind, std::uint32_t number);
  Result<void> pass_due();
  Clock::time_point next() const;
  Clock::time_point last() const;
  std::optional<Endpoint> server_of(const Endpoint& door) const;
  std::optional<Endpoint> door_of(const Endpoint& server) const;

 private:
  struct Client {
    Endpoint who;
    DatagramSocket exit;
    std::uint64_t used = 0;  ///< When last, on the clock of datagrams.
  };
  struct Door {
    DatagramSocket socket;
    Endpoint local;
    Endpoint server;
    std::uint64_t used = 0;
  };
  struct Parcel {
    std::string bytes;
    Clock::time_point arrived;
    Clock::time_point due;
    std::uint32_t client = 0;
    std::uint32_t door = 0;
    std::uint64_t number = 0;
    Fate fate;
    std::optional<std::uint64_t> behind{};
  };
  /// What is under way in one direction.
  struct Lane {
    std::deque<Parcel> queue;     ///< In the order in which they are due.
    std::optional<Parcel> held;   ///< It waits for another to pass.
    std::size_t bytes = 0;        ///< In the queue.
    std::uint64_t count = 0;      ///< Datagrams that have come.
    Clock::time_point free_at{};  ///< When the rate lets the next begin,
    Clock::time_point last_due{};
    bool is_blocked = false;  ///< The kernel has no room.
    bool is_full() const;
  };

  Lane& lane(Way way) { return lanes_[static_cast<std::size_t>(way)]; }
  Result<std::uint32_t> open_door(const Endpoint& at, const Endpoint& server);
  Result<std::uint32_t> door_for(const Endpoint& server);
  Result<std::uint32_t> client_for(const Endpoint& who);
  template <class Entry>
  void make_room(std::map<std::uint32_t, Entry>& entries, std::uint32_t spared);
  Result<void> read_door(std::uint32_t number);
  Result<void> read_exit(std::uint32_t number);
  void read_refusals(const Client& client);
  void take(Way way, std::uint32_t client, std::uint32_t door, std::string_view bytes);
  void enqueue(Way way, Parcel parcel);
  void release(Way way, Clock::time_point now);
  bool send(Way way, const Parcel& parcel);
  void tell(Way way, const Parcel& parcel, Clock::time_point now) const;
  Result<void> watch(Way way, bool reads);
  Result<void> pass(Way way, Clock::time_point now);

  const LinkTerms& terms_;
  const LinkListener& listener_;
  std::span<std::byte> scratch_;
  Poller& poller_;
  std::map<std::uint32_t, Door> doors_;  ///< The first is 0.
  std::map<std::uint32_t, Client> clients_;
  std::map<Endpoint, std::uint32_t> doors_by_server_;
  std::map<Endpoint, std::uint32_t> clients_by_place_;
  std::array<Lane, 2> lanes_;
  std::uint32_t next_number_ = 0;
  std::uint64_t clock_ = 0;  ///< Datagrams that were looked at.
};

}  // namespace volley::engine
