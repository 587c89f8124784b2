// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>
#include <volley/process.h>

#include <algorithm>
#include <variant>

#include "judge/expectation.h"
#include "judge/verdict.h"

namespace volley::judge {
namespace {

using engine::Reason;

std::string bytes(std::uint64_t count) {
  return fmt::format("{} byte{}", count, count == 1 ? "" : "s");
}

/// "3.9 of 100 MiB"; both in the unit of the larger one.
std::string part_of(std::uint64_t part, std::uint64_t whole) {
  if (whole < 10 << 10) return fmt::format("{} of {}", part, bytes(whole));
  const bool is_small = whole < 10 << 20;
  const double unit = is_small ? 1 << 10 : 1 << 20;
  return fmt::format("{:.1f} of {:.1f} {}", static_cast<double>(part) / unit, static_cast<double>(whole) / unit,
                     is_small ? "KiB" : "MiB");
}

std::string byte_name(char c) {
  const auto value = static_cast<unsigned char>(c);
  return value >= ' ' && value <= '~' ? fmt::format("'{}' (0x{:02x})", c, value) : fmt::format("0x{:02x}", value);
}

std::string shown(const plan::Value& value) {
  constexpr std::size_t limit = 200;
  auto text = plan::to_display(value);
  return text.size() > limit ? text.substr(0, limit) + " …" : text;
}

/// What an expression that was asked is, beside its text: `len(question) is 8`. Literals say so themselves.
void explain_value(const plan::Expression& expression, const plan::Scope& scope, const source::Source& source,
                   std::vector<std::string>& notes) {
  if (expression.op == plan::Op::literal) return;
  const auto value = plan::evaluate(expression, scope);
  if (!value) return;
  auto note = fmt::format("{} is {}", source.text(expression.span), shown(*value));
  if (std::ranges::find(notes, note) == notes.end()) notes.push_back(std::move(note));
}

/// Why a condition is false: its parts down to the values that are compared.
void explain_condition(const plan::Expression& condition, const plan::Scope& scope, const source::Source& source,
                       std::vector<std::string>& notes) {
  using plan::Op;
  if (condition.op == Op::logical_and || condition.op == Op::logical_or || condition.op == Op::logical_not) {
    for (const auto& operand : condition.operands) explain_condition(operand, scope, source, notes);
    return;
  }
  if (condition.op >= Op::equal && condition.op <= Op::greater_equal) {
    for (const auto& operand : condition.operands) explain_value(operand, scope, source, notes);
    return;
  }
  explain_value(condition, scope, source, notes);
}

/// What a step waits for a program to do.
std::string due_end(const plan::ProcessEnd& end, const plan::Scope& scope) {
  const auto code = plan::evaluate_integer(end.code, scope);
  if (!code) return "its end";
  const int value = static_cast<int>(*code);
  return end.is_killed ? "death by " + signal_name(value) : fmt::format("exit status {}", value);
}

/// Explains one stop.
class Explainer {
 public:
  Explainer(const plan::Plan& plan, const engine::Trace& trace, const engine::Stop& stop, const source::Source& source)
      : plan_(plan), trace_(trace), stop_(stop), source_(source), step_(plan.steps[stop_.step]) {
    explanation_.span = step_.span;
  }

  Explanation explain();

 private:
  const plan::Receive* receive() const { return std::get_if<plan::Receive>(&step_.action); }
  const plan::Item* item() const {
    const auto* step = receive();
    return step && stop_.item < step->pattern.size() ? &step->pattern[stop_.item] : nullptr;
  }
  std::string item_text() const {
    const auto* stopped = item();
    return stopped ? std::string(source_.text(stopped->span)) : "the pattern";
  }
  bool is_datagram() const {
    const auto peer = receive() ? std::optional(receive()->peer) : stop_.peer;
    return peer && plan_.peers[*peer].kind == plan::PeerKind::datagram;
  }
  std::string allowed_time() const { return plan::to_text(stop_.allowed); }
  void point_at_item() {
    if (const auto* stopped = item()) explanation_.span = stopped->span;
  }
  void compare_receive() {
    if (const auto* step = receive()) explanation_.comparison = compare(plan_, *step, trace_, source_);
  }
  /// What came, without anything to compare it with.
  void show_received();
  std::string still_needed() const;
  std::string due() const;

  std::string mismatch();
  std::string constraint();
  std::string timeout();
  std::optional<std::uint64_t> skipped_bytes() const;
  std::string over_limit();
  std::string too_early() const;
  std::string too_many_rounds();
  std::string cut_short();
  std::string call_succeeded() const;
  std::string condition();
  std::string left_over();
  std::string wrong_sender();
  std::string cut() const;
  std::string wrong_end() const;
  std::string no_connection();
  std::string sentence();
  void tell_where();

  const plan::Plan& plan_;
  const engine::Trace& trace_;
  const engine::Stop& stop_;
  const source::Source& source_;
  const plan::Step& step_;
  Explanation explanation_;
};

void Explainer::show_received() {
  const auto kept = trace_.head(stop_.received);
  if (kept.empty()) return;
  Comparison shown;
  shown.received = std::string(kept);
  shown.received_is_cut = stop_.received.size > kept.size();
  shown.origin = shown.differs_at = stop_.received_begin;
  explanation_.comparison = std::move(shown);
}

std::string Explainer::still_needed() const {
  const auto waiting = stop_.what.empty() ? item_text() : stop_.what;
  if (stop_.needed > 0) {
    return fmt::format("{} waits for {} more {}", waiting, stop_.needed, stop_.needed == 1 ? "byte" : "bytes");
  }
  return fmt::format("{} is not complete", waiting);
}

/// What an end or silence step was waiting for.
std::string Explainer::due() const {
  const auto* end = std::get_if<plan::ReceiveEnd>(&step_.action);
  if (!end) return "silence";
  using Kind = plan::ReceiveEnd::Kind;
  switch (end->kind) {
    case Kind::eof:
      return "the end (eof)";
    case Kind::reset:
      return "a reset";
    case Kind::closed:
      return "the end or a reset";
    default:
      return "a refusal";
  }
}

std::string Explainer::mismatch() {
  compare_receive();
  point_at_item();
  if (!stop_.what.empty()) return fmt::format("{} (byte {})", stop_.what, stop_.offset);
  const auto& shown = *explanation_.comparison;
  const auto at = stop_.offset - shown.origin;
  if (!shown.expected || at >= shown.expected->size() || at >= shown.received.size()) {
    return fmt::format("byte {} differs", stop_.offset);
  }
  return fmt::format("byte {} differs: expected {}, received {}", stop_.offset, byte_name((*shown.expected)[at]),
                     byte_name(shown.received[at]));
}

std::string Explainer::constraint() {
  compare_receive();
  point_at_item();
  const auto* stopped = item();
  if (stopped && stopped->where)
    explain_condition(*stopped->where, scope_at_end(plan_, trace_), source_, explanation_.notes);
  if (!stop_.what.empty()) return fmt::format("{} (byte {})", stop_.what, stop_.offset);
  return fmt::format("what came at byte {} does not satisfy {}", stop_.item_begin, item_text());
}

std::string Explainer::no_connection() {
  const auto& accept = std::get<plan::Accept>(step_.action);
  const auto listener = accept.listener;
  if (accept.by) return fmt::format("no connection of {} within {}", plan_.peers[*accept.by].name, allowed_time());
  if (accept.sending) {
    return fmt::format("no connection that begins with {} within {}", source_.text(accept.sending->span),
                       allowed_time());
  }
  for (std::size_t i = stop_.step + 1; i < plan_.steps.size(); ++i) {
    const auto* connect = std::get_if<plan::Connect>(&plan_.steps[i].action);
    if (!connect || connect->listener != listener) continue;
    explanation_.notes.push_back(fmt::format("steps run one after another: 'connect {}' stands on line {}",
                                             plan_.peers[connect->peer].name,
                                             source_.position(plan_.steps[i].span.begin).line));
    break;
  }
  return fmt::format("no connection within {}", allowed_time());
}

/// How much the step has let pass on its stream; nullopt if nothing. The events in the middle may be forgotten, so the
/// last one's place in the stream counts.
std::optional<std::uint64_t> Explainer::skipped_bytes() const {
  const auto is_ours = [this](const engine::Event& event) {
    return event.kind == engine::Event::Kind::skipped && event.step == stop_.step && event.peer == stop_.peer;
  };
  const auto first = std::ranges::find_if(trace_.events, is_ours);
  if (first == trace_.events.end()) return {};
  const auto last = std::ranges::find_if(trace_.events.rbegin(), trace_.events.rend(), is_ours);
  return last->offset + last->bytes.size - first->offset;
}

std::string Explainer::timeout() {
  if (std::holds_alternative<plan::Accept>(step_.action)) return no_connection();
  if (std::holds_alternative<plan::Connect>(step_.action)) {
    return fmt::format("no answer to the connection request within {}", allowed_time());
  }
  if (std::holds_alternative<plan::ReceiveEnd>(step_.action)) {
    return fmt::format("{} did not come within {}", due(), allowed_time());
  }
  if (const auto* end = std::get_if<plan::ProcessEnd>(&step_.action)) {
    return fmt::format("{} still runs after {}: {} was due", plan_.peers[end->process].name, allowed_time(),
                       due_end(*end, scope_at_end(plan_, trace_)));
  }
  if (!receive()) return fmt::format("not done within {}", allowed_time());
  point_at_item();
  const bool has_skipped = !trace_.events.empty() && trace_.events.back().kind == engine::Event::Kind::skipped;
  const auto* nothing = has_skipped ? "only what may be skipped came" : is_datagram() ? "no datagram" : "nothing came";
  if (is_datagram()) return fmt::format("{} within {}", nothing, allowed_time());
  explanation_.notes.push_back(still_needed());
  if (stop_.received.size == 0 && stop_.received_begin == 0)
    return fmt::format("{} within {}", nothing, allowed_time());
  if (const auto skipped = skipped_bytes()) {
    return fmt::format("{} did not come within {}: {} were skipped, and {} came after them", item_text(),
                       allowed_time(), bytes(*skipped), bytes(stop_.received.size));
  }
  compare_receive();
  explanation_.comparison->differs_at = stop_.received_begin + stop_.received.size;
  return fmt::format("only {} came within {}", bytes(explanation_.comparison->differs_at), allowed_time());
}

std::string Explainer::over_limit() {
  point_at_item();
  if (!stop_.what.empty()) {
    return fmt::format("{}: length {} at byte {} is over the limit", stop_.what, stop_.needed, stop_.offset);
  }
  const auto* stopped = item();
  if (stopped && std::holds_alternative<plan::Delimited>(stopped->extent)) {
    return fmt::format("{} has no end within {} from byte {}, the limit", item_text(), bytes(plan_.limit_delimited),
                       stop_.item_begin);
  }
  return fmt::format("length {} at byte {} is over the limit of {}", stop_.needed, stop_.item_begin,
                     plan_.limit_counted);
}

std::string Explainer::too_early() const {
  return fmt::format("came after {:.3f} ms, earlier than {}",
                     std::chrono::duration<double, std::milli>(stop_.waited).count(),
                     plan::to_text(step_.at_least.value_or(plan::nanoseconds{})));
}

std::string Explainer::too_many_rounds() {
  const auto& next = std::get<plan::NextRound>(step_.action);
  const auto& until = *std::get<plan::Repeat>(plan_.steps[next.repeat].action).until;
  explanation_.span = until.span;
  explain_condition(until, scope_at_end(plan_, trace_), source_, explanation_.notes);
  return fmt::format("the condition is still false after {} rounds", stop_.rounds.back().number);
}

/// The stream or datagram ended inside the pattern.
std::string Explainer::cut_short() {
  point_at_item();
  compare_receive();
  const std::string needs = still_needed();
  if (is_datagram()) return fmt::format("the datagram ends after {}: {}", bytes(stop_.offset), needs);
  const auto* how = stop_.reason == Reason::unexpected_eof ? "closed" : "reset";
  const auto kind = stop_.peer ? plan_.peers[*stop_.peer].kind : plan::PeerKind::stream;
  const bool is_output = kind == plan::PeerKind::output || kind == plan::PeerKind::errors;
  const auto when =
      stop_.offset == 0 ? std::string("before any byte came") : fmt::format("after {}", bytes(stop_.offset));
  if (is_output) return fmt::format("what {} writes ended {}: {}", plan_.peers[*stop_.peer].name, when, needs);
  return fmt::format("the connection was {} {}: {}", how, when, needs);
}

std::string Explainer::call_succeeded() const {
  if (!stop_.error) return fmt::format("should fail with '{}', but succeeded", *step_.fails);
  return fmt::format("should fail with '{}', but failed otherwise: {}", *step_.fails, to_string(*stop_.error));
}

std::string Explainer::condition() {
  const auto& expect = std::get<plan::Expect>(step_.action);
  const auto scope = scope_at_end(plan_, trace_);
  if (expect.regex) {
    if (const auto value = plan::evaluate(expect.condition, scope))
      explanation_.notes.push_back("it is " + shown(*value));
    return fmt::format("the value does not match /{}/", expect.regex->text());
  }
  if (!expect.pattern.empty()) {
    if (const auto value = plan::evaluate(expect.condition, scope))
      explanation_.notes.push_back("it is " + shown(*value));
    return "the value does not match: " + stop_.what;
  }
  explain_condition(expect.condition, scope, source_, explanation_.notes);
  return "the condition is false";
}

std::string Explainer::left_over() {
  const auto& name = plan_.peers[*stop_.peer].name;
  if (!stop_.what.empty()) return fmt::format("{} is left over on {}: no step expects it", stop_.what, name);
  show_received();
  if (is_datagram()) {
    return fmt::format("a datagram of {} is left over on {}: no step expects it", bytes(stop_.received.size), name);
  }
  return fmt::format("{} {} left over on {}: no step expects {}", bytes(stop_.received.size),
                     stop_.received.size == 1 ? "is" : "are", name, stop_.received.size == 1 ? "it" : "them");
}

std::string Explainer::wrong_sender() {
  const auto* step = receive();
  if (step && step->from) explanation_.span = step->from->span;
  explanation_.notes.push_back("it was " + shown(plan::Bytes(trace_.head(stop_.received))));
  return fmt::format("the datagram came from {}, not from {}", stop_.sender ? stop_.sender->to_string() : "nowhere",
                     stop_.what);
}

/// A datagram that did not fit into the step's buffer, or did and should not.
std::string Explainer::cut() const {
  if (stop_.reason == Reason::not_cut) {
    return fmt::format("the datagram of {} was not cut: it fits into the buffer", bytes(stop_.needed));
  }
  return fmt::format("the datagram of {} was cut to {}: 'truncated' would expect that", bytes(stop_.needed),
                     stop_.offset);
}

std::string Explainer::wrong_end() const {
  const auto& end = std::get<plan::ProcessEnd>(step_.action);
  return fmt::format("{} {} where {} was due", plan_.peers[end.process].name, stop_.what,
                     due_end(end, scope_at_end(plan_, trace_)));
}

std::string Explainer::sentence() {
  switch (stop_.reason) {
    case Reason::none:
      return {};
    case Reason::mismatch:
      return mismatch();
    case Reason::constraint:
      return constraint();
    case Reason::too_long:
      compare_receive();
      return fmt::format("the datagram is longer than the pattern, which ends at byte {}", stop_.offset);
    case Reason::over_limit:
      return over_limit();
    case Reason::timeout:
      return timeout();
    case Reason::too_early:
      return too_early();
    case Reason::too_many_rounds:
      return too_many_rounds();
    case Reason::unexpected_eof:
    case Reason::unexpected_reset:
      return cut_short();
    case Reason::unexpected_data:
      show_received();
      return fmt::format("{} came where {} was due", bytes(stop_.received.size), due());
    case Reason::unexpected_end:
      return fmt::format("{} came where {} was due", stop_.what == "eof" ? "the end (eof)" : "a reset", due());
    case Reason::refused:
      return fmt::format("the datagram was refused (ICMP port unreachable) where {} was due",
                         receive() ? "an answer" : due());
    case Reason::cut:
    case Reason::not_cut:
      return cut();
    case Reason::wrong_sender:
      return wrong_sender();
    case Reason::condition:
      return condition();
    case Reason::fault:
      if (receive()) compare_receive();
      point_at_item();
      return stop_.what;
    case Reason::call_failed:
      show_received();
      [[fallthrough]];
    case Reason::system:
      return stop_.error ? to_string(*stop_.error) : stop_.what;
    case Reason::call_succeeded:
      return call_succeeded();
    case Reason::not_taken:
      return fmt::format("sent {}: the peer takes no more", part_of(stop_.offset, stop_.offset + stop_.needed));
    case Reason::left_over:
      return left_over();
    case Reason::total:
      return fmt::format("the scenario's total time of {} is over", allowed_time());
    case Reason::target_died:
      return stop_.what;
    case Reason::interrupted:
      return "interrupted";
    case Reason::wrong_end:
      return wrong_end();
    case Reason::process_failed:
      return fmt::format("{} {}", plan_.peers[*stop_.peer].name, stop_.what);
  }
  return {};
}

/// Which of several times it was, and that other branches did not fit either.
void Explainer::tell_where() {
  if (stop_.branches > 1) {
    explanation_.notes.push_back(fmt::format("none of {} branches fits: this one came furthest", stop_.branches));
  }
  for (const auto& round : stop_.rounds) {
    explanation_.notes.push_back(fmt::format("in round {} of the 'repeat' on line {}", round.number,
                                             source_.position(plan_.steps[round.step].span.begin).line));
  }
  if (stop_.copy > 0) explanation_.notes.push_back(fmt::format("in copy {} of 'parallel'", stop_.copy));
}

Explanation Explainer::explain() {
  explanation_.what = sentence();
  tell_where();
  return std::move(explanation_);
}

/// The `always` block failed, too, after the steps before it had.
std::string explain_always(const plan::Plan& plan, const engine::Trace& trace, const source::Source& source) {
  const auto explanation = Explainer(plan, trace, *trace.always, source).explain();
  return fmt::format("'always' failed, too, on line {}: {}", source.position(explanation.span.begin).line,
                     explanation.what);
}

Outcome outcome_of(Reason reason, script::Level level) {
  if (reason == Reason::none) return Outcome::passed;
  if (reason == Reason::system || reason == Reason::interrupted) return Outcome::error;
  // No clause allows a server to die.
  if (level == script::Level::must || reason == Reason::target_died) return Outcome::failed;
  return level == script::Level::should ? Outcome::advice : Outcome::information;
}

/// A deviation may show under some variations only: what is news is that the scenario passes as it is written.
Outcome in_view_of(const plan::Plan& plan, Outcome outcome, Reason reason) {
  if (outcome == Outcome::passed) return plan.variation.empty() ? Outcome::vanished : outcome;
  return outcome == Outcome::error || reason == Reason::target_died ? outcome : Outcome::known;
}

}  // namespace

std::vector<std::string> remarks(const plan::Plan& plan, const engine::Trace& trace, const source::Source& source) {
  std::vector<std::string> remarks;
  for (const auto& event : trace.events) {
    if (event.kind == engine::Event::Kind::paused) {
      auto remark =
          fmt::format("{}: not segmented by receive queue but by pauses of 1 ms", plan.peers[event.peer].name);
      if (std::ranges::find(remarks, remark) == remarks.end()) remarks.push_back(std::move(remark));
    }
    if (event.kind != engine::Event::Kind::not_segmented) continue;
    remarks.push_back(fmt::format("line {}: not segmented from byte {} on, since the other end of {} does not read",
                                  source.position(plan.steps[event.step].span.begin).line, event.bytes.size,
                                  plan.peers[event.peer].name));
  }
  return remarks;
}

Verdict judge(const plan::Plan& plan, const engine::Trace& trace, const source::Source& source) {
  using OfStep = Verdict::OfStep;
  const auto& stop = trace.stop;
  Verdict verdict;
  verdict.outcome = outcome_of(stop.reason, plan.level);
  const auto* known = plan::known_of(plan);
  if (known != nullptr) {
    verdict.outcome = in_view_of(plan, verdict.outcome, stop.reason);
    verdict.deviation = Deviation{known->target, known->reason};
  }
  verdict.remarks = remarks(plan, trace, source);
  for (const auto times : trace.done) verdict.steps.push_back(times > 0 ? OfStep::passed : OfStep::not_reached);
  verdict.steps.resize(plan.steps.size(), OfStep::not_reached);
  if (verdict.outcome == Outcome::vanished) {
    auto what = fmt::format("passes, though a deviation is known for {}: {}", known->target, known->reason);
    verdict.explanation = Explanation{.span = known->span, .what = std::move(what), .comparison = {}, .notes = {}};
  }
  if (stop.reason == Reason::none) return verdict;
  if (plan.steps.empty()) {
    verdict.explanation = Explanation{.span = plan.span, .what = stop.what, .comparison = {}, .notes = {}};
    return verdict;
  }
  verdict.steps[stop.step] = OfStep::failed;
  verdict.explanation = Explainer(plan, trace, stop, source).explain();
  if (trace.always) {
    verdict.steps[trace.always->step] = OfStep::failed;
    verdict.explanation->notes.push_back(explain_always(plan, trace, source));
  }
  return verdict;
}

}  // namespace volley::judge
