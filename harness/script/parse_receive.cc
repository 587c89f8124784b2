// SPDX-License-Identifier: Apache-2.0
#include "script/parser.h"
#include "script/words.h"

namespace volley::script {

Receive Parser::receive() {
  Receive receive;
  receive.peer = peer_name();
  take();
  receive_what(receive);
  const bool is_pattern = std::holds_alternative<Items>(receive.what);
  if (is_pattern) {
    receive_from(receive);
    receive_call(receive);
  }
  const bool is_timed = std::holds_alternative<Receive::Nothing>(receive.what);
  if (!is_timed && accept_word("within")) receive.within = within();
  if (!is_pattern) return receive;
  if (accept_word("skipping")) receive.skipping = items("a pattern");
  misplaced_clause(
      "a pattern has 'from PLACE as NAME', then 'buffer N', 'peek', 'truncated', 'urgent', then 'within T', then "
      "'skipping PATTERN'");
  return receive;
}

void Parser::receive_what(Receive& receive) {
  if (accept_word("eof")) {
    receive.what = Receive::Eof{};
  } else if (accept_word("reset")) {
    receive.what = Receive::Reset{};
  } else if (accept_word("closed")) {
    receive.what = Receive::Closed{};
  } else if (accept_word("refused")) {
    receive.what = Receive::Refused{};
  } else if (accept_word("nothing")) {
    if (!accept_word("for")) fail_expected("'for'", "silence has a time: nothing for 200ms");
    receive.what = Receive::Nothing{duration()};
  } else {
    receive.what = items("a pattern");
  }
}

void Parser::receive_from(Receive& receive) {
  if (!accept_word("from")) return;
  if (accept_word("any")) {
    receive.from = Receive::FromAny{};
  } else {
    receive.from = place();
  }
  if (accept_word("as")) receive.sender = new_name("a name for the sender");
}

/// How the receive call is to be made.
void Parser::receive_call(Receive& receive) {
  if (accept_word("buffer")) receive.buffer.push_back(value());
  receive.peek = accept_mark("peek");
  receive.truncated = accept_mark("truncated");
  receive.urgent = accept_mark("urgent");
}

/// A clause of one word: where it stands.
std::optional<Span> Parser::accept_mark(std::string_view word) {
  const auto span = peek().span;
  if (!accept_word(word)) return {};
  return span;
}

}  // namespace volley::script
