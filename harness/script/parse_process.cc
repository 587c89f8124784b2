// SPDX-License-Identifier: Apache-2.0
// The steps of processes, and the name of a process' stderr.
#include "script/parser.h"

namespace volley::script {

/// `NAME.err`
bool Parser::at_stderr() const {
  return peek(1).kind == Kind::dot && word(2) == "err";
}

bool Parser::at_process_end() const {
  return at(Kind::word) && (word(1) == "exits" || word(1) == "killed");
}

/// A peer that sends or receives. Of `NAME.err` the whole is its name: no other name has a dot.
Name Parser::peer_name() {
  const auto begin = at_;
  const bool is_stderr = at_stderr();
  auto name = any_name("a peer");
  if (!is_stderr || failed_) return name;
  take();
  take();
  name.text += ".err";
  name.span = span_from(begin);
  return name;
}

Start Parser::start() {
  Start start;
  start.name = new_name("a name for the process");
  start.argv = items("the program and its arguments");
  return start;
}

ProcessEnd Parser::process_end() {
  ProcessEnd end;
  end.process = any_name("a process");
  if (accept_word("exits")) {
    end.how = value();
  } else {
    take();
    if (!accept_word("by")) fail_expected("'by'", "for example: killed by segv");
    end.how = any_name("the name of a signal");
  }
  if (accept_word("within")) end.within = within();
  return end;
}

Signal Parser::signal() {
  Signal signal;
  signal.process = any_name("a process");
  signal.signal = any_name("the name of a signal");
  return signal;
}

}  // namespace volley::script
