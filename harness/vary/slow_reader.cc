// SPDX-License-Identifier: Apache-2.0
// Our side reads late and little: whoever drops what a send did not take at once is found out.
#include <algorithm>
#include <chrono>

#include "vary/table.h"

namespace volley::vary {

std::optional<plan::Plan> slow_reader(const plan::Plan& plan) {
  const auto reads_stream = [&](const plan::Step& step) {
    const auto* receive = std::get_if<plan::Receive>(&step.action);
    return receive && plan.peers[receive->peer].kind == plan::PeerKind::stream;
  };
  if (std::ranges::none_of(plan.steps, reads_stream)) return {};
  auto varied = plan;
  // Long enough for a server to fill all that takes its bytes meanwhile, and for no deadline to notice.
  varied.slow_reading = plan::SlowReading{.pause = std::chrono::milliseconds(2)};
  return varied;
}

}  // namespace volley::vary
