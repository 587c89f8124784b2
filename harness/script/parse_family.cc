// SPDX-License-Identifier: Apache-2.0
#include <utility>

#include "script/parser.h"

namespace volley::script {

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

}  // namespace volley::script
