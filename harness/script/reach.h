// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <volley/endpoint.h>
#include <volley/prefix.h>

#include <algorithm>
#include <string>
#include <vector>

namespace volley::script {

/// With whom a scenario may talk: with this machine, and with those whom the user has named. A scenario cannot make us
/// talk to a stranger, nor let one in. A value; default: this machine only.
class Reach {
 public:
  /// An IPv4-mapped block is the IPv4 block that it maps.
  void allow(const Prefix& block) {
    constexpr unsigned mapped_bits = 96;
    const auto& address = block.address();
    const bool is_mapped = address.unmapped() != address && block.length() >= mapped_bits;
    blocks_.push_back(is_mapped ? Prefix::around(address.unmapped(), block.length() - mapped_bits) : block);
  }

  /// Whether anybody was named.
  bool is_wide() const { return !blocks_.empty(); }
  const std::vector<Prefix>& blocks() const { return blocks_; }

  /// Whether an endpoint is on loopback, or no IP endpoint at all, or was named. `0.0.0.0` and `::`, which stand for
  /// all addresses, groups and broadcasts are so only by name. An IPv4-mapped address counts as the one that it maps.
  bool covers(const Endpoint& endpoint) const {
    if (!endpoint.is_ip()) return true;
    const auto address = endpoint.address().unmapped();
    return address.is_loopback() ||
           std::ranges::any_of(blocks_, [&](const Prefix& block) { return block.contains(address); });
  }

  /// What is wrong with an endpoint that is not covered.
  std::string refusal(const Endpoint& endpoint) const {
    return endpoint.to_string() + (is_wide() ? " is neither on loopback nor named by --allow-net"
                                             : " is not on loopback: a scenario talks to this machine only");
  }

  friend bool operator==(const Reach&, const Reach&) = default;

 private:
  std::vector<Prefix> blocks_;
};

}  // namespace volley::script
