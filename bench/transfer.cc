// SPDX-License-Identifier: Apache-2.0
// Large messages: 100 MiB over loopback, each byte checked, beside the same by hand; and a long line that comes a byte
// at a time, beside the same line at once.
#include <arpa/inet.h>
#include <benchmark/benchmark.h>
#include <fcntl.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cstring>
#include <string>

#include "check/check.h"
#include "engine/loop.h"
#include "exchange.h"
#include "interleave.h"
#include "match/matcher.h"
#include "plan/plan.h"
#include "script/parse.h"

namespace volley::bench {
namespace {

constexpr std::size_t transferred = 100 << 20;

plan::Suite compile_steps(const std::string& steps) {
  const source::Source source("transfer.volley", "scenario \"a transfer\" {\n" + steps + "\n}\n");
  const auto checked = check::check(script::parse(source));
  require(checked.has_value());
  return plan::lower(*checked, source);
}

/// Both ends on one thread, 64 KiB at a time, each byte compared.
void transfer_by_hand() {
  sockaddr_in place{};
  place.sin_family = AF_INET;
  place.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t length = sizeof place;
  auto* address = reinterpret_cast<sockaddr*>(&place);
  const int door = ::socket(AF_INET, SOCK_STREAM, 0);
  require(::bind(door, address, length) == 0 && ::listen(door, 1) == 0 && ::getsockname(door, address, &length) == 0);
  const int sender = ::socket(AF_INET, SOCK_STREAM, 0);
  require(::connect(sender, address, length) == 0);
  const int reader = ::accept(door, nullptr, nullptr);
  const std::string zeros(64 << 10, '\0');
  std::string buffer(128 << 10, 'x');
  std::size_t sent = 0;
  std::size_t received = 0;
  while (received < transferred) {
    if (sent < transferred) {
      const auto count = ::send(sender, zeros.data(), std::min(zeros.size(), transferred - sent), MSG_DONTWAIT);
      if (count > 0) sent += static_cast<std::size_t>(count);
    }
    const auto count = ::recv(reader, buffer.data(), buffer.size(), MSG_DONTWAIT);
    if (count <= 0) continue;
    for (ssize_t at = 0; at < count; at += static_cast<ssize_t>(zeros.size())) {
      const auto size = std::min(zeros.size(), static_cast<std::size_t>(count - at));
      require(std::memcmp(buffer.data() + at, zeros.data(), size) == 0);
    }
    received += static_cast<std::size_t>(count);
  }
  ::close(sender);
  ::close(reader);
  ::close(door);
}

void transfer_100_mib(benchmark::State& state) {
  const auto suite =
      compile_steps("listen door tcp\nconnect a tcp door\naccept b from door\na > zero(100MiB)\nb < zero(100MiB)");
  auto loop = engine::Loop::open();
  require(loop.has_value());
  const auto ours = [&] {
    (*loop)->start(suite.plans.front(), {},
                   [](const engine::Trace& trace) { require(trace.stop.reason == engine::Reason::none); });
    require((*loop)->run().has_value());
  };
  interleave(state, 1, ours, transfer_by_hand);
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(transferred));
}
BENCHMARK(transfer_100_mib)->UseManualTime()->Unit(benchmark::kMillisecond);

/// Feeds a line of 8 MiB in pieces of `size` bytes, of which the line has a whole number.
void feed_line(const std::vector<plan::Item>& pattern, std::string_view line, std::size_t size) {
  plan::Scope scope;
  scope.slots.resize(1);
  match::Matcher matcher(pattern, scope, match::Limits{.counted = 64 << 20, .delimited = 16 << 20});
  auto state = match::State::more;
  for (auto end = size; end <= line.size() && state == match::State::more; end += size) {
    state = matcher.feed(std::string_view(line.data(), end), false);
  }
  require(state == match::State::matched);
}

void line_of_8_mib_in_single_bytes(benchmark::State& state) {
  const auto suite = compile_steps("listen door tcp\nconnect a tcp door\na < line as text_of_it");
  const auto& pattern = std::get<plan::Receive>(suite.plans.front().steps[2].action).pattern;
  const std::string line = std::string(8 << 20, 'x') + "\r\n";
  interleave(state, 1, [&] { feed_line(pattern, line, 1); }, [&] { feed_line(pattern, line, line.size()); });
}
BENCHMARK(line_of_8_mib_in_single_bytes)->UseManualTime()->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace volley::bench
