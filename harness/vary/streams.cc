// SPDX-License-Identifier: Apache-2.0
#include "vary/streams.h"

namespace volley::vary {

bool is_free_send(const plan::Plan& plan, const plan::Step& step) {
  const auto* send = std::get_if<plan::Send>(&step.action);
  if (send == nullptr || send->segments || send->is_urgent || step.fails) return false;
  return plan.peers[send->peer].kind == plan::PeerKind::stream;
}

}  // namespace volley::vary
