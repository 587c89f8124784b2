// SPDX-License-Identifier: Apache-2.0
#include "report/transcript.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <optional>
#include <utility>

#include "judge/expectation.h"
#include "plan/value.h"
#include "report/clean.h"
#include "report/cut_mark.h"
#include "report/link_deed.h"

namespace volley::report {
namespace {

using engine::Event;
using engine::Reason;
using engine::Trace;
using std::chrono::nanoseconds;

constexpr std::size_t literal_width = 72;
constexpr std::size_t source_width = 96;

/// A step, and what the language has no word for.
struct Line {
  std::string step;
  std::string comment = {};

  std::string to_string() const {
    if (comment.empty()) return step;
    return step.empty() ? "# " + comment : fmt::format("{}  # {}", step, comment);
  }
};

/// The start of some bytes as a literal, and in the comment how much of them it is.
Line literal(std::string_view start, std::uint64_t size) {
  auto shown = start.substr(0, literal_width);
  auto text = plan::to_literal(shown);
  while (text.size() > literal_width + 2) {
    shown = shown.substr(0, shown.size() * literal_width / text.size());
    text = plan::to_literal(shown);
  }
  if (shown.size() == size) return {std::move(text)};
  return {text + "…", fmt::format("{} of {} bytes", shown.size(), size)};
}

/// A piece of the source as far as there is room.
std::string shortened(std::string_view text) {
  return cut(one_line(text), source_width);
}

/// Whether the trace tells enough to compute the expression again: it does not keep the time of each step.
bool is_known(const plan::Expression& expression, const Trace& trace) {
  switch (expression.op) {
    case plan::Op::now:
      return false;
    case plan::Op::local:
    case plan::Op::remote:
      return expression.index < trace.peers.size();
    case plan::Op::place:
      return expression.index < trace.places.size();
    case plan::Op::option:
    case plan::Op::option_is_on:
    case plan::Op::pending:
    case plan::Op::sent:
      return false;  // it said something else before and after
    case plan::Op::slot:
      return expression.index < trace.slots.size() &&
             !std::holds_alternative<std::monostate>(trace.slots[expression.index]);
    default:
      return std::ranges::all_of(expression.operands, [&](const auto& operand) { return is_known(operand, trace); });
  }
}

std::string repeated(std::string_view unit, plan::Integer count) {
  std::string bytes;
  while (count-- > 0 && bytes.size() < literal_width) bytes += unit;
  return bytes;
}

/// At least the first `literal_width` bytes of what an item of a send gives, or all of them; nullopt if the trace
/// cannot tell.
struct StartOfItem {
  const Trace& trace;
  plan::Scope scope;

  using Start = std::optional<std::string>;
  Start operator()(const plan::Literal& item) const { return item.bytes; }
  Start operator()(const plan::Contents& item) const { return std::string(view(item).substr(0, literal_width)); }
  Start operator()(const plan::Computed& item) const {
    if (!is_known(item.value, trace)) return std::nullopt;
    auto value = plan::evaluate(item.value, scope);
    if (!value) return std::nullopt;
    return plan::to_text(*value);
  }
  Start operator()(const plan::Zeros& item) const { return repeat(std::string_view("\0", 1), item.count); }
  Start operator()(const plan::Repeated& item) const { return repeat(item.unit, item.count); }
  Start operator()(const auto&) const { return std::nullopt; }

 private:
  Start repeat(std::string_view unit, const plan::Expression& count) const {
    if (!is_known(count, trace)) return std::nullopt;
    const auto number = plan::evaluate_integer(count, scope);
    if (!number) return std::nullopt;
    return repeated(unit, *number);
  }
};

std::optional<std::string> start_of_send(const plan::Plan& plan, const plan::Send& send, const Trace& trace) {
  const StartOfItem start_of_item{trace, judge::scope_at_end(plan, trace)};
  std::string bytes;
  for (const auto& item : send.items) {
    if (bytes.size() >= literal_width) break;
    const auto start = std::visit(start_of_item, item.extent);
    if (!start) return std::nullopt;
    bytes += *start;
  }
  return bytes;
}

/// The lines of one trace.
class Lines {
 public:
  Lines(const plan::Plan& plan, const Trace& trace, const source::Source& source)
      : plan_(plan), trace_(trace), source_(source) {}

  std::string of(const Event& event) const { return timed(event.at, line(event)); }
  /// What had come for the step where the run stopped, and what came in place of the rest.
  std::vector<std::string> of_stop() const {
    std::vector<std::string> lines;
    const auto end = in_place_of_bytes();
    if (!end.empty() && trace_.stop.received.size > 0) lines.push_back(timed(arrival(), received()));
    auto last = end.empty() ? line(trace_.stop) : Line{end};
    last.comment += last.comment.empty() ? "stopped here" : ", stopped here";
    lines.push_back(timed(trace_.stop.at, last));
    return lines;
  }

 private:
  static std::string timed(nanoseconds at, const Line& line) {
    return fmt::format("{:8.2f} ms  {}", std::chrono::duration<double, std::milli>(at).count(), line.to_string());
  }

  /// When what had come for the step had come, as far as it was noted.
  nanoseconds arrival() const {
    return trace_.stop.received_at > nanoseconds() ? trace_.stop.received_at : trace_.stop.at;
  }
  /// How long nothing had come.
  nanoseconds silence() const {
    return trace_.stop.received_at > nanoseconds() ? trace_.stop.at - arrival() : trace_.stop.waited;
  }

  std::string name(plan::PeerId id) const { return plan_.peers[id].name; }
  /// `c[7]` in the seventh copy of a `parallel`.
  std::string who_of(const Event& event) const {
    return event.copy == 0 ? name(event.peer) : fmt::format("{}[{}]", name(event.peer), event.copy);
  }
  std::string peer() const { return trace_.stop.peer ? name(*trace_.stop.peer) : std::string("?"); }
  const plan::Step& step(std::uint32_t index) const { return plan_.steps[index]; }
  Line written(std::uint32_t index) const { return {shortened(source_.text(step(index).span))}; }
  std::string endpoint(const Event& event, std::string_view before) const {
    if (event.endpoint == engine::no_endpoint) return {};
    return fmt::format("{}{}", before, clean(trace_.endpoints[event.endpoint].to_string()));
  }

  /// The trace keeps the last values only: what a step sent in other rounds or copies is not known from them.
  bool is_known_now(const Event& event, const plan::Send& send) const {
    const bool is_one_of_many = event.copy > 0 || (event.step < trace_.done.size() && trace_.done[event.step] > 1);
    const auto is_literal = [](const plan::Item& item) { return std::holds_alternative<plan::Literal>(item.extent); };
    return !is_one_of_many || std::ranges::all_of(send.items, is_literal);
  }

  Line sent(const Event& event) const {
    const auto* send = std::get_if<plan::Send>(&step(event.step).action);
    if (send == nullptr) return written(event.step);
    auto start = is_known_now(event, *send) ? start_of_send(plan_, *send, trace_) : std::nullopt;
    const auto to = endpoint(event, " to ");
    if (!start) return {written(event.step).step, fmt::format("{} bytes", event.bytes.size)};
    if (start->size() > event.bytes.size) start->resize(static_cast<std::size_t>(event.bytes.size));
    const auto [text, comment] = literal(*start, event.bytes.size);
    return {fmt::format("{} > {}{}{}", who_of(event), text, to, how(*send)), comment};
  }
  /// The clauses that say how a send or a receive call was made.
  std::string how(const plan::Send& send) const {
    const auto segments = send.segments ? " in segments of " + size_of(*send.segments) : "";
    return segments + (send.is_urgent ? " urgent" : "");
  }
  /// As it is written, or as a variation says it.
  std::string size_of(const plan::Segments& segments) const {
    const auto& span = segments.size.span;
    return span.begin == span.end ? plan::dump(segments.size) : shortened(source_.text(span));
  }
  std::string how(std::uint32_t index) const {
    const auto* receive = std::get_if<plan::Receive>(&step(index).action);
    if (receive == nullptr) return {};
    auto text = receive->buffer ? fmt::format(" buffer {}", shortened(source_.text(receive->buffer->span))) : "";
    if (receive->is_peek) text += " peek";
    if (receive->is_truncated) text += " truncated";
    return receive->is_urgent ? text + " urgent" : text;
  }
  Line received(const std::string& who, const engine::Excerpt& bytes, const std::string& from) const {
    const auto [text, comment] = literal(trace_.head(bytes), bytes.size);
    return {fmt::format("{} < {}{}", who, text, from), comment};
  }
  Line opened(const Event& event) const {
    const auto& peer = plan_.peers[event.peer];
    if (peer.kind == plan::PeerKind::link) return {written(event.step).step, endpoint(event, "at ")};
    return {fmt::format("{} {} {}{}", peer.kind == plan::PeerKind::listener ? "listen" : "bind", who_of(event),
                        plan::name_of(peer.transport), endpoint(event, " "))};
  }
  Line accepted(const Event& event) const {
    const auto* accept = std::get_if<plan::Accept>(&step(event.step).action);
    if (accept == nullptr) return written(event.step);
    return {fmt::format("accept {} from {}", who_of(event), name(accept->listener)), endpoint(event, "")};
  }
  Line connected(const Event& event) const {
    return {fmt::format("connect {} {}{}", who_of(event), plan::name_of(plan_.peers[event.peer].transport),
                        endpoint(event, " "))};
  }

  Line line(const Event& event) const {
    // A scenario of values alone has no peer.
    const auto who = event.peer < plan_.peers.size() ? who_of(event) : std::string();
    switch (event.kind) {
      case Event::Kind::opened:
        return opened(event);
      case Event::Kind::connected:
        return connected(event);
      case Event::Kind::accepted:
        return accepted(event);
      case Event::Kind::sent:
        return sent(event);
      case Event::Kind::cut_off:
        return {written(event.step).step,
                fmt::format("cut off after {} byte{}", event.bytes.size, event.bytes.size == 1 ? "" : "s")};
      case Event::Kind::paused:
        return {{}, fmt::format("nobody tells when {} is read: pauses of 1 ms part the segments", who)};
      case Event::Kind::received:
      case Event::Kind::peeked:
        return received(who, event.bytes, endpoint(event, " from ") + how(event.step));
      case Event::Kind::skipped: {
        auto skipped = received(who, event.bytes, endpoint(event, " from "));
        skipped.comment += skipped.comment.empty() ? "skipped" : ", skipped";
        return skipped;
      }
      case Event::Kind::not_segmented:
        return {{},
                fmt::format("{} is not segmented from byte {} on: its other end does not read", who, event.bytes.size)};
      case Event::Kind::cut:
        return {{}, fmt::format("{} cut its send after byte {}: {}", who, event.offset, sides_of_cut(trace_, event))};
      case Event::Kind::ended:
        return {who + " < eof"};
      case Event::Kind::was_reset:
        return {who + " < reset"};
      case Event::Kind::refused:
        return {who + " < refused"};
      case Event::Kind::shut_down:
        return {"shutdown " + who};
      case Event::Kind::closed:
        return {"close " + who};
      case Event::Kind::reset_sent:
        return {"reset " + who};
      case Event::Kind::option_set:
      case Event::Kind::started:
      case Event::Kind::exited:
      case Event::Kind::killed:
      case Event::Kind::signalled:
      case Event::Kind::silent:
      case Event::Kind::computed:
      case Event::Kind::failed_as_expected:
        return written(event.step);
      case Event::Kind::passed:
      case Event::Kind::lost:
      case Event::Kind::duplicated:
      case Event::Kind::reordered:
      case Event::Kind::corrupted:
      case Event::Kind::stalled:
      case Event::Kind::line_cut:
        return {{}, fmt::format("link {}: {}", who, deed_of(plan_, event, source_))};
      case Event::Kind::dropped:
        return {{}, fmt::format("the kernel dropped {} datagrams for {}", event.bytes.size, who)};
    }
    return {};
  }

  bool is_receive() const {
    const auto& action = step(trace_.stop.step).action;
    return std::holds_alternative<plan::Receive>(action) || std::holds_alternative<plan::ReceiveEnd>(action);
  }
  /// The end or the silence that stopped a receive; empty if it was something else.
  std::string in_place_of_bytes() const {
    const auto& stop = trace_.stop;
    const bool is_datagram = stop.peer && plan_.peers[*stop.peer].kind == plan::PeerKind::datagram;
    switch (stop.reason) {
      case Reason::unexpected_eof:
        return is_datagram ? std::string() : peer() + " < eof";  // a datagram that is too short ends, not its socket
      case Reason::unexpected_reset:
        return peer() + " < reset";
      case Reason::unexpected_end:
        return fmt::format("{} < {}", peer(), clean(stop.what));
      case Reason::refused:
        return peer() + " < refused";
      case Reason::timeout:
        if (!is_receive()) return {};
        return fmt::format("{} < nothing for {}", peer(),
                           plan::to_text(nanoseconds(std::chrono::round<std::chrono::milliseconds>(silence()))));
      case Reason::left_over:
        return stop.what == "a reset" ? peer() + " < reset" : std::string();
      default:
        return {};
    }
  }
  Line received() const {
    const auto& stop = trace_.stop;
    return received(peer(), stop.received, stop.sender ? " from " + clean(stop.sender->to_string()) : std::string());
  }
  Line line(const engine::Stop& stop) const {
    switch (stop.reason) {
      case Reason::mismatch:
      case Reason::constraint:
      case Reason::too_long:
      case Reason::over_limit:
      case Reason::unexpected_eof:
      case Reason::unexpected_data:
      case Reason::cut:
      case Reason::not_cut:
      case Reason::wrong_sender:
      case Reason::left_over:
        return received();
      case Reason::total:
        return {{}, "the scenario's total time is over"};
      case Reason::target_died:
        return {{}, clean(stop.what)};
      case Reason::wrong_end:
      case Reason::process_failed:
        return {{}, fmt::format("{} {}", peer(), clean(stop.what))};
      default:
        return written(stop.step);
    }
  }

  const plan::Plan& plan_;
  const Trace& trace_;
  const source::Source& source_;
};

}  // namespace

Transcript transcript(const plan::Plan& plan, const engine::Trace& trace, const source::Source& source,
                      std::size_t most) {
  const Lines lines(plan, trace, source);
  const bool stopped = trace.stop.reason != Reason::none && trace.stop.step < plan.steps.size();
  auto last = stopped ? lines.of_stop() : std::vector<std::string>();
  // What the steps of `always` did comes after the stop, and is of less interest.
  const auto is_later = [&](const Event& event) { return stopped && plan.always && event.step >= *plan.always; };
  const bool stopped_before = stopped && plan.always && trace.stop.step < *plan.always;
  const auto end = stopped_before ? std::ranges::find_if(trace.events, is_later) : trace.events.end();
  const auto before = static_cast<std::size_t>(end - trace.events.begin());
  const std::size_t total = before + last.size();
  Transcript result;
  result.left_out = total - std::min(total, most);
  for (std::size_t i = result.left_out; i < before; ++i) result.lines.push_back(lines.of(trace.events[i]));
  const auto room = std::min(most, last.size());
  result.lines.insert(result.lines.end(), std::make_move_iterator(last.end() - static_cast<std::ptrdiff_t>(room)),
                      std::make_move_iterator(last.end()));
  for (auto event = end; event != trace.events.end() && result.lines.size() < most; ++event) {
    result.lines.push_back(lines.of(*event));
  }
  result.left_out += trace.forgotten;
  return result;
}

}  // namespace volley::report
