// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "plan/plan.h"

namespace volley::vary {

/// Whether a step is a send of which a variation may decide how it leaves: one on a stream socket of which the
/// scenario does not say that itself. What must fail is left alone, as is what is urgent: where its bytes end tells.
bool is_free_send(const plan::Plan& plan, const plan::Step& step);

}  // namespace volley::vary
