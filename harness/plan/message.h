// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "plan/expression.h"

namespace volley::plan {

/// The number of a field in its message. Fields stand in the order of the wire, a group before what is in it.
using FieldId = std::uint32_t;
/// The number of a message in its plan.
using MessageId = std::uint32_t;

// What a field is on the wire.

/// An integer of 1 to 64 bits, most significant first; little endian ones are whole bytes.
struct BitField {
  std::uint8_t bits = 8;
  bool is_signed = false;
  bool is_little = false;
  friend bool operator==(const BitField&, const BitField&) = default;
};
/// Base 128, low group first (protobuf, MQTT): the shortest form is sent, up to 10 bytes are read.
struct LebField {
  friend bool operator==(const LebField&, const LebField&) = default;
};
/// As many bytes as the expression says.
struct SizedField {
  Expression size;
  friend bool operator==(const SizedField&, const SizedField&) = default;
};
/// The length first: an unsigned integer of whole bytes, or base 128 if there is none.
struct PrefixedField {
  std::optional<BitField> length;
  friend bool operator==(const PrefixedField&, const PrefixedField&) = default;
};
/// Up to and with a delimiter, which is no part of the value.
struct DelimitedField {
  Expression delimiter;
  friend bool operator==(const DelimitedField&, const DelimitedField&) = default;
};
/// To the end of what it stands in.
struct RestField {
  friend bool operator==(const RestField&, const RestField&) = default;
};
/// A domain name (RFC 1035 §3.1, §4.1.4). Pointers count from the start of the enclosing message `base`.
struct NameField {
  MessageId base = 0;
  friend bool operator==(const NameField&, const NameField&) = default;
};
struct MessageField {
  MessageId message = 0;
  friend bool operator==(const MessageField&, const MessageField&) = default;
};
/// Fields side by side, in a bound if there is one.
struct GroupField {
  std::variant<std::monostate, SizedField, PrefixedField> bound;
  friend bool operator==(const GroupField&, const GroupField&) = default;
};
/// That many messages (an expression), or as many as fill the bytes.
struct ListField {
  MessageId element = 0;
  std::variant<Expression, SizedField, PrefixedField, RestField> size;
  friend bool operator==(const ListField&, const ListField&) = default;
};

/// What the bytes of a field are to others: what a fuzzer must know to lie, and to tell the truth again.
struct Role {
  enum class Kind : std::uint8_t {
    constant,     ///< Always the same.
    length_of,    ///< The length of field `of`, alone or in a sum.
    count_of,     ///< How many elements the list `of` has.
    checksum_of,  ///< A checksum over field `of`.
    computed,     ///< Made of other fields in another way.
    payload,      ///< Bytes that mean nothing to the others.
    number,       ///< An integer that means nothing to the others.
  };
  Kind kind = Kind::payload;
  FieldId of = 0;
  friend bool operator==(const Role&, const Role&) = default;
};

struct Field {
  /// Whether `value` is computed when sent and verified when received, or only sent where nothing is said.
  enum class Rule : std::uint8_t { none, law, by_default };
  std::string name;
  std::variant<BitField, LebField, SizedField, PrefixedField, DelimitedField, RestField, NameField, MessageField,
               GroupField, ListField>
      extent;
  Rule rule = Rule::none;
  std::optional<Expression> value;
  std::optional<Expression> when;
  FieldId end = 0;               ///< One past the last field in it; of all but groups the next one.
  std::vector<FieldId> settles;  ///< Fields whose law can be verified as soon as this one is read.
  std::vector<Role> roles;
  source::Span span;
  bool is_group() const { return std::holds_alternative<GroupField>(extent); }
  friend bool operator==(const Field&, const Field&) = default;
};

/// A message definition: its fields as a tree, in the order of the wire. One without a name stands for items of a line
/// that only a message can say, such as a run of bits.
struct Message {
  std::string name;
  std::vector<Field> fields;
  source::Span span;
  friend bool operator==(const Message&, const Message&) = default;
};

/// "body.topic": the groups around a field and its own name.
std::string name_in(const Message& message, FieldId field);
/// "Frame.body.topic", or without the first part if the message has no name.
std::string path_of(const Message& message, FieldId field);

/// A domain name in its wire form: labels, uncompressed, with the empty one last. `text` is dotted, a final dot may be
/// missing; `\` takes a dot or a backslash after it into the label. Error: what is wrong with it.
std::expected<Bytes, std::string> domain_name(std::string_view text);

/// The bytes of a message of this plan: `expression` is one of op `message`. Error: a value has none, does not fit, or
/// was not given.
std::expected<Bytes, Fault> encode(const Expression& expression, const Scope& scope, Fields* outer);
/// The first bytes of it, as far as fields have values.
Bytes encode_known(const Expression& expression, const Scope& scope);

/// Canonical text of the definitions, a field a line, for the dump of a plan.
std::string dump(const std::vector<Message>& messages);

}  // namespace volley::plan
