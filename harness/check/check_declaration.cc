// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include "check/checker.h"
#include "script/words.h"

namespace volley::check {
namespace {

/// A let of the file is put in the place of its name wherever that stands; a row of lets each of which doubles the one
/// before must not become a plan that fills the memory.
constexpr std::size_t most_nodes = 10'000;

}  // namespace

Binding Checker::file_let(const script::Let& let) {
  is_constant_only_ = true;
  weight_ = 0;
  const auto found = side_by_side(let.value);
  if (script::contains(script::leased_words, let.name.text)) {
    findings_.add(Rule::reserved_name, let.name.span,
                  fmt::format("'{}' stands for what a target gets when it is started", let.name.text),
                  "another name is needed");
  }
  if (weight_ > most_nodes) {
    findings_.add(
        Rule::too_deep, let.name.span,
        fmt::format("with the lets that it uses, {} has more than {} parts", source::quote(let.name.text), most_nodes));
    return {};
  }
  return {.kind = Binding::Kind::value, .value = found, .weight = weight_};
}

void Checker::target(const script::Target& target) {
  is_in_target_ = true;
  is_constant_only_ = true;
  for (const auto& argument : target.run) bytes(argument);
  for (const auto& line : target.environment) bytes(line.value);
  for (const auto& line : target.files) {
    bytes(line.path);
    for (const auto& item : line.content) bytes(item);
  }
  if (const auto* udp = std::get_if<script::Target::ReadyUdp>(&target.ready)) {
    bits(udp->probe);
    for (const auto& item : udp->probe) bytes(item);
  }
  if (const auto* output = std::get_if<script::Target::ReadyOutput>(&target.ready)) regex(output->regex);
}

}  // namespace volley::check
