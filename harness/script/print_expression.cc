// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <array>

#include "script/format.h"
#include "script/text_of.h"

namespace volley::script {
namespace {

struct OperatorText {
  std::string_view text;
  int binds;  ///< As in the parser: the higher, the tighter.
};
constexpr std::array<OperatorText, 20> operators{
    {{"+", 8},  {"-", 8},  {"*", 9}, {"/", 9},  {"%", 9}, {"&", 6},  {"|", 4},   {"^", 5},  {"<<", 7},  {">>", 7},
     {"==", 3}, {"!=", 3}, {"<", 3}, {"<=", 3}, {">", 3}, {">=", 3}, {"and", 1}, {"or", 0}, {"not", 2}, {"-", 10}}};
constexpr int binds_sign = 10;
constexpr int binds_value = 11;

const OperatorText& of(Operator op) {
  return operators[static_cast<std::size_t>(op)];
}

int binds(const Expression& expression) {
  const auto* operation = std::get_if<Operation>(&expression.node);
  return operation ? of(operation->op).binds : binds_value;
}

/// An operand of an operator that takes only what binds at least as tightly as `least`.
std::string operand(const Expression& expression, int least) {
  const auto text = text_of(expression);
  return binds(expression) < least ? "(" + text + ")" : text;
}

std::string joined(const std::vector<Expression>& operands, std::string_view between) {
  std::string text;
  for (const auto& each : operands) {
    if (!text.empty()) text += between;
    text += text_of(each);
  }
  return text;
}

struct NodeText {
  const Expression& expression;

  std::string arguments() const { return "(" + joined(expression.operands, ", ") + ")"; }

  std::string operator()(const Number& number) const {
    struct Unit {
      std::string_view name;
      std::uint64_t factor;
    };
    constexpr std::array<Unit, 8> units{{{"", 1},
                                         {"", 1},
                                         {"B", 1},
                                         {"kB", 1000},
                                         {"KiB", 1 << 10},
                                         {"MB", 1'000'000},
                                         {"MiB", 1 << 20},
                                         {"GiB", 1 << 30}}};
    if (number.form == Number::Form::hexadecimal) return fmt::format("{:#x}", number.value);
    const auto& unit = units[static_cast<std::size_t>(number.form)];
    if (number.value % unit.factor != 0) return fmt::format("{}", number.value);
    return fmt::format("{}{}", number.value / unit.factor, unit.name);
  }
  std::string operator()(const Duration& duration) const { return text_of(duration.value); }
  std::string operator()(const Boolean& boolean) const {
    if (boolean.is_switch) return boolean.value ? "on" : "off";
    return boolean.value ? "true" : "false";
  }
  std::string operator()(const Text& node) const {
    std::string text = "\"";
    for (std::size_t i = 0; i < node.literals.size(); ++i) {
      const bool is_last = i + 1 == node.literals.size();
      text += escaped_text(node.literals[i], !is_last);
      if (!is_last) text += "${" + text_of(expression.operands.at(i)) + "}";
    }
    return text + "\"";
  }
  std::string operator()(const Hex& hex) const {
    std::string text;
    for (const char c : hex.bytes)
      text += fmt::format("{}{:02x}", text.empty() ? "" : " ", static_cast<unsigned char>(c));
    return "x\"" + text + "\"";
  }
  std::string operator()(const EndpointLiteral& literal) const { return literal.endpoint.to_string(); }
  std::string operator()(const Reference& reference) const { return reference.name; }
  std::string operator()(const Member& member) const {
    return operand(expression.operands.at(0), binds_value) + "." + member.member.text;
  }
  std::string operator()(const Call& call) const {
    return call.function.text + (call.function.text == "now" ? "" : arguments());
  }
  std::string operator()(const Operation& operation) const {
    const auto& operands = expression.operands;
    const auto& op = of(operation.op);
    if (operation.op == Operator::negate) return "-" + operand(operands.at(0), binds_sign);
    if (operation.op == Operator::logical_not) return "not " + operand(operands.at(0), op.binds);
    return fmt::format("{} {} {}", operand(operands.at(0), op.binds), op.text, operand(operands.at(1), op.binds + 1));
  }
  std::string operator()(const Group& group) const {
    const auto text = joined(expression.operands, " ");
    return group.is_bracketed ? "(" + text + ")" : text;
  }
  std::string operator()(const IntegerItem& item) const {
    return text_of(item) + (expression.operands.empty() ? "" : arguments());
  }
  std::string operator()(const Counted&) const { return "bytes" + arguments(); }
  std::string operator()(const Until& until) const {
    if (until.word == Until::Word::line) return "line";
    if (!expression.operands.empty()) return "until " + text_of(expression.operands[0]);
    return until.word == Until::Word::cstring ? "cstring" : "until " + quoted_text(until.delimiter);
  }
  std::string operator()(const Rest&) const { return "rest"; }
  std::string operator()(const FileBytes& file) const { return "file(" + quoted_text(file.path) + ")"; }
  std::string operator()(const Leb128&) const { return "leb128" + (expression.operands.empty() ? "" : arguments()); }
  std::string operator()(const DnsName& name) const { return "dns_name(" + name.message.text + ")"; }
  std::string operator()(const MessageName& name) const { return name.message.text; }
  std::string operator()(const ListOf& list) const {
    return text_of(expression.operands.at(0)) + " of " + list.message.text;
  }
  std::string operator()(const OwnExtent&) const { return {}; }
  std::string operator()(const MessageUse& use) const {
    std::string text;
    for (std::size_t i = 0; i < use.entries.size(); ++i) {
      if (i > 0) text += ", ";
      text += entry(use.entries[i], expression.operands.at(i));
    }
    return use.message.text + "{" + text + "}";
  }
  static std::string entry(const MessageUse::Entry& entry, const Expression& said) {
    using Kind = MessageUse::Entry::Kind;
    const auto text = text_of(said);
    if (entry.kind == Kind::extent) return entry.field.text + text;
    const auto* order = entry.kind == Kind::any_order ? "any order " : entry.kind == Kind::has ? "has " : "";
    return entry.field.text + ": " + order + text;
  }
};

}  // namespace

std::string text_of(const IntegerItem& item) {
  return fmt::format("{}{}{}", item.is_signed ? 'i' : 'u', item.bits, item.order == ByteOrder::little ? "le" : "");
}

std::string text_of(const Expression& expression) {
  auto text = std::visit(NodeText{expression}, expression.node);
  if (expression.as) text += " as " + expression.as->text;
  if (expression.regex) text += " ~ " + text_of(*expression.regex);
  if (!expression.pattern.empty()) text += " ~ (" + text_of(expression.pattern) + ")";
  for (const auto& condition : expression.where) text += " where " + text_of(condition);
  return text;
}

std::string text_of(const Items& items) {
  return joined(items, " ");
}

std::string text_of(const RegexLiteral& regex) {
  std::string text = "/";
  bool is_escaped = false;
  for (const char c : regex.text) {
    if (c == '/' && !is_escaped) text += '\\';
    text += c;
    is_escaped = c == '\\' && !is_escaped;
  }
  return text + "/";
}

/// In the largest unit that needs no fraction.
std::string text_of(nanoseconds time) {
  using namespace std::chrono_literals;
  if (time % 1s == 0ns) return fmt::format("{}s", time / 1s);
  if (time % 1ms == 0ns) return fmt::format("{}ms", time / 1ms);
  return fmt::format("{}us", time / 1us);
}

std::string text_of(const Within& within) {
  return within.least ? text_of(*within.least) + ".." + text_of(within.most) : text_of(within.most);
}

}  // namespace volley::script
