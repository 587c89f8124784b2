// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <array>
#include <string>

#include "script/parser.h"
#include "script/words.h"

namespace volley::script {
namespace {

constexpr auto transports = std::to_array<std::string_view>({"tcp", "udp", "unix", "unix_datagram"});
constexpr Words transport_words(transports);
constexpr std::string_view arrows = "NAME > … sends, NAME < … expects";

}  // namespace

void Parser::step(Steps& steps) {
  const auto begin = at_;
  operators_ = 0;
  auto remarks = remarks_before();
  const bool is_block = at_block();
  auto step = is_block ? block() : action();
  if (failed_ || !step) return;
  step->fails = fails();
  end_of_step();
  if (failed_) return;
  step->span = span_from(begin);
  complete(remarks, is_block);
  step->remarks = std::move(remarks);
  steps.push_back(*std::move(step));
}

/// Nullopt only after a mistake.
std::optional<Step> Parser::action() {
  Step step;
  const auto after = peek(at_stderr() ? 3 : 1).kind;
  if (!at(Kind::word)) {
    fail_expected("a step");
  } else if (after == Kind::greater) {
    step.action = send();
  } else if (after == Kind::less) {
    step.action = receive();
  } else if (at_process_end()) {
    step.action = process_end();
  } else if (accept_word("listen")) {
    step.action = listen();
  } else if (accept_word("bind")) {
    step.action = bind();
  } else if (accept_word("connect")) {
    step.action = connect();
  } else if (accept_word("accept")) {
    step.action = accept_step();
  } else if (accept_word("shutdown")) {
    step.action = Shutdown{any_name("a peer")};
  } else if (accept_word("close")) {
    step.action = Close{any_name("a peer")};
  } else if (accept_word("reset")) {
    step.action = ResetPeer{any_name("a peer")};
  } else if (at_word("let")) {
    step.action = let();
  } else if (accept_word("expect")) {
    step.action = expect();
  } else if (at_word("set")) {
    step.action = set();
  } else if (accept_word("wait")) {
    step.action = Wait{duration()};
  } else if (accept_word("ignore")) {
    step.action = Ignore{any_name("a peer")};
  } else if (accept_word("start")) {
    step.action = start();
  } else if (accept_word("signal")) {
    step.action = signal();
  } else if (accept_word("link")) {
    step.action = link();
  } else {
    unknown_step();
  }
  if (failed_) return {};
  return step;
}

void Parser::unknown_step() {
  constexpr auto transfers = std::to_array<std::string_view>({"read", "receive", "recv", "send", "write"});
  const auto first = word();
  if (at_stderr()) {
    return fail(Rule::unknown_step, {peek().span.begin, peek(2).span.end},
                fmt::format("what is to come from '{}.err' is missing", first),
                fmt::format("{}.err < … expects what a process writes to its stderr", first));
  }
  if (peek(1).kind == Kind::dot) {
    return fail(Rule::unknown_step, {peek().span.begin, peek(2).span.end},
                fmt::format("'{}.{}' begins no step", first, word(2)),
                fmt::format("'{}.err < …' expects what a process writes to its stderr", first));
  }
  fail(Rule::unknown_step, peek().span, fmt::format("unknown step {}", source::quote(first)),
       contains(transfers, first) ? std::string(arrows)
                                  : did_you_mean(first, together(step_words, property_words),
                                                 "a step begins with a keyword, or with 'NAME >' or 'NAME <'"));
}

/// The name that stands in front of a transport.
Name Parser::socket_name(std::string_view what) {
  const auto is_transport = [this](std::size_t ahead) { return contains(transport_words, word(ahead)); };
  if (is_transport(0) && !is_transport(1)) fail_expected(what);  // what is missing is the name
  return new_name(what);
}

Transport Parser::transport() {
  if (accept_word("tcp")) return Transport::tcp;
  if (accept_word("udp")) return Transport::udp;
  if (accept_word("unix")) return Transport::unix_stream;
  if (accept_word("unix_datagram")) return Transport::unix_datagram;
  if (at(Kind::word)) {
    fail(Rule::unknown_transport, peek().span, fmt::format("unknown transport {}", source::quote(word())),
         did_you_mean(word(), together(transport_words, {}), "transports are tcp, udp, unix and unix_datagram"));
  } else {
    fail_expected("a transport");
  }
  return Transport::tcp;
}

std::optional<Expression> Parser::optional_place() {
  if (at_step_end() || contains(clause_words, word())) return {};
  return place();
}

Expression Parser::place() {
  const auto begin = at_;
  auto place = value();
  if (!at(Kind::colon)) return place;
  const auto port = peek(1).kind == Kind::number ? source_.text(peek(1).span) : std::string_view("80");
  fail(Rule::bad_endpoint, span_from(begin), "no endpoint: a name is no address",
       fmt::format("write 127.0.0.1:{0} or [::1]:{0}", port.substr(0, 20)));
  return {};
}

Listen Parser::listen() {
  Listen listen;
  listen.name = socket_name("a name for the listener");
  listen.transport = transport();
  listen.place = optional_place();
  listen.options = options();
  return listen;
}

Bind Parser::bind() {
  Bind bind;
  bind.name = socket_name("a name for the socket");
  bind.transport = transport();
  bind.place = optional_place();
  bind.options = options();
  return bind;
}

Connect Parser::connect() {
  Connect connect;
  connect.name = socket_name("a name for the connection");
  connect.transport = transport();
  connect.place = place();
  if (accept_word("from")) connect.from = place();
  connect.options = options();
  return connect;
}

Accept Parser::accept_step() {
  Accept accept;
  accept.name = new_name("a name for the connection");
  if (!accept_word("from")) fail_expected("'from'");
  accept.listener = any_name("a listener");
  if (accept_word("by")) {
    accept.by = any_name("a peer");
  } else if (accept_word("sending")) {
    accept.sending = items("the bytes that it sends first");
  }
  if (accept_word("within")) accept.within = within();
  return accept;
}

Expect Parser::expect() {
  Expect expect{item()};
  if (starts_item()) {
    const bool is_name = std::holds_alternative<Reference>(expect.condition.node);
    fail_expected("the end of the line",
                  is_name ? std::string(arrows) : "bytes that stand side by side are in brackets here: (a b)");
  }
  return expect;
}

Send Parser::send() {
  Send send;
  send.peer = peer_name();
  take();
  send.items = items("bytes to send");
  if (accept_word("to")) send.to = place();
  send.segments = segments();
  send.urgent = accept_mark("urgent");
  misplaced_clause("a send has 'to PLACE', then 'in segments of N every T', then 'urgent'");
  return send;
}

/// `in segments of N`, and how long to wait between two of them.
std::optional<Segments> Parser::segments() {
  const auto begin = at_;
  if (!accept_word("in")) return {};
  if (!accept_word("segments")) fail_expected("'segments of N'");
  if (!accept_word("of")) fail_expected("'of'", "for example in segments of 1");
  Segments segments;
  segments.size = value();
  if (accept_word("every")) segments.every = duration();
  if (failed_) return {};
  segments.span = span_from(begin);
  return segments;
}

/// A clause that stands behind one that it belongs in front of, or twice.
void Parser::misplaced_clause(std::string_view order) {
  const bool ends_step = at_word("fails");
  if (ends_step || !contains(clause_words, word())) return;
  fail(Rule::suffix_order, peek().span, fmt::format("{} does not stand here", found()), std::string(order));
}

std::optional<Name> Parser::fails() {
  if (!accept_word("fails")) return {};
  return any_name("the name of an error");
}

}  // namespace volley::script
