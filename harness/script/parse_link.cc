// SPDX-License-Identifier: Apache-2.0
// Links, and what they do to what goes through them.
#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "script/parser.h"
#include "script/words.h"

namespace volley::script {
namespace {

using Kinds = Condition::Kind;

constexpr std::string_view all_conditions =
    "conditions are delay, jitter, rate, loss, drop, duplicate, reorder, corrupt, reset, stall and seed";

/// The kind that a word stands for: they are in one order.
std::optional<Condition::Kind> kind_of(std::string_view word) {
  const auto found = std::ranges::find(condition_words, word);
  if (found == condition_words.end()) return {};
  return static_cast<Condition::Kind>(found - condition_words.begin());
}

}  // namespace

std::string_view word_of(Condition::Kind kind) {
  return condition_words[static_cast<std::size_t>(kind)];
}

Link Parser::link() {
  Link link;
  link.name = new_name("a name for the link");
  if (!accept_word("to")) fail_expected("'to'", "a link leads to a place: link NAME to PLACE { … }");
  link.place = place();
  const auto brace = peek().span;
  require(Kind::left_brace, "'{'");
  if (failed_) return link;
  for (skip_newlines(); block_goes_on("link", brace); skip_newlines()) {
    const auto begin = at_;
    auto read = condition();
    if (failed_) {
      recover(begin);
    } else {
      link.conditions.push_back(std::move(read));
    }
  }
  return link;
}

Condition Parser::condition() {
  Condition condition;
  const auto begin = at_;
  const auto kind = kind_of(word());
  if (!kind && at(Kind::word)) {
    fail(Rule::unknown_option, peek().span, fmt::format("unknown condition {}", source::quote(word())),
         did_you_mean(word(), together(condition_words, {}), std::string(all_conditions)));
  } else if (!kind) {
    fail_expected("a condition of the link", std::string(all_conditions));
  }
  if (failed_) return condition;
  take();
  condition.kind = *kind;
  condition_value(condition);
  if (*kind != Kinds::seed) condition.way = way();
  condition.span = span_from(begin);
  const bool is_numbered = *kind != Kinds::seed && *kind != Kinds::reset && *kind != Kinds::stall &&
                           std::holds_alternative<Items>(condition.value);
  if (!is_numbered || condition.way) return condition;
  fail_expected("'there' or 'back'", fmt::format("datagrams are counted each way: {} 2 there", word_of(*kind)));
  return condition;
}

void Parser::condition_value(Condition& condition) {
  switch (condition.kind) {
    case Kinds::delay:
    case Kinds::jitter:
      condition.value = duration();
      return;
    case Kinds::loss:
      condition.value = percent();
      return;
    case Kinds::rate:
      condition.value = rate();
      return;
    case Kinds::drop:
      condition.value = datagram_numbers();
      return;
    case Kinds::corrupt:
    case Kinds::duplicate:
    case Kinds::reorder:
      if (at(Kind::quantity)) {
        condition.value = percent();
      } else {
        condition.value = datagram_numbers();
      }
      return;
    case Kinds::reset:
    case Kinds::stall:
      if (!accept_word("after"))
        fail_expected("'after'", fmt::format("for example {} after 64KiB", word_of(condition.kind)));
      condition.value = Items{value()};
      return;
    case Kinds::seed:
      condition.value = Items{value()};
      return;
  }
}

Condition::Percent Parser::percent() {
  if (!at(Kind::quantity) || !source_.text(peek().span).ends_with('%')) {
    fail_expected("a share such as 10%", "'drop 2 there' loses a certain datagram");
    return {};
  }
  const auto token = take();
  if (token.value > 100) {
    findings_.add(Rule::does_not_fit, token.span, fmt::format("{}% is no share", token.value), "a share is 0% to 100%");
  }
  return {token.value};
}

Condition::Rate Parser::rate() {
  if (!at(Kind::quantity) || !source_.text(peek().span).ends_with("/s")) {
    fail_expected("a rate such as 1MB/s");
    return {};
  }
  const auto token = take();
  if (token.value == 0) {
    findings_.add(Rule::does_not_fit, token.span, "at this rate nothing ever comes", "'stall after 0B' is that");
  }
  const auto written = source_.text(token.span);
  return {{token.value, number_form(written.substr(0, written.size() - 2))}};
}

Items Parser::datagram_numbers() {
  Items numbers;
  if (at(Kind::quantity)) {
    fail_expected("the number of a datagram", "'loss 10%' loses a share of all");
    return numbers;
  }
  if (at_word("there") || at_word("back")) fail_expected("the number of a datagram");
  do {
    numbers.push_back(value());
  } while (accept(Kind::comma));
  return numbers;
}

std::optional<Way> Parser::way() {
  if (accept_word("there")) return Way::there;
  if (accept_word("back")) return Way::back;
  return {};
}

}  // namespace volley::script
