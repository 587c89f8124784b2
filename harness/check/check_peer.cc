// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "check/checker.h"

namespace volley::check {
namespace {

using Kind = Binding::Kind;
using script::Receive;
using script::Transport;
using source::quote;

/// What a receive waits for, as it is written; empty for a pattern.
struct WordOf {
  std::string_view operator()(const Items&) const { return {}; }
  std::string_view operator()(const Receive::Eof&) const { return "eof"; }
  std::string_view operator()(const Receive::Reset&) const { return "reset"; }
  std::string_view operator()(const Receive::Closed&) const { return "closed"; }
  std::string_view operator()(const Receive::Refused&) const { return "refused"; }
  std::string_view operator()(const Receive::Nothing&) const { return "nothing"; }
};

const script::Reference* as_name(const Expression& expression) {
  return std::get_if<script::Reference>(&expression.node);
}

std::string_view kind_text(const Binding& binding) {
  switch (binding.kind) {
    case Kind::target:
      return "a target";
    case Kind::listener:
      return binding.is_unix ? "a unix listener" : "a listener";
    case Kind::stream:
      return binding.is_unix ? "a unix stream" : "a stream";
    case Kind::process:
      return "a process";
    case Kind::errors:
      return "what a process writes";
    case Kind::link:
      return "a link";
    default:
      return binding.is_unix ? "a unix datagram socket" : "a datagram socket";
  }
}

}  // namespace

/// An open peer that is a stream, or null after a mistake.
Binding* Checker::stream(const Name& name, std::string_view does) {
  auto* found = peer(name, does);
  if (!found || found->kind == Kind::stream) return found;
  if (is_process(name, *found, does)) return nullptr;
  if (found->kind == Kind::listener) {
    findings_.add(Rule::listener_as_peer, name.span,
                  fmt::format("{} is a listener: it cannot {}", quote(name.text), does),
                  fmt::format("'close {}' ends it", name.text));
  } else {
    findings_.add(Rule::stream_only, name.span,
                  fmt::format("{} is a datagram socket: it cannot {}", quote(name.text), does),
                  fmt::format("'close {}' ends it", name.text));
  }
  return nullptr;
}

/// Whether what is waited for can happen on that kind of socket.
void Checker::state_fits(const Receive& step, const Binding& peer) {
  const auto word = std::visit(WordOf{}, step.what);
  const bool is_end = word == "eof" || word == "reset" || word == "closed";
  if (peer.kind == Kind::datagram && is_end) {
    findings_.add(Rule::stream_only, step_span_,
                  fmt::format("'{}' is for streams, and {} is a datagram socket", word, quote(step.peer.text)));
  }
  if (peer.kind == Kind::datagram && peer.is_unix && word == "refused") {
    findings_.add(Rule::not_on_unix, step_span_,
                  fmt::format("{} is a unix socket, where only a send can be refused", quote(step.peer.text)),
                  fmt::format("{} > … fails refused", step.peer.text));
  }
  if (peer.kind == Kind::datagram) return;
  if (!peer.is_socket() && (word == "reset" || word == "closed" || word == "refused")) {
    findings_.add(Rule::not_a_socket, step_span_,
                  fmt::format("'{}' is for sockets, and {} is a process", word, quote(step.peer.text)),
                  "the end of what a process writes is 'eof'");
  }
  if (peer.is_socket() && word == "refused") {
    findings_.add(Rule::datagram_only, step_span_,
                  fmt::format("'refused' is for datagram sockets, and {} is a stream", quote(step.peer.text)),
                  "a refused connection is: connect … fails refused");
  }
  if (!std::holds_alternative<std::monostate>(step.from)) {
    findings_.add(Rule::datagram_only, step_span_,
                  fmt::format("'from' is for datagram sockets, and {} is a {}", quote(step.peer.text),
                              peer.is_socket() ? "stream" : "process"),
                  peer.is_socket() ? fmt::format("the other end of a stream is '{}.peer'", step.peer.text) : "");
  }
}

/// Where a socket of ours is to be: an endpoint, or what a target expects its neighbour to have.
void Checker::local_place(const Expression& place, bool may_be_leased, bool is_unix) {
  if (may_be_leased && target_port(place, is_unix)) return;
  const auto* name = as_name(place);
  const auto* found = name ? names_.find(name->name) : nullptr;
  if (!found || (!found->is_peer() && found->kind != Kind::target)) {
    // A foreign address that cannot be had may be the statement.
    if (!is_failing_) loopback_only(place);
    return endpoint_value(place, is_unix);
  }
  findings_.add(Rule::bad_place, place.span,
                fmt::format("{} is {}: its place is taken", quote(name->name), kind_text(*found)),
                is_unix ? "a path of its own is needed" : "an endpoint is needed, such as 127.0.0.1:0");
}

/// What a socket connects to.
void Checker::remote_place(const Expression& place, Transport transport) {
  const bool is_unix = script::is_unix(transport);
  if (target_port(place, is_unix)) return;
  const auto* name = as_name(place);
  const auto* found = name ? resolve(name->name, place.span) : nullptr;
  if (!found || found->kind == Kind::value) {
    loopback_only(place);
    return endpoint_value(place, is_unix);
  }
  if (found->kind == Kind::link) return through(place, *found, transport);
  const auto fitting = is_stream(transport) ? Kind::listener : Kind::datagram;
  const bool is_fitting = found->kind == fitting && found->is_unix == is_unix;
  if (is_fitting || (found->kind == Kind::target && !is_unix) || found->kind == Kind::unknown) return;
  constexpr std::array words{"tcp", "udp", "unix", "unix_datagram"};
  constexpr std::array hints{
      "a stream connects to a listener, a target or an endpoint",
      "a datagram socket connects to a bound one, a target or an endpoint",
      "a unix stream connects to a unix listener, a target's ${socket.NAME} as TARGET.NAME, or a "
      "path",
      "a unix datagram socket connects to a bound one, a target's ${socket.NAME} as TARGET.NAME, "
      "or a path"};
  const auto index = static_cast<std::size_t>(transport);
  findings_.add(Rule::bad_place, place.span,
                fmt::format("{} is {}: {} cannot connect to it", quote(name->name), kind_text(*found), words[index]),
                hints[index]);
}

/// Where a datagram goes to or comes from.
void Checker::datagram_place(const Expression& place, bool is_unix) {
  if (target_port(place, is_unix)) return;
  const auto* name = as_name(place);
  const auto* found = name ? resolve(name->name, place.span) : nullptr;
  if (!found || found->kind == Kind::value) {
    loopback_only(place);
    return endpoint_value(place, is_unix);
  }
  if (found->kind == Kind::link) return through(place, *found, is_unix ? Transport::unix_datagram : Transport::udp);
  const bool is_wrong = (found->is_peer() && found->kind != Kind::datagram) ||
                        (found->kind == Kind::datagram && found->is_unix != is_unix) ||
                        (found->kind == Kind::target && is_unix);
  if (!is_wrong) return;
  findings_.add(Rule::bad_place, place.span,
                fmt::format("{} is {}: no datagrams go there", quote(name->name), kind_text(*found)),
                is_unix ? "datagrams go between unix_datagram sockets, targets' sockets and paths"
                        : "datagrams go between datagram sockets, targets and endpoints");
}

/// Whether the place is `TARGET.NAME`, which the target calls `${port.NAME}`, or `${socket.NAME}` for unix.
bool Checker::target_port(const Expression& place, bool is_unix) {
  const auto* member = std::get_if<script::Member>(&place.node);
  const auto* name = member ? as_name(place.operands[0]) : nullptr;
  const auto* found = name ? names_.find(name->name) : nullptr;
  if (!found || found->kind != Kind::target) return false;
  note_target(name->name, place.operands[0].span, *found);
  for (const auto& target : servers_of(name->name)) {
    if (!has_port(target, member->member, is_unix, found->is_family ? name->name : "")) break;
  }
  return true;
}

/// Whether the target, which stands there for `family` if that is not empty, leases what `member` names.
bool Checker::has_port(const std::string& target, const Name& member, bool is_unix, std::string_view family) {
  const auto& by_target = is_unix ? declarations_.sockets : declarations_.ports;
  const auto* const word = is_unix ? "socket" : "port";
  const auto names = by_target.find(target);
  std::vector<std::string_view> known;
  if (names != by_target.end()) known.assign(names->second.begin(), names->second.end());
  if (std::ranges::find(known, member.text) != known.end()) return true;
  if (declarations_.without_run.contains(target)) return true;
  const auto whose = family.empty() ? std::string() : fmt::format(" of the family {}", quote(family));
  findings_.add(Rule::unknown_member, member.span,
                fmt::format("the target {}{} has no {} {}", quote(target), whose, word, quote(member.text)),
                script::did_you_mean(member.text, known,
                                     fmt::format("'${{{}.{}}}' in its lines would be one", word, member.text)));
  return false;
}

/// An endpoint, or for unix a path as bytes.
void Checker::endpoint_value(const Expression& place, bool is_unix) {
  const auto* text = std::get_if<script::Text>(&place.node);
  const auto* literal = std::get_if<script::EndpointLiteral>(&place.node);
  const auto found = value(place).type;
  if (literal && literal->endpoint.is_ip() == is_unix) {
    findings_.add(
        Rule::bad_place, place.span,
        is_unix ? "a unix socket has a path, not an address and a port" : "a unix place is only for unix sockets",
        is_unix ? "for example unix:/run/name, unix:@name or \"${dir}/name\"" : "");
    return;
  }
  if (is_unix && found == Type::bytes) return;
  if (is_unix || !text || !place.operands.empty()) {
    require(place, found, Type::endpoint, "a place");
    return;
  }
  findings_.add(Rule::type_mismatch, place.span, "a place takes an endpoint, not bytes",
                Endpoint::parse(text->literals[0]) ? "an endpoint has no quotes" : "write 127.0.0.1:80 or [::1]:80");
}

/// `by PEER`: the end of a connection that we made.
void Checker::by(const script::Accept& step, const Binding* listener) {
  const auto* made = peer(*step.by, "be accepted");
  if (!made || !listener) return;
  const bool fits = made->kind == Kind::stream && made->is_connector && made->is_unix == listener->is_unix;
  if (fits) return;
  findings_.add(
      Rule::bad_place, step.by->span,
      fmt::format("{} has not connected to {}", quote(step.by->text), quote(step.listener.text)),
      fmt::format("'by' names a peer of 'connect NAME {} {}'", listener->is_unix ? "unix" : "tcp", step.listener.text));
}

}  // namespace volley::check
