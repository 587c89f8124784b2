// SPDX-License-Identifier: Apache-2.0
#include "script/rule.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace volley::script {

void Findings::add(Rule rule, source::Span span, std::string what, std::string hint,
                   std::optional<source::Span> other) {
  if (is_full()) return;
  const auto place = std::ranges::upper_bound(found_, span, {}, &source::Diagnostic::span);
  found_.insert(place, {id_of(rule), span, std::move(what), std::move(hint), other});
}

std::vector<source::Diagnostic> Findings::take() {
  return std::exchange(found_, {});
}

std::string did_you_mean(std::string_view word, const std::vector<std::string_view>& candidates,
                         std::string otherwise) {
  const auto best = source::closest(word, candidates);
  return best.empty() ? std::move(otherwise) : fmt::format("did you mean '{}'?", best);
}

}  // namespace volley::script
