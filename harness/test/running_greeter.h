// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <sys/socket.h>
#include <volley/listen_socket.h>

#include <span>
#include <string>
#include <string_view>
#include <thread>

#include "catch.h"

namespace volley::test {

/// A server that runs already: a thread that greets each client and closes, until it is destroyed.
class RunningGreeter {
 public:
  explicit RunningGreeter(std::string_view greeting) {
    auto listener = ListenSocket::open(AF_INET, Blocking::yes);
    REQUIRE(listener);
    REQUIRE(listener->bind(Endpoint(Ipv4Address({127, 0, 0, 1}), 0)));
    REQUIRE(listener->listen());
    door_ = *std::move(listener);
    place_ = door_.local().value().to_string();
    thread_ = std::thread([this, greeting] {
      for (;;) {
        auto accepted = door_.accept(Blocking::yes);
        if (!accepted || !*accepted) return;
        (void)(*accepted)->stream.send_all(std::as_bytes(std::span(greeting)));
      }
    });
  }
  ~RunningGreeter() {
    ::shutdown(door_.fd(), SHUT_RDWR);  // wakes it
    thread_.join();
  }
  RunningGreeter(const RunningGreeter&) = delete;
  RunningGreeter& operator=(const RunningGreeter&) = delete;

  const std::string& place() const { return place_; }

 private:
  ListenSocket door_;
  std::string place_;
  std::thread thread_;
};

}  // namespace volley::test
