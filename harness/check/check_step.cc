// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include "check/checker.h"
#include "script/words.h"

namespace volley::check {
namespace {

using Kind = Binding::Kind;
using source::quote;

/// Whether the step asks the kernel for something that can fail.
struct MakesCall {
  bool operator()(const script::Let&) const { return false; }
  bool operator()(const script::Expect&) const { return false; }
  bool operator()(const script::Wait&) const { return false; }
  bool operator()(const script::Ignore&) const { return false; }
  bool operator()(const script::Repeat&) const { return false; }
  bool operator()(const script::Parallel&) const { return false; }
  bool operator()(const script::AnyOrder&) const { return false; }
  bool operator()(const script::OneOf&) const { return false; }
  bool operator()(const script::Focus&) const { return false; }
  bool operator()(const script::Always&) const { return false; }
  bool operator()(const script::Start&) const { return false; }
  bool operator()(const script::ProcessEnd&) const { return false; }
  bool operator()(const script::Signal&) const { return false; }
  // What a receive meets instead of bytes is an end, and has a step of its own; a close always succeeds.
  bool operator()(const script::Receive&) const { return false; }
  bool operator()(const script::Close&) const { return false; }
  bool operator()(const script::ResetPeer&) const { return false; }
  template <class Other>
  bool operator()(const Other&) const {
    return true;
  }
};

}  // namespace

void Checker::scenario(const script::Scenario& scenario) {
  if (!scenario.steps.empty()) last_ = &scenario.steps.back();
  property_values(scenario);
  for (const auto& each : scenario.steps) step(each);
  known(scenario);
}

void Checker::step(const script::Step& step) {
  bound_in_step_.clear();
  step_span_ = step.span;
  is_failing_ = step.fails.has_value();
  const bool is_last = &step == last_;
  if (std::holds_alternative<script::Always>(step.action) && depth_ == 0 && !is_last) {
    findings_.add(Rule::misplaced_block, {step.span.begin, step.span.begin + 6}, "steps follow 'always'",
                  "'always' is the last step of its scenario");
  }
  std::visit([this](const auto& each) { action(each); }, step.action);
  if (step.fails) fails(step);
}

void Checker::fails(const script::Step& step) {
  const auto& error = *step.fails;
  if (!script::contains(script::error_words, error.text)) {
    findings_.add(Rule::unknown_error, error.span, fmt::format("unknown error {}", quote(error.text)),
                  script::did_you_mean(error.text, script::together(script::error_words, {}),
                                       "errors are refused, reset, broken_pipe, timed_out, in_use, not_available, "
                                       "unreachable, invalid, too_long, permission, not_connected, already_connected"));
  }
  if (!std::visit(MakesCall{}, step.action)) {
    const bool receives = std::holds_alternative<script::Receive>(step.action);
    findings_.add(Rule::fails_without_call, error.span, "this step makes no system call that could fail",
                  receives ? "ends are expected as 'NAME < eof', 'reset', 'closed' or 'refused'" : "");
  }
  for (const auto& name : bound_in_step_) {
    names_.forget(name);
    unbound_.insert(name);
  }
}

void Checker::action(const script::Listen& step) {
  const bool is_unix = script::is_unix(step.transport);
  if (!is_stream(step.transport)) {
    findings_.add(
        Rule::wrong_transport, step_span_, "a listener is a stream socket",
        fmt::format("a datagram socket is bound: bind {} {}", step.name.text, is_unix ? "unix_datagram" : "udp"));
  }
  if (step.place) local_place(*step.place, true, is_unix);
  const Binding opened{.kind = Kind::listener, .is_unix = is_unix};
  opening_options(step.options, opened, step.place ? &*step.place : nullptr);
  bind(step.name, opened);
}

void Checker::action(const script::Bind& step) {
  const bool is_unix = script::is_unix(step.transport);
  if (is_stream(step.transport)) {
    findings_.add(Rule::wrong_transport, step_span_, "'bind' makes datagram sockets",
                  is_unix ? fmt::format("a datagram socket: bind {} unix_datagram", step.name.text)
                          : fmt::format("a stream socket listens or connects: listen {} tcp", step.name.text));
  }
  if (step.place) local_place(*step.place, true, is_unix);
  const Binding opened{.kind = Kind::datagram, .is_unix = is_unix};
  opening_options(step.options, opened, step.place ? &*step.place : nullptr);
  bind(step.name, opened);
}

void Checker::action(const script::Connect& step) {
  remote_place(step.place, step.transport);
  const bool is_unix = script::is_unix(step.transport);
  if (step.from) local_place(*step.from, false, is_unix);
  const Binding opened{.kind = is_stream(step.transport) ? Kind::stream : Kind::datagram,
                       .is_connected = true,
                       .is_unix = is_unix,
                       .is_connector = true};
  opening_options(step.options, opened, &step.place);
  bind(step.name, opened);
}

void Checker::action(const script::Accept& step) {
  const auto* listener = peer(step.listener, "accept");
  if (listener && listener->kind != Kind::listener) {
    findings_.add(Rule::not_a_listener, step.listener.span, fmt::format("{} is no listener", quote(step.listener.text)),
                  "'listen NAME tcp' makes one");
    listener = nullptr;
  }
  if (step.by) by(step, listener);
  for (const auto& item : step.sending) bytes(item);
  bind(step.name, {.kind = Kind::stream, .is_connected = true, .is_unix = listener && listener->is_unix});
}

void Checker::action(const script::Send& step) {
  const auto* sender = peer(step.peer, "send");
  if (sender && sender->kind == Kind::listener) {
    findings_.add(Rule::listener_as_peer, step.peer.span,
                  fmt::format("{} is a listener: it cannot send", quote(step.peer.text)),
                  fmt::format("'accept NAME from {}' makes a peer", step.peer.text));
    sender = nullptr;
  }
  if (sender && sender->kind == Kind::errors) {
    findings_.add(Rule::not_a_socket, step.peer.span,
                  fmt::format("{} is what a process writes: nothing can be sent there", quote(step.peer.text)));
    sender = nullptr;
  }
  if (sender && sender->is_shut_down && !is_failing_) {
    findings_.add(Rule::send_after_shutdown, step.peer.span,
                  fmt::format("{} is shut down: it cannot send", quote(step.peer.text)),
                  "'fails broken_pipe' expects the error");
  }
  bits(step.items);
  for (const auto& item : step.items) bytes(item);
  send_clauses(step, sender);
  if (step.to && sender && sender->kind != Kind::datagram) {
    findings_.add(Rule::datagram_only, step.to->span,
                  fmt::format("'to' is for datagram sockets, and {} is a {}", quote(step.peer.text),
                              sender->kind == Kind::stream ? "stream" : "process"));
  } else if (step.to) {
    datagram_place(*step.to, sender && sender->is_unix);
  } else if (sender && sender->kind == Kind::datagram && !sender->is_connected) {
    findings_.add(Rule::no_destination, step.peer.span,
                  fmt::format("{} is not connected: the datagram has no destination", quote(step.peer.text)),
                  "'to PLACE' names one");
  }
}

void Checker::action(const script::Receive& step) {
  const auto* receiver = peer(step.peer, "receive");
  receive_clauses(step, receiver);
  if (receiver && receiver->kind == Kind::listener) {
    findings_.add(Rule::listener_as_peer, step.peer.span,
                  fmt::format("{} is a listener: it cannot receive", quote(step.peer.text)),
                  fmt::format("'accept NAME from {}' makes a peer", step.peer.text));
  } else if (receiver) {
    state_fits(step, *receiver);
    if (receiver->parallels < parallels_) {
      findings_.add(
          Rule::outer_peer, step.peer.span,
          fmt::format("{} is from outside of 'parallel': which copy receives what is open", quote(step.peer.text)),
          "connect or accept it inside");
    }
  }
  if (const auto* place = std::get_if<Expression>(&step.from)) datagram_place(*place, receiver && receiver->is_unix);
  if (!step.skipping.empty()) skipped_pattern(step.skipping);
  if (const auto* items = std::get_if<Items>(&step.what)) pattern(*items, true);
  if (step.sender) bind_value(*step.sender, {.type = Type::endpoint, .constant = {}});
}

void Checker::action(const script::Shutdown& step) {
  auto* shut = names_.find_own(step.peer.text);
  if (!shut || shut->kind != Kind::process) shut = stream(step.peer, "be shut down");
  if (shut) {
    once_only(*shut, step.peer, "shut down");
    change(step.peer, *shut, &Binding::is_shut_down);
  }
}

void Checker::action(const script::Close& step) {
  auto* closed = peer(step.peer, "be closed again");
  if (closed && !is_process(step.peer, *closed, "be closed", "'shutdown' ends its stdin, 'signal' itself")) {
    once_only(*closed, step.peer, "closed");
    change(step.peer, *closed, &Binding::is_closed);
  }
}

void Checker::action(const script::ResetPeer& step) {
  auto* closed = stream(step.peer, "be reset");
  if (!closed) return;
  if (closed->is_unix) {
    return findings_.add(Rule::not_on_unix, step.peer.span,
                         fmt::format("{} is a unix socket, which has no reset to send", quote(step.peer.text)),
                         "a 'close' with unread input is one for the other end");
  }
  once_only(*closed, step.peer, "reset");
  change(step.peer, *closed, &Binding::is_closed);
}

void Checker::action(const script::Let& step) {
  bind_value(step.name, side_by_side(step.value));
}

void Checker::action(const script::Expect& step) {
  const auto& condition = step.condition;
  if (condition.as || !condition.where.empty()) {
    findings_.add(Rule::pattern_in_value, condition.span, "'as' and 'where' stand only in what a peer is to receive",
                  condition.as ? "'let' gives a value a name" : "'and' joins conditions");
    return;
  }
  const auto found = node(condition);
  if (!condition.regex && condition.pattern.empty()) {
    require(condition, found.type, Type::boolean, "'expect'");
    return;
  }
  require(condition, found.type, Type::bytes, "'~'");
  if (condition.regex) regex(*condition.regex);
  if (!condition.pattern.empty()) pattern(condition.pattern, true);
}

}  // namespace volley::check
