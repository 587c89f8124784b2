// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <vector>

#include "plan/value.h"
#include "source/source.h"

namespace volley::plan {

/// The number of a captured or computed value, of a peer, of a place at a target.
using Slot = std::uint32_t;
using PeerId = std::uint32_t;
using PlaceId = std::uint32_t;

enum class Op : std::uint8_t {
  literal,  // value
  slot,     // the value in slot `index`
  local,
  remote,  // getsockname and getpeername of peer `index`
  place,   // endpoint of target place `index`
  address,
  port,         // of an endpoint operand
  text,         // operands as text, joined
  join,         // operands' bytes, joined
  repeat,       // operand 0 times the bytes of operand 1
  encode,       // the integer operand 0 in `width` bytes, order and sign as `is_little`, `is_signed`
  field,        // the value of field `index` of the message in whose definition it stands
  field_size,   // its length
  field_count,  // how many elements it has
  message,      // the bytes of message `index`; its operands are `named`
  named,        // field `index` of it has the value of operand 0
  list,         // operands' bytes, joined: the elements of a list
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
  len,
  to_int,
  to_text,
  hex,
  endpoint,
  now,
  zero,
  random,
  crc32,
  internet_checksum,
  xor_bytes,
  packed,
  count,
  sha1,
  sha256,
  hmac_sha1,
  base64,
  file,          // the bytes of `content`
  option,        // of peer `index`, number `width` in script::Option
  option_is_on,  // the same of `linger`: whether it is on
  pending,       // bytes that peer `index` has received and no step has consumed
  sent,          // bytes of peer `index` that the kernel has taken
  unix_place,    // the endpoint of bytes: an abstract name after '@', a path, or one below the directory operand 1
  path,          // of a unix endpoint operand
};

/// An expression over slots, peers and places. A value: it copies, compares, and is evaluated by `evaluate`.
struct Expression {
  Op op = Op::literal;
  Value value;              ///< of `literal`
  std::uint32_t index = 0;  ///< of `slot`, `local`, `remote`, `place`, and of what asks a socket or concerns messages
  std::uint8_t width = 0;   ///< of `encode`: whole bytes, 1 to 8; of `option`: which one
  bool is_signed = false;
  bool is_little = false;
  std::vector<Expression> operands;
  source::Span span;
  source::Content content = nullptr;  ///< of `file`; null is an empty one
  friend bool operator==(const Expression&, const Expression&) = default;

  static Expression literal(Value value, source::Span span = {}) {
    Expression expression;
    expression.value = std::move(value);
    expression.span = span;
    return expression;
  }
};

/// Whether an expression asks a socket: `option`, `option_is_on`, `pending`, `sent`.
constexpr bool reads_socket(Op op) {
  return op >= Op::option && op <= Op::sent;
}

/// What a socket said when an expression asked for it.
struct Reading {
  PeerId peer = 0;
  Op op = Op::option;
  std::uint8_t option = 0;
  Value value;
  friend bool operator==(const Reading&, const Reading&) = default;
};

/// Asks the sockets of a run.
class Sockets {
 public:
  virtual ~Sockets() = default;
  /// The value that an expression of a `reads_socket` kind has now, or why it has none.
  virtual std::expected<Value, std::string> read(const Expression& expression) = 0;
};

struct Message;

/// What expressions read. The engine owns one for each program counter and keeps it up to date.
struct Scope {
  struct Names {
    std::optional<Endpoint> local;
    std::optional<Endpoint> remote;
    friend bool operator==(const Names&, const Names&) = default;
  };
  std::vector<Value> slots;
  std::vector<Names> peers;
  std::vector<Endpoint> places;
  std::chrono::nanoseconds now{};  ///< Since the scenario's start, on the monotonic clock.
  std::uint64_t seed = 0;
  Sockets* sockets = nullptr;  ///< Not owned. Without them, `readings` tells what they said last.
  std::vector<Reading> readings{};
  const std::vector<Message>* messages = nullptr;  ///< Of the plan; not owned.
};

/// Why an expression has no value: data of the peer made it overflow, divide by zero, or read a number that is none.
struct Fault {
  source::Span span;
  std::string what;  ///< "4294967296 * 4294967296 does not fit in 64 bits"
  friend bool operator==(const Fault&, const Fault&) = default;
};

/// The fields of one message that is being made or read: what the expressions of its definition see.
class Fields {
 public:
  virtual ~Fields() = default;
  virtual std::expected<Value, Fault> value(std::uint32_t field) = 0;
  virtual std::expected<Integer, Fault> size(std::uint32_t field) = 0;
  virtual std::expected<Integer, Fault> count(std::uint32_t field) = 0;
  /// How many messages this one is in, itself included.
  virtual std::size_t depth() const = 0;
  /// Counts a message that is begun in this one; false if there have been too many.
  virtual bool begin_message() = 0;
};
/// Messages may contain each other so deep.
inline constexpr std::size_t deepest_message = 64;
/// And so many of them make one.
inline constexpr std::size_t most_messages = 1 << 20;

/// `fields`: of the message in whose definition the expression stands.
std::expected<Value, Fault> evaluate(const Expression& expression, const Scope& scope, Fields* fields = nullptr);
/// The same for an expression that `check` knows to be of one type.
std::expected<bool, Fault> evaluate_condition(const Expression& expression, const Scope& scope,
                                              Fields* fields = nullptr);
std::expected<Bytes, Fault> evaluate_bytes(const Expression& expression, const Scope& scope, Fields* fields = nullptr);
std::expected<Integer, Fault> evaluate_integer(const Expression& expression, const Scope& scope,
                                               Fields* fields = nullptr);
std::expected<Endpoint, Fault> evaluate_endpoint(const Expression& expression, const Scope& scope);
/// A count times `unit` bytes: not negative, and within 64 bits.
std::expected<std::uint64_t, Fault> evaluate_size(const Expression& count, std::size_t unit, const Scope& scope,
                                                  Fields* fields = nullptr);

/// 64 KiB of zeros: what `zero(N)` is sent from and compared with.
std::string_view zeros();

/// Canonical text, as `dump` of a plan prints it.
std::string dump(const Expression& expression);

}  // namespace volley::plan
