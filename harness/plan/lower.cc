// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cassert>

#include "plan/names.h"
#include "plan/plan.h"
#include "script/signals.h"
#include "script/words.h"

namespace volley::plan {
namespace {

constexpr nanoseconds default_timeout = std::chrono::seconds(5);

Transport transport_of(script::Transport transport) {
  return static_cast<Transport>(transport);  // the same words in the same order
}

std::optional<Expression> optional_place(const std::optional<script::Expression>& place, Names& names) {
  if (!place) return {};
  return lower_place(*place, names);
}

/// The peer of this scenario that a PLACE names, if it is one.
std::optional<PeerId> named_peer(const script::Expression& place, const Names& names) {
  const auto* reference = std::get_if<script::Reference>(&place.node);
  const auto* peer = reference ? names.peer(reference->name) : nullptr;
  return peer ? std::optional(*peer) : std::nullopt;
}

/// The link that a PLACE names, if it is one, which something of that transport goes through.
std::optional<PeerId> through(const script::Expression& place, Transport transport, Names& names) {
  const auto named = named_peer(place, names);
  if (!named || !names.is_link(*named)) return {};
  names.carry(*named, transport);
  return named;
}

struct LowerAction {
  Names& names;
  Step& step;

  PeerId peer(const script::Name& name) const { return *names.peer(name.text); }
  void limit(const std::optional<script::Within>& within) const {
    if (!within) return;
    step.at_least = within->least;
    step.at_most = within->most;
  }

  void operator()(const script::Listen& from) const {
    auto place = optional_place(from.place, names);
    auto options = settings(from.options);
    names.needs_dir(script::is_unix(from.transport) && !place);
    const auto peer = names.bind_peer(from.name.text, PeerKind::listener, transport_of(from.transport));
    step.action = Listen{peer, std::move(place), std::move(options)};
  }
  void operator()(const script::Bind& from) const {
    auto place = optional_place(from.place, names);
    auto options = settings(from.options);
    names.needs_dir(script::is_unix(from.transport) && !place);
    const auto peer = names.bind_peer(from.name.text, PeerKind::datagram, transport_of(from.transport));
    step.action = Bind{peer, std::move(place), std::move(options)};
  }
  void operator()(const script::Connect& from) const {
    auto place = lower_place(from.place, names);
    auto source = optional_place(from.from, names);
    auto listener = named_peer(from.place, names);
    const auto link = through(from.place, transport_of(from.transport), names);
    if (link) listener.reset();
    const auto kind = is_stream(from.transport) ? PeerKind::stream : PeerKind::datagram;
    const auto transport = transport_of(from.transport);
    auto options = settings(from.options);
    step.action = Connect{names.bind_peer(from.name.text, kind, transport),
                          transport,
                          std::move(place),
                          std::move(source),
                          listener,
                          std::move(options),
                          link};
  }
  void operator()(const script::Accept& from) const {
    limit(from.within);
    const auto listener = peer(from.listener);
    Accept accept{.listener = listener, .by = {}, .sending = {}};
    if (from.by) accept.by = names.look_for(*names.peer(from.by->text));
    if (!from.sending.empty())
      accept.sending =
          lower_values(from.sending, names, {from.sending.front().span.begin, from.sending.back().span.end});
    accept.peer = names.bind_peer(from.name.text, PeerKind::stream, names.transport(listener));
    step.action = std::move(accept);
  }
  void operator()(const script::Send& from) const {
    if (from.to) through(*from.to, Transport::udp, names);
    Send send{.peer = names.writer(from.peer.text),
              .items = lower_items(from.items, names),
              .to = optional_place(from.to, names),
              .segments = {},
              .is_urgent = from.urgent.has_value()};
    if (from.segments) {
      send.segments = Segments{lower_value(from.segments->size, names), from.segments->every.value_or(nanoseconds{})};
    }
    step.action = std::move(send);
  }
  void operator()(const script::Receive& from) const {
    limit(from.within);
    std::visit([&](const auto& what) { receive(from, what); }, from.what);
  }
  void receive(const script::Receive& from, const script::Items& items) const {
    std::optional<Expression> source;
    if (const auto* place = std::get_if<script::Expression>(&from.from)) source = lower_place(*place, names);
    Receive receive;
    receive.peer = names.reader(from.peer.text);
    receive.from = std::move(source);
    receive.skipping = lower_pattern(from.skipping, names);
    if (!from.buffer.empty()) receive.buffer = lower_value(from.buffer.front(), names);
    receive.is_peek = from.peek.has_value();
    receive.is_truncated = from.truncated.has_value();
    receive.is_urgent = from.urgent.has_value();
    receive.pattern = lower_pattern(items, names);
    if (from.sender) receive.sender = names.bind_slot(from.sender->text, Type::endpoint);
    step.action = std::move(receive);
  }
  void receive(const script::Receive& from, const script::Receive::Eof&) const { end(from, ReceiveEnd::Kind::eof); }
  void receive(const script::Receive& from, const script::Receive::Reset&) const { end(from, ReceiveEnd::Kind::reset); }
  void receive(const script::Receive& from, const script::Receive::Closed&) const {
    end(from, ReceiveEnd::Kind::closed);
  }
  void receive(const script::Receive& from, const script::Receive::Refused&) const {
    end(from, ReceiveEnd::Kind::refused);
  }
  void receive(const script::Receive& from, const script::Receive::Nothing& nothing) const {
    step.action = Silence{names.reader(from.peer.text), nothing.time};
  }
  void end(const script::Receive& from, ReceiveEnd::Kind kind) const {
    step.action = ReceiveEnd{names.reader(from.peer.text), kind};
  }

  void operator()(const script::Shutdown& from) const { step.action = Shutdown{names.writer(from.peer.text)}; }
  void operator()(const script::Close& from) const { step.action = Close{peer(from.peer)}; }
  void operator()(const script::ResetPeer& from) const { step.action = Reset{peer(from.peer)}; }
  void operator()(const script::Let& from) const {
    auto value = lower_values(from.value, names, step.span);
    const auto type = type_of(value, names);
    step.action = Let{names.bind_slot(from.name.text, type), std::move(value)};
  }
  void operator()(const script::Expect& from) const {
    Expect expect{lower_value(from.condition, names), {}, {}};
    if (from.condition.regex) {
      expect.regex.emplace(from.condition.regex->text);
      expect.groups = bind_groups(*expect.regex, names);
    }
    if (!from.condition.pattern.empty()) expect.pattern = lower_pattern(from.condition.pattern, names);
    step.action = std::move(expect);
  }
  Setting lowered(const script::OptionSetting& setting) const {
    return {script::option_of(*script::find_option(setting.option.text)), lower_value(setting.value, names)};
  }
  std::vector<Setting> settings(const std::vector<script::OptionSetting>& from) const {
    std::vector<Setting> settings;
    for (const auto& setting : from) settings.push_back(lowered(setting));
    return settings;
  }
  void operator()(const script::Set& from) const { step.action = Set{peer(from.peer), lowered(from.setting)}; }
  void operator()(const script::Wait& from) const { step.action = Wait{from.time}; }
  void operator()(const script::Start& from) const {
    std::vector<Expression> argv;
    for (const auto& argument : from.argv) argv.push_back(lower_value(argument, names));
    names.start_program(argv.front());
    auto start = names.bind_process(from.name.text);
    start.argv = std::move(argv);
    step.action = std::move(start);
  }
  void operator()(const script::ProcessEnd& from) const {
    limit(from.within);
    const auto* signal = std::get_if<script::Name>(&from.how);
    auto code = signal ? Expression::literal(Integer{*script::signal_number(signal->text)}, signal->span)
                       : lower_value(std::get<script::Expression>(from.how), names);
    step.action = ProcessEnd{names.process(from.process.text), names.input(from.process.text), signal != nullptr,
                             std::move(code)};
  }
  void operator()(const script::Signal& from) const {
    step.action = Signal{names.process(from.process.text), *script::signal_number(from.signal.text)};
  }
  void operator()(const script::Ignore& from) const { step.action = Ignore{peer(from.peer)}; }
  void operator()(const script::Link& from) const { step.action = lower_link(from, names); }
  template <class Block>
  void operator()(const Block&) const {
    assert(false);  // lowered by `lower_block`
  }
};

/// Those that are left of all; none if that is all of them.
std::optional<std::vector<std::string>> lower_vary(const std::optional<script::Vary>& vary) {
  using Kind = script::Vary::Kind;
  if (!vary || (vary->kind == Kind::all && vary->names.empty())) return {};
  std::vector<std::string> allowed;
  for (const auto word : script::variation_words) {
    const bool is_named = std::ranges::find(vary->names, word, &script::Name::text) != vary->names.end();
    if (is_named == (vary->kind == Kind::some) && vary->kind != Kind::none) allowed.emplace_back(word);
  }
  return allowed;
}

Plan lower_scenario(const script::Scenario& scenario, const script::File& file, const source::Source& source) {
  Plan plan;
  plan.path = source.path();
  plan.name = scenario.name;
  plan.line = source.position(scenario.span.begin).line;
  plan.span = scenario.span;
  plan.specs = scenario.specs;
  for (const auto& tag : scenario.tags) plan.tags.push_back(tag.text);
  plan.fresh = scenario.fresh;
  plan.total = scenario.total.value_or(plan.total);
  plan.level = scenario.level.value_or(plan.level);
  plan.needs = scenario.needs;
  for (const auto& known : scenario.known) plan.known.push_back({known.reason, known.target.text, known.span});
  plan.vary = lower_vary(scenario.vary);
  if (scenario.limit) plan.limit_counted = plan.limit_delimited = std::get<script::Number>(scenario.limit->node).value;
  Names names(file, plan);
  lower_messages(file, names, plan);
  lower_steps(scenario.steps, plan, names, scenario.timeout.value_or(default_timeout));
  return plan;
}

}  // namespace

void lower_steps(const script::Steps& steps, Plan& plan, Names& names, nanoseconds timeout) {
  for (const auto& from : steps) {
    if (lower_block(from, plan, names, timeout)) continue;
    Step step;
    step.span = from.span;
    step.at_most = timeout;
    if (from.fails) step.fails = from.fails->text;
    std::visit(LowerAction{names, step}, from.action);
    plan.steps.push_back(std::move(step));
  }
}

std::uint32_t end_of_main(const Plan& plan) {
  return plan.always.value_or(static_cast<std::uint32_t>(plan.steps.size()));
}

Expression lower_place(const script::Expression& expression, Names& names) {
  if (const auto* reference = std::get_if<script::Reference>(&expression.node)) {
    if (const auto* peer = names.peer(reference->name)) return names.entrance(*peer, expression.span);
    if (names.is_target(reference->name)) {
      return Expression{.op = Op::place,
                        .value = {},
                        .index = names.place(reference->name, {}),
                        .operands = {},
                        .span = expression.span};
    }
  }
  if (const auto* member = std::get_if<script::Member>(&expression.node)) {
    const auto* base = std::get_if<script::Reference>(&expression.operands[0].node);
    if (base && names.is_target(base->name)) {
      const auto place = names.place(base->name, member->member.text);
      return Expression{.op = Op::place, .value = {}, .index = place, .operands = {}, .span = expression.span};
    }
  }
  auto value = lower_value(expression, names);
  return type_of(value, names) == Type::bytes ? lower_path(std::move(value), names) : value;
}

const Known* known_of(const Plan& plan) {
  const auto known = std::ranges::find_if(
      plan.known, [&](const Known& one) { return std::ranges::find(plan.targets, one.target) != plan.targets.end(); });
  return known == plan.known.end() ? nullptr : &*known;
}

bool allows(const Plan& plan, std::string_view variation) {
  return !plan.vary || std::ranges::find(*plan.vary, variation) != plan.vary->end();
}

Suite lower(const check::Checked& checked, const source::Source& source) {
  Suite suite;
  for (const auto& target : checked.file().targets) suite.recipes.push_back(lower_target(target, checked.file()));
  for (const auto& family : checked.file().families) {
    auto& lowered = suite.families.emplace_back(Family{family.name.text, {}, family.name.span});
    for (const auto& member : family.members) lowered.members.push_back(member.text);
  }
  for (const auto& scenario : checked.file().scenarios) {
    suite.plans.push_back(lower_scenario(scenario, checked.file(), source));
  }
  return suite;
}

}  // namespace volley::plan
