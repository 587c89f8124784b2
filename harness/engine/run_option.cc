// SPDX-License-Identifier: Apache-2.0
// What a run sets on its sockets, and what it asks them.
#include <fmt/format.h>

#include <algorithm>

#include "engine/run.h"
#include "engine/socket_option.h"

namespace volley::engine {
namespace {

using plan::Integer;
using plan::Value;
using script::OptionRow;

/// Why a value that is known only now does not fit; empty if it does.
std::string misfit(const OptionRow& row, const Value& value) {
  using std::chrono::seconds;
  if (const auto* number = std::get_if<Integer>(&value); number && (*number < row.least || *number > row.most)) {
    return fmt::format("{} is no {} from {} to {}", *number, row.name, row.least, row.most);
  }
  const auto* time = std::get_if<nanoseconds>(&value);
  if (!time || (*time % seconds(1) == nanoseconds() && *time >= nanoseconds() && *time <= seconds(row.most))) return {};
  return fmt::format("'linger' takes whole seconds from 0s to {}s, not {}", row.most, plan::to_text(value));
}

}  // namespace

/// The value of a setting; on failure the run is stopped and nothing returned.
std::optional<Value> Run::value_of(const plan::Setting& setting) {
  auto value = plan::evaluate(setting.value, now_->scope);
  if (!value) {
    stop_with(Reason::fault, {}, value.error().what);
    return {};
  }
  if (auto wrong = misfit(script::row_of(setting.option), *value); !wrong.empty()) {
    stop_with(Reason::fault, {}, std::move(wrong));
    return {};
  }
  uses_linger_ = uses_linger_ || setting.option == script::Option::linger;
  return *std::move(value);
}

/// Sets what stands behind `with`, but for the backlog.
Run::Progress Run::set_options(const std::vector<plan::Setting>& settings, Socket& socket, PeerId id) {
  for (const auto& setting : settings) {
    if (setting.option == script::Option::backlog) continue;
    const auto value = value_of(setting);
    if (!value) return Progress::stopped;
    if (const auto set = set_option(socket, setting.option, *value); !set) return fail(set.error(), id);
  }
  return Progress::done;
}

std::expected<int, Run::Progress> Run::backlog_of(const plan::Listen& step) {
  constexpr auto backlog = script::Option::backlog;
  const auto setting = std::ranges::find(step.options, backlog, &plan::Setting::option);
  if (setting == step.options.end()) return SOMAXCONN;
  const auto value = value_of(*setting);
  if (!value) return std::unexpected(Progress::stopped);
  return static_cast<int>(std::get<Integer>(*value));
}

Run::Progress Run::perform(const plan::Set& step) {
  const auto value = value_of(step.setting);
  if (!value) return Progress::stopped;
  if (const auto set = set_option(peer(step.peer).base(), step.setting.option, *value); !set) {
    return fail(set.error(), step.peer);
  }
  record(Event::Kind::option_set, step.peer);
  return Progress::done;
}

std::expected<Value, std::string> Run::read(const plan::Expression& expression) {
  auto& asked = peer(expression.index);
  if (!asked.is_open()) return std::unexpected(plan_.peers[expression.index].name + " is not open");
  auto value = read_socket(asked, expression);
  if (!value) return value;
  plan::Reading reading{expression.index, expression.op, expression.width, *value};
  const auto known = std::ranges::find_if(trace_.readings, [&](const plan::Reading& other) {
    return other.peer == reading.peer && other.op == reading.op && other.option == reading.option;
  });
  if (known == trace_.readings.end()) {
    trace_.readings.push_back(std::move(reading));
  } else {
    *known = std::move(reading);
  }
  return value;
}

std::expected<Value, std::string> Run::read_socket(Peer& asked, const plan::Expression& expression) {
  if (expression.op == plan::Op::sent) return Value(Integer{asked.sent});
  if (expression.op == plan::Op::pending) {
    const auto waiting = asked.base().readable_bytes();
    if (!waiting) return std::unexpected(to_string(named(waiting.error(), expression.index)));
    return Value(Integer{*waiting} + Integer{asked.inbox.bytes().size()});
  }
  auto value = get_option(asked.base(), script::Option{expression.width});
  if (!value) return std::unexpected(to_string(value.error()));
  const bool is_off = std::holds_alternative<bool>(*value) && !std::get<bool>(*value);
  if (expression.op == plan::Op::option_is_on) return Value(!is_off);
  if (is_off && script::Option{expression.width} == script::Option::linger) {
    return std::unexpected(plan_.peers[expression.index].name + ".linger is off: it has no time");
  }
  return *std::move(value);
}

}  // namespace volley::engine
