// SPDX-License-Identifier: Apache-2.0
// Any file without mistakes has one canonical form: it says the same, token for token, formatting it again changes
// nothing, and what is printed from its tree reads back as that tree's form. Compiling it ends, and gives a plan.
#include <string>

#include "check/check.h"
#include "plan/plan.h"
#include "require.h"
#include "script/format.h"
#include "script/parse.h"
#include "script/print.h"

using volley::source::Source;

namespace {

std::string formatted(const Source& source) {
  volley::script::Findings findings;
  return volley::script::format(source, volley::script::lex(source, findings));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const Source source("fuzz.volley", std::string(as_text(data, size)));
  auto parsed = volley::script::parse(source);
  if (!parsed.diagnostics.empty()) return 0;
  const Source once("fuzz.volley", formatted(source));
  require(volley::script::have_same_tokens(source, once));
  require(formatted(once) == once.bytes());

  const Source printed("fuzz.volley", volley::script::print(parsed.file));
  auto again = volley::script::parse(printed);
  require(again.diagnostics.empty() && volley::script::print(again.file) == printed.bytes());

  const auto checked = volley::check::check(std::move(parsed));
  if (!checked) return 0;
  for (const auto& plan : volley::plan::lower(*checked, source).plans) require(!volley::plan::dump(plan).empty());
  return 0;
}
