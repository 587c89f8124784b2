// SPDX-License-Identifier: Apache-2.0
#include "engine/farewell.h"

#include <algorithm>

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

}  // namespace

void Farewell::begins(const StreamSocket& stream) {
  if (fins_.empty()) return;
  const auto local = stream.local();
  const auto remote = stream.peer();
  if (!local || !remote) return;
  fins_.erase({*local, *remote});
  fins_.erase({*remote, *local});
}

void Farewell::sends_fin(const StreamSocket& stream) {
  auto local = stream.local();
  auto remote = stream.peer();
  if (!local || !remote || !local->is_ip()) return;
  // The end that sent its FIN first is the one that waits.
  if (const auto first = fins_.find({*remote, *local}); first != fins_.end()) {
    fins_.erase(first);
    time_waits_.emplace_back(*std::move(local), *std::move(remote));
  } else {
    fins_.try_emplace({*std::move(local), *std::move(remote)}, false);
  }
}

bool Farewell::closes(const StreamSocket& stream) {
  const auto local = stream.local();
  const auto remote = stream.peer();
  if (local && remote && time_waits_.size() >= most) {
    if (const auto other = fins_.find({*remote, *local}); other != fins_.end() && other->second) {
      fins_.erase(other);
      return false;
    }
  }
  sends_fin(stream);
  if (local && remote) {
    if (const auto own = fins_.find({*local, *remote}); own != fins_.end()) own->second = true;
  }
  return true;
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
