// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "match/matcher.h"

namespace volley::match {

class MessageFrame;
class MessageSession;

/// Reads one message from bytes that come in pieces. It goes on where it stopped, and looks again only when the bytes
/// that it said it needs have come; so the result does not depend on how they were cut, and costs the same.
///
/// Fields are read in the order of the wire. What is said of one is tried as soon as it is whole, its law as soon as
/// the fields that it reads are. Hostile bytes cost bounded time and memory: extents have their limits, messages are at
/// most `plan::deepest_message` deep and all of one no more than a few million.
class MessageReader {
 public:
  enum class State : std::uint8_t { more, complete, mismatch };
  /// The meaning of most members depends on the state.
  struct Reading {
    State state = State::more;
    Cause cause = Cause::none;
    std::uint64_t offset = 0;  ///< mismatch: the first wrong byte, from the start of the message.
    /// complete: how many bytes the message has. more: how many it needs at least, 0 if that is unknown. mismatch over
    /// the limit: the length.
    std::uint64_t count = 0;
    std::string what;        ///< more: the field that waits. mismatch: one line that begins with the field.
    bool is_paused = false;  ///< more: so many messages were begun that others shall have their turn.
  };

  /// None is owned; all must outlive the reader.
  MessageReader(const plan::Use& use, plan::Scope& scope, Limits limits);
  ~MessageReader();
  MessageReader(const MessageReader&) = delete;
  MessageReader& operator=(const MessageReader&) = delete;

  /// `bytes`: all that is there from the start of the message; it grows from call to call. `ended`: nothing follows.
  const Reading& feed(std::string_view bytes, bool ended);

 private:
  std::unique_ptr<MessageSession> session_;
  std::unique_ptr<MessageFrame> root_;
};

}  // namespace volley::match
