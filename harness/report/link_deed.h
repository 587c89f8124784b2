// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>

#include "engine/trace.h"
#include "plan/plan.h"
#include "source/source.h"

namespace volley::report {

/// What a link did, in words: `lost datagram 3 to tftp (516 bytes)`. Precondition: `is_of_link(event.kind)`.
std::string deed_of(const plan::Plan& plan, const engine::Event& event, const source::Source& source);

}  // namespace volley::report
