// SPDX-License-Identifier: Apache-2.0
// What message definitions say together: whether they can be read and made at all.
#include <fmt/format.h>

#include <algorithm>
#include <unordered_set>

#include "check/messages.h"

namespace volley::check {
namespace {

using script::Field;
using script::Findings;
using script::Rule;
using source::quote;

void check_duplicates(const Messages& messages, Findings& findings) {
  std::unordered_map<std::string_view, source::Span> seen;
  for (const auto& info : messages.all()) {
    const auto& name = info.message->name;
    const auto [first, is_new] = seen.emplace(name.text, name.span);
    if (!is_new) {
      findings.add(Rule::duplicate_message, name.span, fmt::format("the message {} is defined twice", quote(name.text)),
                   "the first is at", first->second);
    }
    for (const auto& field : info.fields) {
      const auto& own = field.field->name;
      const auto* other = info.find(own.text);
      if (other->index == field.index) continue;
      findings.add(Rule::duplicate_field, own.span,
                   fmt::format("the message {} has a field {} already", quote(name.text), quote(own.text)),
                   "fields of groups count, too: the first is at", other->field->name.span);
    }
  }
}

/// Messages that this one has in it whatever its fields say.
void collect_certain(const std::vector<Field>& fields, std::vector<std::string_view>& names) {
  for (const auto& field : fields) {
    if (!field.when.empty()) continue;
    if (field.is_group) {
      collect_certain(field.fields, names);
      continue;
    }
    const auto* name = message_in(*field.extent);
    if (!name) continue;
    const auto* count = is_list(field) ? std::get_if<script::Number>(&field.extent->operands[0].node) : nullptr;
    if (!is_list(field) || (count && count->value > 0)) names.push_back(name->text);
  }
}

/// A message that has itself in it for certain has no end. Each such circle is told once.
void check_endless(const Messages& messages, Findings& findings) {
  std::unordered_map<std::string_view, std::vector<std::string_view>> inner;
  std::unordered_map<std::string_view, std::vector<std::string_view>> around;
  std::unordered_map<std::string_view, std::size_t> unfinished;
  std::vector<std::string_view> finite;
  for (const auto& info : messages.all()) {
    const std::string_view name = info.message->name.text;
    if (inner.contains(name)) continue;
    auto& names = inner[name];
    collect_certain(info.message->fields, names);
    std::erase_if(names, [&](auto each) { return !messages.find(each); });
    for (const auto each : names) around[each].push_back(name);
    unfinished[name] = names.size();
    if (names.empty()) finite.push_back(name);
  }
  while (!finite.empty()) {
    const auto name = finite.back();
    finite.pop_back();
    for (const auto container : around[name]) {
      if (--unfinished[container] == 0) finite.push_back(container);
    }
  }
  std::unordered_set<std::string_view> visited;
  for (const auto& info : messages.all()) {
    std::unordered_set<std::string_view> walk;
    std::string_view at = info.message->name.text;
    while (unfinished[at] > 0 && visited.insert(at).second) {
      walk.insert(at);
      at = *std::ranges::find_if(inner[at], [&](auto each) { return unfinished[each] > 0; });
    }
    if (!walk.contains(at)) continue;
    findings.add(Rule::endless_message, messages.find(at)->message->name.span,
                 fmt::format("every {} would contain another {} without end", quote(at), quote(at)),
                 "a 'when' or a list lets it end");
  }
}

/// One sequence of fields in one bound.
class Sequence {
 public:
  Sequence(const Messages& messages, Findings& findings) : messages_(messages), findings_(findings) {}

  void check(const std::vector<Field>& fields, bool is_last) {
    check_runs(fields);
    bool follow_conditionally = true;  // all the fields behind this one
    for (auto i = fields.size(); i-- > 0;) {
      const auto& field = fields[i];
      const bool may_be_open = (i + 1 == fields.size() && is_last) || (!field.when.empty() && follow_conditionally);
      if (field.is_group) {
        check(field.fields, field.extent ? true : may_be_open);
      } else {
        check_open(*field.extent, may_be_open);
      }
      follow_conditionally = follow_conditionally && !field.when.empty();
    }
  }

 private:
  void check_runs(const std::vector<Field>& fields) {
    std::vector<Bits> bits;
    for (const auto& field : fields) {
      const auto* item = field.is_group ? nullptr : std::get_if<script::IntegerItem>(&field.extent->node);
      const auto span = field.is_group ? field.name.span : field.extent->span;
      bits.push_back({item, span, !field.when.empty()});
    }
    check_bits(bits, findings_);
  }

  void check_open(const script::Expression& extent, bool may_be_open) {
    const auto* list = std::get_if<script::ListOf>(&extent.node);
    if (list && messages_.is_open(list->message.text)) {
      findings_.add(
          Rule::rest_not_last, extent.span,
          fmt::format("{} ends with 'rest': the first of them would take all that comes", quote(list->message.text)),
          "elements of a list have an end of their own");
      return;
    }
    const bool is_rest = std::holds_alternative<script::Rest>(extent.node) ||
                         (list && std::holds_alternative<script::Rest>(extent.operands[0].node));
    const auto* name = std::get_if<script::MessageName>(&extent.node);
    const bool is_open = is_rest || (name && messages_.is_open(name->message.text));
    if (!is_open || may_be_open) return;
    const auto what = is_rest ? std::string("'rest' takes all that comes, and something follows it")
                              : fmt::format("{} ends with 'rest', and something follows it", quote(name->message.text));
    findings_.add(Rule::rest_not_last, extent.span, what, "'rest' is the last field of its message or bound");
  }

  const Messages& messages_;
  Findings& findings_;
};

}  // namespace

void check_bits(const std::vector<Bits>& bits, Findings& findings) {
  const auto report = [&](const Bits& at, std::string what, std::string hint) {
    findings.add(Rule::bad_width, at.span, std::move(what), std::move(hint));
  };
  for (std::size_t i = 0; i < bits.size(); ++i) {
    if (!bits[i].item || bits[i].item->bits % 8 == 0) continue;
    const auto first = i;
    std::size_t sum = 0;
    for (; i < bits.size() && bits[i].item; ++i) {
      const auto& each = bits[i];
      if (each.item->order == ByteOrder::little) {
        report(each, fmt::format("'{}' does not begin at a byte", to_text(*each.item)),
               "only whole bytes have an order");
        return;
      }
      if (each.is_conditional) {
        report(each, "bits that may not be there fill no byte", "a group may have a 'when': flags: { … } when …");
        return;
      }
      sum += each.item->bits;
      if (sum % 8 == 0) break;
    }
    if (sum % 8 == 0) continue;
    report(bits[first], fmt::format("{} bits fill no byte", sum % 8), "the bits of a run of integers make whole bytes");
    return;
  }
}

void check_structure(const Messages& messages, Findings& findings) {
  check_duplicates(messages, findings);
  check_endless(messages, findings);
  Sequence sequence(messages, findings);
  for (const auto& info : messages.all()) {
    if (!info.message->is_whole) continue;
    sequence.check(info.message->fields, true);
    check_laws(info, findings);
  }
}

}  // namespace volley::check
