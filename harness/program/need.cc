// SPDX-License-Identifier: Apache-2.0
#include "program/need.h"

#include <sys/socket.h>
#include <unistd.h>
#include <volley/listen_socket.h>

namespace volley::program {
namespace {

/// Asked once: it does not change while we run.
bool has_ipv6() {
  static const bool has = [] {
    auto socket = ListenSocket::open(AF_INET6, Blocking::no);
    return socket && socket->bind(*Endpoint::parse("[::1]:0"));
  }();
  return has;
}

}  // namespace

std::optional<std::string> unmet_need(const plan::Plan& plan, const script::Reach& reach) {
  for (const auto need : plan.needs) {
    if (need == script::Need::root && ::geteuid() != 0) return "needs root";
    if (need == script::Need::ipv6 && !has_ipv6()) return "needs ipv6, and this system has no ::1";
    if (need == script::Need::net && !reach.is_wide()) return "needs net, and no --allow-net names whom to talk to";
  }
  return {};
}

}  // namespace volley::program
