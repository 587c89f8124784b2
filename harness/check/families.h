// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "check/checker.h"

namespace volley::check {

/// Binds the names of families and tells what is wrong with them: a family is made of several targets, each once. Of a
/// target that a property `known` names it tells only whether there is one. To be called when the targets are declared.
void declare_families(Declarations& declarations, Findings& findings);

}  // namespace volley::check
