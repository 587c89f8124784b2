// SPDX-License-Identifier: Apache-2.0
// A TCP server that does wrong on request, built with AddressSanitizer and UBSan: what their reports really look like.
// Usage: sanitized_server PORT. One client at a time; each line is a command, answered by `ok` if the server outlives
// it. It ends with status 0 at the end of its stdin.
#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <string>
#include <string_view>

namespace {

/// Volatile, so that no compiler knows in advance what goes wrong.
volatile int one = 1;

void read_past_the_end() {
  const std::unique_ptr<char[]> bytes(new char[8]());
  std::printf("%d\n", bytes[static_cast<std::size_t>(one) + 8]);
}

void overflow() {
  volatile int most = 2147483647;
  most = most + one;
}

void lose_memory() {
  static_cast<char*>(std::malloc(1000))[0] = static_cast<char>(one);
}

void die_of_null() {
  volatile int* nowhere = nullptr;
  if (one != 0) *const_cast<volatile int*>(nowhere) = one;
}

void obey(std::string_view line) {
  if (line == "read past the end") read_past_the_end();
  if (line == "overflow") overflow();
  if (line == "lose memory") lose_memory();
  if (line == "die of null") die_of_null();
  if (line == "die of abort") std::abort();
  if (line.starts_with("say ")) std::fprintf(stderr, "%s\n", std::string(line.substr(4)).c_str());
}

void serve(int client) {
  std::string text;
  std::array<char, 4096> buffer{};
  for (ssize_t size = 0; (size = ::read(client, buffer.data(), buffer.size())) > 0;) {
    text.append(buffer.data(), static_cast<std::size_t>(size));
    for (auto end = text.find('\n'); end != text.npos; end = text.find('\n')) {
      obey(text.substr(0, end));
      text.erase(0, end + 1);
      if (::write(client, "ok\n", 3) != 3) return;
    }
  }
}

}  // namespace

int main(int argc, char** argv) {
  const int listener = ::socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  address.sin_port = htons(static_cast<in_port_t>(std::atoi(argc > 1 ? argv[1] : "0")));
  const int yes = 1;
  ::setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
  if (::bind(listener, reinterpret_cast<sockaddr*>(&address), sizeof address) < 0 || ::listen(listener, 8) < 0) {
    std::perror("bind");
    return 1;
  }
  while (true) {
    std::array<pollfd, 2> entries{pollfd{STDIN_FILENO, POLLIN, 0}, pollfd{listener, POLLIN, 0}};
    ::poll(entries.data(), entries.size(), -1);
    if (entries[0].revents != 0) return 0;
    if (entries[1].revents == 0) continue;
    const int client = ::accept(listener, nullptr, nullptr);
    serve(client);
    ::close(client);
  }
}
