// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>

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
      return "a listener";
    case Kind::stream:
      return "a stream";
    default:
      return "a datagram socket";
  }
}

}  // namespace

/// An open peer that is a stream, or null after a mistake.
Binding* Checker::stream(const Name& name, std::string_view does) {
  auto* found = peer(name, does);
  if (!found || found->kind == Kind::stream) return found;
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
  if (peer.kind != Kind::stream) return;
  if (word == "refused") {
    findings_.add(Rule::datagram_only, step_span_,
                  fmt::format("'refused' is for datagram sockets, and {} is a stream", quote(step.peer.text)),
                  "a refused connection is: connect … fails refused");
  }
  if (!std::holds_alternative<std::monostate>(step.from)) {
    findings_.add(Rule::datagram_only, step_span_,
                  fmt::format("'from' is for datagram sockets, and {} is a stream", quote(step.peer.text)),
                  fmt::format("the other end of a stream is '{}.peer'", step.peer.text));
  }
}

/// Where a socket of ours is to be: an endpoint, or what a target expects its neighbour to have.
void Checker::local_place(const Expression& place, bool may_be_leased) {
  if (may_be_leased && target_port(place)) return;
  const auto* name = as_name(place);
  const auto* found = name ? names_.find(name->name) : nullptr;
  if (!found || (!found->is_peer() && found->kind != Kind::target)) {
    // A foreign address that cannot be had may be the statement.
    if (!is_failing_) loopback_only(place);
    return endpoint_value(place);
  }
  findings_.add(Rule::bad_place, place.span,
                fmt::format("{} is {}: its place is taken", quote(name->name), kind_text(*found)),
                "an endpoint is needed, such as 127.0.0.1:0");
}

/// What a socket connects to.
void Checker::remote_place(const Expression& place, Transport transport) {
  if (target_port(place)) return;
  const auto* name = as_name(place);
  const auto* found = name ? resolve(name->name, place.span) : nullptr;
  if (!found || found->kind == Kind::value) {
    loopback_only(place);
    return endpoint_value(place);
  }
  const auto fitting = transport == Transport::tcp ? Kind::listener : Kind::datagram;
  if (found->kind == fitting || found->kind == Kind::target || found->kind == Kind::unknown) return;
  findings_.add(Rule::bad_place, place.span,
                fmt::format("{} is {}: {} cannot connect to it", quote(name->name), kind_text(*found),
                            transport == Transport::tcp ? "tcp" : "udp"),
                transport == Transport::tcp ? "a stream connects to a listener, a target or an endpoint"
                                            : "a datagram socket connects to a bound one, a target or an endpoint");
}

/// Where a datagram goes to or comes from.
void Checker::datagram_place(const Expression& place) {
  if (target_port(place)) return;
  const auto* name = as_name(place);
  const auto* found = name ? resolve(name->name, place.span) : nullptr;
  if (!found || found->kind == Kind::value) {
    loopback_only(place);
    return endpoint_value(place);
  }
  if (found->kind != Kind::listener && found->kind != Kind::stream) return;
  findings_.add(Rule::bad_place, place.span,
                fmt::format("{} is {}: no datagrams go there", quote(name->name), kind_text(*found)),
                "datagrams go between datagram sockets, targets and endpoints");
}

/// Whether the place is `TARGET.NAME`, a port that the target calls `${port.NAME}`.
bool Checker::target_port(const Expression& place) {
  const auto* member = std::get_if<script::Member>(&place.node);
  const auto* name = member ? as_name(place.operands[0]) : nullptr;
  const auto* found = name ? names_.find(name->name) : nullptr;
  if (!found || found->kind != Kind::target) return false;
  const auto ports = declarations_.ports.find(name->name);
  std::vector<std::string_view> known;
  if (ports != declarations_.ports.end()) known.assign(ports->second.begin(), ports->second.end());
  if (std::ranges::find(known, member->member.text) != known.end()) return true;
  findings_.add(Rule::unknown_member, member->member.span,
                fmt::format("the target {} has no port {}", quote(name->name), quote(member->member.text)),
                script::did_you_mean(member->member.text, known,
                                     fmt::format("'${{port.{}}}' in its lines would be one", member->member.text)));
  return true;
}

void Checker::endpoint_value(const Expression& place) {
  const auto* text = std::get_if<script::Text>(&place.node);
  const auto found = value(place).type;
  if (!text || !place.operands.empty()) {
    require(place, found, Type::endpoint, "a place");
    return;
  }
  findings_.add(Rule::type_mismatch, place.span, "a place takes an endpoint, not bytes",
                Endpoint::parse(text->literals[0]) ? "an endpoint has no quotes" : "write 127.0.0.1:80 or [::1]:80");
}

}  // namespace volley::check
