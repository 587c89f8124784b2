// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <optional>
#include <string>
#include <string_view>

#include "script/file.h"

/// The tokens of a node, as they are read; where spaces and line ends stand is for `format` to decide. One function a
/// node: whoever adds a node adds its function, and a line to the visitor that calls it.
namespace volley::script {

std::string text_of(const Expression& expression);
std::string text_of(const Items& items);
std::string text_of(const RegexLiteral& regex);
std::string text_of(nanoseconds time);
std::string text_of(const Within& within);
std::string text_of(Transport transport);
/// `Name` alone.
std::string text_of(const IntegerItem& item);

/// `text`, a node with its line end, with its comments and the blank line in front.
std::string with_remarks(const Remarks& remarks, std::string text);

/// With its line end.
std::string text_of(const Step& step);
std::string text_of(const Let& let);
/// Without one.
std::string text_of(const Condition& condition);
std::string text_of(const Message& message);
std::string text_of(const Target& target);
std::string text_of(const Scenario& scenario);

/// ` word text`, or nothing if there is nothing.
template <class Node>
std::string clause(std::string_view word, const std::optional<Node>& node) {
  return node ? std::string(" ").append(word).append(" ").append(text_of(*node)) : std::string();
}

}  // namespace volley::script
