// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>
#include <re2/re2.h>

#include <algorithm>

#include "check/checker.h"
#include "script/regex_options.h"
#include "script/words.h"

namespace volley::check {
namespace {

using source::quote;

bool is_extent(const Expression& item) {
  if (std::holds_alternative<script::IntegerItem>(item.node) || std::holds_alternative<script::Leb128>(item.node))
    return item.operands.empty();
  if (std::holds_alternative<script::Group>(item.node)) return std::ranges::any_of(item.operands, is_extent);
  const bool has_constraint = item.as || item.regex || !item.pattern.empty() || !item.where.empty();
  return has_constraint || std::holds_alternative<script::Counted>(item.node) ||
         std::holds_alternative<script::Until>(item.node) || std::holds_alternative<script::Rest>(item.node) ||
         std::holds_alternative<script::MessageUse>(item.node);
}

}  // namespace

/// `is_last`: nothing follows the items in what is received.
void Checker::pattern(const Items& items, bool is_last) {
  bits(items);
  for (const auto& item : items) pattern_item(item, is_last && &item == &items.back());
}

void Checker::pattern_item(const Expression& item, bool is_last) {
  constraints(item, extent(item, is_last));
}

/// The type of what a capture of the item holds.
Type Checker::extent(const Expression& item, bool is_last) {
  if (const auto* integer = std::get_if<script::IntegerItem>(&item.node); integer && item.operands.empty()) {
    return Type::integer;
  }
  if (std::holds_alternative<script::Leb128>(item.node) && item.operands.empty()) return Type::integer;
  if (std::holds_alternative<script::Until>(item.node)) {
    if (!item.operands.empty()) value(item.operands[0]);
    return Type::bytes;
  }
  if (const auto* message = std::get_if<script::MessageUse>(&item.node)) {
    if (!is_last && declarations_.messages.is_open(message->message.text)) {
      findings_.add(Rule::rest_not_last, item.span,
                    fmt::format("{} ends with 'rest', and something follows it", quote(message->message.text)),
                    "it is the last item of its line");
    }
    use(item, true);
    return Type::bytes;
  }
  if (std::holds_alternative<script::Counted>(item.node)) {
    length(item.operands[0]);
    return Type::bytes;
  }
  if (std::holds_alternative<script::Rest>(item.node)) {
    if (!is_last) {
      findings_.add(Rule::rest_not_last, item.span, "'rest' takes all that comes, and something follows it",
                    "'rest' is the last item of its line");
    }
    return Type::bytes;
  }
  if (std::holds_alternative<script::Group>(item.node) && std::ranges::any_of(item.operands, is_extent)) {
    pattern(item.operands, is_last);
    return Type::bytes;
  }
  resolve_among_bytes(item, Stands::in_pattern);
  const auto found = node(item);
  const bool is_bytes = require(item, found.type, Type::bytes, "a pattern");
  return is_bytes ? Type::bytes : Type::unknown;
}

/// N of `bytes(N)`, or the width of the length in `bytes(u16)`.
void Checker::length(const Expression& length) {
  const auto* prefix = std::get_if<script::IntegerItem>(&length.node);
  if (std::holds_alternative<script::Leb128>(length.node) && length.operands.empty()) return;
  if (prefix && length.operands.empty()) check_bits({{prefix, length.span}}, findings_);
  if (!prefix || !length.operands.empty()) {
    const auto count = value(length);
    if (require(length, count.type, Type::integer, "a length"))
      within(length, count, {0, (Wide(1) << 63) - 1}, "a length");
  } else if (prefix->is_signed) {
    findings_.add(Rule::type_mismatch, length.span, "a length is unsigned", fmt::format("write 'u{}'", prefix->bits));
  }
}

/// `as`, `~` and `where` of an item.
void Checker::constraints(const Expression& item, Type type) {
  if (item.as) bind_value(*item.as, {.type = type, .constant = {}});
  if (item.regex) {
    if (type == Type::integer) {
      findings_.add(Rule::type_mismatch, item.regex->span, "'~' takes bytes, not an integer",
                    "'where' constrains an integer: u16 as n where n > 3");
    }
    regex(*item.regex);
  }
  if (!item.pattern.empty()) value_pattern(item, type);
  for (const auto& condition : item.where) require(condition, value(condition).type, Type::boolean, "'where'");
}

/// `~ (PATTERN)`
void Checker::value_pattern(const Expression& item, Type type) {
  if (type == Type::integer) {
    findings_.add(Rule::type_mismatch, item.pattern.front().span, "'~' takes bytes, not an integer",
                  "'where' constrains an integer: u16 as n where n > 3");
  }
  pattern(item.pattern, true);
}

void Checker::regex(const script::RegexLiteral& regex) {
  const re2::RE2 compiled(regex.text, script::regex_options());
  if (!compiled.ok()) {
    findings_.add(Rule::bad_regex, regex.span,
                  fmt::format("the regular expression does not compile: {}", compiled.error().substr(0, 200)));
    return;
  }
  for (const auto& [number, name] : compiled.CapturingGroupNames()) {
    if (script::is_reserved(name)) {
      findings_.add(Rule::reserved_name, regex.span, fmt::format("{} is a word of the language", quote(name)),
                    "another name is needed");
    } else if (!script::is_name(name)) {
      findings_.add(Rule::bad_name, regex.span, fmt::format("{} is no name", quote(name)),
                    "names have lower case letters, digits and underscores, a letter first");
    }
    bind_value({name, regex.span}, {.type = Type::bytes, .constant = {}});
  }
}

}  // namespace volley::check
