// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <volley/descriptor.h>
#include <volley/error.h>

#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace volley::target {

/// One message between us, the supervisor and its keepers: some texts of any bytes, and some descriptors. It travels as
/// one record of a SOCK_SEQPACKET socket, so several threads may send on one socket without a lock.
struct Message {
  std::vector<std::string> texts;
  std::vector<Descriptor> descriptors;
};

/// Two connected ends for messages, close-on-exec.
Result<std::pair<Descriptor, Descriptor>> message_pair();

/// Sends one message, at most 16 descriptors, which stay open here. Errors: "sendmsg" with EPIPE if the other end is
/// gone, EMSGSIZE if the texts are longer than the socket's buffer (about 200 KB).
Result<void> send_message(const Descriptor& to, std::span<const std::string> texts,
                          std::span<const int> descriptors = {});

/// The next message; nullopt when the other end is closed. Error: "recvmsg"; EMFILE if its descriptors have no room
/// here.
Result<std::optional<Message>> receive_message(const Descriptor& from);

/// The texts of the next message, which stays in the queue, without waiting: nullopt if there is none yet, no texts if
/// there never will be one.
std::optional<std::vector<std::string>> peek_message(const Descriptor& from);

/// An Error as texts of a message, and back. The call is one of those that starting a program and making a directory
/// can fail in, else it comes back as "supervisor".
std::vector<std::string> error_texts(const Error& error);
Error error_from(const std::vector<std::string>& texts);

}  // namespace volley::target
