// SPDX-License-Identifier: Apache-2.0
#include "report/paint.h"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>

namespace volley::report {
namespace {

constexpr std::string_view red = "31";
constexpr std::string_view green = "32";
constexpr std::string_view yellow = "33";
constexpr std::string_view cyan = "36";

std::string in_colour(std::string_view text, std::string_view colour) {
  return fmt::format("\x1b[{}m{}\x1b[0m", colour, text);
}

std::string_view colour_of(judge::Outcome outcome) {
  switch (outcome) {
    case judge::Outcome::passed:
      return green;
    case judge::Outcome::failed:
    case judge::Outcome::error:
      return red;
    case judge::Outcome::skipped:
    case judge::Outcome::advice:
    case judge::Outcome::flaky:
    case judge::Outcome::vanished:
      return yellow;
    case judge::Outcome::information:
    case judge::Outcome::known:
      return cyan;
  }
  return {};
}

}  // namespace

std::string painted(std::string text, judge::Outcome outcome) {
  const auto word = std::min(text.find(' '), text.size());
  return text.replace(0, word, in_colour(std::string_view(text).substr(0, word), colour_of(outcome)));
}

std::string painted(const std::string& text, bool is_success) {
  const auto line = std::min(text.find('\n'), text.size());
  return in_colour(std::string_view(text).substr(0, line), is_success ? green : red) + text.substr(line);
}

}  // namespace volley::report
