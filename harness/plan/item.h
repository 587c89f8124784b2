// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "plan/message.h"
#include "plan/regex.h"

namespace volley::plan {

/// An integer on the wire: `width` whole bytes, 1 to 8.
struct IntegerFormat {
  std::uint8_t width = 1;
  bool is_signed = false;
  bool is_little = false;
  friend bool operator==(const IntegerFormat&, const IntegerFormat&) = default;
};

// What an item of a message is on the wire. Sent, it gives bytes; expected, it knows its own extent (language, rule 2).

/// Bytes known before the run.
struct Literal {
  Bytes bytes;
  friend bool operator==(const Literal&, const Literal&) = default;
};
/// The bytes of an expression: known once its captures are.
struct Computed {
  Expression value;
  friend bool operator==(const Computed&, const Computed&) = default;
};
/// An integer of fixed width that is read; sent ones are `Computed`.
struct Fixed {
  IntegerFormat format;
  friend bool operator==(const Fixed&, const Fixed&) = default;
};
/// `bytes(N)`.
struct Counted {
  Expression count;
  friend bool operator==(const Counted&, const Counted&) = default;
};
/// `bytes(u16)`: the length first.
struct Prefixed {
  IntegerFormat length;
  friend bool operator==(const Prefixed&, const Prefixed&) = default;
};
/// Up to and with the delimiter; a capture leaves it out.
struct Delimited {
  Bytes delimiter;
  friend bool operator==(const Delimited&, const Delimited&) = default;
};
/// To the end of the datagram or stream.
struct Remainder {
  friend bool operator==(const Remainder&, const Remainder&) = default;
};
/// `zero(N)`: sent and compared in chunks, never expanded.
struct Zeros {
  Expression count;
  friend bool operator==(const Zeros&, const Zeros&) = default;
};
/// `N * (…)` of constant bytes: sent and compared in chunks, never expanded.
struct Repeated {
  Expression count;
  Bytes unit;
  friend bool operator==(const Repeated&, const Repeated&) = default;
};

/// The bytes of a file: sent and compared as they lie in memory.
struct Contents {
  source::Content content;  ///< Null is an empty one.
  friend bool operator==(const Contents& one, const Contents& other) { return view(one) == view(other); }
  friend std::string_view view(const Contents& item) {
    return item.content ? std::string_view(*item.content) : std::string_view();
  }
};

struct FieldPattern;
/// A message that is read; sent ones are `Computed`. `fields` are those of which something is said, in the order of the
/// wire; a field of which nothing is said may be anything that its definition allows.
struct Use {
  MessageId message = 0;
  std::vector<FieldPattern> fields;
  friend bool operator==(const Use&, const Use&) = default;
};

struct Item {
  std::variant<Literal, Computed, Fixed, Counted, Prefixed, Delimited, Remainder, Zeros, Repeated, Contents, Use>
      extent;
  std::optional<Slot> capture;
  std::optional<Regex> regex;                        ///< Must match the whole extent, without its delimiter.
  std::vector<std::pair<std::string, Slot>> groups;  ///< Named groups of `regex`.
  std::vector<Item> pattern = {};                    ///< If there is one: must match the whole extent, too.
  std::optional<Expression> where;
  source::Span span;
  friend bool operator==(const Item&, const Item&) = default;
};

/// What is said of one field of a message that is read.
struct FieldPattern {
  enum class Order : std::uint8_t { as_written, any, among_others };
  FieldId field = 0;
  std::optional<Expression> value;  ///< Exactly this.
  std::vector<Use> uses;            ///< Of a message: the one; of a list: its elements, if `is_list`.
  bool is_list = false;
  Order order = Order::as_written;
  // As of an item.
  std::optional<Slot> capture;
  std::optional<Regex> regex;
  std::vector<std::pair<std::string, Slot>> groups;
  std::vector<Item> pattern;
  std::optional<Expression> where;
  source::Span span;
  friend bool operator==(const FieldPattern&, const FieldPattern&) = default;
};

/// A message with the values that are said exactly; the others are not given.
Expression value_of(const Use& use);

}  // namespace volley::plan
