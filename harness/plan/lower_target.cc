// SPDX-License-Identifier: Apache-2.0
#include <iterator>

#include "plan/names.h"

namespace volley::plan {
namespace {

/// `${host}`, `${port}`, `${endpoint}`, `${dir}` as a part that is filled in at the start; nullopt for any other value.
std::optional<Template::Part> leased(const script::Expression& expression) {
  if (const auto* reference = std::get_if<script::Reference>(&expression.node)) {
    if (reference->name == "host") return Template::Part{Template::Kind::host, {}};
    if (reference->name == "port") return Template::Part{Template::Kind::port, {}};
    if (reference->name == "endpoint") return Template::Part{Template::Kind::endpoint, {}};
    if (reference->name == "dir") return Template::Part{Template::Kind::dir, {}};
  }
  const auto* member = std::get_if<script::Member>(&expression.node);
  if (!member) return {};
  const auto* base = std::get_if<script::Reference>(&expression.operands[0].node);
  if (base && base->name == "port") return Template::Part{Template::Kind::port, member->member.text};
  if (base && base->name == "endpoint") return Template::Part{Template::Kind::endpoint, member->member.text};
  if (base && base->name == "socket") return Template::Part{Template::Kind::socket, member->member.text};
  return {};
}

void append_text(Template& text, Bytes bytes) {
  if (bytes.empty()) return;
  if (!text.parts.empty() && text.parts.back().kind == Template::Kind::text) {
    text.parts.back().text += bytes;
  } else {
    text.parts.push_back({Template::Kind::text, std::move(bytes)});
  }
}

Template lower_template(const script::Expression& expression, Names& names);

/// A value inside a text. What is known at the start only becomes a part, everything else is computed now: a target's
/// lines have no captures.
void append_value(Template& text, const script::Expression& expression, Names& names) {
  if (auto part = leased(expression)) {
    text.parts.push_back(*std::move(part));
    return;
  }
  if (std::holds_alternative<script::Text>(expression.node) || std::holds_alternative<script::Group>(expression.node)) {
    for (auto& part : lower_template(expression, names).parts) {
      if (part.kind == Template::Kind::text) {
        append_text(text, std::move(part.text));
      } else {
        text.parts.push_back(std::move(part));
      }
    }
    return;
  }
  Scope scope;
  const auto lowered = lower_value(expression, names);
  scope.messages = &names.messages();
  if (const auto value = evaluate(lowered, scope)) append_text(text, to_text(*value));
}

Template lower_template(const script::Expression& expression, Names& names) {
  Template lowered;
  if (const auto* text = std::get_if<script::Text>(&expression.node)) {
    for (std::size_t i = 0; i < text->literals.size(); ++i) {
      if (i > 0) append_value(lowered, expression.operands[i - 1], names);
      append_text(lowered, text->literals[i]);
    }
  } else if (std::holds_alternative<script::Group>(expression.node)) {
    for (const auto& operand : expression.operands) append_value(lowered, operand, names);
  } else {
    append_value(lowered, expression, names);
  }
  return lowered;
}

}  // namespace

Recipe lower_target(const script::Target& target, const script::File& file) {
  Plan none;
  Names names(file, none);
  lower_messages(file, names, none);
  Recipe recipe;
  recipe.name = target.name.text;
  for (const auto& argument : target.run) recipe.argv.push_back(lower_template(argument, names));
  for (const auto& line : target.environment)
    recipe.environment.emplace_back(line.name, lower_template(line.value, names));
  for (const auto& line : target.files) {
    Template content;
    for (const auto& item : line.content) append_value(content, item, names);
    recipe.files.push_back({lower_template(line.path, names), std::move(content)});
  }
  if (const auto* output = std::get_if<script::Target::ReadyOutput>(&target.ready)) {
    recipe.ready = Recipe::ReadyOutput{Regex(output->regex.text)};
  }
  if (const auto* udp = std::get_if<script::Target::ReadyUdp>(&target.ready)) {
    Template probe;
    for (const auto& item : udp->probe) append_value(probe, item, names);
    recipe.ready = Recipe::ReadyUdp{std::move(probe)};
  }
  recipe.within = target.within;
  using From = script::Target::Stop;
  recipe.stop = target.stop == From::term        ? Recipe::Stop::term
                : target.stop == From::interrupt ? Recipe::Stop::interrupt
                                                 : Recipe::Stop::close_stdin;
  return recipe;
}

}  // namespace volley::plan
