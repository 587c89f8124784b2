// SPDX-License-Identifier: Apache-2.0
#include "engine/farewell.h"

#include <algorithm>
#include <optional>

namespace volley::engine {
namespace {

/// False if the other end is not closed yet.
bool knock(const Endpoint& from, const Endpoint& to) {
  auto socket = StreamSocket::open(from.domain(), Blocking::no);
  if (!socket || !socket->set_reuse_address(true) || !socket->bind(from)) return false;
  // Its outcome does not matter: the SYN has done its work on the way.
  static_cast<void>(socket->start_connect(to));
  return true;
}

/// How many TIME_WAITs of its own a run keeps.
constexpr std::size_t most = 64;

bool is_cleared(const std::pair<Endpoint, Endpoint>& ends) {
  return knock(ends.first, ends.second);
}

/// Its own place and that of its other end; nothing for a unix stream.
std::optional<std::pair<Endpoint, Endpoint>> ends_of(const StreamSocket& stream) {
  auto local = stream.local();
  auto remote = stream.peer();
  if (!local || !remote || !local->is_ip()) return {};
  return std::pair(*std::move(local), *std::move(remote));
}

}  // namespace

void Farewell::begins(const StreamSocket& stream) {
  if (fins_.empty()) return;
  const auto ends = ends_of(stream);
  if (!ends) return;
  fins_.erase(*ends);
  fins_.erase({ends->second, ends->first});
}

void Farewell::sends_fin(const StreamSocket& stream) {
  if (auto ends = ends_of(stream)) note_fin(*std::move(ends), false);
}

bool Farewell::closes(const StreamSocket& stream) {
  auto ends = ends_of(stream);
  if (!ends) return true;
  const auto other = fins_.find({ends->second, ends->first});
  if (time_waits_.size() >= most && other != fins_.end() && other->second) {
    fins_.erase(other);
    return false;
  }
  note_fin(*std::move(ends), true);
  return true;
}

void Farewell::note_fin(Ends ends, bool is_closed) {
  // The end that sent its FIN first is the one that waits.
  if (const auto first = fins_.find({ends.second, ends.first}); first != fins_.end()) {
    fins_.erase(first);
    time_waits_.push_back(std::move(ends));
  } else {
    fins_[std::move(ends)] |= is_closed;
  }
}

void Farewell::clear_new() {
  const auto begin = time_waits_.begin() + static_cast<std::ptrdiff_t>(tried_);
  time_waits_.erase(std::remove_if(begin, time_waits_.end(), is_cleared), time_waits_.end());
  tried_ = time_waits_.size();
}

void Farewell::clear() {
  tried_ = 0;
  clear_new();
}

}  // namespace volley::engine
