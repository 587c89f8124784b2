// SPDX-License-Identifier: Apache-2.0
#include "fault.h"

#include <algorithm>
#include <cstdlib>
#include <utility>

namespace volley::planted {
namespace {

/// Not an assert: a build without asserts has to tell, too.
void demand(std::span<const Fault> known, std::string_view name) {
  if (std::ranges::find(known, name, &Fault::name) == known.end()) std::abort();
}

}  // namespace

Faults::Faults(std::span<const Fault> known, std::set<std::string, std::less<>> chosen)
    : known_(known), chosen_(std::move(chosen)) {
  for (const auto& name : chosen_) demand(known_, name);
}

bool Faults::has(std::string_view name) const {
  demand(known_, name);
  return chosen_.contains(name);
}

}  // namespace volley::planted
