// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>

#include "script/file.h"

namespace volley::script {

/// A file in the canonical form of `format`: what a program has made reads like what a person has written. Uses come
/// first, then lets, families, targets, messages and scenarios, each with its comments. Reading it gives an equal tree
/// but for spans, if the tree is one that `parse` can give: in which, above all, what binds less tightly stands in a
/// bracketed `Group`.
std::string print(const File& file);

/// One step, without a line end.
std::string print(const Step& step);

}  // namespace volley::script
