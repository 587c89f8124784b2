// SPDX-License-Identifier: Apache-2.0
#include "engine/farewell.h"

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

}  // namespace

void Farewell::sends_fin(const StreamSocket& stream) {
  auto local = stream.local();
  auto remote = stream.peer();
  if (!local || !remote || !local->is_ip()) return;
  // The end that sent its FIN first is the one that waits.
  if (const auto first = fins_.find({*remote, *local}); first != fins_.end()) {
    fins_.erase(first);
    time_waits_.emplace_back(*std::move(local), *std::move(remote));
  } else {
    fins_.emplace(*std::move(local), *std::move(remote));
  }
}

void Farewell::clear() {
  std::erase_if(time_waits_, [](const auto& ends) { return knock(ends.first, ends.second); });
}

}  // namespace volley::engine
