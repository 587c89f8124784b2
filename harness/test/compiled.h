// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>
#include <string_view>

#include "catch.h"
#include "check/check.h"
#include "engine/loop.h"
#include "judge/verdict.h"
#include "plan/plan.h"
#include "script/parse.h"

namespace volley {

/// A scenario file from a text, compiled; its first scenario is what most tests want.
struct Compiled {
  source::Source source;
  plan::Suite suite;
  const plan::Plan& plan() const { return suite.plans.front(); }
};

/// Compiles a file that has no mistakes.
inline Compiled compile(std::string text) {
  Compiled compiled{source::Source("test.volley", std::move(text)), {}};
  const auto checked = check::check(script::parse(compiled.source));
  if (!checked) {
    for (const auto& diagnostic : checked.error()) UNSCOPED_INFO(source::render(compiled.source, diagnostic));
  }
  REQUIRE(checked);
  compiled.suite = plan::lower(*checked, compiled.source);
  return compiled;
}

/// The same for the steps of one scenario, with properties on its first line.
inline Compiled compile_steps(std::string_view steps, std::string_view properties = {}) {
  return compile("scenario \"test\" {\n" + std::string(properties) + "\n" + std::string(steps) + "\n}\n");
}

/// What one run of it was, as its canonical dump.
inline engine::Trace run_once(const Compiled& compiled) {
  auto trace = engine::run(compiled.plan());
  REQUIRE(trace);
  return *std::move(trace);
}

inline std::string run_steps(std::string_view steps, std::string_view properties = {}) {
  const auto compiled = compile_steps(steps, properties);
  return engine::dump(run_once(compiled), compiled.plan());
}

/// How the judge explains a run: its sentence, then its notes, a line each.
inline std::string explain(const Compiled& compiled) {
  const auto verdict = judge::judge(compiled.plan(), run_once(compiled), compiled.source);
  if (!verdict.explanation) return "passed";
  std::string text = verdict.explanation->what;
  for (const auto& note : verdict.explanation->notes) text += "\n" + note;
  return text;
}

inline std::string explain_steps(std::string_view steps, std::string_view properties = {}) {
  return explain(compile_steps(steps, properties));
}

}  // namespace volley
