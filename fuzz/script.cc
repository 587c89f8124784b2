// SPDX-License-Identifier: Apache-2.0
// Any bytes are a scenario file or a list of mistakes: at most fifty, in order of place, each inside the file and with
// a known id, and nothing that reaches a terminal moves its cursor.
#include <algorithm>
#include <string>

#include "check/check.h"
#include "require.h"
#include "script/rule.h"

using volley::source::Diagnostic;
using volley::source::Source;

namespace {

void check_diagnostic(const Source& source, const Diagnostic& diagnostic) {
  require(diagnostic.span.begin <= diagnostic.span.end && diagnostic.span.end <= source.bytes().size());
  require(std::ranges::count(volley::script::rule_ids, diagnostic.id) == 1);
  require(!diagnostic.what.empty() && diagnostic.what.size() < 1000 && diagnostic.hint.size() < 1000);
  const auto text = render(source, diagnostic);
  const auto is_control = [](char c) { return (c >= 0 && c < ' ' && c != '\n') || c == '\x7f'; };
  require(std::ranges::none_of(text, is_control));
  require(std::ranges::count(text, '\n') == (diagnostic.hint.empty() ? 3 : 4));
}

void check_span(const Source& source, volley::source::Span span) {
  require(span.begin < span.end && span.end <= source.bytes().size());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const Source source("fuzz.volley", std::string(as_text(data, size)));
  auto parsed = volley::script::parse(source);
  for (const auto& scenario : parsed.file.scenarios) {
    check_span(source, scenario.span);
    for (const auto& step : scenario.steps) check_span(source, step.span);
  }
  const auto checked = volley::check::check(std::move(parsed));
  if (checked) return 0;
  require(!checked.error().empty() && checked.error().size() <= volley::source::max_diagnostics);
  require(std::ranges::is_sorted(checked.error(), {}, &Diagnostic::span));
  for (const auto& diagnostic : checked.error()) check_diagnostic(source, diagnostic);
  return 0;
}
