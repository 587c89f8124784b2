// SPDX-License-Identifier: Apache-2.0
// Uses of messages, and items of a line that only a message can say.
#include <algorithm>
#include <utility>

#include "check/value.h"
#include "plan/names.h"

namespace volley::plan {
namespace {

using Entry = script::MessageUse::Entry;

bool is_use(const script::Expression& expression) {
  return std::holds_alternative<script::MessageUse>(expression.node);
}

/// The elements of a list, if that is what stands there: uses side by side.
std::optional<std::span<const script::Expression>> elements(const script::Expression& value) {
  if (is_use(value)) return std::span(&value, 1);
  const bool is_group = std::holds_alternative<script::Group>(value.node);
  if (!is_group || !std::ranges::all_of(value.operands, is_use)) return {};
  return std::span<const script::Expression>(value.operands);
}

bool is_list(const script::Field& field) {
  return field.extent && std::holds_alternative<script::ListOf>(field.extent->node);
}

Expression make(Op op, std::uint32_t index, std::vector<Expression> operands, source::Span span) {
  return Expression{.op = op, .value = {}, .index = index, .operands = std::move(operands), .span = span};
}

Expression list_of(std::span<const script::Expression> uses, Names& names, source::Span span) {
  std::vector<Expression> operands;
  for (const auto& use : uses) operands.push_back(lower_use(use, names));
  return make(Op::list, 0, std::move(operands), span);
}

FieldPattern field_pattern(const script::Field& field, const Entry& entry, const script::Expression& said,
                           Names& names) {
  FieldPattern pattern;
  pattern.span = said.span;
  if (entry.kind == Entry::Kind::extent) return pattern;
  const auto uses = elements(said);
  pattern.is_list = is_list(field) && uses.has_value();
  if (!pattern.is_list && !is_use(said)) {
    pattern.value = lower_value(said, names);
    return pattern;
  }
  for (const auto& use : *uses) pattern.uses.push_back(lower_use_pattern(use, names));
  if (entry.kind == Entry::Kind::any_order) pattern.order = FieldPattern::Order::any;
  if (entry.kind == Entry::Kind::has) pattern.order = FieldPattern::Order::among_others;
  return pattern;
}

/// What stands for the name of a field that has none.
std::string name_of(const script::Expression& item) {
  if (const auto* integer = std::get_if<script::IntegerItem>(&item.node)) return check::to_text(*integer);
  if (const auto* use = std::get_if<script::MessageUse>(&item.node)) return use->message.text;
  if (const auto* until = std::get_if<script::Until>(&item.node)) {
    using Word = script::Until::Word;
    return until->word == Word::line ? "line" : until->word == Word::cstring ? "cstring" : "until";
  }
  if (std::holds_alternative<script::Counted>(item.node)) {
    const auto& count = item.operands[0];
    const bool is_prefix = count.operands.empty();
    const auto* prefix = std::get_if<script::IntegerItem>(&count.node);
    if (prefix && is_prefix) return "bytes(" + check::to_text(*prefix) + ")";
    return std::holds_alternative<script::Leb128>(count.node) && is_prefix ? "bytes(leb128)" : "bytes";
  }
  if (std::holds_alternative<script::Leb128>(item.node)) return "leb128";
  if (std::holds_alternative<script::Group>(item.node)) return "(…)";
  return std::holds_alternative<script::Rest>(item.node) ? "rest" : "bytes";
}

/// Makes a message without a name of items side by side.
class Nameless {
 public:
  explicit Nameless(Names& names) : names_(names) {}

  void add(std::span<const script::Expression> items) {
    for (const auto& item : items) add(item);
  }
  MessageId define() { return names_.add_message(std::move(message_)); }
  Use pattern() {
    const auto id = define();
    return {id, std::move(said_)};
  }
  /// Each field must have a value.
  Expression value(source::Span span) {
    std::vector<Expression> named;
    for (auto& said : said_) named.push_back(make(Op::named, said.field, {*std::move(said.value)}, span));
    return make(Op::message, define(), std::move(named), span);
  }

 private:
  void add(const script::Expression& item);
  FieldId add_field(const script::Expression& item);
  decltype(Field::extent) extent(const script::Expression& item, FieldPattern& said);

  Names& names_;
  Message message_;
  std::vector<FieldPattern> said_;
};

FieldId Nameless::add_field(const script::Expression& item) {
  const auto id = static_cast<FieldId>(message_.fields.size());
  Field field;
  field.name = name_of(item);
  field.span = item.span;
  field.end = id + 1;
  message_.fields.push_back(std::move(field));
  return id;
}

void Nameless::add(const script::Expression& item) {
  const bool has_suffix = item.as || item.regex || !item.pattern.empty() || !item.where.empty();
  const bool is_group = std::holds_alternative<script::Group>(item.node) && has_extent(item);
  if (is_group && !has_suffix) return add(std::span<const script::Expression>(item.operands));
  const auto id = add_field(item);
  FieldPattern said;
  said.field = id;
  said.span = item.span;
  const auto at = said_.size();
  auto type = Type::bytes;
  if (is_group) {
    message_.fields[id].extent = GroupField{};
    add(std::span<const script::Expression>(item.operands));
    message_.fields[id].end = static_cast<FieldId>(message_.fields.size());
  } else {
    auto lowered = extent(item, said);
    if (std::holds_alternative<BitField>(lowered) || std::holds_alternative<LebField>(lowered)) type = Type::integer;
    message_.fields[id].extent = std::move(lowered);
  }
  lower_constraints(said, item, type, names_);
  said_.insert(said_.begin() + static_cast<std::ptrdiff_t>(at), std::move(said));
}

decltype(Field::extent) Nameless::extent(const script::Expression& item, FieldPattern& said) {
  if (is_use(item)) {
    said.uses.push_back(lower_use_pattern(item, names_));
    return MessageField{said.uses.front().message};
  }
  const bool is_number =
      std::holds_alternative<script::IntegerItem>(item.node) || std::holds_alternative<script::Leb128>(item.node);
  if (is_number) {
    if (!item.operands.empty()) said.value = lower_value(item.operands[0], names_);
    return lower_extent(item, names_);
  }
  if (has_extent(item)) return lower_extent(item, names_);
  said.value = lower_value(item, names_);
  return SizedField{make(Op::len, 0, {*said.value}, item.span)};
}

}  // namespace

Expression lower_field_value(const decltype(Field::extent)& extent, const script::Items& value, Names& names,
                             source::Span span) {
  const bool is_one = value.size() == 1;
  const bool are_uses = is_one ? elements(value.front()).has_value() : std::ranges::all_of(value, is_use);
  if (!std::holds_alternative<ListField>(extent) || !are_uses) return lower_values(value, names, span);
  return list_of(is_one ? *elements(value.front()) : std::span<const script::Expression>(value), names, span);
}

Expression lower_use(const script::Expression& expression, Names& names) {
  const auto& use = std::get<script::MessageUse>(expression.node);
  const auto message = names.message(use.message.text);
  const auto& fields = names.fields(message);
  std::vector<Expression> named;
  for (std::size_t i = 0; i < use.entries.size(); ++i) {
    const auto& said = expression.operands[i];
    const auto id = fields.ids.find(use.entries[i].field.text)->second;
    const auto uses = elements(said);
    const bool is_list_value = is_list(*fields.fields[id]) && uses;
    auto value = is_list_value ? list_of(*uses, names, said.span) : lower_value(said, names);
    named.push_back(make(Op::named, id, {std::move(value)}, said.span));
  }
  return make(Op::message, message, std::move(named), expression.span);
}

Use lower_use_pattern(const script::Expression& expression, Names& names) {
  const auto& use = std::get<script::MessageUse>(expression.node);
  Use lowered;
  lowered.message = names.message(use.message.text);
  const auto& fields = names.fields(lowered.message);
  for (std::size_t i = 0; i < use.entries.size(); ++i) {
    const auto id = fields.ids.find(use.entries[i].field.text)->second;
    const auto& said = expression.operands[i];
    auto pattern = field_pattern(*fields.fields[id], use.entries[i], said, names);
    pattern.field = id;
    lower_constraints(pattern, said, fields.types[id], names);
    lowered.fields.push_back(std::move(pattern));
  }
  std::ranges::sort(lowered.fields, {}, &FieldPattern::field);
  return lowered;
}

Expression lower_nameless(std::span<const script::Expression> items, Names& names) {
  Nameless message(names);
  message.add(items);
  return message.value({items.front().span.begin, items.back().span.end});
}

Use lower_nameless_pattern(std::span<const script::Expression> items, Names& names) {
  Nameless message(names);
  message.add(items);
  return message.pattern();
}

std::size_t bit_run(std::span<const script::Expression> items) {
  std::size_t bits = 0;
  for (std::size_t count = 0; count < items.size(); ++count) {
    const auto* integer = std::get_if<script::IntegerItem>(&items[count].node);
    if (!integer) return 0;
    bits += integer->bits;
    if (bits % 8 == 0) return count == 0 ? 0 : count + 1;
  }
  return 0;
}

bool has_extent(const script::Expression& item) {
  if (std::holds_alternative<script::IntegerItem>(item.node) || std::holds_alternative<script::Leb128>(item.node)) {
    return item.operands.empty() || item.as || !item.where.empty();
  }
  if (std::holds_alternative<script::Group>(item.node)) return std::ranges::any_of(item.operands, has_extent);
  return std::holds_alternative<script::Counted>(item.node) || std::holds_alternative<script::Until>(item.node) ||
         std::holds_alternative<script::Rest>(item.node) || is_use(item);
}

}  // namespace volley::plan
