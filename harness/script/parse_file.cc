// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "script/parser.h"
#include "script/words.h"

namespace volley::script {

File Parser::file() {
  File file;
  for (skip_newlines(); !at(Kind::end); skip_newlines()) {
    const auto begin = at_;
    misnamed_here_.clear();
    remarks_ = remarks_before();
    declaration(file);
    if (failed_) recover(begin);
  }
  file.comments = remarks_before().before;
  return file;
}

void Parser::declaration(File& file) {
  if (at_word("let")) {
    auto binding = let();
    misnamed_.merge(misnamed_here_);
    end_of_step();
    complete(remarks_, false);
    binding.remarks = std::move(remarks_);
    if (!failed_) file.lets.push_back(std::move(binding));
  } else if (at_word("target")) {
    target(file);
  } else if (at_word("scenario")) {
    scenario(file);
  } else if (at_word("use")) {
    use(file);
  } else if (at_word("message")) {
    message(file);
  } else {
    unknown_declaration(file);
  }
}

/// A block whose word is misspelt is read as what it was meant to be. Anything else that stands here belongs to no
/// block, and so does probably all that follows up to the next declaration: one mistake.
void Parser::unknown_declaration(File& file) {
  if (const auto meant = misspelt_declaration(); !meant.empty()) {
    findings_.add(Rule::unknown_declaration, peek().span, fmt::format("unknown declaration {}", source::quote(word())),
                  fmt::format("did you mean '{}'?", meant));
    return meant == "target" ? target(file) : scenario(file);
  }
  if (at(Kind::right_brace)) {
    fail(Rule::expected, peek().span, "expected a declaration, found '}'", "no block is open here");
  } else if (at(Kind::word)) {
    const bool is_step = contains(step_words, word()) || peek(1).kind == Kind::less || peek(1).kind == Kind::greater;
    fail(Rule::unknown_declaration, peek().span, fmt::format("unknown declaration {}", source::quote(word())),
         did_you_mean(word(), together(declaration_words, {}),
                      is_step ? "steps stand in a scenario" : "a file has scenarios, targets and lets"));
  } else {
    fail_expected("a declaration");
  }
  do {
    recover(at_);
    accept(Kind::right_brace);
    skip_newlines();
  } while (!at(Kind::end) && !at_declaration());
}

/// `let` is not asked for: a scenario has lets too.
bool Parser::at_declaration() const {
  if (at_word("scenario") || at_word("use")) return peek(1).kind == Kind::text || peek(1).kind == Kind::text_head;
  if (at_word("target") || at_word("message")) return peek(1).kind == Kind::word;
  return !misspelt_declaration().empty();
}

/// `scenario` or `target` if that is what the word here is close to, and the rest of the line fits; else empty.
std::string_view Parser::misspelt_declaration() const {
  if (!at(Kind::word) || peek(2).kind != Kind::left_brace) return {};
  if (peek(1).kind == Kind::text) return source::closest(word(), {"scenario"});
  return peek(1).kind == Kind::word ? source::closest(word(), {"target"}) : std::string_view();
}

Let Parser::let() {
  take();
  operators_ = 0;
  Let let;
  let.name = new_name("a name");
  require(Kind::assign, "'='");
  let.value = items("a value");
  return let;
}

void Parser::scenario(File& file) {
  const auto begin = at_;
  is_unclosed_ = false;
  take();
  Scenario scenario;
  auto remarks = std::move(remarks_);
  scenario.name_span = peek().span;
  scenario.name = plain_text("the name of the scenario as a text");
  const auto brace = peek().span;
  require(Kind::left_brace, "'{'");
  if (failed_) return;
  scenario_body(scenario, brace);
  scenario.span = span_from(begin);
  complete(remarks, true);
  scenario.remarks = std::move(remarks);
  file.scenarios.push_back(std::move(scenario));
}

void Parser::scenario_body(Scenario& scenario, Span brace) {
  seen_.clear();
  for (skip_newlines(); block_goes_on("scenario", brace); skip_newlines()) {
    const auto begin = at_;
    const bool is_peer = peek(1).kind == Kind::less || peek(1).kind == Kind::greater;
    if (contains(property_words, word()) && !is_peer) {
      property(scenario);
    } else {
      step(scenario.steps);
    }
    end_of_step();
    if (failed_) recover(begin);
  }
}

/// Whether another line of the block follows; takes the brace if none does.
bool Parser::block_goes_on(std::string_view what, Span brace) {
  if (accept(Kind::right_brace)) return false;
  if (!at(Kind::end) && !at_declaration()) return true;
  unclosed(what, brace);
  return false;
}

/// The innermost of several is told.
void Parser::unclosed(std::string_view what, Span brace) {
  if (std::exchange(is_unclosed_, true)) return;
  findings_.add(Rule::unclosed_block, brace, fmt::format("the block of this {} is not closed", what),
                "a '}' closes it");
}

void Parser::once(const Token& token) {
  const auto text = source_.text(token.span);
  if (std::ranges::find(seen_, text) == seen_.end()) {
    seen_.push_back(text);
  } else {
    findings_.add(Rule::repeated, token.span, fmt::format("'{}' stands here a second time", text));
  }
}

void Parser::property(Scenario& scenario) {
  const auto token = take();
  const auto text = source_.text(token.span);
  if (!scenario.steps.empty()) {
    findings_.add(Rule::property_after_step, token.span, fmt::format("the property '{}' stands after a step", text),
                  "properties stand before the first step");
  }
  if (text == "spec") {
    scenario.specs.push_back(plain_text("a text"));
  } else if (text == "tag") {
    tags(scenario);
  } else if (text == "timeout") {
    once(token);
    scenario.timeout = duration();
  } else if (text == "total") {
    once(token);
    scenario.total = duration();
  } else if (text == "known") {
    known(scenario);
  } else if (text == "vary") {
    once(token);
    vary(scenario);
  } else if (text == "limit") {
    once(token);
    limit(scenario);
  } else if (text == "level") {
    once(token);
    level(scenario);
  } else if (text == "needs") {
    once(token);
    needs(scenario);
  } else {
    once(token);
    scenario.fresh = true;
  }
}

void Parser::tags(Scenario& scenario) {
  do {
    auto tag = any_name("a tag");
    if (!failed_ && !is_name(tag.text)) {
      findings_.add(Rule::bad_name, tag.span, fmt::format("{} is no name", source::quote(tag.text)),
                    "names have lower case letters, digits and underscores, a letter first");
    }
    scenario.tags.push_back(std::move(tag));
  } while (accept(Kind::comma));
}

}  // namespace volley::script
