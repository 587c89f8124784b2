// SPDX-License-Identifier: Apache-2.0
#include "report/capture.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>
#include <optional>
#include <set>
#include <string_view>
#include <utility>

#include "report/clean.h"
#include "report/kept.h"
#include "report/place.h"

namespace volley::report {
namespace {

using engine::Event;
using engine::Excerpt;
using engine::Reason;

constexpr std::size_t comment_width = 400;

/// Of each connection's two sides.
using KeptBytes = std::map<std::pair<std::size_t, std::size_t>, Kept>;

/// One end of a connection, with what was told of the bytes that it has sent.
struct Side {
  Endpoint name;
  std::uint64_t shown = 0;     ///< The end of the bytes that packets have shown.
  std::uint64_t reached = 0;   ///< The end of those that are known to be sent; more than `shown` if some were not kept.
  std::uint64_t consumed = 0;  ///< Bytes of the other side that steps have received.
  bool sent_fin = false;
  bool sent_rst = false;
};

struct Connection {
  std::array<Side, 2> sides;  ///< The client, the server.
};

/// A socket of datagrams.
struct Socket {
  Endpoint local;
  std::optional<Endpoint> remote;
};

Endpoint unmapped(const Endpoint& endpoint) {
  return {endpoint.address().unmapped(), endpoint.port(), endpoint.scope()};
}

/// Both in one family; a name without an address gets the other's, as both are on this host.
std::optional<Ends> ends_of(Endpoint from, Endpoint to) {
  if (!from.is_ip() || !to.is_ip()) return {};
  from = unmapped(from);
  to = unmapped(to);
  if (from.address().is_unspecified()) from = {to.address(), from.port(), to.scope()};
  if (to.address().is_unspecified()) to = {from.address(), to.port(), from.scope()};
  if (from.address().is_v4() != to.address().is_v4()) return {};
  return Ends{from, to};
}

class Builder {
 public:
  explicit Builder(const Case& one, KeptBytes kept = {}) : case_(one), trace_(one.trace), kept_(std::move(kept)) {}

  /// What another builder of the same case is to know before it begins.
  KeptBytes collect() {
    is_collecting_ = true;
    build();
    return std::move(kept_);
  }

  Capture build() {
    for (const auto& event : trace_.events) note_own(event);
    bool is_stop_told = trace_.stop.reason == Reason::none;
    for (std::size_t i = 0; i < trace_.events.size(); ++i) {
      const auto& event = trace_.events[i];
      if (!is_stop_told && event.at > trace_.stop.at) {
        tell_stop();
        is_stop_told = true;
      }
      if (trace_.forgotten > 0 && i == trace_.resumed)
        note(fmt::format("{} events before this were not kept", trace_.forgotten));
      tell(event);
    }
    if (!is_stop_told) tell_stop();
    return {std::move(packets_), comments()};
  }

 private:
  struct At {
    nanoseconds time;
    std::uint32_t step;
  };

  plan::Transport transport(const Event& event) const { return case_.plan->peers[event.peer].transport; }
  const Endpoint* endpoint(std::uint32_t index) const {
    return index < trace_.endpoints.size() ? &trace_.endpoints[index] : nullptr;
  }
  void note(std::string comment) { pending_.push_back(std::move(comment)); }

  std::string step_of(std::uint32_t step) const {
    if (case_.source == nullptr || step >= case_.plan->steps.size()) return {};
    const auto& span = case_.plan->steps[step].span;
    const auto place = place_of(case_, span);
    return cut(fmt::format("{}:{}: {}", clean(place.path), place.line, one_line(case_.source->text(span))),
               comment_width);
  }

  void add(const At& at, Packet packet) {
    std::vector<std::string> comments{step_of(at.step)};
    std::ranges::move(pending_, std::back_inserter(comments));
    pending_.clear();
    packets_.push_back({case_.began + at.time, std::move(packet), std::move(comments)});
  }

  void tell(const Event& event) {
    if (engine::is_of_link(event.kind)) return;  // its peers tell what they sent and what came
    if (event.flow == 0) {
      if (event.kind == Event::Kind::started) ++left_out_programs_;
      return;
    }
    const auto before = std::exchange(last_flow_[{event.peer, event.copy}], event.flow);
    if (before != event.flow) sockets_.erase(before);  // of an earlier round
    if (plan::is_unix(transport(event))) {
      left_out_unix_.insert(event.flow);
      return;
    }
    if (event.kind == Event::Kind::dropped) {
      return note(
          fmt::format("the kernel dropped {} datagrams for {}", event.bytes.size, case_.plan->peers[event.peer].name));
    }
    transport(event) == plan::Transport::tcp ? tell_tcp(event) : tell_udp(event);
  }

  // TCP

  void tell_tcp(const Event& event) {
    using enum Event::Kind;
    const At at{event.at, event.step};
    if (event.kind == opened) return;
    if (event.kind == connected) return begin(event, 0);
    if (event.kind == accepted) return begin(event, 1);
    const auto known = by_flow_.find(event.flow);
    if (known == by_flow_.end()) {
      if (event.kind == sent || event.kind == received) headless_.insert(event.flow);
      return;
    }
    const auto [connection, side] = known->second;
    switch (event.kind) {
      case sent:
      case cut_off:
        return show(at, connection, side, event.offset, event.bytes);
      case received:
      case skipped:
        connections_[connection].sides[side].consumed = event.offset + event.bytes.size;
        return show(at, connection, 1 - side, event.offset, event.bytes);
      case ended:
        return fin(at, connection, 1 - side);
      case was_reset:
        return rst(at, connection, 1 - side);
      case shut_down:
      case closed:
        return fin(at, connection, side);
      case reset_sent:
        return rst(at, connection, side);
      default:
        return;
    }
  }

  /// A connection that this scenario made (`side` 0) or took (1). If both ends are its own the second only joins.
  void begin(const Event& event, std::size_t side) {
    const auto* local = endpoint(event.local);
    const auto* remote = endpoint(event.endpoint);
    const auto ends = local && remote ? ends_of(*local, *remote) : std::nullopt;
    if (!ends) {
      headless_.insert(event.flow);
      return;
    }
    auto index = connections_.size();
    if (const auto joined = half_known_[side].extract({ends->from, ends->to})) {
      index = joined.mapped();
    } else {
      connections_.emplace_back();
      connections_[index].sides[side].name = ends->from;
      connections_[index].sides[1 - side].name = ends->to;
      half_known_[1 - side].insert_or_assign({ends->to, ends->from}, index);
      handshake({event.at, event.step}, index);
    }
    by_flow_[event.flow] = {index, side};
  }

  void handshake(const At& at, std::size_t connection) {
    const auto& [client, server] = connections_[connection].sides;
    using F = TcpFlags;
    add(at, tcp_packet({client.name, server.name}, {0, 0, F::syn}, {}));
    add(at, tcp_packet({server.name, client.name}, {0, 1, F::syn | F::ack}, {}));
    add(at, tcp_packet({client.name, server.name}, {1, 1, F::ack}, {}));
  }

  /// A side's sequence number of a byte of its stream: the SYN has number 0.
  static std::uint32_t sequence(std::uint64_t offset) { return static_cast<std::uint32_t>(1 + offset); }

  void segment(const At& at, std::size_t connection, std::size_t side, std::uint64_t offset, std::uint8_t flags,
               std::string_view data = {}) {
    const auto& own = connections_[connection].sides[side];
    const auto& other = connections_[connection].sides[1 - side];
    const auto acknowledged = sequence(other.reached) + (other.sent_fin ? 1 : 0);
    add(at, tcp_packet({own.name, other.name},
                       {sequence(offset), acknowledged, static_cast<std::uint8_t>(flags | TcpFlags::ack)}, data));
  }

  /// Bytes [offset, offset + size) of what a side sends, as far as they were kept and no packet has shown them: both
  /// ends may be the scenario's, and each tells of them.
  void show(const At& at, std::size_t connection, std::size_t side, std::uint64_t offset, const Excerpt& bytes) {
    auto& own = connections_[connection].sides[side];
    auto& kept = kept_[{connection, side}];
    if (is_collecting_) {
      kept.add(offset, trace_.head(bytes));
      kept.add(offset + bytes.size - bytes.tail, trace_.tail(bytes));
    } else {
      kept.for_each(std::max(offset, own.shown), offset + bytes.size, [&](std::uint64_t begin, std::string_view piece) {
        for (; !piece.empty(); piece.remove_prefix(std::min(piece.size(), max_segment))) {
          const auto part = piece.substr(0, max_segment);
          note_gap(connection, side, begin);
          segment(at, connection, side, begin, TcpFlags::psh, part);
          begin += part.size();
          own.shown = begin;
        }
      });
    }
    own.reached = std::max(own.reached, offset + bytes.size);
  }

  void note_gap(std::size_t connection, std::size_t side, std::uint64_t offset) {
    auto& own = connections_[connection].sides[side];
    if (offset <= own.shown) return;
    const auto shown = std::exchange(own.shown, offset);  // it is told once
    note(fmt::format("{} bytes before this were not kept: bytes {} to {} of what {} sent", offset - shown, shown,
                     offset - 1, own.name.to_string()));
  }

  void fin(const At& at, std::size_t connection, std::size_t side) {
    auto& own = connections_[connection].sides[side];
    if (own.sent_fin || own.sent_rst) return;
    note_gap(connection, side, own.reached);
    segment(at, connection, side, own.reached, TcpFlags::fin);
    connections_[connection].sides[side].sent_fin = true;
  }

  void rst(const At& at, std::size_t connection, std::size_t side) {
    auto& own = connections_[connection].sides[side];
    if (own.sent_rst) return;
    note_gap(connection, side, own.reached);
    segment(at, connection, side, own.reached + (own.sent_fin ? 1 : 0), TcpFlags::rst);
    own.sent_rst = true;
  }

  // UDP

  void tell_udp(const Event& event) {
    using enum Event::Kind;
    const At at{event.at, event.step};
    const auto* named = endpoint(event.endpoint);
    if (event.kind == opened && named) sockets_[event.flow] = {*named, {}};
    if (event.kind == connected && named) {
      if (const auto* local = endpoint(event.local)) sockets_[event.flow] = {*local, *named};
    }
    if (event.kind == closed) sockets_.erase(event.flow);
    const auto socket = sockets_.find(event.flow);
    if (event.kind != sent && event.kind != received && event.kind != skipped) return;
    if (socket == sockets_.end()) {
      headless_.insert(event.flow);
      return;
    }
    const auto& [local, remote] = socket->second;
    const auto other = named ? std::optional(*named) : remote;
    if (!other) return note_left_out(event.bytes.size, "its other end is not known");
    if (event.kind == sent) return datagram(at, local, *other, event.bytes);
    if (!is_own(*other)) datagram(at, *other, local, event.bytes);
  }

  /// Remembers the name of a socket of datagrams, for all of the run: what it has sent may be read when it is closed.
  void note_own(const Event& event) {
    if (event.flow == 0 || plan::is_unix(transport(event)) || transport(event) == plan::Transport::tcp) return;
    const auto* local = event.kind == Event::Kind::opened      ? endpoint(event.endpoint)
                        : event.kind == Event::Kind::connected ? endpoint(event.local)
                                                               : nullptr;
    if (local != nullptr && local->is_ip()) own_.emplace(local->address().unmapped(), local->port());
  }

  /// Whether a datagram from there was told of when it was sent.
  bool is_own(const Endpoint& sender) const {
    if (!sender.is_ip()) return false;
    const auto is_there = [&](const IpAddress& address) { return own_.contains({address, sender.port()}); };
    return is_there(sender.address().unmapped()) || is_there(Ipv4Address()) || is_there(Ipv6Address());
  }

  void note_left_out(std::uint64_t size, std::string_view why) {
    note(fmt::format("a datagram of {} bytes is left out: {}", size, why));
  }

  void datagram(const At& at, const Endpoint& from, const Endpoint& to, const Excerpt& bytes) {
    const auto ends = ends_of(from, to);
    if (!ends) return note_left_out(bytes.size, "its ends are not of one family");
    if (bytes.size > max_datagram(*ends)) return note_left_out(bytes.size, "no packet holds it");
    std::string data(trace_.head(bytes));
    const bool is_whole = std::uint64_t{bytes.head} + bytes.tail == bytes.size;
    if (is_whole) data += trace_.tail(bytes);
    if (!is_whole) note(fmt::format("only the first {} of {} bytes are here", data.size(), bytes.size));
    if (is_cut(at.step)) note("the step had room for these bytes only, there were more");
    add(at, udp_packet(*ends, data, static_cast<std::size_t>(bytes.size)));
  }

  bool is_cut(std::uint32_t step) const {
    if (step >= case_.plan->steps.size()) return false;
    const auto* receive = std::get_if<plan::Receive>(&case_.plan->steps[step].action);
    return receive != nullptr && receive->is_truncated;
  }

  // The end

  void tell_stop() {
    show_stop();
    if (!packets_.empty()) packets_.back().comments.push_back("stopped here: " + step_of(trace_.stop.step));
  }

  /// What had come for the step where the run stopped, and what ended it.
  void show_stop() {
    const auto& stop = trace_.stop;
    if (!stop.peer || *stop.peer >= case_.plan->peers.size()) return;
    const auto last = last_flow_.find({*stop.peer, stop.copy});
    if (last == last_flow_.end()) return;
    const At at{stop.at, stop.step};
    if (const auto socket = sockets_.find(last->second); socket != sockets_.end()) {
      if (stop.sender && stop.received.size > 0 && !is_own(*stop.sender)) {
        datagram(at, *stop.sender, socket->second.local, stop.received);
      }
      return;
    }
    const auto known = by_flow_.find(last->second);
    if (known == by_flow_.end()) return;
    const auto [connection, side] = known->second;
    auto& own = connections_[connection].sides[side];
    if (stop.reason == Reason::not_taken) own.reached += stop.offset;
    if (stop.received.size > 0) {
      show(at, connection, 1 - side, own.consumed + stop.received_begin, stop.received);
    }
    if (stop.reason == Reason::unexpected_eof) fin(at, connection, 1 - side);
    if (stop.reason == Reason::unexpected_reset) rst(at, connection, 1 - side);
  }

  std::vector<std::string> comments() {
    std::vector<std::string> lines{clean(identity(case_)), std::string(name_of(case_.verdict.outcome))};
    if (const auto reason = reason_of(case_); !reason.empty()) {
      const auto place = place_of(case_);
      lines.push_back(fmt::format("{}:{}: {}", clean(place.path), place.line, cut(reason, comment_width)));
    }
    lines.emplace_back("made by volley from what its steps sent and received, not captured on a wire");
    if (trace_.forgotten > 0) {
      lines.push_back(fmt::format("{} events in the middle were not kept", trace_.forgotten));
    }
    const auto left_out = [&](std::size_t count, std::string_view what, std::string_view why = "") {
      if (count > 0) lines.push_back(fmt::format("left out: {} {}{}{}", count, what, count == 1 ? "" : "s", why));
    };
    left_out(left_out_unix_.size(), "unix socket");
    left_out(left_out_programs_, "program");
    left_out(headless_.size(), "socket", " whose beginning was not kept");
    std::ranges::move(pending_, std::back_inserter(lines));
    return lines;
  }

  const Case& case_;
  const engine::Trace& trace_;
  KeptBytes kept_;
  bool is_collecting_ = false;
  std::vector<CapturedPacket> packets_;
  std::vector<std::string> pending_;  // comments for the next packet
  std::vector<Connection> connections_;
  std::map<std::uint32_t, std::pair<std::size_t, std::size_t>> by_flow_;  // a connection and its side
  // Connections of which one side is known to be the scenario's, by the names that the other would have, own one first.
  std::array<std::map<std::pair<Endpoint, Endpoint>, std::size_t>, 2> half_known_;
  std::map<std::uint32_t, Socket> sockets_;            // of datagrams, by flow
  std::set<std::pair<IpAddress, std::uint16_t>> own_;  // the names of all of them
  std::map<std::pair<plan::PeerId, std::uint32_t>, std::uint32_t> last_flow_;
  std::set<std::uint32_t> left_out_unix_;
  std::set<std::uint32_t> headless_;
  std::size_t left_out_programs_ = 0;
};

}  // namespace

Capture capture(const Case& one) {
  if (one.plan == nullptr) return {{}, {clean(identity(one)), std::string(name_of(one.verdict.outcome))}};
  return Builder(one, Builder(one).collect()).build();
}

std::string pcapng(const Case& one, const std::string& writer) {
  const auto made = capture(one);
  return pcapng(writer, made.comments, made.packets);
}

}  // namespace volley::report
