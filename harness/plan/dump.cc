// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <utility>

#include "plan/plan.h"

namespace volley::plan {
namespace {

constexpr auto op_names = std::to_array<std::string_view>({// in the order of Op
                                                           "literal",
                                                           "slot",
                                                           "local",
                                                           "remote",
                                                           "place",
                                                           "address",
                                                           "port",
                                                           "text",
                                                           "join",
                                                           "repeat",
                                                           "encode",
                                                           "field",
                                                           "size",
                                                           "elements",
                                                           "message",
                                                           "named",
                                                           "list",
                                                           "+",
                                                           "-",
                                                           "*",
                                                           "/",
                                                           "%",
                                                           "&",
                                                           "|",
                                                           "^",
                                                           "<<",
                                                           ">>",
                                                           "==",
                                                           "!=",
                                                           "<",
                                                           "<=",
                                                           ">",
                                                           ">=",
                                                           "and",
                                                           "or",
                                                           "not",
                                                           "negate",
                                                           "len",
                                                           "int",
                                                           "to_text",
                                                           "hex",
                                                           "endpoint",
                                                           "now",
                                                           "zero",
                                                           "random",
                                                           "crc32",
                                                           "internet_checksum",
                                                           "xor",
                                                           "packed",
                                                           "count",
                                                           "sha1",
                                                           "sha256",
                                                           "hmac_sha1",
                                                           "base64",
                                                           "file",
                                                           "option",
                                                           "option_is_on",
                                                           "pending",
                                                           "sent",
                                                           "unix_place",
                                                           "path"});

static_assert(op_names.size() == static_cast<std::size_t>(Op::path) + 1);

std::string_view name_of(Op op) {
  return op_names[static_cast<std::size_t>(op)];
}

std::string name_of(const IntegerFormat& format) {
  return fmt::format("{}{}{}", format.is_signed ? 'i' : 'u', format.width * 8, format.is_little ? "le" : "");
}

std::string dump_item(const Item& item);

std::string dump_groups(const std::vector<std::pair<std::string, Slot>>& groups) {
  std::string text;
  for (const auto& [name, slot] : groups) text += fmt::format(" {}=${}", name, slot);
  return text;
}

std::string dump_items(const std::vector<Item>& list) {
  std::string text;
  for (const auto& item : list) text += " [" + dump_item(item) + "]";
  return text;
}

/// What an item and a field's pattern have alike.
std::string dump_constraints(const auto& item) {
  std::string text;
  if (item.capture) text += fmt::format(" as ${}", *item.capture);
  if (item.regex) text += fmt::format(" ~ /{}/", item.regex->text()) + dump_groups(item.groups);
  if (!item.pattern.empty()) text += fmt::format(" ~ ({})", dump_items(item.pattern).substr(1));
  if (item.where) text += fmt::format(" where {}", dump(*item.where));
  return text;
}

std::string dump_use(const Use& use) {
  auto text = fmt::format("message #{}{{", use.message);
  for (const auto& field : use.fields) {
    if (&field != &use.fields.front()) text += ", ";
    text += fmt::format(".{}", field.field);
    if (field.value) text += ": " + dump(*field.value);
    constexpr std::array<std::string_view, 3> orders{"", " any order", " has"};
    if (!field.uses.empty() || field.is_list) text += fmt::format(":{}", orders[static_cast<std::size_t>(field.order)]);
    for (const auto& inner : field.uses) text += " " + dump_use(inner);
    text += dump_constraints(field);
  }
  return text + "}";
}

struct DumpExtent {
  std::string operator()(const Use& item) const { return dump_use(item); }
  std::string operator()(const Literal& item) const { return to_literal(item.bytes); }
  std::string operator()(const Computed& item) const { return fmt::format("computed({})", dump(item.value)); }
  std::string operator()(const Fixed& item) const { return name_of(item.format); }
  std::string operator()(const Counted& item) const { return fmt::format("bytes({})", dump(item.count)); }
  std::string operator()(const Prefixed& item) const { return fmt::format("bytes({})", name_of(item.length)); }
  std::string operator()(const Delimited& item) const { return "until " + to_literal(item.delimiter); }
  std::string operator()(const Remainder&) const { return "rest"; }
  std::string operator()(const Contents& item) const { return fmt::format("file of {} bytes", view(item).size()); }
  std::string operator()(const Zeros& item) const { return fmt::format("zeros({})", dump(item.count)); }
  std::string operator()(const Repeated& item) const {
    return fmt::format("{} * ({})", dump(item.count), to_literal(item.unit));
  }
};

std::string dump_item(const Item& item) {
  return std::visit(DumpExtent{}, item.extent) + dump_constraints(item);
}

bool reads_slot(const Expression& expression) {
  return expression.op == Op::slot || std::ranges::any_of(expression.operands, reads_slot);
}

std::string dump_cut(const Cut& cut) {
  if (!cut.offset) return fmt::format(" cut in the middle of item {}", cut.item);
  return fmt::format(" cut at byte {} of item {}", *cut.offset, cut.item);
}

/// What says how and where a plan is run.
std::string dump_conditions(const Plan& plan) {
  std::string text;
  if (!plan.variation.empty()) text += fmt::format("variation {}\n", plan.variation);
  if (!plan.server.empty()) text += fmt::format("server {}\n", plan.server);
  if (plan.vary) text += plan.vary->empty() ? "vary none\n" : fmt::format("vary {}\n", fmt::join(*plan.vary, " "));
  for (const auto& known : plan.known) text += fmt::format("known {} for {}\n", to_literal(known.reason), known.target);
  if (plan.on_ipv6) text += "on ::1\n";
  if (const auto& slow = plan.slow_reading) {
    text += fmt::format("reads slowly: buffer {}, segments of {}, {} at once, {} pauses of {}\n", slow->buffer,
                        slow->segment, slow->at_once, slow->pauses, to_text(slow->pause));
  }
  if (plan.delay) text += fmt::format("delay {}\n", to_text(*plan.delay));
  return text;
}

struct DumpAction {
  const Plan& plan;

  std::string name(PeerId peer) const { return fmt::format("{}#{}", plan.peers[peer].name, peer); }
  static std::string place(std::string_view word, const std::optional<Expression>& expression) {
    return expression ? fmt::format(" {} {}", word, dump(*expression)) : std::string();
  }
  static std::string setting(const Setting& setting) {
    return fmt::format("{} = {}", script::row_of(setting.option).name, dump(setting.value));
  }
  static std::string options(const std::vector<Setting>& settings) {
    std::string text;
    for (const auto& each : settings) text += (text.empty() ? " with " : ", ") + setting(each);
    return text;
  }

  std::string operator()(const Listen& step) const {
    return "listen " + name(step.peer) + place("at", step.place) + options(step.options);
  }
  std::string operator()(const Bind& step) const {
    return "bind " + name(step.peer) + place("at", step.place) + options(step.options);
  }
  std::string operator()(const Connect& step) const {
    return fmt::format("connect {} {} to {}{}", name(step.peer), name_of(step.transport), dump(step.place),
                       place("from", step.from)) +
           options(step.options);
  }
  std::string operator()(const Accept& step) const {
    const auto by = step.by ? " by " + name(*step.by) : std::string();
    return fmt::format("accept {} from {}{}{}", name(step.peer), name(step.listener), by,
                       place("sending", step.sending));
  }
  std::string operator()(const Send& step) const {
    auto text = fmt::format("send {}{}{}", name(step.peer), dump_items(step.items), place("to", step.to));
    if (step.segments)
      text += fmt::format(" in segments of {} every {}", dump(step.segments->size), to_text(step.segments->every));
    if (step.segments && step.segments->edge) text += fmt::format(" of {} at each end", *step.segments->edge);
    if (step.cut) text += dump_cut(*step.cut);
    if (step.is_held) text += " held";
    return step.is_urgent ? text + " urgent" : text;
  }
  std::string operator()(const Receive& step) const {
    auto text = fmt::format("receive {}{}{}", name(step.peer), dump_items(step.pattern), place("from", step.from));
    if (step.sender) text += fmt::format(" sender ${}", *step.sender);
    text += place("buffer", step.buffer);
    if (step.is_peek) text += " peek";
    if (step.is_truncated) text += " truncated";
    if (step.is_urgent) text += " urgent";
    if (!step.skipping.empty()) text += " skipping" + dump_items(step.skipping);
    return text;
  }
  std::string operator()(const ReceiveEnd& step) const {
    constexpr std::array words{"eof", "reset", "closed", "refused"};
    return fmt::format("receive {} {}", name(step.peer), words[static_cast<std::size_t>(step.kind)]);
  }
  std::string operator()(const Silence& step) const {
    return fmt::format("receive {} nothing for {}", name(step.peer), to_text(step.time));
  }
  std::string operator()(const Shutdown& step) const { return "shutdown " + name(step.peer); }
  std::string operator()(const Close& step) const { return "close " + name(step.peer); }
  std::string operator()(const Reset& step) const { return "reset " + name(step.peer); }
  std::string operator()(const Let& step) const { return fmt::format("let ${} = {}", step.slot, dump(step.value)); }
  std::string operator()(const Expect& step) const {
    auto text = "expect " + dump(step.condition);
    if (step.regex) text += fmt::format(" ~ /{}/", step.regex->text()) + dump_groups(step.groups);
    if (!step.pattern.empty()) text += fmt::format(" ~ ({})", dump_items(step.pattern).substr(1));
    return text;
  }
  std::string operator()(const Set& step) const {
    return fmt::format("set {} {}", name(step.peer), setting(step.setting));
  }
  std::string operator()(const Wait& step) const { return "wait " + to_text(step.time); }
  std::string operator()(const Ignore& step) const { return "ignore " + name(step.peer); }
  std::string operator()(const Repeat& step) const {
    const auto times =
        step.count ? dump(*step.count) : fmt::format("until {} at most {}", dump(*step.until), dump(step.at_most));
    return fmt::format("repeat {}{}{}", times, counter(step.round), body(step.body));
  }
  std::string operator()(const NextRound& step) const { return fmt::format("next round of {}", step.repeat); }
  std::string operator()(const Parallel& step) const {
    return fmt::format("parallel {}{}{}", dump(step.count), counter(step.copy), body(step.body));
  }
  std::string operator()(const AnyOrder& step) const { return "any order" + branches(step.branches); }
  std::string operator()(const OneOf& step) const { return "one of" + branches(step.branches); }

  static std::string counter(const std::optional<Slot>& slot) {
    return slot ? fmt::format(" as ${}", *slot) : std::string();
  }
  std::string body(const Body& body) const {
    auto text = fmt::format(" [{}, {})", body.begin, body.end);
    for (const auto peer : body.peers) text += " " + name(peer);
    for (const auto slot : body.slots) text += fmt::format(" ${}", slot);
    return text;
  }
  std::string branches(const std::vector<Body>& list) const {
    std::string text;
    for (const auto& branch : list) text += body(branch);
    return text;
  }
  std::string operator()(const Start& step) const {
    auto text = "start " + name(step.process);
    for (const auto& argument : step.argv) text += fmt::format(" [{}]", dump(argument));
    return text;
  }
  std::string operator()(const ProcessEnd& step) const {
    return fmt::format("{} {} {}", name(step.process), step.is_killed ? "killed" : "exits", dump(step.code));
  }
  std::string operator()(const Link& step) const {
    return fmt::format("link {} to {}{}", name(step.peer), dump(step.place), dump_conditions(step));
  }
  std::string operator()(const Signal& step) const {
    return fmt::format("signal {} {}", name(step.process), step.number);
  }
};

std::string dump_step(const Plan& plan, const Step& step) {
  auto text = std::visit(DumpAction{plan}, step.action);
  text += " within " + (step.at_least ? to_text(*step.at_least) + ".." : std::string()) + to_text(step.at_most);
  if (step.fails) text += " fails " + *step.fails;
  return text;
}

}  // namespace

std::string_view name_of(Transport transport) {
  constexpr std::array<std::string_view, 4> names{"tcp", "udp", "unix", "unix_datagram"};
  return names[static_cast<std::size_t>(transport)];
}

std::string dump(const Expression& expression) {
  switch (expression.op) {
    case Op::literal:
      return to_display(expression.value);
    case Op::slot:
      return fmt::format("${}", expression.index);
    case Op::local:
    case Op::remote:
    case Op::place:
    case Op::pending:
    case Op::sent:
      return fmt::format("{}({})", name_of(expression.op), expression.index);
    case Op::option:
    case Op::option_is_on:
      return fmt::format("{}({} {})", name_of(expression.op), expression.index,
                         script::row_of(script::Option{expression.width}).name);
    default:
      break;
  }
  auto text = fmt::format("({}", name_of(expression.op));
  const bool is_of_field =
      expression.op == Op::field_size || expression.op == Op::field_count || expression.op == Op::named;
  if (expression.op == Op::field) return fmt::format(".{}", expression.index);
  if (expression.op == Op::message) text += fmt::format(" #{}", expression.index);
  if (is_of_field) text += fmt::format(" .{}", expression.index);
  // What a peer said goes back to it: a fuzzer leaves it alone where it wants an answer.
  if (expression.op == Op::named && reads_slot(expression.operands[0])) text += " echo";
  if (expression.op == Op::encode) {
    text += " " + name_of(IntegerFormat{expression.width, expression.is_signed, expression.is_little});
  }
  for (const auto& operand : expression.operands) text += " " + dump(operand);
  return text + ")";
}

std::string dump(const Plan& plan) {
  auto text = fmt::format("plan {} line {} total {}{}\n", to_literal(plan.name), plan.line, to_text(plan.total),
                          plan.fresh ? " fresh" : "");
  if (plan.level != script::Level::must) text += fmt::format("level {}\n", script::word_of(plan.level));
  for (const auto need : plan.needs) text += fmt::format("needs {}\n", script::word_of(need));
  if (const Plan usual; plan.limit_counted != usual.limit_counted || plan.limit_delimited != usual.limit_delimited)
    text += fmt::format("limit {} {}\n", plan.limit_counted, plan.limit_delimited);
  text += dump_conditions(plan);
  for (const auto& spec : plan.specs) text += fmt::format("spec {}\n", to_literal(spec));
  for (const auto& tag : plan.tags) text += fmt::format("tag {}\n", tag);
  for (std::size_t i = 0; i < plan.slots.size(); ++i) text += fmt::format("slot ${} {}\n", i, plan.slots[i]);
  for (std::size_t i = 0; i < plan.peers.size(); ++i) {
    constexpr std::array kinds{"listener", "stream", "datagram", "process", "input", "output", "errors", "link"};
    const auto& peer = plan.peers[i];
    text += fmt::format("peer {}#{} {}{}{}{}{}{}{}{}\n", peer.name, i, is_unix(peer.transport) ? "unix " : "",
                        kinds[static_cast<std::size_t>(peer.kind)], peer.local_is_read ? " local" : "",
                        peer.remote_is_read ? " remote" : "", peer.is_expected ? " expected" : "",
                        peer.target ? fmt::format(" target {}", *peer.target) : "", peer.carries_streams ? " tcp" : "",
                        peer.carries_datagrams ? " udp" : "");
  }
  for (const auto& program : plan.programs) text += fmt::format("program {}\n", to_literal(program));
  if (plan.needs_dir) text += plan.dir ? fmt::format("dir ${}\n", *plan.dir) : "dir\n";
  for (std::size_t i = 0; i < plan.places.size(); ++i) {
    const auto& place = plan.places[i];
    text += fmt::format("place {} {}{}{}\n", i, place.target, place.port.empty() ? "" : ".", place.port);
  }
  if (plan.focus) text += "focus" + DumpAction{plan}.body(*plan.focus) + "\n";
  if (plan.always) text += fmt::format("always from {}\n", *plan.always);
  text += dump(plan.messages);
  for (std::size_t i = 0; i < plan.steps.size(); ++i)
    text += fmt::format("{:3} {}\n", i, dump_step(plan, plan.steps[i]));
  return text;
}

}  // namespace volley::plan
