// SPDX-License-Identifier: Apache-2.0
#include "engine/datagram_link.h"

#include <linux/errqueue.h>
#include <sys/socket.h>
#include <volley/stream_socket.h>

#include <algorithm>
#include <cerrno>
#include <utility>

namespace volley::engine {
namespace {

/// Sockets of each sort; the one that was used least recently makes room.
constexpr std::size_t most_sockets = 1024;
/// What one way holds; the rest waits in the kernel's buffers.
constexpr std::size_t most_queued = 4096;
constexpr std::size_t most_bytes = 8 << 20;
/// What one socket may give before others have their turn.
constexpr int turn = 64;
/// A datagram that is to come behind another waits so long for one.
constexpr auto patience = std::chrono::milliseconds(500);
/// When the kernel had no room.
constexpr auto pause = std::chrono::milliseconds(1);
constexpr std::uint32_t first_door = 0;

constexpr SocketOption errors_v4{IPPROTO_IP, IP_RECVERR, "IP_RECVERR"};
constexpr SocketOption errors_v6{IPPROTO_IPV6, IPV6_RECVERR, "IPV6_RECVERR"};

Result<DatagramSocket> open_at(const Endpoint& at) {
  auto socket = DatagramSocket::open(at.domain(), Blocking::no);
  if (!socket) return socket;
  if (const auto grown = socket->grow_receive_buffer(); !grown) return std::unexpected(grown.error());
  if (const auto bound = socket->bind(at); !bound) return std::unexpected(bound.error());
  return socket;
}

Endpoint any_port(const Endpoint& at) {
  return Endpoint(at.address(), 0, at.scope());
}

/// The time that `size` bytes need.
std::chrono::nanoseconds time_at(std::uint64_t rate, std::size_t size) {
  if (rate == 0) return {};
  constexpr double second = 1e9;
  return std::chrono::nanoseconds(
      static_cast<std::int64_t>(static_cast<double>(size) * second / static_cast<double>(rate)));
}

}  // namespace

bool DatagramLink::Lane::is_full() const {
  return queue.size() >= most_queued || bytes >= most_bytes;
}

Result<Endpoint> DatagramLink::open(const Endpoint& at) {
  const auto opened = open_door(at, terms_.to);
  if (!opened) return std::unexpected(opened.error());
  return doors_.at(first_door).local;
}

Result<std::uint32_t> DatagramLink::open_door(const Endpoint& at, const Endpoint& server) {
  auto socket = open_at(at);
  if (!socket) return std::unexpected(socket.error());
  auto local = socket->local();
  if (!local) return std::unexpected(local.error());
  const auto number = next_number_++;
  if (const auto watched = poller_.watch(socket->fd(), Interest::read, link_key(LinkSocket::door, number)); !watched) {
    return std::unexpected(watched.error());
  }
  doors_.emplace(number, Door{*std::move(socket), *std::move(local), server, ++clock_});
  doors_by_server_.emplace(server, number);
  make_room(doors_, number);
  return number;
}

Result<std::uint32_t> DatagramLink::door_for(const Endpoint& server) {
  if (const auto known = doors_by_server_.find(server); known != doors_by_server_.end()) return known->second;
  return open_door(any_port(doors_.at(first_door).local), server);
}

Result<std::uint32_t> DatagramLink::client_for(const Endpoint& who) {
  if (const auto known = clients_by_place_.find(who); known != clients_by_place_.end()) return known->second;
  // From an address that can reach the place: the client's, if that is on this machine.
  const bool is_near = terms_.to.address().is_loopback();
  const auto from =
      is_near ? any_port(who)
              : Endpoint(terms_.to.address().is_v6() ? IpAddress(Ipv6Address()) : IpAddress(Ipv4Address()), 0);
  auto socket = open_at(from);
  if (!socket) return std::unexpected(socket.error());
  // An unconnected socket is told of refusals only if it asks for them.
  if (const auto set = socket->set_option(from.address().is_v6() ? errors_v6 : errors_v4, 1); !set) {
    return std::unexpected(set.error());
  }
  const auto number = next_number_++;
  if (const auto watched = poller_.watch(socket->fd(), Interest::read, link_key(LinkSocket::exit, number)); !watched) {
    return std::unexpected(watched.error());
  }
  clients_.emplace(number, Client{who, *std::move(socket), ++clock_});
  clients_by_place_.emplace(who, number);
  make_room(clients_, number);
  return number;
}

/// Closes the socket that nobody has used for longest, if there are too many. The first door stays.
template <class Entry>
void DatagramLink::make_room(std::map<std::uint32_t, Entry>& entries, std::uint32_t spared) {
  if (entries.size() <= most_sockets) return;
  auto oldest = entries.end();
  for (auto at = entries.begin(); at != entries.end(); ++at) {
    if (at->first == spared || at->first == first_door) continue;
    if (oldest == entries.end() || at->second.used < oldest->second.used) oldest = at;
  }
  if constexpr (std::is_same_v<Entry, Door>) {
    doors_by_server_.erase(oldest->second.server);
  } else {
    clients_by_place_.erase(oldest->second.who);
  }
  entries.erase(oldest);
}

Result<void> DatagramLink::on_ready(LinkSocket kind, std::uint32_t number) {
  return kind == LinkSocket::door ? read_door(number) : read_exit(number);
}

/// What clients send.
Result<void> DatagramLink::read_door(std::uint32_t number) {
  for (int i = 0; i < turn && !lane(Way::there).is_full(); ++i) {
    const auto at = doors_.find(number);
    if (at == doors_.end()) return {};
    const auto received = at->second.socket.receive(scratch_);
    if (!received) return std::unexpected(received.error());
    if (received->kind == ReceivedDatagram::Kind::would_block) return {};
    if (received->kind != ReceivedDatagram::Kind::data) continue;
    const auto client = client_for(received->source);
    if (!client) return std::unexpected(client.error());
    clients_.at(*client).used = doors_.at(number).used = ++clock_;
    take(Way::there, *client, number, as_text(scratch_.first(received->count)));
  }
  return lane(Way::there).is_full() ? watch(Way::there, false) : Result<void>();
}

/// What the server sends, from whatever port: what comes from another host is none of its answers.
Result<void> DatagramLink::read_exit(std::uint32_t number) {
  for (int i = 0; i < turn && !lane(Way::back).is_full(); ++i) {
    const auto at = clients_.find(number);
    if (at == clients_.end()) return {};
    const auto received = at->second.exit.receive(scratch_);
    if (!received || received->kind != ReceivedDatagram::Kind::data) {
      read_refusals(at->second);
      if (received && received->kind == ReceivedDatagram::Kind::would_block) return {};
      continue;
    }
    if (received->source.address() != terms_.to.address()) continue;
    const auto bytes = received->count;
    const auto door = door_for(received->source);
    if (!door) return std::unexpected(door.error());
    clients_.at(number).used = doors_.at(*door).used = ++clock_;
    take(Way::back, number, *door, as_text(scratch_.first(bytes)));
  }
  return lane(Way::back).is_full() ? watch(Way::back, false) : Result<void>();
}

/// The kernel keeps apart what ICMP has answered, and with it where the datagram was to go.
void DatagramLink::read_refusals(const Client& client) {
  for (int i = 0; i < turn; ++i) {
    sockaddr_storage name{};
    std::array<std::byte, 512> control{};
    std::array<std::byte, 1> byte{};
    iovec place{byte.data(), byte.size()};
    msghdr message{&name, sizeof name, &place, 1, control.data(), control.size(), 0};
    if (::recvmsg(client.exit.fd(), &message, MSG_ERRQUEUE | MSG_DONTWAIT) < 0) return;
    bool is_refusal = false;
    for (auto* part = CMSG_FIRSTHDR(&message); part != nullptr; part = CMSG_NXTHDR(&message, part)) {
      const bool is_error = (part->cmsg_level == IPPROTO_IP && part->cmsg_type == IP_RECVERR) ||
                            (part->cmsg_level == IPPROTO_IPV6 && part->cmsg_type == IPV6_RECVERR);
      if (!is_error) continue;
      sock_extended_err error{};
      std::copy_n(CMSG_DATA(part), sizeof error, reinterpret_cast<unsigned char*>(&error));
      is_refusal = is_refusal || error.ee_errno == ECONNREFUSED;
    }
    if (!is_refusal) continue;
    const auto server = Endpoint::from_sockaddr(reinterpret_cast<sockaddr*>(&name), message.msg_namelen);
    const auto door = server ? doors_by_server_.find(*server) : doors_by_server_.end();
    if (door == doors_by_server_.end()) continue;
    listener_.refused(client.who, doors_.at(door->second).local, *server);
  }
}

/// Decides what becomes of a datagram, and puts it behind those that are under way.
void DatagramLink::take(Way way, std::uint32_t client, std::uint32_t door, std::string_view bytes) {
  auto& going = lane(way);
  const auto& conditions = terms_.of(way);
  const auto now = Clock::now();
  Parcel parcel{std::string(bytes), now, now, client, door, ++going.count, {}};
  parcel.fate = fate_of(conditions, terms_.seed, way, parcel.number, bytes.size());
  if (parcel.fate.is_lost) {
    return listener_.tell({Event::Kind::lost, way, parcel.number, bytes.size()});
  }
  if (parcel.fate.corruption) {
    auto& byte = parcel.bytes[parcel.fate.corruption->at];
    byte = static_cast<char>(static_cast<unsigned char>(byte) ^ parcel.fate.corruption->mask);
  }
  going.free_at = std::max(going.free_at, now) + time_at(conditions.rate, bytes.size());
  parcel.due = std::max(going.free_at + parcel.fate.delay, going.last_due);
  going.last_due = parcel.due;
  if (parcel.fate.is_reordered && !going.held) {
    going.held = std::move(parcel);
    return;
  }
  const auto number = parcel.number;
  const auto due = parcel.due;
  enqueue(way, std::move(parcel));
  if (!going.held) return;
  going.held->behind = number;
  going.held->due = due;
  enqueue(way, *std::exchange(going.held, {}));
}

void DatagramLink::enqueue(Way way, Parcel parcel) {
  lane(way).bytes += parcel.bytes.size();
  lane(way).queue.push_back(std::move(parcel));
}

/// A datagram that no other came to pass goes on.
void DatagramLink::release(Way way, Clock::time_point now) {
  auto& going = lane(way);
  if (!going.held || going.held->due + patience > now) return;
  going.held->due = now;
  enqueue(way, *std::exchange(going.held, {}));
}

Result<void> DatagramLink::pass_due() {
  const auto now = Clock::now();
  if (auto passed = pass(Way::there, now); !passed) return passed;
  return pass(Way::back, now);
}

Result<void> DatagramLink::pass(Way way, Clock::time_point now) {
  release(way, now);
  auto& going = lane(way);
  const bool was_full = going.is_full();
  going.is_blocked = false;
  while (!going.queue.empty() && going.queue.front().due <= now && !going.is_blocked) {
    const auto& parcel = going.queue.front();
    if (!send(way, parcel)) {
      going.is_blocked = true;
      break;
    }
    tell(way, parcel, now);
    going.bytes -= parcel.bytes.size();
    going.queue.pop_front();
  }
  return was_full && !going.is_full() ? watch(way, true) : Result<void>();
}

/// False if the kernel has no room. What it refuses otherwise is lost, as it would be on its way.
bool DatagramLink::send(Way way, const Parcel& parcel) {
  const auto client = clients_.find(parcel.client);
  const auto door = doors_.find(parcel.door);
  if (client == clients_.end() || door == doors_.end()) return true;
  auto& socket = way == Way::there ? client->second.exit : door->second.socket;
  const auto& to = way == Way::there ? door->second.server : client->second.who;
  for (int copies = parcel.fate.is_duplicated ? 2 : 1; copies > 0;) {
    const auto sent = socket.send_to(as_bytes(parcel.bytes), to);
    if (sent && *sent == DatagramSocket::SentDatagram::would_block) return false;
    // The answer to an earlier one: nothing was sent.
    if (sent && *sent == DatagramSocket::SentDatagram::refused) {
      read_refusals(client->second);
      continue;
    }
    --copies;
  }
  return true;
}

void DatagramLink::tell(Way way, const Parcel& parcel, Clock::time_point now) const {
  const auto& fate = parcel.fate;
  const auto news = [&](Event::Kind kind, std::uint64_t detail) {
    listener_.tell({kind, way, parcel.number, parcel.bytes.size(), detail});
  };
  if (fate.corruption) news(Event::Kind::corrupted, fate.corruption->at);
  if (parcel.behind) news(Event::Kind::reordered, *parcel.behind);
  if (fate.is_duplicated) news(Event::Kind::duplicated, 0);
  if (fate.corruption || parcel.behind || fate.is_duplicated) return;
  const auto time = std::chrono::duration_cast<std::chrono::nanoseconds>(now - parcel.arrived);
  news(Event::Kind::passed, static_cast<std::uint64_t>(time.count()));
}

/// Whether what feeds one way is read.
Result<void> DatagramLink::watch(Way way, bool reads) {
  const auto interest = reads ? Interest::read : Interest::none;
  if (way == Way::there) {
    for (const auto& [number, door] : doors_) {
      if (auto set = poller_.watch(door.socket.fd(), interest, link_key(LinkSocket::door, number)); !set) return set;
    }
    return {};
  }
  for (const auto& [number, client] : clients_) {
    if (auto set = poller_.watch(client.exit.fd(), interest, link_key(LinkSocket::exit, number)); !set) return set;
  }
  return {};
}

Clock::time_point DatagramLink::next() const {
  auto next = Clock::time_point::max();
  for (const auto& going : lanes_) {
    if (!going.queue.empty()) next = std::min(next, going.is_blocked ? Clock::now() + pause : going.queue.front().due);
    if (going.held) next = std::min(next, going.held->due + patience);
  }
  return next;
}

Clock::time_point DatagramLink::last() const {
  auto last = Clock::time_point::min();
  for (const auto& going : lanes_) {
    if (!going.queue.empty()) last = std::max(last, going.queue.back().due);
    if (going.held) last = std::max(last, going.held->due + patience);
  }
  return last;
}

std::optional<Endpoint> DatagramLink::server_of(const Endpoint& door) const {
  const auto found = std::ranges::find_if(doors_, [&](const auto& entry) { return entry.second.local == door; });
  return found == doors_.end() ? std::nullopt : std::optional(found->second.server);
}

std::optional<Endpoint> DatagramLink::door_of(const Endpoint& server) const {
  const auto known = doors_by_server_.find(server);
  return known == doors_by_server_.end() ? std::nullopt : std::optional(doors_.at(known->second).local);
}

}  // namespace volley::engine
