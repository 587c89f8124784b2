// SPDX-License-Identifier: Apache-2.0
#include "engine/fate.h"

#include <string>

#include "catch.h"

namespace volley::engine {
namespace {

/// What is decided of each of forty datagrams: a letter where it happens, a dot where it does not.
template <class Happens>
std::string row(const LinkWay& conditions, std::uint64_t seed, Way way, char letter, Happens happens) {
  std::string text;
  for (std::uint64_t number = 1; number <= 40; ++number) {
    text += happens(fate_of(conditions, seed, way, number, 100)) ? letter : '.';
  }
  return text;
}

std::string rows(std::uint64_t seed, Way way) {
  const LinkWay quarter{.loss = 25, .duplicate = 25, .reorder = 25, .corrupt = 25};
  return row(quarter, seed, way, 'l', [](const Fate& fate) { return fate.is_lost; }) + "\n" +
         row(quarter, seed, way, 'd', [](const Fate& fate) { return fate.is_duplicated; }) + "\n" +
         row(quarter, seed, way, 'r', [](const Fate& fate) { return fate.is_reordered; }) + "\n" +
         row(quarter, seed, way, 'c', [](const Fate& fate) { return fate.corruption.has_value(); }) + "\n";
}

std::size_t lost_of(std::size_t count, std::uint8_t percent, std::uint64_t seed) {
  const LinkWay conditions{.loss = percent};
  std::size_t lost = 0;
  for (std::uint64_t number = 1; number <= count; ++number) {
    lost += fate_of(conditions, seed, Way::there, number, 10).is_lost ? 1 : 0;
  }
  return lost;
}

}  // namespace

// Reports name seeds: what a seed means may not change from one version to the next.
TEST_CASE("a seed decides the fate of each datagram, each way, for good") {
  struct Row {
    std::uint64_t seed;
    Way way;
    const char* fates;
  };
  const Row table[] = {
      {7, Way::there,
       "........l...l....l....l.l..l....l.....ll\n"
       ".d....dd.d.d.dd.............d....dd.d...\n"
       "......r.....r...........r.r.r...r..r....\n"
       ".......c..cc...c.....c...........c.c..c.\n"},
      {7, Way::back,
       "l....l...l..l..l.l......l.lll.....l..l..\n"
       "..d.......dd.dd...ddddd..dd....d.....ddd\n"
       ".rr....r.........rr..rr....rrr.r.r.rr...\n"
       "..c..ccc....c.c.c.c..c.cc...c.c....c.c..\n"},
      {8, Way::there,
       ".........l.l...l..........llll..l.l.....\n"
       ".d.dd..d......dd..ddd...d...d...dd.dd..d\n"
       "r...............rr..r....r.r...rr.r.r...\n"
       "...c..c...........c.ccc....c.cc..ccc...c\n"},
      {8, Way::back,
       ".......l..l...l.l...............l..l.l..\n"
       "....d...........ddddd......d.dd..d.d....\n"
       "r.....r........r.r.r.r.r.......rr.......\n"
       "c..c...c.......c...c.......c..c.........\n"},
  };
  for (const auto& [seed, way, fates] : table) {
    CAPTURE(seed, static_cast<int>(way));
    CHECK(rows(seed, way) == fates);
  }
}

TEST_CASE("a share of a hundred means all datagrams, one of none means no datagram, and ten about a tenth") {
  CHECK(lost_of(1000, 100, 3) == 1000);
  CHECK(lost_of(1000, 0, 3) == 0);
  CHECK(lost_of(100'000, 10, 1) == 10'137);
}

TEST_CASE("datagrams that are named meet their fate, and no others") {
  const LinkWay named{.dropped = {2, 5}, .duplicated = {1}, .reordered = {3}, .corrupted = {4}};
  std::string text;
  for (std::uint64_t number = 1; number <= 6; ++number) {
    const auto fate = fate_of(named, 1, Way::there, number, 8);
    text += fate.is_lost         ? "lost "
            : fate.is_duplicated ? "twice "
            : fate.is_reordered  ? "behind "
            : fate.corruption    ? "changed "
                                 : "passed ";
  }
  CHECK(text == "twice lost behind changed lost passed ");
}

TEST_CASE("a byte that is changed is inside of the datagram and another than before") {
  const LinkWay all{.corrupt = 100};
  for (std::uint64_t number = 1; number <= 2000; ++number) {
    const auto fate = fate_of(all, 5, Way::back, number, 1 + number % 9);
    REQUIRE(fate.corruption);
    REQUIRE(fate.corruption->at < 1 + number % 9);
    REQUIRE(fate.corruption->mask != 0);
  }
  CHECK_FALSE(fate_of(all, 5, Way::back, 1, 0).corruption);
  CHECK(fate_of(all, 7, Way::there, 8, 100).corruption == Fate::Corruption{4, 0xf5});
}

TEST_CASE("one decision more changes nothing of the others") {
  LinkWay conditions{.loss = 25, .corrupt = 25};
  const auto before = row(conditions, 7, Way::there, 'l', [](const Fate& fate) { return fate.is_lost; });
  conditions.duplicate = 50;
  conditions.jitter = std::chrono::milliseconds(3);
  CHECK(row(conditions, 7, Way::there, 'l', [](const Fate& fate) { return fate.is_lost; }) == before);
}

TEST_CASE("jitter adds to the delay, and at most what was said") {
  using namespace std::chrono_literals;
  const LinkWay conditions{.delay = 10ms, .jitter = 5ms};
  auto least = std::chrono::nanoseconds(1h);
  auto most = std::chrono::nanoseconds(0);
  for (std::uint64_t number = 1; number <= 1000; ++number) {
    const auto delay = fate_of(conditions, 7, Way::there, number, 1).delay;
    least = std::min(least, delay);
    most = std::max(most, delay);
  }
  CHECK(least >= 10ms);
  CHECK(least < 11ms);
  CHECK(most > 14ms);
  CHECK(most <= 15ms);
}

}  // namespace volley::engine
