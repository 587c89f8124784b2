// SPDX-License-Identifier: Apache-2.0
#include <string>

#include "script/text_of.h"

namespace volley::script {
namespace {

struct ValueText {
  std::string operator()(nanoseconds time) const { return text_of(time); }
  std::string operator()(const Condition::Percent& share) const { return std::to_string(share.value) + "%"; }
  std::string operator()(const Condition::Rate& rate) const { return written(rate.bytes) + "/s"; }
  std::string operator()(const Items& values) const {
    std::string text;
    for (const auto& value : values) text += (text.empty() ? "" : ", ") + text_of(value);
    return text;
  }

 private:
  static std::string written(const Number& number) {
    Expression expression;
    expression.node = number;
    return text_of(expression);
  }
};

}  // namespace

std::string text_of(const Condition& condition) {
  const bool counts_bytes = condition.kind == Condition::Kind::reset || condition.kind == Condition::Kind::stall;
  auto text = std::string(word_of(condition.kind)) + (counts_bytes ? " after " : " ");
  text += std::visit(ValueText{}, condition.value);
  if (condition.way) text += *condition.way == Way::there ? " there" : " back";
  return text;
}

}  // namespace volley::script
