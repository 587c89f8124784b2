// SPDX-License-Identifier: Apache-2.0
#include "report/place.h"

#include <fmt/format.h>

#include <algorithm>

#include "report/clean.h"

namespace volley::report {

Place place_of(const Case& one) {
  if (one.verdict.explanation && one.source != nullptr) return place_of(one, one.verdict.explanation->span);
  return {one.path, one.line, 0, one.line, 0};
}

Place place_of(const Case& one, source::Span span) {
  const auto& source = *one.source;
  const auto& path = source.path(span.begin);
  const auto first = source.position(span.begin);
  const auto last = source.position(std::max(span.begin, span.end == 0 ? 0 : span.end - 1));
  return {path == source.path() ? one.path : path, first.line, first.column, last.line, last.column};
}

std::string reason_of(const Case& one) {
  auto reason = clean(one.verdict.explanation ? one.verdict.explanation->what : one.reason);
  return one.difference.empty() ? reason : fmt::format("{}: {}", clean(one.difference), reason);
}

std::string deviation_of(const Case& one) {
  if (!one.verdict.deviation) return {};
  return clean(fmt::format("known for {}: {}", one.verdict.deviation->server, one.verdict.deviation->what));
}

std::string_view name_of(judge::Outcome outcome) {
  switch (outcome) {
    case judge::Outcome::passed:
      return "passed";
    case judge::Outcome::failed:
      return "failed";
    case judge::Outcome::skipped:
      return "skipped";
    case judge::Outcome::error:
      return "error";
    case judge::Outcome::advice:
      return "advice";
    case judge::Outcome::information:
      return "information";
    case judge::Outcome::flaky:
      return "flaky";
    case judge::Outcome::known:
      return "known";
    case judge::Outcome::vanished:
      return "vanished";
  }
  return {};
}

}  // namespace volley::report
