// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>

#include "check/check.h"
#include "script/parse.h"

namespace volley::test {

/// Everything that `check` says about a file of this text, as a user reads it; empty if nothing.
inline std::string diagnose(std::string text) {
  const source::Source source("test.volley", std::move(text));
  const auto checked = check::check(script::parse(source));
  std::string rendered;
  if (checked) return rendered;
  for (const auto& diagnostic : checked.error()) rendered += source::render(source, diagnostic);
  return rendered;
}

}  // namespace volley::test
