// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "check/messages.h"

namespace volley::check {
namespace {

using script::Expression;
using script::Field;
using script::Findings;
using script::Rule;
using source::quote;

/// Laws that build on each other more than this are made with as deep a recursion.
constexpr std::size_t deepest = 64;

/// Follows what a value is made of. A value that needs itself has none.
class Laws {
 public:
  Laws(const MessageInfo& message, Findings& findings)
      : message_(message), findings_(findings), states_(message.fields.size()) {}

  void check() {
    for (const auto& field : message_.fields) {
      if (!field.is_group() && !is_reported_) value(field);
    }
  }

 private:
  struct State {
    bool is_open = false;
    std::size_t height = 0;  ///< 0: not known yet.
  };

  /// A field as a value; gives how many values stand on each other in it.
  std::size_t value(const FieldInfo& field) {
    auto& state = states_[field.index];
    if (state.height > 0 || is_reported_) return state.height;
    if (state.is_open) return report(field);
    if (depth_ == deepest) return too_deep(field);
    state.is_open = true;
    owner_.push_back(&field);
    ++depth_;
    const auto made_of = all(field.field->value);
    --depth_;
    owner_.pop_back();
    state.is_open = false;
    state.height = made_of + 1;
    return state.height > deepest ? too_deep(field) : state.height;
  }

  /// A field as bytes on the wire: its value, its extent and its condition.
  std::size_t bytes(const FieldInfo& field) {
    std::size_t height = condition(field);
    if (field.is_group()) {
      if (field.field->extent) height = std::max(height, all(field.field->extent->operands));
      for (auto i = field.index + 1; i < field.end; i = message_.fields[i].end) {
        height = std::max(height, bytes(message_.fields[i]));
      }
      return height;
    }
    if (!owner_.empty() && owner_.back() == &field && has_width(*field.field)) return height;  // zeros
    return std::max({height, value(field), all(field.field->extent->operands)});
  }

  /// The length of a field: of integers it is known without their values.
  std::size_t size(const FieldInfo& field) {
    if (!field.is_group()) return std::max(condition(field), value(field));
    std::size_t height = condition(field);
    for (auto i = field.index + 1; i < field.end; i = message_.fields[i].end) {
      const auto& inner = message_.fields[i];
      const bool is_integer =
          !inner.is_group() && std::holds_alternative<script::IntegerItem>(inner.field->extent->node);
      height = std::max(height, is_integer ? condition(inner) : bytes(inner));
    }
    return height;
  }

  std::size_t condition(const FieldInfo& field) { return all(field.field->when); }

  std::size_t all(const std::vector<Expression>& expressions) {
    std::size_t height = 0;
    for (const auto& expression : expressions) height = std::max(height, one(expression));
    return height;
  }

  std::size_t one(const Expression& expression) {
    if (is_reported_) return 0;
    if (const auto* field = field_in(expression)) {
      const bool is_group = field->is_group();
      return is_group ? bytes(*field) : std::max(condition(*field), value(*field));
    }
    if (const auto* call = std::get_if<script::Call>(&expression.node); call && expression.operands.size() == 1) {
      const auto* field = field_in(expression.operands[0]);
      if (field && call->function.text == "len") return size(*field);
    }
    return all(expression.operands);
  }

  const FieldInfo* field_in(const Expression& expression) const {
    const auto* reference = std::get_if<script::Reference>(&expression.node);
    return reference ? message_.find(reference->name) : nullptr;
  }

  static bool has_width(const Field& field) {
    return std::holds_alternative<script::IntegerItem>(field.extent->node) ||
           std::holds_alternative<script::Counted>(field.extent->node);
  }

  std::size_t report(const FieldInfo& field) {
    is_reported_ = true;
    findings_.add(Rule::law_cycle, field.field->name.span,
                  fmt::format("the value of {} is made of itself", quote(field.field->name.text)),
                  "laws must end at fields that are given");
    return 0;
  }
  std::size_t too_deep(const FieldInfo& field) {
    is_reported_ = true;
    findings_.add(Rule::too_deep, field.field->name.span,
                  fmt::format("more than {} laws build on each other", deepest));
    return 0;
  }

  const MessageInfo& message_;
  Findings& findings_;
  std::vector<State> states_;
  std::vector<const FieldInfo*> owner_;
  std::size_t depth_ = 0;
  bool is_reported_ = false;
};

}  // namespace

void check_laws(const MessageInfo& message, Findings& findings) {
  Laws(message, findings).check();
}

}  // namespace volley::check
