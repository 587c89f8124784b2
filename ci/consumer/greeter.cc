// SPDX-License-Identifier: Apache-2.0
// Greets who connects to its port, one after another: greeter PORT
#include <volley/endpoint.h>
#include <volley/listen_socket.h>

#include <cstdio>
#include <string>

int main(int argc, char** argv) {
  const auto place = volley::Endpoint::parse("127.0.0.1:" + std::string(argc > 1 ? argv[1] : "0"));
  if (!place) return 2;
  auto listener = volley::TcpListener::listen(*place);
  if (!listener) {
    std::fprintf(stderr, "greeter: %s\n", to_string(listener.error()).c_str());
    return 1;
  }
  while (auto client = listener->accept(volley::Blocking::yes)) {
    static_cast<void>((*client)->stream.send_all(volley::as_bytes("hello\r\n")));
  }
  return 1;
}
