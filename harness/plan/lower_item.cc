// SPDX-License-Identifier: Apache-2.0
#include <re2/re2.h>

#include "plan/names.h"

namespace volley::plan {
namespace {

IntegerFormat format_of(const script::IntegerItem& item) {
  return {static_cast<std::uint8_t>(item.bits / 8), item.is_signed, item.order == ByteOrder::little};
}

using Extent = decltype(Item::extent);

/// What has content: bytes that are sent, or expected exactly.
Extent content(Expression value) {
  if (value.op == Op::literal) return Literal{std::get<Bytes>(std::move(value.value))};
  if (value.op == Op::file) return Contents{std::move(value.content)};
  if (value.op == Op::zero) return Zeros{std::move(value.operands[0])};
  if (value.op == Op::repeat && value.operands[1].op == Op::literal) {
    return Repeated{std::move(value.operands[0]), std::get<Bytes>(std::move(value.operands[1].value))};
  }
  return Computed{std::move(value)};
}

Extent extent_of(const script::Expression& item, Names& names) {
  if (const auto* integer = std::get_if<script::IntegerItem>(&item.node); integer && item.operands.empty()) {
    return Fixed{format_of(*integer)};
  }
  if (std::holds_alternative<script::Counted>(item.node)) {
    const auto& count = item.operands[0];
    const auto* prefix = std::get_if<script::IntegerItem>(&count.node);
    if (prefix && count.operands.empty()) return Prefixed{format_of(*prefix)};
    return Counted{lower_value(count, names)};
  }
  if (const auto* until = std::get_if<script::Until>(&item.node)) return Delimited{until->delimiter};
  if (std::holds_alternative<script::Rest>(item.node)) return Remainder{};
  return content(lower_value(item, names));
}

Item lower_item(const script::Expression& item, Names& names) {
  Item lowered{
      .extent = extent_of(item, names), .capture = {}, .regex = {}, .groups = {}, .where = {}, .span = item.span};
  if (item.as) {
    const bool is_number = std::holds_alternative<Fixed>(lowered.extent);
    lowered.capture = names.bind_slot(item.as->text, is_number ? Type::integer : Type::bytes);
  }
  if (item.regex) {
    lowered.regex.emplace(item.regex->text);
    lowered.groups = bind_groups(*lowered.regex, names);
  }
  if (!item.where.empty()) lowered.where = lower_value(item.where[0], names);
  return lowered;
}

/// A plain group is its items side by side.
void append(std::vector<Item>& lowered, const script::Expression& item, Names& names) {
  const bool is_plain_group =
      std::holds_alternative<script::Group>(item.node) && !item.as && !item.regex && item.where.empty();
  if (!is_plain_group) {
    lowered.push_back(lower_item(item, names));
    return;
  }
  for (const auto& inner : item.operands) append(lowered, inner, names);
}

}  // namespace

std::vector<std::pair<std::string, Slot>> bind_groups(const Regex& regex, Names& names) {
  std::vector<std::pair<std::string, Slot>> groups;
  for (const auto& [name, number] : regex.compiled().NamedCapturingGroups()) {
    groups.emplace_back(name, names.bind_slot(name, Type::bytes));
  }
  return groups;
}

std::vector<Item> lower_items(const script::Items& items, Names& names) {
  std::vector<Item> lowered;
  for (const auto& item : items) append(lowered, item, names);
  return lowered;
}

}  // namespace volley::plan
