// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>

#include "script/file.h"

namespace volley::test {

/// A syntax tree as a line of text, operators before their operands: `(+ 1 (* 2 n))`, `(u16 as n where (> n 3))`.
std::string tree(const script::Expression& expression);
std::string tree(const script::Items& items);
/// `listen door tcp 127.0.0.1:0`; what a step does not say is left out.
std::string tree(const script::Step& step);

}  // namespace volley::test
