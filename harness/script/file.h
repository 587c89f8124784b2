// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <volley/byte_order.h>
#include <volley/endpoint.h>

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "source/source.h"

/// What a scenario file says, as it was written: the syntax tree. Values only; every node knows its span. Names are not
/// resolved and nothing is computed here: that is `check`'s and `plan`'s work.
namespace volley::script {

using source::Span;
using std::chrono::nanoseconds;

/// A name and where it stands.
struct Name {
  std::string text;
  Span span;
  friend bool operator==(const Name&, const Name&) = default;
};

/// What is said about a node to whoever reads the file. It is kept and printed, and means nothing.
struct Remarks {
  bool is_parted = false;           ///< A blank line stands in front of it, or of its first comment.
  std::vector<std::string> before;  ///< Comments on lines of their own in front of it, each from its '#'.
  std::string behind;               ///< The comment at the end of its first line.
  std::vector<std::string> at_end;  ///< Of a block: comments in front of its closing brace.
  friend bool operator==(const Remarks&, const Remarks&) = default;
};

// --- values, items and patterns: one grammar, since the same line says what to send and what to expect
// ---------------------------

struct Number {
  enum class Form : std::uint8_t { decimal, hexadecimal, bytes, kilobytes, kibibytes, megabytes, mebibytes, gibibytes };
  std::uint64_t value = 0;    ///< Decimal or 0x…; with a size unit (`64KiB`) already multiplied.
  Form form = Form::decimal;  ///< How it is printed: a unit that does not divide it is left away.
  friend bool operator==(const Number&, const Number&) = default;
};
struct Duration {
  nanoseconds value{};
  friend bool operator==(const Duration&, const Duration&) = default;
};
struct Boolean {
  bool value = false;
  bool is_switch = false;  ///< Written as `on` or `off`.
  friend bool operator==(const Boolean&, const Boolean&) = default;
};
/// `"…${a}…"`: literals.size() == operands.size() + 1, literals and operands alternate. Escapes are resolved.
struct Text {
  std::vector<std::string> literals;
  friend bool operator==(const Text&, const Text&) = default;
};
/// `x"de ad"`: the bytes.
struct Hex {
  std::string bytes;
  friend bool operator==(const Hex&, const Hex&) = default;
};
/// `127.0.0.1:80`, `[::1]:0` as a token of its own.
struct EndpointLiteral {
  Endpoint endpoint;
  friend bool operator==(const EndpointLiteral&, const EndpointLiteral&) = default;
};
struct Reference {
  std::string name;
  friend bool operator==(const Reference&, const Reference&) = default;
};
/// `operands[0].member`, as in `door.local.port`.
struct Member {
  Name member;
  friend bool operator==(const Member&, const Member&) = default;
};
/// `function(operands…)`; an argument of several items side by side is a `Group`.
struct Call {
  Name function;
  friend bool operator==(const Call&, const Call&) = default;
};
enum class Operator : std::uint8_t {
  add,
  subtract,
  multiply,
  divide,
  modulo,
  bit_and,
  bit_or,
  bit_xor,
  shift_left,
  shift_right,
  equal,
  not_equal,
  less,
  less_equal,
  greater,
  greater_equal,
  logical_and,
  logical_or,
  logical_not,
  negate,
};
/// One operand for `logical_not` and `negate`, two otherwise. `N * (…)` is `multiply` with a `Group` on the right.
struct Operation {
  Operator op = Operator::add;
  friend bool operator==(const Operation&, const Operation&) = default;
};
/// Items side by side: `( … )`, or an argument or value of more than one item.
struct Group {
  bool is_bracketed = true;
  friend bool operator==(const Group&, const Group&) = default;
};
/// `u16`, `i32le`, `u8(7)`: `operands` holds the value if one is given.
struct IntegerItem {
  std::uint8_t bits = 8;
  bool is_signed = false;
  ByteOrder order = ByteOrder::big;
  friend bool operator==(const IntegerItem&, const IntegerItem&) = default;
};
/// `bytes(N)`: operands[0] is N; `bytes(u16)`: operands[0] is an `IntegerItem` without a value, or a `Leb128` without
/// one: the length read first.
struct Counted {
  friend bool operator==(const Counted&, const Counted&) = default;
};
/// `until "\r\n"`, `line`, `cstring`. A delimiter with values in it is a `Text`, and the only operand.
struct Until {
  enum class Word : std::uint8_t { until, line, cstring };
  Word word = Word::until;
  std::string delimiter;
  friend bool operator==(const Until&, const Until&) = default;
};
struct Rest {
  friend bool operator==(const Rest&, const Rest&) = default;
};
/// `leb128`, `leb128(7)`: `operands` holds the value if one is given.
struct Leb128 {
  friend bool operator==(const Leb128&, const Leb128&) = default;
};
/// `dns_name(MESSAGE)`: the message from whose start its pointers count.
struct DnsName {
  Name message;
  friend bool operator==(const DnsName&, const DnsName&) = default;
};
/// The name of a message where an extent stands.
struct MessageName {
  Name message;
  friend bool operator==(const MessageName&, const MessageName&) = default;
};
/// `an of Record`, `bytes(length) of Attr`: operands[0] is the count, or the extent that they fill.
struct ListOf {
  Name message;
  friend bool operator==(const ListOf&, const ListOf&) = default;
};
/// Stands for the field's own extent in `field as x`, `field ~ /re/`, `field as n where n > 3`.
struct OwnExtent {
  friend bool operator==(const OwnExtent&, const OwnExtent&) = default;
};
/// `Name{field: value, …}`: operands[i] is what is said of the field of entries[i]. Of a list in `any order ( … )` or
/// `has ( … )` it is the `Group` in the brackets.
struct MessageUse {
  struct Entry {
    enum class Kind : std::uint8_t { value, extent, any_order, has };
    Name field;
    Kind kind = Kind::value;
    friend bool operator==(const Entry&, const Entry&) = default;
  };
  Name message;
  std::vector<Entry> entries;
  friend bool operator==(const MessageUse&, const MessageUse&) = default;
};

/// `file("path")`: the bytes of a file that stands beside the scenario.
struct FileBytes {
  std::string path;
  source::Content content;  ///< Null if nobody has read it.
  friend bool operator==(const FileBytes& one, const FileBytes& other) { return one.path == other.path; }
};

/// `/…/` with its slashes unescaped.
struct RegexLiteral {
  std::string text;
  Span span;
  friend bool operator==(const RegexLiteral&, const RegexLiteral&) = default;
};

struct Expression {
  Span span;
  std::variant<Number, Duration, Boolean, Text, Hex, EndpointLiteral, Reference, Member, Call, Operation, Group,
               IntegerItem, Counted, Until, Rest, FileBytes, Leb128, DnsName, MessageName, ListOf, OwnExtent,
               MessageUse>
      node;
  std::vector<Expression> operands;   ///< What belongs to `node`, as its comment says.
  std::optional<Name> as;             ///< `as NAME`: only in patterns.
  std::optional<RegexLiteral> regex;  ///< `~ /re/`: in patterns, and in `expect VALUE ~ /re/`.
  std::vector<Expression> pattern;    ///< `~ (PATTERN)`: its items, in the place of a regular expression.
  std::vector<Expression> where;      ///< `where CONDITION`: none or one.
  friend bool operator==(const Expression&, const Expression&) = default;
};
using Items = std::vector<Expression>;

// --- steps
// --------------------------------------------------------------------------------------------------------------

enum class Transport : std::uint8_t { tcp, udp, unix_stream, unix_datagram };
constexpr bool is_stream(Transport transport) {
  return transport == Transport::tcp || transport == Transport::unix_stream;
}
constexpr bool is_unix(Transport transport) {
  return transport == Transport::unix_stream || transport == Transport::unix_datagram;
}

/// `within 2s`, or `within 100ms..150ms`.
struct Within {
  std::optional<nanoseconds> least;
  nanoseconds most{};
  Span span;
  friend bool operator==(const Within&, const Within&) = default;
};

/// `nodelay = off`: after `with`, and in `set`.
struct OptionSetting {
  Name option;
  Expression value;
  friend bool operator==(const OptionSetting&, const OptionSetting&) = default;
};

struct Listen {
  Name name;
  Transport transport = Transport::tcp;
  std::optional<Expression> place;
  std::vector<OptionSetting> options{};
  friend bool operator==(const Listen&, const Listen&) = default;
};
struct Bind {
  Name name;
  Transport transport = Transport::udp;
  std::optional<Expression> place;
  std::vector<OptionSetting> options{};
  friend bool operator==(const Bind&, const Bind&) = default;
};
struct Connect {
  Name name;
  Transport transport = Transport::tcp;
  Expression place;  ///< A `Reference` to a target, listener or bound socket, a `Member` TARGET.PORT, or a value.
  std::optional<Expression> from;
  std::vector<OptionSetting> options{};
  friend bool operator==(const Connect&, const Connect&) = default;
};
struct Accept {
  Name name;
  Name listener;
  std::optional<Within> within;
  std::optional<Name> by{};  ///< The peer that made the connection.
  Items sending{};           ///< Or the first bytes that come on it; none if not said.
  friend bool operator==(const Accept&, const Accept&) = default;
};
/// `in segments of N`, `in segments of N every T`.
struct Segments {
  Expression size;
  std::optional<nanoseconds> every;
  Span span;
  friend bool operator==(const Segments&, const Segments&) = default;
};
struct Send {
  Name peer;
  Items items;
  std::optional<Expression> to;
  std::optional<Segments> segments{};
  std::optional<Span> urgent{};  ///< The word.
  friend bool operator==(const Send&, const Send&) = default;
};
struct Receive {
  struct Eof {
    friend bool operator==(const Eof&, const Eof&) = default;
  };
  struct Reset {
    friend bool operator==(const Reset&, const Reset&) = default;
  };
  struct Closed {
    friend bool operator==(const Closed&, const Closed&) = default;
  };
  struct Refused {
    friend bool operator==(const Refused&, const Refused&) = default;
  };
  struct Nothing {
    nanoseconds time{};
    friend bool operator==(const Nothing&, const Nothing&) = default;
  };
  struct FromAny {
    friend bool operator==(const FromAny&, const FromAny&) = default;
  };

  Name peer;
  std::variant<Items, Eof, Reset, Closed, Refused, Nothing> what;
  std::variant<std::monostate, FromAny, Expression> from;
  std::optional<Name> sender;  ///< `as NAME` after the pattern's `from`
  std::optional<Within> within;
  std::vector<Expression> buffer{};  ///< `buffer N`: none or one.
  std::optional<Span> peek{};        ///< Where the word stands, as the next two.
  std::optional<Span> truncated{};
  std::optional<Span> urgent{};
  Items skipping{};  ///< `skipping PATTERN`: empty if it is not there.
  friend bool operator==(const Receive&, const Receive&) = default;
};
struct Shutdown {
  Name peer;
  friend bool operator==(const Shutdown&, const Shutdown&) = default;
};
struct Close {
  Name peer;
  friend bool operator==(const Close&, const Close&) = default;
};
struct ResetPeer {
  Name peer;
  friend bool operator==(const ResetPeer&, const ResetPeer&) = default;
};
struct Let {
  Name name;
  Items value;
  Remarks remarks = {};  ///< Of a let of the file; that of a scenario is a step, which has its own.
  friend bool operator==(const Let&, const Let&) = default;
};
/// `expect CONDITION`; `expect VALUE ~ /re/` has the regex on the expression.
struct Expect {
  Expression condition;
  friend bool operator==(const Expect&, const Expect&) = default;
};
/// `set NAME OPTION = VALUE`
struct Set {
  Name peer;
  OptionSetting setting;
  friend bool operator==(const Set&, const Set&) = default;
};
struct Wait {
  nanoseconds time{};
  friend bool operator==(const Wait&, const Wait&) = default;
};
/// `start NAME PROGRAM ARG...`
struct Start {
  Name name;
  Items argv;  ///< At least the program; each item is one argument.
  friend bool operator==(const Start&, const Start&) = default;
};
/// `NAME exits N` or `NAME killed by SIGNAL`
struct ProcessEnd {
  Name process;
  std::variant<Expression, Name> how;  ///< The status, or the signal's name.
  std::optional<Within> within;
  friend bool operator==(const ProcessEnd&, const ProcessEnd&) = default;
};
/// `signal NAME SIGNAL`
struct Signal {
  Name process;
  Name signal;
  friend bool operator==(const Signal&, const Signal&) = default;
};

struct Ignore {
  Name peer;
  friend bool operator==(const Ignore&, const Ignore&) = default;
};

/// From who connects to the other end, or back.
enum class Way : std::uint8_t { there, back };
/// What a link does to what goes through it.
struct Condition {
  enum class Kind : std::uint8_t { corrupt, delay, drop, duplicate, jitter, loss, rate, reorder, reset, seed, stall };
  /// `10%`
  struct Percent {
    std::uint64_t value = 0;
    friend bool operator==(const Percent&, const Percent&) = default;
  };
  /// `1MB/s`
  struct Rate {
    Number bytes;
    friend bool operator==(const Rate&, const Rate&) = default;
  };
  Kind kind = Kind::delay;
  /// Of several forms: the numbers of datagrams; or one value, a seed or the bytes that go before.
  std::variant<nanoseconds, Percent, Rate, Items> value;
  std::optional<Way> way{};  ///< Both if it is not said.
  Span span;
  friend bool operator==(const Condition&, const Condition&) = default;
};
/// The word that it begins with.
std::string_view word_of(Condition::Kind kind);
/// `link NAME to PLACE { … }`
struct Link {
  Name name;
  Expression place;
  std::vector<Condition> conditions;
  friend bool operator==(const Link&, const Link&) = default;
};

// Steps that hold others.

struct Step;
using Steps = std::vector<Step>;

/// `repeat N`, `repeat until CONDITION at most N`.
struct Repeat {
  std::vector<Expression> count;    ///< None or one.
  std::vector<Expression> until;    ///< The other way round.
  std::vector<Expression> at_most;  ///< None or one, only with `until`.
  std::optional<Name> round;        ///< `as i`: counts from 1.
  Steps body;
  friend bool operator==(const Repeat&, const Repeat&) = default;
};
struct Parallel {
  Expression count;
  std::optional<Name> copy;  ///< `as i`: counts from 1.
  Steps body;
  friend bool operator==(const Parallel&, const Parallel&) = default;
};
/// One step, or several in braces.
struct Branch {
  bool is_braced = false;
  Steps steps;
  friend bool operator==(const Branch&, const Branch&) = default;
};
/// `any order { … }`
struct AnyOrder {
  std::vector<Branch> branches;
  friend bool operator==(const AnyOrder&, const AnyOrder&) = default;
};
/// `one of { … }`
struct OneOf {
  std::vector<Branch> branches;
  friend bool operator==(const OneOf&, const OneOf&) = default;
};
struct Focus {
  Steps body;
  friend bool operator==(const Focus&, const Focus&) = default;
};
struct Always {
  Steps body;
  friend bool operator==(const Always&, const Always&) = default;
};

struct Step {
  Span span;  ///< The whole step, without its comment. Of a block: from its word to its closing brace.
  std::variant<Listen, Bind, Connect, Accept, Send, Receive, Shutdown, Close, ResetPeer, Let, Expect, Set, Wait, Ignore,
               Repeat, Parallel, AnyOrder, OneOf, Focus, Always, Start, ProcessEnd, Signal, Link>
      action;
  std::optional<Name> fails;  ///< `fails ERROR`
  Remarks remarks = {};
  friend bool operator==(const Step&, const Step&) = default;
};

// --- scenarios, targets, files
// ------------------------------------------------------------------------------------------

struct Target {
  struct Environment {
    std::string name;
    Expression value;
    friend bool operator==(const Environment&, const Environment&) = default;
  };
  struct TargetFile {
    Expression path;
    Items content;
    friend bool operator==(const TargetFile&, const TargetFile&) = default;
  };
  struct ReadyTcp {
    friend bool operator==(const ReadyTcp&, const ReadyTcp&) = default;
  };
  /// The datagram that is sent until one comes back.
  struct ReadyUdp {
    Items probe;
    friend bool operator==(const ReadyUdp&, const ReadyUdp&) = default;
  };
  struct ReadyOutput {
    RegexLiteral regex;
    friend bool operator==(const ReadyOutput&, const ReadyOutput&) = default;
  };
  enum class Stop : std::uint8_t { term, interrupt, close };

  Name name;
  Span span;
  Span run_span;
  std::vector<Expression> run;  ///< Each a `Text` (or another bytes value): program and arguments.
  std::vector<Environment> environment;
  std::vector<TargetFile> files;
  std::variant<ReadyTcp, ReadyUdp, ReadyOutput> ready;
  nanoseconds within = std::chrono::seconds(5);
  Stop stop = Stop::term;
  Remarks remarks = {};
  friend bool operator==(const Target&, const Target&) = default;
};

/// `known "answers FORMERR" for unbound`: this server departs from the clause.
struct Known {
  std::string reason;
  Name target;
  Span span{};  ///< The whole property.
  friend bool operator==(const Known&, const Known&) = default;
};

/// `vary none`, `vary all except repeat`, `vary segment, split`: the variations under which a scenario is run.
struct Vary {
  enum class Kind : std::uint8_t { all, none, some };
  Kind kind = Kind::all;
  std::vector<Name> names;  ///< The exceptions of `all`, or all that there are.
  friend bool operator==(const Vary&, const Vary&) = default;
};
/// What the clause asks for (RFC 2119).
enum class Level : std::uint8_t { must, should, may };
constexpr std::string_view word_of(Level level) {
  return level == Level::must ? "must" : level == Level::should ? "should" : "may";
}
/// What a scenario cannot do without.
enum class Need : std::uint8_t { root, ipv6, net };
constexpr std::string_view word_of(Need need) {
  return need == Need::root ? "root" : need == Need::ipv6 ? "ipv6" : "net";
}

struct Scenario {
  Span span;  ///< From the word `scenario` to the closing brace.
  std::string name;
  Span name_span;
  std::vector<std::string> specs;
  std::vector<Name> tags;
  std::optional<nanoseconds> timeout;  ///< Default 5 s
  std::optional<nanoseconds> total;    ///< Default 60 s
  std::optional<Expression> limit;     ///< A `Number`; default 64 MiB for counted extents, 1 MiB for delimited ones
  std::optional<Level> level;          ///< Default must
  std::vector<Need> needs;
  bool fresh = false;
  std::vector<Known> known;
  std::optional<Vary> vary;
  Steps steps;
  Remarks remarks = {};
  friend bool operator==(const Scenario&, const Scenario&) = default;
};

/// `use "_common.volley"`: another file's lets, targets and messages.
struct Use {
  std::string path;  ///< Relative to the directory of the file in which it stands.
  Span span;         ///< The path.
  Remarks remarks = {};
  friend bool operator==(const Use&, const Use&) = default;
};

/// `target dns = dnsmasq | unbound`: servers of one protocol.
struct Family {
  Name name;
  std::vector<Name> members;
  Remarks remarks = {};
  friend bool operator==(const Family&, const Family&) = default;
};

/// `name: EXTENT [= VALUE | default VALUE] [when CONDITION]`, or a group: `name: [bytes(…)] { fields }`.
struct Field {
  /// Whether `value` is a law, which is computed and verified, or only what is sent where nothing is said.
  enum class Rule : std::uint8_t { none, law, by_default };
  Name name;
  Span span;
  std::optional<Expression> extent;  ///< Of a group: its bound, if it has one.
  Rule rule = Rule::none;
  Items value;
  std::vector<Expression> when;  ///< none or one
  std::vector<Field> fields;     ///< Of a group: at least one, if there was no mistake.
  bool is_group = false;
  Remarks remarks = {};
  friend bool operator==(const Field&, const Field&) = default;
};

struct Message {
  Name name;
  Span span;
  std::vector<Field> fields;
  bool is_whole = true;  ///< False if something in it was not understood, and left out.
  Remarks remarks = {};
  friend bool operator==(const Message&, const Message&) = default;
};

struct File {
  std::vector<Use> uses;
  std::vector<Let> lets;
  std::vector<Message> messages;
  std::vector<Target> targets;
  std::vector<Family> families;
  std::vector<Scenario> scenarios;
  std::vector<std::string> comments;  ///< Behind the last declaration.
  friend bool operator==(const File&, const File&) = default;
};

}  // namespace volley::script
