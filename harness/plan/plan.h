// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "check/check.h"
#include "plan/expression.h"
#include "plan/family.h"
#include "plan/item.h"
#include "plan/recipe.h"
#include "script/option.h"

/// A scenario compiled: flat steps over numbered slots, peers and places. Three programs run a plan: to check it, to
/// fuzz from it, to time it; so it names no clock, no descriptor and no report. A value; `dump` is its canonical text.
namespace volley::plan {

using std::chrono::nanoseconds;

enum class Transport : std::uint8_t { tcp, udp, unix_stream, unix_datagram };
constexpr bool is_unix(Transport transport) {
  return transport == Transport::unix_stream || transport == Transport::unix_datagram;
}
/// As it is written: `tcp`, `unix_datagram`.
std::string_view name_of(Transport transport);

/// An option of a socket and its new value: a boolean, an integer, or of `linger` a duration or `false`.
struct Setting {
  script::Option option = script::Option::reuseaddr;
  Expression value;
  friend bool operator==(const Setting&, const Setting&) = default;
};

struct Listen {
  PeerId peer = 0;
  std::optional<Expression> place;  ///< none: 127.0.0.1 and a port of the system's choice, or a path in the directory
  std::vector<Setting> options{};   ///< In the order in which they are set.
  friend bool operator==(const Listen&, const Listen&) = default;
};
struct Bind {
  PeerId peer = 0;
  std::optional<Expression> place;
  std::vector<Setting> options{};
  friend bool operator==(const Bind&, const Bind&) = default;
};
struct Connect {
  PeerId peer = 0;
  Transport transport = Transport::tcp;
  Expression place;
  std::optional<Expression> from;
  std::optional<PeerId>
      listener;  ///< The listener or bound socket of this plan that `place` names: both ends are ours.
  std::vector<Setting> options{};
  std::optional<PeerId> link{};  ///< The link that `place` names.
  friend bool operator==(const Connect&, const Connect&) = default;
};
struct Accept {
  PeerId peer = 0;
  PeerId listener = 0;
  std::optional<PeerId> by{};           ///< Only the connection that this peer made;
  std::optional<Expression> sending{};  ///< only the first whose first bytes are these, which remain to be read.
  friend bool operator==(const Accept&, const Accept&) = default;
};
/// `in segments of N every T`: each is delivered before the next one is sent.
struct Segments {
  Expression size;
  nanoseconds every{};
  /// Of a send that is longer than two edges only these, its beginning and its end, are cut: the middle leaves whole.
  std::optional<std::uint64_t> edge{};
  friend bool operator==(const Segments&, const Segments&) = default;
};
/// A place at which a send leaves in two segments; the first is delivered before the second is sent. A place at an end
/// of the send, as of an item that turns out to be empty, cuts nothing.
struct Cut {
  std::uint32_t item = 0;                 ///< Of the send.
  std::optional<std::uint64_t> offset{};  ///< From its first byte; none: in its middle, rounded up.
  friend bool operator==(const Cut&, const Cut&) = default;
};
struct Send {
  PeerId peer = 0;
  std::vector<Item> items;       ///< Only `Literal`, `Computed`, `Zeros`, `Repeated`, `Contents`.
  std::optional<Expression> to;  ///< Datagrams only.
  std::optional<Segments> segments{};
  bool is_urgent = false;  ///< Its last byte is sent with MSG_OOB.
  std::optional<Cut> cut{};
  bool is_held = false;  ///< It leaves in one segment with the peer's next send, which comes before it has to wait.
  friend bool operator==(const Send&, const Send&) = default;
};
struct Receive {
  PeerId peer = 0;
  std::vector<Item> pattern;
  std::optional<Expression> from;  ///< Datagrams only: who must have sent it; none on a connected socket or `from any`
  std::optional<Slot> sender;
  std::optional<Expression> buffer{};  ///< Datagrams only: bytes that the call has room for.
  bool is_peek = false;                ///< With MSG_PEEK: nothing is consumed.
  bool is_truncated = false;           ///< The datagram must be longer than the buffer; otherwise it must not.
  bool is_urgent = false;              ///< The one byte that MSG_OOB gives.
  std::vector<Item> skipping{};        ///< What may pass before the pattern; empty if nothing may.
  friend bool operator==(const Receive&, const Receive&) = default;
};
/// `eof`, `reset`, `closed`, `refused`.
struct ReceiveEnd {
  enum class Kind : std::uint8_t { eof, reset, closed, refused };
  PeerId peer = 0;
  Kind kind = Kind::eof;
  friend bool operator==(const ReceiveEnd&, const ReceiveEnd&) = default;
};
struct Silence {
  PeerId peer = 0;
  nanoseconds time{};
  friend bool operator==(const Silence&, const Silence&) = default;
};
struct Shutdown {
  PeerId peer = 0;
  friend bool operator==(const Shutdown&, const Shutdown&) = default;
};
struct Close {
  PeerId peer = 0;
  friend bool operator==(const Close&, const Close&) = default;
};
struct Reset {
  PeerId peer = 0;
  friend bool operator==(const Reset&, const Reset&) = default;
};
struct Let {
  Slot slot = 0;
  Expression value;
  friend bool operator==(const Let&, const Let&) = default;
};
/// `expect CONDITION`, or `expect VALUE ~ /re/` or `~ (PATTERN)` with its captures.
struct Expect {
  Expression condition;
  std::optional<Regex> regex;
  std::vector<std::pair<std::string, Slot>> groups;
  std::vector<Item> pattern = {};
  friend bool operator==(const Expect&, const Expect&) = default;
};
struct Set {
  PeerId peer = 0;
  Setting setting;
  friend bool operator==(const Set&, const Set&) = default;
};
struct Wait {
  nanoseconds time{};
  friend bool operator==(const Wait&, const Wait&) = default;
};

/// A program: a peer for itself, and one for each of its three streams.
struct Start {
  PeerId process = 0;
  PeerId input = 0;
  PeerId output = 0;
  PeerId errors = 0;
  std::vector<Expression> argv;  ///< At least the program.
  friend bool operator==(const Start&, const Start&) = default;
};
/// `exits` or `killed by`: `code` is the status, or the signal's number.
struct ProcessEnd {
  PeerId process = 0;
  std::optional<PeerId> input;  ///< Of a program that was started here.
  bool is_killed = false;
  Expression code;
  friend bool operator==(const ProcessEnd&, const ProcessEnd&) = default;
};
struct Signal {
  PeerId process = 0;
  int number = 0;
  friend bool operator==(const Signal&, const Signal&) = default;
};
struct Ignore {
  PeerId peer = 0;
  friend bool operator==(const Ignore&, const Ignore&) = default;
};

/// What a link does to what goes one way. Shares are percent; numbers of datagrams count from 1.
struct Conditions {
  nanoseconds delay{};
  nanoseconds jitter{};    ///< At most so much more.
  std::uint64_t rate = 0;  ///< Bytes a second; 0 for no bound.
  std::uint8_t loss = 0;
  std::uint8_t duplicate = 0;
  std::uint8_t reorder = 0;
  std::uint8_t corrupt = 0;
  std::vector<Expression> dropped{};
  std::vector<Expression> duplicated{};
  std::vector<Expression> reordered{};
  std::vector<Expression> corrupted{};
  std::optional<Expression> reset_after{};  ///< Of a stream: so many bytes go through before.
  std::optional<Expression> stall_after{};
  friend bool operator==(const Conditions&, const Conditions&) = default;
};
/// A proxy of ours, for streams, datagrams or both, as its peer says.
struct Link {
  PeerId peer = 0;
  Expression place;
  std::optional<PeerId> end{};  ///< The listener or bound socket of this plan that `place` names.
  Conditions there{};
  Conditions back{};
  std::optional<Expression> seed{};  ///< none: it depends on the run's
  friend bool operator==(const Link&, const Link&) = default;
};

// Blocks. Their steps follow them in the plan; a block knows where they end.

/// Steps [begin, end) of the plan, and what they bind.
struct Body {
  std::uint32_t begin = 0;
  std::uint32_t end = 0;
  std::vector<PeerId> peers;  ///< Opened by the steps.
  std::vector<Slot> slots;
  friend bool operator==(const Body&, const Body&) = default;
};
/// The body is followed by a `NextRound`.
struct Repeat {
  Body body;
  std::optional<Expression> count;  ///< Either a number of rounds,
  std::optional<Expression> until;  ///< or a condition that is asked after each,
  Expression at_most;               ///< at most so often.
  std::optional<Slot> round;        ///< Counts from 1.
  friend bool operator==(const Repeat&, const Repeat&) = default;
};
/// Ends the peers of a round, and goes back to its begin or on.
struct NextRound {
  std::uint32_t repeat = 0;  ///< The step.
  friend bool operator==(const NextRound&, const NextRound&) = default;
};
struct Parallel {
  Body body;
  Expression count;
  std::optional<Slot> copy;  ///< Counts from 1.
  friend bool operator==(const Parallel&, const Parallel&) = default;
};
/// All branches, as their first receives come. Each begins with a `Receive`, `ReceiveEnd` or `Silence`.
struct AnyOrder {
  std::vector<Body> branches;
  friend bool operator==(const AnyOrder&, const AnyOrder&) = default;
};
/// The first branch whose first receive is met.
struct OneOf {
  std::vector<Body> branches;
  friend bool operator==(const OneOf&, const OneOf&) = default;
};

struct Step {
  std::variant<Listen, Bind, Connect, Accept, Send, Receive, ReceiveEnd, Silence, Shutdown, Close, Reset, Let, Expect,
               Set, Wait, Ignore, Repeat, NextRound, Parallel, AnyOrder, OneOf, Start, ProcessEnd, Signal, Link>
      action;
  source::Span span;
  std::optional<nanoseconds> at_least;  ///< `within A..B`: earlier is a failure
  nanoseconds at_most{};                ///< Deadline of a step that waits: its `within`, or the scenario's `timeout`
  std::optional<std::string> fails;     ///< The name of the error that is expected: `refused`
  friend bool operator==(const Step&, const Step&) = default;
};

/// Of a program: itself, its stdin, its stdout, its stderr.
enum class PeerKind : std::uint8_t { listener, stream, datagram, process, input, output, errors, link };
struct Peer {
  std::string name;
  PeerKind kind = PeerKind::stream;
  bool local_is_read = false;  ///< Some expression reads NAME.local: the engine must ask for it.
  bool remote_is_read = false;
  Transport transport = Transport::tcp;  ///< Of a socket.
  bool is_expected = false;              ///< Of `errors`: some step receives from it.
  bool is_looked_for = false;            ///< Of a stream: some step accepts `by` it.
  bool carries_streams = false;          ///< Of a link.
  bool carries_datagrams = false;
  bool leads_to_socket = false;           ///< To one of this plan, which says what it carries.
  std::optional<std::uint32_t> target{};  ///< Of a process that is not started here: an index into the plan's targets.
  friend bool operator==(const Peer&, const Peer&) = default;
};

/// A port of a target: the main one if `port` is empty.
struct Place {
  std::string target;
  std::string port;
  friend bool operator==(const Place&, const Place&) = default;
};

/// `known REASON for TARGET`: this server departs from the clause.
struct Known {
  std::string reason;
  std::string target;
  source::Span span{};  ///< The property.
  friend bool operator==(const Known&, const Known&) = default;
};

/// How our side reads streams where it is not to read as fast as it can.
struct SlowReading {
  std::uint32_t buffer = 4096;  ///< SO_RCVBUF of each socket,
  std::uint32_t segment = 536;  ///< and what the other end may send in one.
  std::uint32_t at_once = 512;  ///< So many bytes a read at most,
  nanoseconds pause{};          ///< and so long after they have come,
  std::uint32_t pauses = 16;    ///< so often on each connection.
  friend bool operator==(const SlowReading&, const SlowReading&) = default;
};

struct Plan {
  std::string path;  ///< Of the source, as it was given.
  std::string name;
  std::size_t line = 0;  ///< Of the word `scenario`.
  source::Span span;
  std::vector<std::string> specs;
  std::vector<std::string> tags;
  script::Level level = script::Level::must;
  std::vector<script::Need> needs{};
  bool fresh = false;
  nanoseconds total = std::chrono::seconds(60);
  std::uint64_t limit_counted = 64u << 20;
  std::uint64_t limit_delimited = 1u << 20;
  std::vector<Known> known{};

  std::string variation{};  ///< Under which it is run; empty: as written.
  std::string family{};     ///< The family that its scenario uses; empty: none, or no server has been chosen.
  std::string server{};     ///< What stands for the family: one of it, or `external`.
  std::optional<std::vector<std::string>> vary{};  ///< The variations that its property `vary` allows; none: all.
  bool on_ipv6 = false;                            ///< Its targets serve on ::1.
  std::optional<SlowReading> slow_reading{};
  std::optional<nanoseconds> delay{};  ///< What a target and we say to each other comes so much later, both ways.

  std::vector<Message> messages;  ///< Those of the file, then what lines of this scenario need.
  std::vector<Step> steps;
  std::optional<Body> focus;            ///< What is fuzzed and timed; all steps if there is none.
  std::optional<std::uint32_t> always;  ///< From here on: what must pass whatever happened before.
  std::vector<std::string> slots;       ///< names, for messages
  std::vector<Peer> peers;
  std::vector<Place> places;
  std::vector<std::string> targets;  ///< names of the targets used, in order of first use
  /// The programs that it starts, as far as they are known before the run; each once.
  std::vector<std::string> programs;
  bool needs_dir = false;   ///< It needs a directory of its own: for its programs, its unix sockets, or its text.
  std::optional<Slot> dir;  ///< The slot that holds the directory's path from the start.
  friend bool operator==(const Plan&, const Plan&) = default;
};

/// What tells a case from the others of its file: `NAME[ [VARIATION]][ [SERVER]]`.
std::string title(const Plan& plan);
/// `PATH › TITLE`: how reports and `--filter` name a case.
std::string identity(const Plan& plan);
/// The deviation that is known of a target that it uses; null if none is.
const Known* known_of(const Plan& plan);
/// Whether its property `vary` lets it run under this one.
bool allows(const Plan& plan, std::string_view variation);

/// Where the steps end that come before `always`.
std::uint32_t end_of_main(const Plan& plan);

/// The plans of a file, in its order, and the recipes of its targets.
struct Suite {
  std::vector<Plan> plans;
  std::vector<Recipe> recipes;
  std::vector<Family> families;
};
Suite lower(const check::Checked& checked, const source::Source& source);

/// What a link does, as it stands in the text of a plan.
std::string dump_conditions(const Link& link);
/// Canonical text of a plan, for golden tests and `volley check --dump plan`.
std::string dump(const Plan& plan);

}  // namespace volley::plan
