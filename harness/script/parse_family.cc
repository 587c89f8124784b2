// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>

#include "script/parser.h"
#include "script/words.h"

namespace volley::script {

void Parser::use(File& file) {
  take();
  const auto span = peek().span;
  auto path = plain_text("the path of a file as a text");
  end_of_step();
  complete(remarks_, false);
  if (!failed_) file.uses.push_back({std::move(path), span, std::move(remarks_)});
}

/// `target NAME =` is taken already.
void Parser::family(File& file, Name name) {
  Family family{std::move(name), {}, {}};
  do {
    family.members.push_back(any_name("a target"));
  } while (accept(Kind::bar));
  end_of_step();
  complete(remarks_, false);
  family.remarks = std::move(remarks_);
  if (!failed_) file.families.push_back(std::move(family));
}

/// The word is taken already.
void Parser::known(Scenario& scenario) {
  const auto begin = at_ - 1;
  Known known;
  known.reason = plain_text("how the server departs from the clause, as a text");
  if (!accept_word("for")) fail_expected("'for'", "a deviation is that of one server: known \"…\" for NAME");
  known.target = any_name("a target");
  known.span = span_from(begin);
  if (!failed_) scenario.known.push_back(std::move(known));
}

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
