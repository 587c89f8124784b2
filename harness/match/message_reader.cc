// SPDX-License-Identifier: Apache-2.0
#include "match/message_reader.h"

#include "match/message_session.h"

namespace volley::match {

MessageReader::MessageReader(const plan::Use& use, plan::Scope& scope, Limits limits)
    : session_(std::make_unique<MessageSession>(scope, limits)),
      root_(std::make_unique<MessageFrame>(*session_, MessageFrame::Place{.message = use.message, .use = &use})) {}

MessageReader::~MessageReader() = default;

const MessageReader::Reading& MessageReader::feed(std::string_view bytes, bool ended) {
  return session_->feed(*root_, bytes, ended);
}

}  // namespace volley::match
