// SPDX-License-Identifier: Apache-2.0
// There is no overload for whatever else there may be: who adds a step, an item or a field says which expressions it
// has.
#include "plan/expressions.h"

#include <optional>
#include <variant>
#include <vector>

namespace volley::plan {
namespace {

class Walk {
 public:
  explicit Walk(const std::function<void(Expression&)>& visit) : visit_(visit) {}

  void of(Message& message) {
    for (auto& field : message.fields) {
      each(field.extent);
      of(field.value);
      of(field.when);
    }
  }

  void of(Listen& step) {
    of(step.place);
    of(step.options);
  }
  void of(Bind& step) {
    of(step.place);
    of(step.options);
  }
  void of(Connect& step) {
    of(step.place);
    of(step.from);
    of(step.options);
  }
  void of(Accept& step) { of(step.sending); }
  void of(Send& step) {
    of(step.items);
    of(step.to);
    if (step.segments) of(step.segments->size);
  }
  void of(Receive& step) {
    of(step.pattern);
    of(step.from);
    of(step.buffer);
    of(step.skipping);
  }
  void of(ReceiveEnd&) {}
  void of(Silence&) {}
  void of(Shutdown&) {}
  void of(Close&) {}
  void of(Reset&) {}
  void of(Let& step) { of(step.value); }
  void of(Expect& step) {
    of(step.condition);
    of(step.pattern);
  }
  void of(Set& step) { of(step.setting); }
  void of(Wait&) {}
  void of(Ignore&) {}
  void of(Repeat& step) {
    of(step.count);
    of(step.until);
    of(step.at_most);
  }
  void of(NextRound&) {}
  void of(Parallel& step) { of(step.count); }
  void of(AnyOrder&) {}
  void of(OneOf&) {}
  void of(Start& step) { of(step.argv); }
  void of(ProcessEnd& step) { of(step.code); }
  void of(Signal&) {}
  void of(Link& step) {
    of(step.place);
    of(step.there);
    of(step.back);
    of(step.seed);
  }

  template <class... Of>
  void each(std::variant<Of...>& one) {
    std::visit([this](auto& which) { this->of(which); }, one);
  }

 private:
  void of(Literal&) {}
  void of(Computed& extent) { of(extent.value); }
  void of(Fixed&) {}
  void of(Counted& extent) { of(extent.count); }
  void of(Prefixed&) {}
  void of(Delimited&) {}
  void of(Remainder&) {}
  void of(Zeros& extent) { of(extent.count); }
  void of(Repeated& extent) { of(extent.count); }
  void of(Contents&) {}
  void of(Use& use) { of(use.fields); }

  void of(BitField&) {}
  void of(LebField&) {}
  void of(SizedField& field) { of(field.size); }
  void of(PrefixedField&) {}
  void of(DelimitedField& field) { of(field.delimiter); }
  void of(RestField&) {}
  void of(NameField&) {}
  void of(MessageField&) {}
  void of(GroupField& field) { each(field.bound); }
  void of(ListField& field) { each(field.size); }
  void of(std::monostate&) {}

  void of(Conditions& way) {
    of(way.dropped);
    of(way.duplicated);
    of(way.reordered);
    of(way.corrupted);
    of(way.reset_after);
    of(way.stall_after);
  }
  void of(Setting& setting) { of(setting.value); }
  void of(Item& item) {
    each(item.extent);
    of(item.pattern);
    of(item.where);
  }
  void of(FieldPattern& field) {
    of(field.value);
    of(field.uses);
    of(field.pattern);
    of(field.where);
  }
  void of(Expression& expression) {
    visit_(expression);
    of(expression.operands);
  }

  template <class Part>
  void of(std::vector<Part>& parts) {
    for (auto& part : parts) of(part);
  }
  template <class Part>
  void of(std::optional<Part>& part) {
    if (part) of(*part);
  }

  const std::function<void(Expression&)>& visit_;
};

}  // namespace

void each_expression(Plan& plan, const std::function<void(Expression&)>& visit) {
  Walk walk(visit);
  for (auto& message : plan.messages) walk.of(message);
  for (auto& step : plan.steps) walk.each(step.action);
}

}  // namespace volley::plan
