// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstddef>
#include <vector>

#include "program/suite.h"

namespace volley::program {

/// Scenarios of one file that run one after another, in its order, since they share instances of targets. A `fresh`
/// scenario and one without a target is a lane of its own; with it are its variations, which know what became of it.
struct Lane {
  std::size_t file = 0;
  std::vector<std::size_t> members;  ///< Into `Suite::members`, ascending.
  friend bool operator==(const Lane&, const Lane&) = default;
};

/// All lanes of a suite, in the order of their first members.
std::vector<Lane> lanes(const Suite& suite);

}  // namespace volley::program
