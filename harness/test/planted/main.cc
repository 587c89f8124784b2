// SPDX-License-Identifier: Apache-2.0
// planted PROTOCOL [FAULT]...: a small server that is right, or wrong in just the ways that are named.
#include <fmt/core.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <set>
#include <string>
#include <vector>

#include "protocol.h"

namespace volley::planted {
namespace {

void list() {
  for (const auto* protocol : protocols()) {
    for (const auto& fault : protocol->faults) fmt::print("{:9} {:28} {}\n", protocol->name, fault.name, fault.what);
  }
}

int complain(const Error& error) {
  fmt::print(stderr, "planted: {}\n", to_string(error));
  return 3;
}

int serve(const Protocol& protocol, const Faults& faults, std::uint16_t port) {
  auto loop = Loop::open();
  if (!loop) return complain(loop.error());
  auto sockets = open_sockets(protocol.transport, port);
  if (!sockets) return complain(sockets.error());
  protocol.serve(*loop, *sockets, faults);
  fmt::print("{}\n", sockets->port);
  std::fflush(stdout);
  const auto ran = loop->run();
  return ran ? 0 : complain(ran.error());
}

int run(int argc, char** argv) {
  CLI::App app{"A small server, right but for the faults that are named"};
  std::string name;
  std::vector<std::string> faults;
  std::uint16_t port = 0;
  bool lists = false;
  app.add_option("PROTOCOL", name, "What it speaks");
  app.add_option("FAULT", faults, "What is wrong with it");
  app.add_option("--port", port, "Where it listens, on 127.0.0.1 and on ::1; default: a free port, which it prints");
  app.add_flag("--list", lists, "Prints all protocols and faults");
  CLI11_PARSE(app, argc, argv);
  if (lists) {
    list();
    return 0;
  }
  const auto found = std::ranges::find(protocols(), name, [](const Protocol* one) { return one->name; });
  if (found == protocols().end()) {
    fmt::print(stderr, "planted: no protocol '{}': see --list\n", name);
    return 2;
  }
  for (const auto& fault : faults) {
    if (std::ranges::find((*found)->faults, fault, &Fault::name) != (*found)->faults.end()) continue;
    fmt::print(stderr, "planted: no fault '{}' of {}: see --list\n", fault, name);
    return 2;
  }
  return serve(**found, Faults((*found)->faults, {faults.begin(), faults.end()}), port);
}

}  // namespace
}  // namespace volley::planted

int main(int argc, char** argv) {
  return volley::planted::run(argc, argv);
}
