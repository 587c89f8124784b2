// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "match/message_frame.h"
#include "match/message_reader.h"

namespace volley::match {

/// Reads the fields of a message and of those in it: what `MessageReader` is made of.
class MessageSession {
 public:
  using Reading = MessageReader::Reading;
  using State = MessageReader::State;

  MessageSession(plan::Scope& scope, Limits limits) : scope_(scope), limits_(limits) {}
  /// For what `around` has read, and reads again: both together pause after so many messages.
  MessageSession(plan::Scope& scope, Limits limits, MessageSession& around)
      : scope_(scope), limits_(limits), left_(around.left_) {}
  MessageSession(const MessageSession&) = delete;
  MessageSession& operator=(const MessageSession&) = delete;

  const Reading& feed(MessageFrame& root, std::string_view bytes, bool ended);

  const plan::Scope& scope() const { return scope_; }
  std::string_view bytes() const { return bytes_; }

 private:
  enum class Step : std::uint8_t { complete, more, stop };
  using FieldId = plan::FieldId;

  // message_session.cc: the course
  Step read(MessageFrame& frame);
  Step read_field(MessageFrame& frame);
  Step enter(MessageFrame& frame, FieldId id);
  Step skip(MessageFrame& frame, FieldId id);
  Step open_group(MessageFrame& frame, FieldId id, const plan::GroupField& group);
  Step close_group(MessageFrame& frame);
  Step need(const MessageFrame& frame, FieldId id, std::uint64_t end);
  Step wait(const MessageFrame& frame, FieldId id, std::uint64_t bytes);
  Step pause(const MessageFrame& frame, FieldId id);
  Step fail(Cause cause, std::uint64_t offset, std::string what);
  Step over_limit(const MessageFrame& frame, FieldId id, std::uint64_t length);
  Step fault(const MessageFrame& frame, FieldId id, const plan::Fault& fault);

  // message_extent.cc: one for each kind of field
  Step read(MessageFrame& frame, FieldId id, const plan::BitField& extent);
  Step read(MessageFrame& frame, FieldId id, const plan::LebField& extent);
  Step read(MessageFrame& frame, FieldId id, const plan::SizedField& extent);
  Step read(MessageFrame& frame, FieldId id, const plan::PrefixedField& extent);
  Step read(MessageFrame& frame, FieldId id, const plan::DelimitedField& extent);
  Step read(MessageFrame& frame, FieldId id, const plan::RestField& extent);
  Step read(MessageFrame& frame, FieldId id, const plan::NameField& extent);
  Step size_of(MessageFrame& frame, FieldId id, const plan::SizedField& extent);
  Step size_of(MessageFrame& frame, FieldId id, const plan::PrefixedField& extent);
  Step leb128(MessageFrame& frame, FieldId id, std::uint64_t from, std::uint64_t& value, std::uint64_t& end);
  Step content(MessageFrame& frame, FieldId id);
  Step compare_early(MessageFrame& frame, FieldId id, std::uint64_t end);
  void complete(MessageFrame& frame, FieldId id, std::uint64_t content_begin, std::uint64_t content_end,
                std::uint64_t end);

  // message_list.cc
  Step read(MessageFrame& frame, FieldId id, const plan::MessageField& extent);
  Step read(MessageFrame& frame, FieldId id, const plan::ListField& extent);
  Step begin_list(MessageFrame& frame, FieldId id, const plan::ListField& list);
  Step list_goes_on(MessageFrame& frame, FieldId id, bool& goes_on);
  Step begin_element(MessageFrame& frame, FieldId id, const plan::ListField& list);
  Step end_element(MessageFrame& frame, FieldId id);
  Step assign(MessageFrame& frame, FieldId id, const MessageFrame& element);
  std::optional<Reading> read_again(MessageFrame& frame, const plan::Use* use);
  Step end_list(MessageFrame& frame, FieldId id);
  Step begin_inner(MessageFrame& frame, FieldId id, const MessageFrame::Place& place);

  // message_verify.cc
  Step finish(MessageFrame& frame, FieldId id);
  Step settle(MessageFrame& frame, FieldId id);
  Step law(MessageFrame& frame, FieldId id);
  Step compare(const MessageFrame& frame, FieldId id, const plan::Value& expected, std::string_view by);
  Step constrain(const MessageFrame& frame, FieldId id, const plan::FieldPattern& said);

  plan::Scope& scope_;
  Limits limits_;
  std::string_view bytes_;
  bool ended_ = false;
  std::uint64_t messages_ = 0;       // that have been begun
  std::uint64_t without_bytes_ = 0;  // elements of lists
  std::uint64_t own_left_ = 0;       // messages to begin before a pause
  std::uint64_t* left_ = &own_left_;
  std::uint64_t enough_ = 0;               // bytes without which looking again is for nothing
  const MessageFrame* waiting_ = nullptr;  // what `reading_.what` names
  FieldId waiting_field_ = 0;
  Reading reading_;
};

/// An element of a list without an order, which is tried against one thing said of the list.
struct Rereading {
  Rereading(plan::Scope& scope, Limits limits, MessageSession& around, const MessageFrame::Place& place)
      : session(scope, limits, around), frame(session, place) {}

  MessageSession session;
  MessageFrame frame;
};

}  // namespace volley::match
