// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <utility>

#include "script/parser.h"
#include "script/words.h"

namespace volley::script {

void Parser::vary(Scenario& scenario) {
  Vary vary;
  if (accept_word("none")) {
    vary.kind = Vary::Kind::none;
  } else if (accept_word("all")) {
    if (accept_word("except")) vary.names = variations();
  } else {
    vary.kind = Vary::Kind::some;
    vary.names = variations();
  }
  if (!failed_) scenario.vary = std::move(vary);
}

std::vector<Name> Parser::variations() {
  std::vector<Name> names;
  do {
    auto name = any_name("a variation");
    if (!failed_ && !contains(variation_words, name.text)) {
      findings_.add(Rule::unknown_option, name.span, fmt::format("unknown variation {}", source::quote(name.text)),
                    did_you_mean(name.text, together(variation_words, {}),
                                 fmt::format("variations are {}", fmt::join(variation_words, ", "))));
    }
    names.push_back(std::move(name));
  } while (accept(Kind::comma));
  return names;
}

}  // namespace volley::script
