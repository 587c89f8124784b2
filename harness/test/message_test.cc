// SPDX-License-Identifier: Apache-2.0
#include "target/message.h"

#include <fcntl.h>
#include <sys/stat.h>

#include <cerrno>

#include "catch.h"

namespace volley::target {

TEST_CASE("a message brings its texts, whatever bytes they have, and its descriptors") {
  auto ends = message_pair();
  REQUIRE(ends);
  const std::vector<std::string> texts{"start", "", std::string("a\0b\n", 4), std::string(60'000, 'x')};
  const Descriptor null(::open("/dev/null", O_RDONLY | O_CLOEXEC));
  const Descriptor root(::open("/", O_RDONLY | O_CLOEXEC));
  const int descriptors[] = {null.get(), root.get()};
  REQUIRE(send_message(ends->first, texts, descriptors));
  REQUIRE(send_message(ends->first, std::vector<std::string>{"second"}));

  auto first = receive_message(ends->second);
  REQUIRE(first);
  REQUIRE(*first);
  CHECK((*first)->texts == texts);
  REQUIRE((*first)->descriptors.size() == 2);
  struct stat sent{}, came{};
  REQUIRE(::fstat(root.get(), &sent) == 0);
  REQUIRE(::fstat((*first)->descriptors[1].get(), &came) == 0);
  CHECK(sent.st_ino == came.st_ino);
  CHECK(::fcntl((*first)->descriptors[0].get(), F_GETFD) == FD_CLOEXEC);

  auto second = receive_message(ends->second);
  REQUIRE(second);
  REQUIRE(*second);
  CHECK((*second)->texts == std::vector<std::string>{"second"});
  CHECK((*second)->descriptors.empty());
}

TEST_CASE("a message can be looked at without being taken") {
  auto ends = message_pair();
  REQUIRE(ends);
  CHECK(peek_message(ends->second) == std::nullopt);
  const std::vector<std::string> texts{"exit", "exited", "7"};
  REQUIRE(send_message(ends->first, texts));
  CHECK(peek_message(ends->second) == texts);
  ends->first.close();
  CHECK(peek_message(ends->second) == texts);
  CHECK(receive_message(ends->second).value()->texts == texts);
  CHECK(peek_message(ends->second) == std::vector<std::string>());
}

TEST_CASE("the end of a channel is told to the receiver and to the sender") {
  auto ends = message_pair();
  REQUIRE(ends);
  ends->first.close();
  const auto received = receive_message(ends->second);
  REQUIRE(received);
  CHECK_FALSE(*received);
  const auto sent = send_message(ends->second, std::vector<std::string>{"x"});
  REQUIRE_FALSE(sent);
  CHECK(sent.error() == Error{EPIPE, "sendmsg", "supervisor"});
}

TEST_CASE("a message that no buffer holds is refused") {
  auto ends = message_pair();
  REQUIRE(ends);
  const auto sent = send_message(ends->first, std::vector<std::string>{std::string(16 << 20, 'x')});
  REQUIRE_FALSE(sent);
  CHECK(sent.error() == Error{EMSGSIZE, "sendmsg", "supervisor"});
}

TEST_CASE("an Error comes back from its texts") {
  const Error errors[] = {{ENOENT, "execve", "/no/such"}, {ENOSPC, "mkdtemp", ""}, {EMFILE, "pidfd_open", "1"}};
  for (const auto& error : errors) CHECK(error_from(error_texts(error)) == error);
  CHECK(error_from({"error", "1", "unheard", "of"}) == Error{1, "supervisor", "of"});
  CHECK(error_from({"nonsense"}) == Error{EPIPE, "supervisor", ""});
}

}  // namespace volley::target
