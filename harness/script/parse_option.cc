// SPDX-License-Identifier: Apache-2.0
// Socket options, and the properties that say what a scenario asks of its surroundings.
#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "script/parser.h"
#include "script/words.h"

namespace volley::script {
namespace {

constexpr auto level_words = std::to_array<std::string_view>({"must", "should", "may"});
constexpr auto need_words = std::to_array<std::string_view>({"root", "ipv6", "net"});

/// Where the word stands in the list; nullopt if it does not.
template <std::size_t N>
std::optional<std::size_t> index_in(const std::array<std::string_view, N>& words, std::string_view word) {
  const auto found = std::ranges::find(words, word);
  if (found == words.end()) return {};
  return static_cast<std::size_t>(found - words.begin());
}

}  // namespace

Set Parser::set() {
  take();
  Set set;
  set.peer = any_name("a peer");
  set.setting = option_setting();
  return set;
}

/// `NAME = VALUE`
OptionSetting Parser::option_setting() {
  OptionSetting setting;
  setting.option = any_name("an option");
  require(Kind::assign, "'='");
  setting.value = value();
  return setting;
}

/// `with NAME = VALUE, …`
std::vector<OptionSetting> Parser::options() {
  std::vector<OptionSetting> options;
  if (!accept_word("with")) return options;
  do {
    options.push_back(option_setting());
  } while (accept(Kind::comma));
  return options;
}

void Parser::limit(Scenario& scenario) {
  if (!at(Kind::number)) return fail_expected("a size", "for example limit 128MiB");
  scenario.limit = primary();
}

void Parser::level(Scenario& scenario) {
  const auto chosen = index_in(level_words, word());
  if (!chosen && at(Kind::word)) {
    return fail(Rule::unknown_option, peek().span, fmt::format("unknown level {}", source::quote(word())),
                did_you_mean(word(), {level_words.begin(), level_words.end()}, "levels are must, should and may"));
  }
  if (!chosen) return fail_expected("'must', 'should' or 'may'");
  scenario.level = static_cast<Level>(*chosen);
  take();
}

void Parser::needs(Scenario& scenario) {
  do {
    const auto need = index_in(need_words, word());
    if (!need && at(Kind::word)) {
      return fail(Rule::unknown_option, peek().span, fmt::format("unknown need {}", source::quote(word())),
                  did_you_mean(word(), {need_words.begin(), need_words.end()}, "needs are root, ipv6 and net"));
    }
    if (!need) return fail_expected("'root', 'ipv6' or 'net'");
    scenario.needs.push_back(static_cast<Need>(*need));
    take();
  } while (accept(Kind::comma));
}

}  // namespace volley::script
