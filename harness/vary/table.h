// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <array>

#include "vary/variation.h"

namespace volley::vary {

// One file each.
std::optional<plan::Plan> segment(const plan::Plan& plan);
std::optional<plan::Plan> split(const plan::Plan& plan);
Runs cuts(const plan::Plan& plan, const Limits& limits);
std::optional<plan::Plan> coalesce(const plan::Plan& plan);
std::optional<plan::Plan> ipv6(const plan::Plan& plan);
std::optional<plan::Plan> slow_reader(const plan::Plan& plan);
std::optional<plan::Plan> delay(const plan::Plan& plan);
std::optional<plan::Plan> repeat(const plan::Plan& plan);
Runs repeated(const plan::Plan& plan, const Limits& limits);

inline constexpr auto table = std::to_array<Variation>({
    {"segment", "every byte of a send in a segment of its own, delivered before the next", "whole",
     "with every byte in a segment of its own", segment, nullptr},
    {"split", "a send in two segments, cut at one boundary a run", "whole", "when cut", split, cuts},
    {"coalesce", "sends that follow each other in one segment", "as written",
     "when sends that follow each other leave in one segment", coalesce, nullptr},
    {"ipv6", "::1 in place of 127.0.0.1, for targets, too", "on IPv4", "on ::1", ipv6, nullptr},
    {"slow_reader", "our side reads late and little, with a small receive buffer", "as written",
     "when our side reads late and little", slow_reader, nullptr},
    {"delay", "what a target and our side say to each other comes later, in its order, both ways", "as written",
     "when all comes 2 ms later, each way", delay, nullptr},
    {"repeat", "once and again on the same server, then twice at once", "as written", "when it runs again", repeat,
     repeated},
});

}  // namespace volley::vary
