// SPDX-License-Identifier: Apache-2.0
#include "engine/farewell.h"

#include <algorithm>
#include <optional>

namespace volley::engine {
namespace {

using Ends = std::pair<Endpoint, Endpoint>;

/// From the first place on the TIME_WAIT at the second. False if that cannot be: something is bound to the first.
bool knock(const Ends& ends) {
  const auto& [from, to] = ends;
  auto socket = StreamSocket::open(from.domain(), Blocking::no);
  if (!socket || !socket->set_reuse_address(true) || !socket->bind(from)) return false;
  // Its outcome does not matter: the SYN has done its work on the way.
  static_cast<void>(socket->start_connect(to));
  return true;
}

/// How many TIME_WAITs of its own a run keeps.
constexpr std::size_t most = 64;

/// Its own place and that of its other end; nothing for a unix stream.
std::optional<Ends> ends_of(const StreamSocket& stream) {
  auto local = stream.local();
  auto remote = stream.peer();
  if (!local || !remote || !local->is_ip()) return {};
  return Ends(*std::move(local), *std::move(remote));
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
  time_waits_.erase(std::remove_if(begin, time_waits_.end(), knock), time_waits_.end());
  tried_ = time_waits_.size();
}

void Farewell::clear() {
  tried_ = 0;
  clear_new();
}

}  // namespace volley::engine
