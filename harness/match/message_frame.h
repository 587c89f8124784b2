// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "plan/item.h"
#include "plan/message.h"

namespace volley::match {

class MessageSession;
struct Rereading;

/// One message that is being read: how far it has come, and where its fields lie. All places count from the start of
/// the outermost message, in bytes unless they are called bits.
class MessageFrame final : public plan::Fields {
 public:
  static constexpr std::uint64_t unbounded = std::numeric_limits<std::uint64_t>::max();

  /// Where a message stands. `use` is what is said of it, none if nothing is.
  struct Place {
    plan::MessageId message = 0;
    const plan::Use* use = nullptr;
    const MessageFrame* outer = nullptr;
    std::uint64_t begin = 0;
    std::uint64_t bound = unbounded;
    bool is_verified = true;  ///< Else only its structure is read.
  };
  struct Extent {
    bool is_read = false;
    bool is_there = false;
    std::uint64_t begin_bit = 0;
    std::uint64_t end_bit = 0;
    std::uint64_t content_begin = 0;  ///< Without a length before it.
    std::uint64_t content_end = 0;    ///< Without a delimiter behind it.
    plan::Integer number = 0;
    plan::Bytes text;         ///< Of a domain name.
    std::uint64_t count = 0;  ///< Of a list.
  };
  /// A group whose fields are being read.
  struct Group {
    plan::FieldId field = 0;
    std::uint64_t bound_around = unbounded;
  };
  /// What is known of the field that is being read. Begins anew with each.
  struct Current {
    bool is_entered = false;
    std::uint64_t looked = 0;                ///< Up to where its content has been searched or compared.
    std::optional<std::uint64_t> size;       ///< Of its content, or how many elements it has.
    std::optional<plan::Bytes> expected;     ///< What it has to be, if it is compared while it comes.
    std::uint64_t bound_around = unbounded;  ///< Of a list that has a bound of its own.
    std::vector<std::uint32_t> open;         ///< Of a list whose elements have no order: what none has fitted yet.
    std::size_t tried = 0;                   ///< Of those, for the current element.
    std::unique_ptr<MessageFrame> inner;     ///< Of a message or list.
    std::unique_ptr<Rereading> again;        ///< `inner`, tried against one of those.
  };

  MessageFrame(const MessageSession& session, const Place& place);
  ~MessageFrame() override;

  std::expected<plan::Value, plan::Fault> value(plan::FieldId id) override;
  std::expected<plan::Integer, plan::Fault> size(plan::FieldId id) override;
  std::expected<plan::Integer, plan::Fault> count(plan::FieldId id) override;
  std::size_t depth() const override { return depth_; }
  bool begin_message() override { return ++made_ <= plan::most_messages; }

  const plan::Message& message() const { return message_; }
  const plan::Field& field(plan::FieldId id) const { return message_.fields[id]; }
  const plan::FieldPattern* said(plan::FieldId id) const;
  /// "Dns.answers[2].name"
  std::string path(plan::FieldId id) const;
  /// The nearest message of this kind that this one is in; it may be this one.
  const MessageFrame* enclosing(plan::MessageId message) const;
  plan::Value content(plan::FieldId id) const;
  std::string_view content_bytes(plan::FieldId id) const;

  const MessageSession& session;
  const Place place;
  std::uint64_t at_bit;
  std::uint64_t bound;
  plan::FieldId next = 0;
  std::optional<plan::FieldId> verified;  ///< The field whose law is being computed: zeros in its own place.
  std::vector<Group> groups;
  std::vector<Extent> extents;
  Current current;

 private:
  const plan::Message& message_;
  std::size_t depth_;
  std::size_t made_ = 0;  // messages, to verify laws
};

}  // namespace volley::match
