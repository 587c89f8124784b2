// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include "check/checker.h"
#include "script/words.h"

namespace volley::check {
namespace {

using Kind = Binding::Kind;
using source::quote;

constexpr Value of(Type type) {
  return {.type = type, .constant = {}};
}

bool has_other_end(const Binding& peer) {
  return peer.kind == Kind::stream || peer.is_connected;
}

/// The one name of a reference, without what may follow it in its item.
Span name_span(const Expression& expression, const std::string& name) {
  return {expression.span.begin, expression.span.begin + static_cast<std::uint32_t>(name.size())};
}

}  // namespace

const Expression& without_brackets(const Expression& expression) {
  const auto* inner = &expression;
  while (std::holds_alternative<script::Group>(inner->node) && inner->operands.size() == 1) inner = &inner->operands[0];
  return *inner;
}

/// An expression where only a value may stand, not a constraint.
Value Checker::value(const Expression& expression) {
  const bool is_constrained = expression.regex || !expression.pattern.empty();
  if (!expression.as && !is_constrained && expression.where.empty()) return node(expression);
  const std::string_view word = expression.as ? "as" : is_constrained ? "~" : "where";
  findings_.add(Rule::pattern_in_value, expression.span,
                fmt::format("'{}' stands only in what a peer is to receive", word),
                expression.as ? "'let' gives a value a name" : "");
  return {};
}

Value Checker::node(const Expression& expression) {
  struct Visit {
    Checker& checker;
    const Expression& expression;
    Value operator()(const script::Number& number) const {
      return {.type = Type::integer, .constant = Wide(number.value)};
    }
    Value operator()(const script::Duration&) const { return of(Type::duration); }
    Value operator()(const script::Boolean&) const { return of(Type::boolean); }
    Value operator()(const script::Text&) const { return checker.text(expression); }
    Value operator()(const script::Hex&) const { return of(Type::bytes); }
    Value operator()(const script::EndpointLiteral&) const { return of(Type::endpoint); }
    Value operator()(const script::Reference&) const { return checker.reference(expression); }
    Value operator()(const script::Member&) const { return checker.member(expression); }
    Value operator()(const script::Call& call) const { return checker.call(expression, call); }
    Value operator()(const script::Operation& operation) const { return checker.operation(expression, operation.op); }
    Value operator()(const script::Group&) const { return checker.side_by_side(expression.operands); }
    Value operator()(const script::IntegerItem& item) const { return checker.integer(expression, item); }
    Value operator()(const script::Counted&) const { return checker.extent_in_value(expression, "bytes"); }
    Value operator()(const script::Until& until) const {
      using Word = script::Until::Word;
      const auto word = until.word == Word::line ? "line" : until.word == Word::cstring ? "cstring" : "until";
      return checker.extent_in_value(expression, word);
    }
    Value operator()(const script::FileBytes&) const { return of(Type::bytes); }
    Value operator()(const script::Rest&) const { return checker.extent_in_value(expression, "rest"); }
    Value operator()(const script::Leb128&) const { return checker.leb128(expression); }
    Value operator()(const script::MessageUse&) const {
      checker.use(expression, false);
      return of(Type::bytes);
    }
    Value operator()(const script::DnsName&) const { return checker.message_only(expression, "dns_name"); }
    Value operator()(const script::MessageName&) const { return {}; }
    Value operator()(const script::ListOf&) const { return checker.message_only(expression, "of"); }
    Value operator()(const script::OwnExtent&) const { return {}; }
  };
  ++weight_;
  return std::visit(Visit{*this, expression}, expression.node);
}

/// One value of any type, or bytes beside bytes.
Value Checker::side_by_side(const Items& items) {
  bits(items);
  if (items.size() == 1) {
    resolve_among_bytes(items.front(), Stands::in_bytes);
    return value(items.front());
  }
  bool are_right = true;
  for (const auto& item : items) {
    if (are_right) {
      are_right = bytes(item);
    } else {
      value(item);  // one mistake is enough, but names are looked at
    }
  }
  return of(are_right ? Type::bytes : Type::unknown);
}

/// Integers beside each other fill whole bytes together.
void Checker::bits(const Items& items) {
  std::vector<Bits> run;
  for (const auto& item : items) {
    run.push_back({std::get_if<script::IntegerItem>(&item.node), item.span});
    if (run.back().item && run.back().item->bits % 8 != 0) in_runs_.insert(&item);
  }
  check_bits(run, findings_);
}

/// A value that is sent, or stands beside others; false if it is none.
bool Checker::bytes(const Expression& expression) {
  resolve_among_bytes(expression, Stands::in_bytes);
  const auto found = value(expression);
  if (found.type == Type::bytes || found.type == Type::unknown) return true;
  const auto hint = found.type == Type::integer    ? "u16(…) gives its bytes, text(…) its digits"
                    : found.type == Type::address  ? "packed(…) gives its bytes"
                    : found.type == Type::endpoint ? "\"${…}\" gives its text"
                                                   : "";
  findings_.add(Rule::type_mismatch, expression.span, fmt::format("bytes are needed, not {}", to_text(found.type)),
                hint);
  return false;
}

Value Checker::text(const Expression& expression) {
  for (const auto& operand : expression.operands) {
    if (is_leased(operand)) continue;
    const auto found = value(operand);
    if (found.type != Type::duration && found.type != Type::boolean) continue;
    findings_.add(Rule::type_mismatch, operand.span, fmt::format("{} has no text", to_text(found.type)),
                  "integers, bytes, endpoints and addresses stand in texts");
  }
  return of(Type::bytes);
}

/// `${host}`, `${dir}`, `${port}`, `${port.NAME}`, `${endpoint}`, `${endpoint.NAME}`, `${socket.NAME}`
bool Checker::is_leased(const Expression& expression) const {
  if (!is_in_target_) return false;
  if (const auto* name = std::get_if<script::Reference>(&expression.node)) {
    return name->name != "socket" && script::contains(script::leased_words, name->name);
  }
  if (!std::holds_alternative<script::Member>(expression.node)) return false;
  const auto* name = std::get_if<script::Reference>(&expression.operands[0].node);
  return name && (name->name == "port" || name->name == "endpoint" || name->name == "socket");
}

Value Checker::reference(const Expression& expression) {
  const auto& name = std::get<script::Reference>(expression.node).name;
  const auto span = name_span(expression, name);
  if (const auto of_message = field_reference(name, span)) return *of_message;
  const auto* found = resolve(name, span);
  weight_ += found->weight;
  if (found->kind == Kind::value) return found->value;
  if (found->kind == Kind::unknown) return {};
  const bool is_target = found->kind == Kind::target;
  const auto hint = is_target                   ? std::string("a target is a place to connect to")
                    : found->kind == Kind::link ? fmt::format("'{}.local' is its endpoint", name)
                    : !found->is_socket()       ? std::string()
                    : !has_other_end(*found)    ? fmt::format("'{}.local' is its endpoint", name)
                                                : fmt::format("'{0}.local' and '{0}.peer' are its endpoints", name);
  findings_.add(Rule::peer_as_value, span,
                fmt::format("{} is a {}, not a value", quote(name), is_target ? "target" : "peer"), hint);
  return {};
}

Value Checker::member(const Expression& expression) {
  const auto& member = std::get<script::Member>(expression.node);
  const auto& of_what = expression.operands[0];
  if (const auto* name = std::get_if<script::Reference>(&of_what.node)) {
    const auto* found = resolve(name->name, of_what.span);
    if (found->is_peer()) return peer_member(member, name->name, *found);
    if (found->kind == Kind::unknown) return {};
  }
  const auto base = value(of_what);
  if (base.type == Type::unknown) return {};
  if (base.type == Type::endpoint && member.member.text == "address") return of(Type::address);
  if (base.type == Type::endpoint && member.member.text == "port") return of(Type::integer);
  if (base.type == Type::endpoint && member.member.text == "path") return of(Type::bytes);
  const bool is_endpoint = base.type == Type::endpoint;
  findings_.add(Rule::unknown_member, member.member.span,
                fmt::format("{} has no member {}", to_text(base.type), quote(member.member.text)),
                is_endpoint ? script::did_you_mean(member.member.text, {"address", "path", "port"},
                                                   "an endpoint has .address and .port, or .path")
                            : "");
  return {};
}

Value Checker::peer_member(const script::Member& member, const std::string& name, const Binding& binding) {
  const auto& text = member.member.text;
  if (binding.kind == Kind::link) {
    if (text == "local") return of(Type::endpoint);
    findings_.add(Rule::unknown_member, member.member.span, fmt::format("a link has no member {}", quote(text)),
                  fmt::format("'{}.local' is where it is entered", name));
    return {};
  }
  if (!binding.is_socket()) {
    findings_.add(Rule::unknown_member, member.member.span,
                  fmt::format("{} is a process: it has no {} that could be read", quote(name), quote(text)),
                  text == "err" ? fmt::format("what it writes there is expected by '{}.err < …'", name) : "");
    return {};
  }
  if (text == "local" || (text == "peer" && has_other_end(binding))) return of(Type::endpoint);
  if (script::find_option(text)) return option_read(member, name, binding);
  if (text == "pending" || text == "sent") return count_read(member, name, binding);
  if (text == "peer") {
    findings_.add(Rule::unknown_member, member.member.span,
                  fmt::format("{} is not connected: it has no peer", quote(name)));
  } else {
    std::vector<std::string_view> names{"local", "peer", "pending", "sent"};
    for (const auto& row : script::option_rows) names.push_back(row.name);
    findings_.add(Rule::unknown_member, member.member.span, fmt::format("a peer has no member {}", quote(text)),
                  script::did_you_mean(text, names, "a peer has .local, .peer, .pending, .sent and its options"));
  }
  return {};
}

/// `u16(443)` as bytes.
Value Checker::integer(const Expression& expression, const script::IntegerItem& item) {
  const auto name = to_text(item);
  if (expression.operands.empty()) {
    findings_.add(Rule::pattern_in_value, expression.span, fmt::format("'{}' has no value here", name),
                  fmt::format("for example {}(7)", name));
    return {};
  }
  if (item.bits % 8 != 0 && !in_runs_.contains(&expression)) check_bits({{&item, expression.span}}, findings_);
  const auto& operand = expression.operands[0];
  const auto found = value(operand);
  if (require(operand, found.type, Type::integer, fmt::format("'{}'", name)))
    within(operand, found, range_of(item), name);
  return of(Type::bytes);
}

/// `leb128(7)` as bytes.
Value Checker::leb128(const Expression& expression) {
  if (expression.operands.empty()) return extent_in_value(expression, "leb128");
  const auto& operand = expression.operands[0];
  const auto found = value(operand);
  if (require(operand, found.type, Type::integer, "'leb128'"))
    within(operand, found, {0, (Wide(1) << 64) - 1}, "leb128");
  return of(Type::bytes);
}

Value Checker::message_only(const Expression& expression, std::string_view word) {
  findings_.add(Rule::message_only, expression.span,
                fmt::format("'{}' stands only in the definition of a message", word));
  return {};
}

Value Checker::extent_in_value(const Expression& expression, std::string_view word) {
  findings_.add(Rule::pattern_in_value, expression.span,
                fmt::format("'{}' says what is expected: it has no bytes of its own", word));
  return {};
}

/// The mistake if a value is of another type than it must be. What is unknown fits everywhere.
bool Checker::require(const Expression& expression, Type found, Type wanted, std::string_view by) {
  if (found == wanted) return true;
  if (found == Type::unknown) return false;
  const auto& bare = without_brackets(expression);
  std::string hint;
  if (const auto* name = std::get_if<script::Reference>(&bare.node); name && wanted == Type::integer) {
    if (found == Type::bytes) hint = fmt::format("int({}) reads bytes as a number", name->name);
  }
  findings_.add(Rule::type_mismatch, bare.span, fmt::format("{} takes {}, not {}", by, to_text(wanted), to_text(found)),
                hint);
  return false;
}

/// The mistake if a constant is out of its range. `what` is the name of an integer or of what is counted, with its
/// article.
void Checker::within(const Expression& expression, Value value, Range range, std::string_view what) {
  if (!value.constant || (*value.constant >= range.least && *value.constant <= range.most)) return;
  const auto mistake = what.starts_with("a ") ? fmt::format("{} is no {}", *value.constant, what.substr(2))
                                              : fmt::format("{} does not fit in {}", *value.constant, what);
  findings_.add(Rule::does_not_fit, expression.span, mistake,
                fmt::format("{} is {} to {}", what, range.least, range.most));
}

}  // namespace volley::check
