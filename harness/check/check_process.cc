// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include "check/checker.h"
#include "script/signals.h"

namespace volley::check {
namespace {

using Kind = Binding::Kind;
using source::quote;

constexpr std::string_view stderr_suffix = ".err";
constexpr Range statuses{0, 255};

}  // namespace

void Checker::action(const script::Start& step) {
  for (const auto& argument : step.argv) bytes(argument);
  const bool is_new = !step.name.text.empty() && !names_.find(step.name.text);
  bind(step.name, {.kind = Kind::process});
  if (!is_new) return;
  bind({step.name.text + std::string(stderr_suffix), step.name.span}, {.kind = Kind::errors});
}

void Checker::action(const script::ProcessEnd& step) {
  process(step.process);
  if (const auto* name = std::get_if<Name>(&step.how)) return signal(*name);
  const auto& status = std::get<Expression>(step.how);
  const auto found = value(status);
  if (require(status, found.type, Type::integer, "'exits'")) within(status, found, statuses, "a status");
}

void Checker::action(const script::Signal& step) {
  process(step.process);
  signal(step.signal);
}

/// The name of a process of this scenario, or of a target that serves no other.
void Checker::process(const Name& name) {
  const auto* found = resolve(name.text, name.span);
  if (found->kind == Kind::process || found->kind == Kind::unknown) return;
  if (found->kind != Kind::target) {
    findings_.add(Rule::not_a_process, name.span, fmt::format("{} is no process", quote(name.text)),
                  "'start NAME PROGRAM' makes one");
  } else if (!declarations_.file.scenarios[scenario_].fresh) {
    findings_.add(Rule::not_fresh, name.span,
                  fmt::format("the target {} serves other scenarios, too", quote(name.text)),
                  "with the property 'fresh' a scenario has an instance of its own");
  }
}

void Checker::signal(const Name& name) {
  if (script::signal_number(name.text)) return;
  findings_.add(Rule::unknown_signal, name.span, fmt::format("unknown signal {}", quote(name.text)),
                script::did_you_mean(name.text, script::signal_names(),
                                     "signals are term, int, hup, kill, segv, abrt and the like"));
}

/// `NAME.err`, or null after a mistake.
Binding* Checker::stderr_of(const Name& name) {
  const auto length = static_cast<std::uint32_t>(name.text.size() - stderr_suffix.size());
  const Name process{name.text.substr(0, length), {name.span.begin, name.span.begin + length}};
  const auto* found = resolve(process.text, process.span);
  if (found->kind == Kind::process) return names_.find_own(name.text);
  if (found->kind == Kind::unknown) return nullptr;
  findings_.add(Rule::not_a_process, process.span,
                fmt::format("{} is no process: it has no stderr", quote(process.text)),
                "'start NAME PROGRAM' makes one");
  return nullptr;
}

/// Tells it if a process, or what it writes, is to do what only sockets do.
bool Checker::is_process(const Name& name, const Binding& binding, std::string_view does, std::string hint) {
  if (binding.is_socket()) return false;
  findings_.add(Rule::not_a_socket, name.span, fmt::format("{} is a process: it cannot {}", quote(name.text), does),
                std::move(hint));
  return true;
}

}  // namespace volley::check
