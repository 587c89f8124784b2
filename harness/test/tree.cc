// SPDX-License-Identifier: Apache-2.0
#include "tree.h"

#include <fmt/format.h>

#include <array>

namespace volley::test {
namespace {

using script::Expression;

std::string quoted(const std::string& bytes) {
  std::string text = "\"";
  for (const char c : bytes) {
    const bool is_plain = c >= ' ' && c < '\x7f' && c != '"' && c != '\\';
    text += is_plain ? std::string(1, c) : fmt::format("\\x{:02x}", static_cast<unsigned char>(c));
  }
  return text + "\"";
}

std::string time(script::nanoseconds time) {
  return fmt::format("{}us", time.count() / 1000);
}

struct NodeText {
  const Expression& expression;

  std::string list(std::string head) const {
    for (const auto& operand : expression.operands) head += " " + tree(operand);
    return "(" + head + ")";
  }
  std::string operator()(const script::Number& node) const { return std::to_string(node.value); }
  std::string operator()(const script::Duration& node) const { return time(node.value); }
  std::string operator()(const script::Boolean& node) const {
    return node.is_switch ? (node.value ? "on" : "off") : (node.value ? "true" : "false");
  }
  std::string operator()(const script::Text& node) const {
    if (node.literals.size() == 1) return quoted(node.literals[0]);
    std::string text = "(text " + quoted(node.literals[0]);
    for (std::size_t i = 1; i < node.literals.size(); ++i) {
      text += " " + tree(expression.operands[i - 1]) + " " + quoted(node.literals[i]);
    }
    return text + ")";
  }
  std::string operator()(const script::Hex& node) const { return "x" + quoted(node.bytes); }
  std::string operator()(const script::EndpointLiteral& node) const { return node.endpoint.to_string(); }
  std::string operator()(const script::Reference& node) const { return node.name; }
  std::string operator()(const script::Member& node) const { return list("." + node.member.text); }
  std::string operator()(const script::Call& node) const { return list(node.function.text); }
  std::string operator()(const script::Operation& node) const {
    constexpr std::array<const char*, 20> texts{"+",  "-",  "*", "/",  "%", "&",  "|",   "^",  "<<",  ">>",
                                                "==", "!=", "<", "<=", ">", ">=", "and", "or", "not", "neg"};
    return list(texts[static_cast<std::size_t>(node.op)]);
  }
  std::string operator()(const script::Group&) const { return list("group"); }
  std::string operator()(const script::IntegerItem& node) const {
    const auto name =
        fmt::format("{}{}{}", node.is_signed ? "i" : "u", node.bits, node.order == ByteOrder::little ? "le" : "");
    return expression.operands.empty() ? name : list(name);
  }
  std::string operator()(const script::Counted&) const { return list("bytes"); }
  std::string operator()(const script::Until& node) const {
    return expression.operands.empty() ? "until " + quoted(node.delimiter) : list("until");
  }
  std::string operator()(const script::Rest&) const { return "rest"; }
  std::string operator()(const script::FileBytes& node) const { return "(file " + quoted(node.path) + ")"; }
  std::string operator()(const script::Leb128&) const { return list("leb128"); }
  std::string operator()(const script::DnsName& node) const { return "(dns_name " + node.message.text + ")"; }
  std::string operator()(const script::MessageName& node) const { return node.message.text; }
  std::string operator()(const script::ListOf& node) const { return list("of " + node.message.text); }
  std::string operator()(const script::OwnExtent&) const { return "own"; }
  std::string operator()(const script::MessageUse& node) const {
    std::string text = "(" + node.message.text;
    constexpr std::array kinds{"", "", "any order ", "has "};
    for (std::size_t i = 0; i < node.entries.size(); ++i) {
      const auto& entry = node.entries[i];
      text += fmt::format(" {}: {}{}", entry.field.text, kinds[static_cast<std::size_t>(entry.kind)],
                          tree(expression.operands[i]));
    }
    return text + ")";
  }
};

std::string limits(const std::optional<script::Within>& within) {
  if (!within) return {};
  return " within " + (within->least ? time(*within->least) + ".." : "") + time(within->most);
}

std::string transport(script::Transport transport) {
  constexpr std::array names{" tcp", " udp", " unix", " unix_datagram"};
  return names[static_cast<std::size_t>(transport)];
}

std::string setting(const script::OptionSetting& setting) {
  return setting.option.text + " = " + tree(setting.value);
}

std::string options(const std::vector<script::OptionSetting>& settings) {
  std::string text;
  for (const auto& each : settings) text += (text.empty() ? " with " : ", ") + setting(each);
  return text;
}

std::string segments(const std::optional<script::Segments>& segments) {
  if (!segments) return {};
  return " in segments of " + tree(segments->size) + (segments->every ? " every " + time(*segments->every) : "");
}

struct StepText {
  std::string operator()(const script::Listen& step) const {
    return "listen " + step.name.text + transport(step.transport) + (step.place ? " " + tree(*step.place) : "") +
           options(step.options);
  }
  std::string operator()(const script::Bind& step) const {
    return "bind " + step.name.text + transport(step.transport) + (step.place ? " " + tree(*step.place) : "") +
           options(step.options);
  }
  std::string operator()(const script::Connect& step) const {
    const auto from = step.from ? " from " + tree(*step.from) : "";
    return "connect " + step.name.text + transport(step.transport) + " " + tree(step.place) + from +
           options(step.options);
  }
  std::string operator()(const script::Accept& step) const {
    return "accept " + step.name.text + " from " + step.listener.text + (step.by ? " by " + step.by->text : "") +
           (step.sending.empty() ? "" : " sending " + tree(step.sending)) + limits(step.within);
  }
  std::string operator()(const script::Send& step) const {
    return step.peer.text + " > " + tree(step.items) + (step.to ? " to " + tree(*step.to) : "") +
           segments(step.segments) + (step.urgent ? " urgent" : "");
  }
  std::string operator()(const script::Receive& step) const {
    auto text = step.peer.text + " < " + std::visit(StepText{}, step.what);
    if (std::holds_alternative<script::Receive::FromAny>(step.from)) text += " from any";
    if (const auto* place = std::get_if<Expression>(&step.from)) text += " from " + tree(*place);
    if (step.sender) text += " as " + step.sender->text;
    for (const auto& size : step.buffer) text += " buffer " + tree(size);
    if (step.peek) text += " peek";
    if (step.truncated) text += " truncated";
    if (step.urgent) text += " urgent";
    return text + limits(step.within) + (step.skipping.empty() ? "" : " skipping " + tree(step.skipping));
  }
  std::string operator()(const script::Items& items) const { return tree(items); }
  std::string operator()(const script::Receive::Eof&) const { return "eof"; }
  std::string operator()(const script::Receive::Reset&) const { return "reset"; }
  std::string operator()(const script::Receive::Closed&) const { return "closed"; }
  std::string operator()(const script::Receive::Refused&) const { return "refused"; }
  std::string operator()(const script::Receive::Nothing& nothing) const { return "nothing for " + time(nothing.time); }
  std::string operator()(const script::Shutdown& step) const { return "shutdown " + step.peer.text; }
  std::string operator()(const script::Close& step) const { return "close " + step.peer.text; }
  std::string operator()(const script::ResetPeer& step) const { return "reset " + step.peer.text; }
  std::string operator()(const script::Let& step) const { return "let " + step.name.text + " = " + tree(step.value); }
  std::string operator()(const script::Expect& step) const { return "expect " + tree(step.condition); }
  std::string operator()(const script::Set& step) const {
    return "set " + step.peer.text + " " + setting(step.setting);
  }
  std::string operator()(const script::Wait& step) const { return "wait " + time(step.time); }
  std::string operator()(const script::Start& step) const { return "start " + step.name.text + " " + tree(step.argv); }
  std::string operator()(const script::ProcessEnd& step) const {
    const auto* signal = std::get_if<script::Name>(&step.how);
    const auto how = signal ? " killed by " + signal->text : " exits " + tree(std::get<Expression>(step.how));
    return step.process.text + how + limits(step.within);
  }
  std::string operator()(const script::Signal& step) const {
    return "signal " + step.process.text + " " + step.signal.text;
  }
  std::string operator()(const script::Ignore& step) const { return "ignore " + step.peer.text; }
  std::string operator()(const script::Link& step) const {
    auto text = "link " + step.name.text + " to " + tree(step.place) + " {";
    for (const auto& condition : step.conditions) {
      text += " " + std::string(word_of(condition.kind)) + " " + std::visit(*this, condition.value);
      if (condition.way) text += *condition.way == script::Way::there ? " there" : " back";
    }
    return text + " }";
  }
  std::string operator()(script::nanoseconds delay) const { return time(delay); }
  std::string operator()(const script::Condition::Percent& share) const { return std::to_string(share.value) + "%"; }
  std::string operator()(const script::Condition::Rate& rate) const { return std::to_string(rate.bytes.value) + "B/s"; }
  std::string operator()(const script::Repeat& step) const {
    const auto until = step.until.empty() ? "" : "until " + tree(step.until);
    const auto at_most = step.at_most.empty() ? "" : " at most " + tree(step.at_most);
    return "repeat " + tree(step.count) + until + at_most + counter(step.round) + block(step.body);
  }
  std::string operator()(const script::Parallel& step) const {
    return "parallel " + tree(step.count) + counter(step.copy) + block(step.body);
  }
  std::string operator()(const script::AnyOrder& step) const { return "any order" + branches(step.branches); }
  std::string operator()(const script::OneOf& step) const { return "one of" + branches(step.branches); }
  std::string operator()(const script::Focus& step) const { return "focus" + block(step.body); }
  std::string operator()(const script::Always& step) const { return "always" + block(step.body); }

  static std::string counter(const std::optional<script::Name>& name) { return name ? " as " + name->text : ""; }
  static std::string block(const script::Steps& steps) {
    std::string text = " {";
    for (const auto& step : steps) text += " " + tree(step) + ";";
    return text + " }";
  }
  static std::string branches(const std::vector<script::Branch>& list) {
    std::string text;
    for (const auto& branch : list) text += block(branch.steps);
    return text;
  }
};

}  // namespace

std::string tree(const Expression& expression) {
  auto text = std::visit(NodeText{expression}, expression.node);
  if (!expression.as && !expression.regex && expression.pattern.empty() && expression.where.empty()) return text;
  if (expression.as) text += " as " + expression.as->text;
  if (expression.regex) text += " ~ /" + expression.regex->text + "/";
  if (!expression.pattern.empty()) text += " ~ (" + tree(expression.pattern) + ")";
  for (const auto& condition : expression.where) text += " where " + tree(condition);
  return "(" + text + ")";
}

std::string tree(const script::Items& items) {
  std::string text;
  for (const auto& item : items) text += (text.empty() ? "" : " ") + tree(item);
  return text;
}

std::string tree(const script::Step& step) {
  return std::visit(StepText{}, step.action) + (step.fails ? " fails " + step.fails->text : "");
}

}  // namespace volley::test
