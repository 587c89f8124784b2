// SPDX-License-Identifier: Apache-2.0
#include "engine/link.h"

#include <algorithm>
#include <cerrno>
#include <utility>

#include "engine/datagram_link.h"
#include "engine/stream_link.h"

namespace volley::engine {
namespace {

/// How often another port is tried where only one of the transports could have it.
constexpr int most_ports = 32;

Endpoint loopback_of(const Endpoint& place) {
  if (place.address().is_v6()) return Endpoint(Ipv6Address({0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1}), 0);
  return Endpoint(Ipv4Address({127, 0, 0, 1}), 0);
}

}  // namespace

Link::Link(LinkTerms terms, LinkListener listener, std::span<std::byte> scratch, Poller poller)
    : terms_(std::move(terms)),
      listener_(std::move(listener)),
      scratch_(scratch),
      poller_(std::move(poller)),
      local_(loopback_of(terms_.to)) {}

Link::~Link() = default;

Result<std::unique_ptr<Link>> Link::open(LinkTerms terms, LinkListener listener, std::span<std::byte> scratch) {
  auto poller = Poller::open();
  if (!poller) return std::unexpected(poller.error());
  std::unique_ptr<Link> link(new Link(std::move(terms), std::move(listener), scratch, *std::move(poller)));
  auto opened = link->open_entrances();
  for (int i = 1; !opened && opened.error().code == EADDRINUSE && i < most_ports; ++i) opened = link->open_entrances();
  if (!opened) return std::unexpected(opened.error());
  return link;
}

Result<void> Link::open_entrances() {
  local_ = loopback_of(terms_.to);
  if (terms_.carries_streams) {
    streams_ = std::make_unique<StreamLink>(terms_, listener_, scratch_, poller_);
    auto local = streams_->open(local_);
    if (!local) return std::unexpected(local.error());
    local_ = *std::move(local);
  }
  if (terms_.carries_datagrams) {
    datagrams_ = std::make_unique<DatagramLink>(terms_, listener_, scratch_, poller_);
    auto local = datagrams_->open(local_);
    if (!local) return std::unexpected(local.error());
    local_ = *std::move(local);
  }
  return {};
}

void Link::note(const Result<void>& done) {
  if (!done && !error_) error_ = done.error();
}

void Link::serve() {
  if (error_) return;
  const auto ready = poller_.wait(Clock::time_point::min());
  if (!ready) return note(std::unexpected(ready.error()));
  for (const auto& event : *ready) {
    const auto kind = static_cast<LinkSocket>(event.key >> 32);
    const auto number = static_cast<std::uint32_t>(event.key);
    note(kind < LinkSocket::door ? streams_->on_ready(kind, number) : datagrams_->on_ready(kind, number));
  }
  if (streams_) note(streams_->pass_due());
  if (datagrams_) note(datagrams_->pass_due());
}

Clock::time_point Link::next() const {
  if (error_) return Clock::time_point::max();
  return std::min(streams_ ? streams_->next() : Clock::time_point::max(),
                  datagrams_ ? datagrams_->next() : Clock::time_point::max());
}

Clock::time_point Link::last() const {
  if (error_) return Clock::time_point::min();
  return std::max(streams_ ? streams_->last() : Clock::time_point::min(),
                  datagrams_ ? datagrams_->last() : Clock::time_point::min());
}

std::uint32_t Link::prepare(const std::optional<Endpoint>& from) {
  return streams_->prepare(from);
}
std::optional<Result<void>> Link::prepared(std::uint32_t number) {
  return streams_->prepared(number);
}
std::optional<Endpoint> Link::source_for(std::uint32_t number) const {
  return streams_->source_for(number);
}
std::optional<Endpoint> Link::exit_of(const Endpoint& client) const {
  return streams_ ? streams_->exit_of(client) : std::nullopt;
}

std::optional<Endpoint> Link::server_of(const Endpoint& door) const {
  if (door == local_) return terms_.to;
  return datagrams_ ? datagrams_->server_of(door) : std::nullopt;
}
std::optional<Endpoint> Link::door_of(const Endpoint& server) const {
  if (server == terms_.to) return local_;
  return datagrams_ ? datagrams_->door_of(server) : std::nullopt;
}

}  // namespace volley::engine
