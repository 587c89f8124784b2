// SPDX-License-Identifier: Apache-2.0
#include "report/github.h"

#include <fmt/format.h>

#include <string_view>

#include "report/clean.h"
#include "report/comparison.h"
#include "report/place.h"

namespace volley::report {
namespace {

/// `%` and line ends, and whatever else is in `others`, as `%HH`.
std::string percent_encoded(std::string_view text, std::string_view others) {
  std::string made;
  for (const char c : text) {
    if (c == '%' || c == '\r' || c == '\n' || others.contains(c)) {
      made += fmt::format("%{:02X}", static_cast<unsigned char>(c));
    } else {
      made += c;
    }
  }
  return made;
}

std::string property(std::string_view text) {
  return percent_encoded(text, ":,");
}

std::string_view command(judge::Outcome outcome) {
  switch (outcome) {
    case judge::Outcome::failed:
    case judge::Outcome::error:
      return "error";
    case judge::Outcome::advice:
    case judge::Outcome::flaky:
    case judge::Outcome::vanished:
      return "warning";
    case judge::Outcome::information:
    case judge::Outcome::known:
      return "notice";
    case judge::Outcome::passed:
    case judge::Outcome::skipped:
      return {};
  }
  return {};
}

/// Some clean lines.
std::string message(const Case& one) {
  auto text = reason_of(one);
  if (one.verdict.outcome == judge::Outcome::known) text = deviation_of(one) + "\n" + text;
  if (const auto& explanation = one.verdict.explanation) {
    if (explanation->comparison) {
      for (const auto& line : side_by_side(*explanation->comparison)) text += "\n" + line;
    }
    for (const auto& note : explanation->notes) text += "\n" + clean(note);
  }
  if (!one.repeat.empty()) text += "\nrepeat: " + one.repeat;
  return text;
}

}  // namespace

std::string github(const Case& one) {
  const auto name = command(one.verdict.outcome);
  if (name.empty()) return {};
  const auto place = place_of(one);
  auto text = fmt::format("{} file={},line={}", name, property(clean(place.path)), place.line);
  if (place.column > 0) text += fmt::format(",col={}", place.column);
  if (place.column > 0 && place.end_line == place.line) text += fmt::format(",endColumn={}", place.end_column);
  text += fmt::format(",title={}::{}\n", property(clean(identity(one))), percent_encoded(message(one), {}));
  return "::" + inert(text);  // other readers of logs obey `##[` and `##vso[` inside a line too
}

}  // namespace volley::report
