// SPDX-License-Identifier: Apache-2.0
#include "target/output_log.h"

#include <vector>

#include "catch.h"

namespace volley::target {
namespace {

/// `count` bytes that tell where they were: the letters of the alphabet over and over.
std::string letters(std::size_t count) {
  std::string text(count, ' ');
  for (std::size_t i = 0; i < count; ++i) text[i] = static_cast<char>('a' + i % 26);
  return text;
}

}  // namespace

TEST_CASE("an output log keeps everything up to 64 KiB, then the first and last 32 KiB") {
  constexpr std::size_t kept = OutputLog::kept;
  for (const std::size_t size :
       {std::size_t{0}, kept - 1, kept, kept + 1, 2 * kept, 2 * kept + 1, 3 * kept, 10 * kept + 7}) {
    for (const std::size_t piece : {std::size_t{100}, std::size_t{4096}, 3 * kept + 1}) {
      CAPTURE(size, piece);
      const std::string all = letters(size);
      OutputLog log;
      for (std::size_t at = 0; at < size; at += piece) log.append(std::string_view(all).substr(at, piece));
      CHECK(log.bytes() == size);
      if (size <= 2 * kept) {
        CHECK((log.text() == all));
      } else {
        const std::string left_out = "\n[... " + std::to_string(size - 2 * kept) + " bytes are left out ...]\n";
        CHECK((log.text() == all.substr(0, kept) + left_out + all.substr(size - kept)));
      }
    }
  }
}

TEST_CASE("lines are cut wherever the pieces of a stream end") {
  const std::string stream = "one\ntwo\r\n\nfour";
  for (std::size_t piece = 1; piece <= stream.size(); ++piece) {
    CAPTURE(piece);
    LineCutter cutter;
    std::vector<std::string> lines;
    const auto take = [&](std::string_view line) { lines.emplace_back(line); };
    for (std::size_t at = 0; at < stream.size(); at += piece)
      cutter.feed(std::string_view(stream).substr(at, piece), take);
    CHECK(lines == std::vector<std::string>{"one", "two", ""});
    cutter.finish_last(take);
    cutter.finish_last(take);
    CHECK(lines == std::vector<std::string>{"one", "two", "", "four"});
  }
}

TEST_CASE("of a line that is too long its beginning is told") {
  LineCutter cutter;
  std::vector<std::size_t> sizes;
  const auto take = [&](std::string_view line) { sizes.push_back(line.size()); };
  const std::string piece(1000, 'x');
  for (int i = 0; i < 100; ++i) cutter.feed(piece, take);
  cutter.feed("\nshort\n", take);
  CHECK(sizes == std::vector<std::size_t>{LineCutter::longest, 5});
}

}  // namespace volley::target
