// SPDX-License-Identifier: Apache-2.0
#include "engine/farewell.h"

namespace volley::engine {
namespace {

void knock(const Endpoint& from, const Endpoint& to) {
  auto socket = StreamSocket::open(from.domain(), Blocking::no);
  if (!socket || !socket->set_reuse_address(true) || !socket->bind(from)) return;
  // Its outcome does not matter: the SYN has done its work on the way.
  static_cast<void>(socket->start_connect(to));
}

}  // namespace

void Farewell::sends_fin(const StreamSocket& stream) {
  auto local = stream.local();
  auto remote = stream.peer();
  if (local && remote && local->is_ip()) fins_.push_back({*std::move(local), *std::move(remote)});
}

void Farewell::clear() {
  for (std::size_t first = 0; first < fins_.size(); ++first) {
    for (std::size_t second = first + 1; second < fins_.size(); ++second) {
      const bool is_other_end =
          fins_[first].local == fins_[second].remote && fins_[first].remote == fins_[second].local;
      if (is_other_end) knock(fins_[first].remote, fins_[first].local);
    }
  }
  fins_.clear();
}

}  // namespace volley::engine
