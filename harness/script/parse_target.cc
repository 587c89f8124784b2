// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include "script/parser.h"
#include "script/words.h"

namespace volley::script {

void Parser::target(File& file) {
  const auto begin = at_;
  take();
  Target target;
  target.name = new_name("the name of the target");
  misnamed_.merge(misnamed_here_);
  if (accept(Kind::assign)) return family(file, std::move(target.name));
  const auto brace = peek().span;
  require(Kind::left_brace, "'{'");
  if (failed_) return;
  seen_.clear();
  for (skip_newlines(); block_goes_on("target", brace); skip_newlines()) {
    const auto line = at_;
    in_target_ = true;
    target_line(target);
    in_target_ = false;
    end_of_step();
    if (failed_) recover(line);
  }
  target.span = span_from(begin);
  complete(remarks_, true);
  target.remarks = std::move(remarks_);
  file.targets.push_back(std::move(target));
}

void Parser::target_line(Target& target) {
  operators_ = 0;
  if (at_word("run")) {
    target_run(target);
  } else if (accept_word("env")) {
    auto name = plain_text("the name of a variable as a text");
    auto value = item();
    if (!failed_) target.environment.push_back({std::move(name), std::move(value)});
  } else if (accept_word("file")) {
    auto path = item();
    auto content = items("the content of the file");
    if (!failed_) target.files.push_back({std::move(path), std::move(content)});
  } else if (at_word("ready")) {
    target_ready(target);
  } else if (at_word("within")) {
    once(take());
    target.within = duration();
  } else if (at_word("stop")) {
    target_stop(target);
  } else if (at(Kind::word)) {
    fail(Rule::unknown_property, peek().span, fmt::format("unknown line {} of a target", source::quote(word())),
         did_you_mean(word(), together(target_words, {}), "a target has run, env, file, ready, within and stop"));
  } else {
    fail_expected("a line of the target");
  }
}

void Parser::target_run(Target& target) {
  once(peek());
  target.run_span = peek().span;
  const auto begin = at_;
  take();
  auto run = items("the program and its arguments");
  if (failed_) return;
  target.run = std::move(run);
  target.run_span = span_from(begin);
}

void Parser::target_ready(Target& target) {
  once(take());
  if (accept_word("tcp")) {
    target.ready = Target::ReadyTcp{};
  } else if (accept_word("udp")) {
    target.ready = Target::ReadyUdp{items("the datagram that it answers")};
  } else if (accept_word("output")) {
    require(Kind::tilde, "'~'");
    target.ready = Target::ReadyOutput{regex()};
  } else if (at(Kind::word)) {
    fail(Rule::unknown_option, peek().span, fmt::format("unknown sign of readiness {}", source::quote(word())),
         did_you_mean(word(), {"tcp", "udp", "output"}, "ready tcp, ready udp BYTES, or ready output ~ /regex/"));
  } else {
    fail_expected("'tcp', 'udp' or 'output'");
  }
}

void Parser::target_stop(Target& target) {
  once(take());
  if (accept_word("term")) {
    target.stop = Target::Stop::term;
  } else if (accept_word("int")) {
    target.stop = Target::Stop::interrupt;
  } else if (accept_word("close")) {
    target.stop = Target::Stop::close;
  } else if (at(Kind::word)) {
    fail(Rule::unknown_option, peek().span, fmt::format("unknown way to stop {}", source::quote(word())),
         did_you_mean(word(), {"term", "int", "close"}, "a target stops by term, int or close"));
  } else {
    fail_expected("'term', 'int' or 'close'");
  }
}

}  // namespace volley::script
