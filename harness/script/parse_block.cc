// SPDX-License-Identifier: Apache-2.0
// Steps that hold others: repeat, parallel, any order, one of, focus, always.
#include <fmt/format.h>

#include "script/parser.h"
#include "script/words.h"

namespace volley::script {
namespace {

const std::string branch_hint = "a branch is a receive, or steps in braces that begin with one";

}  // namespace

bool Parser::at_block() const {
  const auto after = peek(1).kind;
  if (after == Kind::greater || after == Kind::less) return false;  // a peer that is called so
  const auto first = word();
  if (first == "any") return word(1) == "order";
  if (first == "one") return word(1) == "of";
  return first == "repeat" || first == "parallel" || first == "focus" || first == "always";
}

Step Parser::block() {
  Step step;
  if (accept_word("repeat")) {
    step.action = repeat();
  } else if (accept_word("parallel")) {
    step.action = parallel();
  } else if (accept_word("focus")) {
    step.action = Focus{block_body("focus")};
  } else if (accept_word("always")) {
    step.action = Always{block_body("always")};
  } else if (accept_word("any")) {
    take();
    step.action = AnyOrder{branches("any order")};
  } else {
    take();
    take();
    step.action = OneOf{branches("one of")};
  }
  return step;
}

Repeat Parser::repeat() {
  Repeat repeat;
  if (accept_word("until")) {
    repeat.until.push_back(value());
    if (accept_word("at")) {
      if (!accept_word("most")) fail_expected("'most'", "for example at most 100");
      repeat.at_most.push_back(value());
    }
  } else {
    repeat.count.push_back(value());
  }
  repeat.round = counter();
  repeat.body = block_body("repeat");
  return repeat;
}

Parallel Parser::parallel() {
  Parallel parallel;
  parallel.count = value();
  parallel.copy = counter();
  parallel.body = block_body("parallel");
  return parallel;
}

/// `as i`
std::optional<Name> Parser::counter() {
  if (!accept_word("as")) return {};
  return new_name("a name for the counter");
}

/// Blocks count apart from brackets: a mistake inside must not let them nest without end.
void Parser::open_block(std::string_view what) {
  require(Kind::left_brace, "'{'");
  if (failed_ || ++blocks_ <= deepest) return;
  fail(Rule::too_deep, peek().span, fmt::format("blocks are nested more than {} deep", deepest),
       fmt::format("this '{}' is one too many", what));
  --blocks_;
}

Steps Parser::block_body(std::string_view what) {
  Steps steps;
  const auto brace = peek().span;
  open_block(what);
  if (failed_) return steps;
  for (skip_newlines(); block_goes_on(what, brace); skip_newlines()) {
    const auto begin = at_;
    step(steps);
    if (failed_) recover(begin);
  }
  --blocks_;
  return steps;
}

std::vector<Branch> Parser::branches(std::string_view what) {
  std::vector<Branch> branches;
  const auto brace = peek().span;
  open_block(what);
  if (failed_) return branches;
  skip_newlines();
  if (at(Kind::right_brace)) findings_.add(Rule::expected, peek().span, "expected a branch, found '}'", branch_hint);
  for (; block_goes_on(what, brace); skip_newlines()) {
    const auto begin = at_;
    auto read = branch();
    if (failed_) {
      recover(begin);
    } else {
      branches.push_back(std::move(read));
    }
  }
  --blocks_;
  return branches;
}

Branch Parser::branch() {
  Branch branch;
  if (at(Kind::left_brace)) {
    branch.is_braced = true;
    branch.steps = block_body("branch");
    end_of_step();
  } else if (peek(1).kind == Kind::less || (peek(1).kind == Kind::dot && peek(3).kind == Kind::less)) {
    step(branch.steps);
  } else {
    fail_expected("a branch", branch_hint);
  }
  return branch;
}

}  // namespace volley::script
