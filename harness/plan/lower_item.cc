// SPDX-License-Identifier: Apache-2.0
#include <re2/re2.h>

#include <algorithm>
#include <utility>

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

Item item_of(const script::Expression& item, Extent extent) {
  return {.extent = std::move(extent), .capture = {}, .regex = {}, .groups = {}, .where = {}, .span = item.span};
}

/// Whether only a message can say it.
bool is_nameless(const script::Expression& item) {
  if (std::holds_alternative<script::Until>(item.node)) return !item.operands.empty();
  if (std::holds_alternative<script::Leb128>(item.node)) return item.operands.empty();
  if (std::holds_alternative<script::Counted>(item.node)) {
    return std::holds_alternative<script::Leb128>(item.operands[0].node) && item.operands[0].operands.empty();
  }
  return std::holds_alternative<script::Group>(item.node) && has_extent(item);
}

bool is_plain_group(const script::Expression& item) {
  const bool has_suffix = item.as || item.regex || !item.pattern.empty() || !item.where.empty();
  return std::holds_alternative<script::Group>(item.node) && !has_suffix;
}

Item lower_item(const script::Expression& item, Names& names) {
  auto lowered = item_of(item, extent_of(item, names));
  const bool is_number = std::holds_alternative<Fixed>(lowered.extent);
  lower_constraints(lowered, item, is_number ? Type::integer : Type::bytes, names);
  return lowered;
}

/// Items side by side. A plain group is its items.
void append(std::vector<Item>& lowered, std::span<const script::Expression> items, Names& names, bool is_pattern) {
  while (!items.empty()) {
    const auto& item = items.front();
    const auto run = bit_run(items);
    const auto taken = items.first(std::max<std::size_t>(run, 1));
    const bool is_value = std::ranges::none_of(taken, has_extent);
    const source::Span span{item.span.begin, taken.back().span.end};
    if (run > 0 && is_value) {
      lowered.push_back(item_of(item, Computed{lower_nameless(taken, names)}));
    } else if (run > 0 || (is_nameless(item) && !is_plain_group(item))) {
      lowered.push_back(item_of(item, lower_nameless_pattern(taken, names)));
    } else if (is_pattern && std::holds_alternative<script::MessageUse>(item.node)) {
      lowered.push_back(item_of(item, lower_use_pattern(item, names)));
      lower_constraints(lowered.back(), item, Type::bytes, names);
    } else if (is_plain_group(item)) {
      append(lowered, item.operands, names, is_pattern);
    } else {
      lowered.push_back(lower_item(item, names));
    }
    if (run > 0) lowered.back().span = span;
    items = items.subspan(taken.size());
  }
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
  append(lowered, items, names, false);
  return lowered;
}

std::vector<Item> lower_pattern(const script::Items& items, Names& names) {
  std::vector<Item> lowered;
  append(lowered, items, names, true);
  return lowered;
}

}  // namespace volley::plan
