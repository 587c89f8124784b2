// SPDX-License-Identifier: Apache-2.0
// Socket options, and the clauses that say how a send or a receive is made.
#include <fmt/format.h>

#include <algorithm>
#include <tuple>

#include "check/checker.h"
#include "script/option.h"
#include "script/reach.h"

namespace volley::check {
namespace {

using Kind = Binding::Kind;
using script::OptionRow;
using source::quote;

std::uint8_t kind_of(const Binding& peer) {
  const unsigned place = peer.is_unix ? script::on_unix : 0;
  if (peer.kind == Kind::listener) return static_cast<std::uint8_t>(script::listeners | place);
  return static_cast<std::uint8_t>((peer.kind == Kind::stream ? script::streams : script::datagrams) | place);
}

std::string text_of(std::uint8_t kind) {
  const std::string place = (kind & script::on_unix) != 0 ? "unix " : "";
  if ((kind & script::listeners) != 0) return place + "listener";
  return place + ((kind & script::streams) != 0 ? "stream" : "datagram socket");
}

std::string names_of_kind(std::uint8_t kind) {
  std::string names;
  for (const auto& row : script::option_rows) {
    if (row.is_of(kind)) names += (names.empty() ? "" : ", ") + std::string(row.name);
  }
  return names;
}

Type type_of(const OptionRow& row) {
  switch (row.takes) {
    case OptionRow::Takes::flag:
      return Type::boolean;
    case OptionRow::Takes::off_or_time:
      return Type::duration;
    default:
      return Type::integer;
  }
}

bool is_off(const Expression& value) {
  const auto* boolean = std::get_if<script::Boolean>(&value.node);
  return boolean && !boolean->value;
}

const script::EndpointLiteral* literal_of(const Items& items) {
  return items.size() == 1 ? std::get_if<script::EndpointLiteral>(&without_brackets(items.front()).node) : nullptr;
}

}  // namespace

/// The row of an option that this kind of peer has, or null after a mistake.
const OptionRow* Checker::option_row(const Name& option, std::uint8_t kind) {
  const auto* row = script::find_option(option.text);
  if (!row) {
    std::vector<std::string_view> names;
    for (const auto& each : script::option_rows) names.push_back(each.name);
    findings_.add(
        Rule::unknown_option, option.span, fmt::format("unknown option {}", quote(option.text)),
        script::did_you_mean(option.text, names, fmt::format("a {} has {}", text_of(kind), names_of_kind(kind))));
  } else if (!row->is_of(kind)) {
    findings_.add(Rule::bad_option, option.span, fmt::format("'{}' is no option of a {}", option.text, text_of(kind)),
                  fmt::format("a {} has {}", text_of(kind), names_of_kind(kind)));
    return nullptr;
  }
  return row;
}

/// What follows `with`. `place`: where the socket is bound, or what it connects to.
void Checker::opening_options(const std::vector<script::OptionSetting>& settings, const Binding& opened,
                              const Expression* place) {
  std::unordered_set<std::string_view> seen;
  for (const auto& setting : settings) {
    const auto* row = option_row(setting.option, kind_of(opened));
    option_value(setting, row);
    if (!seen.insert(setting.option.text).second) {
      findings_.add(Rule::repeated, setting.option.span,
                    fmt::format("'{}' stands here a second time", setting.option.text));
    }
    const auto* literal = place ? std::get_if<script::EndpointLiteral>(&place->node) : nullptr;
    const bool is_v4 = !place || (literal && literal->endpoint.is_ip() && literal->endpoint.address().is_v4());
    if (row && script::option_of(*row) == script::Option::v6only && is_v4 && !is_failing_) {
      findings_.add(Rule::bad_option, setting.option.span, "'v6only' is an option of IPv6 sockets",
                    "a place is needed, such as [::1]:0");
    }
  }
}

void Checker::option_value(const script::OptionSetting& setting, const OptionRow* row) {
  const auto found = value(setting.value);
  if (!row) return;
  const auto by = fmt::format("'{}'", row->name);
  switch (row->takes) {
    case OptionRow::Takes::flag:
      if (found.type == Type::boolean || found.type == Type::unknown) return;
      findings_.add(Rule::type_mismatch, without_brackets(setting.value).span,
                    fmt::format("{} is on or off, not {}", by, to_text(found.type)));
      return;
    case OptionRow::Takes::off_or_time:
      return linger_value(setting.value, found);
    default:
      if (require(setting.value, found.type, Type::integer, by))
        within(setting.value, found, {row->least, row->most}, by);
  }
}

/// `off`, or a time in whole seconds.
void Checker::linger_value(const Expression& expression, Value found) {
  using std::chrono::seconds;
  if (found.type == Type::unknown || is_off(expression)) return;
  if (found.type != Type::duration) {
    findings_.add(Rule::type_mismatch, without_brackets(expression).span,
                  fmt::format("'linger' is off or a time, not {}",
                              found.type == Type::boolean ? std::string_view("on") : to_text(found.type)),
                  "for example linger = 1s");
    return;
  }
  const auto* time = std::get_if<script::Duration>(&expression.node);
  if (!time) return;
  const auto& row = script::row_of(script::Option::linger);
  if (time->value % seconds(1) == script::nanoseconds() && time->value <= seconds(row.most)) return;
  findings_.add(Rule::does_not_fit, expression.span, "'linger' takes whole seconds",
                fmt::format("from 0s to {}s", row.most));
}

void Checker::action(const script::Set& step) {
  const auto* set = peer(step.peer, "have its options set");
  if (set && is_process(step.peer, *set, "have socket options")) set = nullptr;
  const auto& name = step.setting.option;
  const auto* row = set ? option_row(name, kind_of(*set)) : nullptr;
  option_value(step.setting, row);
  if (!row || row->when == OptionRow::When::any_time) return;
  // The kernel's refusal may be the statement; what is no option for it, it is never asked.
  if (is_failing_ && !row->reads.empty()) return;
  findings_.add(Rule::bad_option, name.span, fmt::format("'{}' is given when the socket is opened", name.text),
                fmt::format("with {} = … stands behind its place", name.text));
}

/// `NAME.option`
Value Checker::option_read(const script::Member& member, const std::string& name, const Binding& binding) {
  const auto* row = option_row(member.member, kind_of(binding));
  if (!row) return {};
  if (row->reads.empty()) {
    findings_.add(Rule::bad_option, member.member.span, fmt::format("'{}' cannot be read", row->name),
                  "it is an argument of listen(2), no option of the socket");
    return {};
  }
  return {.type = open_for_reading(member, name, binding) ? type_of(*row) : Type::unknown, .constant = {}};
}

/// `NAME.pending`, `NAME.sent`
Value Checker::count_read(const script::Member& member, const std::string& name, const Binding& binding) {
  if (binding.kind == Kind::listener) {
    findings_.add(Rule::unknown_member, member.member.span,
                  fmt::format("{} is a listener: it has no {}", quote(name), quote(member.member.text)),
                  "a listener has .local and its options");
    return {};
  }
  return {.type = open_for_reading(member, name, binding) ? Type::integer : Type::unknown, .constant = {}};
}

bool Checker::open_for_reading(const script::Member& member, const std::string& name, const Binding& binding) {
  if (!binding.is_closed) return true;
  findings_.add(Rule::closed_peer, member.member.span,
                fmt::format("{} is closed: it has no {}", quote(name), quote(member.member.text)),
                fmt::format("'let' keeps it: let n = {}.{}", name, member.member.text));
  return false;
}

/// `NAME.linger == off` is allowed, though what lingers is a time.
bool Checker::compares_linger(const Expression& expression, Value left, Value right) {
  const auto is_linger = [this](const Expression& operand) {
    const auto* member = std::get_if<script::Member>(&operand.node);
    const auto* base = member ? std::get_if<script::Reference>(&operand.operands[0].node) : nullptr;
    const auto* found = base ? names_.find(base->name) : nullptr;
    return found && found->is_peer() && member->member.text == "linger";
  };
  const auto& operands = expression.operands;
  return (left.type == Type::duration && right.type == Type::boolean && is_linger(operands[0])) ||
         (right.type == Type::duration && left.type == Type::boolean && is_linger(operands[1]));
}

/// `in segments of` and `urgent`.
void Checker::send_clauses(const script::Send& step, const Binding* sender) {
  if (step.segments) {
    const auto count = value(step.segments->size);
    if (require(step.segments->size, count.type, Type::integer, "'in segments of'"))
      within(step.segments->size, count, {1, (Wide(1) << 63) - 1}, "a segment");
    for_streams(step.peer, sender, step.segments->span, "in segments of");
  }
  if (!step.urgent) return;
  for_streams(step.peer, sender, *step.urgent, "urgent");
  if (step.segments) {
    findings_.add(Rule::bad_clause, *step.urgent, "'urgent' and 'in segments of' do not go together",
                  "two sends say which byte is urgent");
  }
}

/// How the receive call is made.
void Checker::receive_clauses(const script::Receive& step, const Binding* receiver) {
  for (const auto& size : step.buffer) {
    const auto bytes = value(size);
    if (require(size, bytes.type, Type::integer, "'buffer'")) within(size, bytes, {0, 65536}, "a buffer");
    for_datagrams(step.peer, receiver, size.span, "buffer");
  }
  if (step.truncated && step.buffer.empty()) {
    findings_.add(Rule::bad_clause, *step.truncated, "'truncated' needs a buffer that is too small",
                  "for example buffer 4 truncated");
  }
  if (step.urgent) for_streams(step.peer, receiver, *step.urgent, "urgent");
  if (step.peek && receiver && !receiver->is_socket()) {
    findings_.add(Rule::not_a_socket, *step.peek,
                  fmt::format("'peek' is for sockets, and {} is a process", quote(step.peer.text)));
  }
  const auto refuse = [&](std::string_view one, std::string_view other, Span span) {
    findings_.add(Rule::bad_clause, span, fmt::format("'{}' and '{}' do not go together", one, other));
  };
  if (step.peek && !step.skipping.empty()) refuse("peek", "skipping", *step.peek);
  if (step.urgent && step.peek) refuse("peek", "urgent", *step.peek);
  if (step.urgent && !step.skipping.empty()) refuse("urgent", "skipping", *step.urgent);
}

/// What may pass before the pattern. Its captures are its own.
void Checker::skipped_pattern(const Items& items) {
  const auto before = bound_in_step_.size();
  pattern(items, true);
  for (auto i = before; i < bound_in_step_.size(); ++i) names_.forget(bound_in_step_[i]);
  bound_in_step_.resize(before);
}

/// What a branch begins with is tried beside other branches: it is a plain receive.
void Checker::first_of_branch(const script::Receive& step) {
  std::string_view clause;
  Span span;
  const auto has = [&](bool is_there, std::string_view word, Span at) {
    if (is_there && clause.empty()) std::tie(clause, span) = std::pair(word, at);
  };
  has(!step.buffer.empty(), "buffer", step.buffer.empty() ? Span() : step.buffer.front().span);
  has(step.peek.has_value(), "peek", step.peek.value_or(Span()));
  has(step.truncated.has_value(), "truncated", step.truncated.value_or(Span()));
  has(step.urgent.has_value(), "urgent", step.urgent.value_or(Span()));
  has(!step.skipping.empty(), "skipping", step.skipping.empty() ? Span() : step.skipping.front().span);
  if (clause.empty()) return;
  findings_.add(Rule::bad_clause, span, fmt::format("a branch does not begin with '{}'", clause),
                "its first receive is tried beside those of the others");
}

void Checker::for_streams(const Name& name, const Binding* peer, Span span, std::string_view clause) {
  if (!peer || (peer->is_socket() && peer->kind != Kind::datagram)) return;
  if (!peer->is_socket()) {
    return findings_.add(Rule::not_a_socket, span,
                         fmt::format("'{}' is for sockets, and {} is a process", clause, quote(name.text)));
  }
  findings_.add(Rule::stream_only, span,
                fmt::format("'{}' is for streams, and {} is a datagram socket", clause, quote(name.text)));
}

void Checker::for_datagrams(const Name& name, const Binding* peer, Span span, std::string_view clause) {
  if (!peer || peer->kind == Kind::datagram) return;
  if (!peer->is_socket()) {
    return findings_.add(Rule::not_a_socket, span,
                         fmt::format("'{}' is for sockets, and {} is a process", clause, quote(name.text)));
  }
  findings_.add(Rule::datagram_only, span,
                fmt::format("'{}' is for datagram sockets, and {} is a stream", clause, quote(name.text)));
}

/// Whether the scenario runs only where the user has named others to talk to.
bool Checker::needs_net() const {
  const auto& scenarios = declarations_.file.scenarios;
  return scenario_ < scenarios.size() &&
         std::ranges::find(scenarios[scenario_].needs, script::Need::net) != scenarios[scenario_].needs.end();
}

/// A place that is known before the run must be on this machine, or be allowed.
void Checker::loopback_only(const Expression& place) {
  const auto* literal = std::get_if<script::EndpointLiteral>(&without_brackets(place).node);
  if (const auto* name = std::get_if<script::Reference>(&without_brackets(place).node)) {
    const auto& lets = declarations_.file.lets;
    const auto let = std::ranges::find(lets, name->name, [](const auto& each) { return each.name.text; });
    if (let != lets.end()) literal = literal_of(let->value);
  }
  if (!literal || declarations_.reach.covers(literal->endpoint) || needs_net()) return;
  const auto port = literal->endpoint.port();
  findings_.add(Rule::off_loopback, place.span, declarations_.reach.refusal(literal->endpoint),
                fmt::format("use 127.0.0.1:{} or [::1]:{}, or run it with --allow-net {}", port, port,
                            literal->endpoint.address().unmapped().to_string()));
}

void Checker::property_values(const script::Scenario& scenario) {
  constexpr std::uint64_t most_limit = std::uint64_t{64} << 30;
  if (!scenario.limit) return;
  const auto size = std::get<script::Number>(scenario.limit->node).value;
  if (size >= 1 && size <= most_limit) return;
  findings_.add(Rule::does_not_fit, scenario.limit->span, fmt::format("{} is no limit", size), "a limit is 1 to 64GiB");
}

}  // namespace volley::check
