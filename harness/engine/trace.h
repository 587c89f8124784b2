// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <volley/endpoint.h>
#include <volley/error.h>
#include <volley/process.h>

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "plan/plan.h"

/// What happened in one run of a plan, on one clock. A value: it can be saved, read back and judged again. It does not
/// repeat what the plan has: a send is a step and a count of bytes.
namespace volley::engine {

using plan::PeerId;
using std::chrono::nanoseconds;

/// The first and the last `kept` bytes of some received bytes, in the trace's arena.
struct Excerpt {
  std::uint64_t size = 0;   ///< How many bytes there were.
  std::uint32_t begin = 0;  ///< Where the kept ones stand in the arena: first `head`, then `tail` bytes.
  std::uint32_t head = 0;
  std::uint32_t tail = 0;
  friend bool operator==(const Excerpt&, const Excerpt&) = default;
};
inline constexpr std::uint32_t kept = 4096;
inline constexpr std::uint32_t no_endpoint = UINT32_MAX;

/// One thing that happened, in the order of the clock. `step` is the step it belongs to.
struct Event {
  enum class Kind : std::uint8_t {
    opened,     // a listener or bound socket stands at `endpoint`
    connected,  // to `endpoint`
    accepted,   // from `endpoint`
    sent,       // `bytes.size` bytes of the step's send are with the kernel; datagrams: to `endpoint`, if given
    received,   // the step consumed `bytes`; datagrams: from `endpoint`
    ended,      // eof seen by the step
    was_reset,  // reset seen by the step
    refused,    // ICMP refusal seen by the step
    silent,     // nothing came for the step's time
    shut_down,
    closed,
    reset_sent,
    computed,            // let, expect, wait passed
    failed_as_expected,  // the step's `fails`
    skipped,             // the step let `bytes` pass before its pattern; datagrams: from `endpoint`
    peeked,              // the step saw `bytes` and left them there; datagrams: from `endpoint`
    option_set,
    not_segmented,  // of the step's send only the first `bytes.size` bytes left in segments
    dropped,        // the kernel dropped `bytes.size` datagrams of this socket: its buffer was full
    started,        // the program runs
    exited,         // with the status `bytes.size`, as the step expects
    killed,         // by signal number `bytes.size`, as the step expects
    signalled,      // we sent it signal number `bytes.size`
    cut_off,        // the other end took `bytes` of the step's send, and takes no more
    paused,         // the step's segments are parted by pauses: who reads them cannot be seen from here
    cut,            // of the step's send the first `offset` bytes were delivered before the rest left; `bytes` are some
                    // of those before the cut (the head) and behind it (the tail)
    // What a link did to datagram number `flow` of one way, which has `bytes.size` bytes:
    passed,      // after `offset` ns
    lost,        // it does not come
    duplicated,  // it comes twice
    reordered,   // it comes behind number `offset`
    corrupted,   // its byte `offset` is another
    // and to a stream one way, connection number `flow` of the link, after `bytes.size` bytes:
    stalled,   // nothing more comes
    line_cut,  // both ends are reset
  };
  nanoseconds at{};
  std::uint32_t step = 0;
  PeerId peer = 0;
  Kind kind = Kind::computed;
  std::uint32_t endpoint = no_endpoint;  ///< index into `Trace::endpoints`
  Excerpt bytes;
  std::uint32_t copy = 0;             ///< Of the innermost `parallel`, from 1; 0 outside of all.
  std::uint32_t flow = 0;             ///< The socket: a run's sockets count from 1 as they are opened. 0: of none.
  std::uint32_t local = no_endpoint;  ///< Of `connected` and `accepted`, if it is kept: the own end's name.
  std::uint64_t offset = 0;  ///< Of `sent`, `received` and `skipped`: the bytes of the flow before these, this way.
  bool is_back = false;      ///< What a link did to something on its way back.
  friend bool operator==(const Event&, const Event&) = default;
};

inline constexpr auto last_kind = Event::Kind::line_cut;

/// Why a run ended before its last step, or that it did not.
enum class Reason : std::uint8_t {
  none,             // every step passed, nothing was left over
  mismatch,         // byte `offset` of what came is not what item `item` asks
  constraint,       // the extent of `item` does not satisfy its ~ or where
  too_long,         // a datagram has more bytes than the pattern
  over_limit,       // the extent of `item` would exceed the limit
  timeout,          // the deadline came while `item` waited
  too_many_rounds,  // the condition of a `repeat until` never came true
  too_early,        // the answer came before the lower bound of `within`
  unexpected_eof,   // the peer ended while bytes were due
  unexpected_reset,
  unexpected_data,  // bytes where an end or silence was due
  unexpected_end,   // eof or reset where silence or the other end was due
  refused,          // an ICMP refusal where bytes were due
  cut,              // a datagram of `needed` bytes did not fit into the step's buffer of `offset` bytes
  not_cut,          // … did fit, and should not
  wrong_sender,     // a datagram from another endpoint than `from`
  condition,        // an `expect` is false
  fault,            // an expression has no value: `what`
  call_failed,      // a system call of a step failed by the peer's doing: `error`
  call_succeeded,   // a step that should have failed did not, or failed otherwise: `error`
  not_taken,        // an outbox that the peer never read
  left_over,        // bytes or a reset that no step consumed
  total,            // the scenario's total time was over
  target_died,      // the target ended during the scenario
  interrupted,      // volley was told to stop
  system,           // the system refused us something: `error`; not the peer's fault
  wrong_end,        // a program ended otherwise than the step expects: `what`
  process_failed,   // a program failed, and no step expects it: `what`
};

struct Stop {
  /// Round `number` of at most `most` of the loop that is step `step`.
  struct Round {
    std::uint32_t step = 0;
    std::uint64_t number = 0;
    std::uint64_t most = 0;
    friend bool operator==(const Round&, const Round&) = default;
  };

  Reason reason = Reason::none;
  std::uint32_t step = 0;  ///< Of `left_over`: the last step of that peer. Of `not_taken`: the send.
  std::optional<PeerId> peer;
  std::uint32_t item = 0;
  std::uint64_t item_begin = 0;  ///< Offset of the item's first byte from the start of the pattern.
  std::uint64_t offset =
      0;  ///< Offset of the first wrong byte, or of the end of what is there. Of `not_taken`: bytes sent.
  std::uint64_t needed = 0;  ///< Bytes still missing at least, 0 if that cannot be known. Of `over_limit`: the extent's
                             ///< length. Of `not_taken`: bytes not sent.
  Excerpt received;          ///< What had come for the step and was not consumed, from `received_begin` on.
  std::uint64_t received_begin = 0;
  nanoseconds received_at{};       ///< When the last of these bytes was read, since the start of the run.
  std::optional<Endpoint> sender;  ///< Of the datagram in `received`.
  std::optional<Error> error;
  std::string what;       ///< Of a fault; of a left-over reset; of a target's end.
  nanoseconds allowed{};  ///< The time that the step or, of `total`, the scenario had, stretched by the slow factor.
  nanoseconds waited{};   ///< How long the step had waited.
  nanoseconds at{};       ///< Since the start of the run.
  std::vector<Round> rounds;   ///< Of the loops around the step, the outermost first.
  std::uint32_t copy = 0;      ///< Of the innermost `parallel`, from 1; 0 outside of all.
  std::uint32_t branches = 0;  ///< If the step is one of so many branches, none of which fits.
  friend bool operator==(const Stop&, const Stop&) = default;
};

/// What a program that the run had started came to.
struct ProgramEnd {
  PeerId peer = 0;                   ///< The process.
  std::optional<ExitStatus> status;  ///< None if it ran until the run was over.
  std::string errors;                ///< The end of what it wrote to its stderr and no step received.
  friend bool operator==(const ProgramEnd&, const ProgramEnd&) = default;
};

struct Trace {
  std::vector<Event> events;
  std::string arena;
  std::vector<Endpoint> endpoints;
  std::vector<plan::Value> slots;         ///< As they were at the end, as are
  std::vector<plan::Scope::Names> peers;  ///< the sockets' names that were asked for.
  std::vector<Endpoint> places;           ///< Where the plan's places were.
  std::vector<plan::Reading> readings;    ///< What sockets said last when expressions asked them.
  std::vector<std::uint32_t> done;        ///< How often each step was done.
  std::uint64_t forgotten = 0;            ///< Events in the middle of a long run that were not kept.
  std::uint32_t resumed = 0;              ///< The index of the first event after those.
  std::vector<ProgramEnd> programs;       ///< In the order of their start.
  Stop stop;
  std::optional<Stop> always;  ///< Why the `always` block did not pass, where the steps before it did not either.
  nanoseconds duration{};
  std::uint64_t seed = 0;

  /// The kept bytes of an excerpt: its head and its tail. Whole if head.size() + tail.size() == size.
  std::string_view head(const Excerpt& excerpt) const {
    return std::string_view(arena).substr(excerpt.begin, excerpt.head);
  }
  std::string_view tail(const Excerpt& excerpt) const {
    return std::string_view(arena).substr(excerpt.begin + excerpt.head, excerpt.tail);
  }
  friend bool operator==(const Trace&, const Trace&) = default;
};

/// Drops events from the middle of a long trace, with their bytes: its first eighth and its last three eighths stay.
/// `also`: an excerpt that no event holds, and that stays.
void forget_middle(Trace& trace, Excerpt* also = nullptr);

/// Whether a link did it.
constexpr bool is_of_link(Event::Kind kind) {
  return kind >= Event::Kind::passed && kind <= Event::Kind::line_cut;
}

std::string_view name_of(Event::Kind kind);
std::string_view name_of(Reason reason);

/// Canonical text for golden tests: what happened in which step, without what differs from run to run (times, ports).
std::string dump(const Trace& trace, const plan::Plan& plan);

}  // namespace volley::engine
