// SPDX-License-Identifier: Apache-2.0
#include "program/progress_line.h"

#include <poll.h>
#include <unistd.h>

#include <string>
#include <string_view>

#include "program/terminal.h"

namespace volley::program {
namespace {

/// Between two drawings: often enough for an eye, too seldom to slow anything down.
constexpr auto period = std::chrono::milliseconds(100);
constexpr std::string_view erase_line = "\r\x1b[K";

/// What a terminal does not take is not worth waiting for, as when its user has stopped it: then false.
bool put(std::string_view text) {
  pollfd terminal{STDERR_FILENO, POLLOUT, 0};
  if (::poll(&terminal, 1, 0) != 1 || (terminal.revents & POLLOUT) == 0) return false;
  return ::write(STDERR_FILENO, text.data(), text.size()) > 0;
}

}  // namespace

ProgressLine::ProgressLine(std::size_t total) : began_(std::chrono::steady_clock::now()) {
  progress_.total = total;
  if (columns(STDERR_FILENO)) drawer_ = std::jthread([this](const std::stop_token& stop) { keep_drawing(stop); });
}

ProgressLine::~ProgressLine() {
  if (!drawer_.joinable()) return;
  drawer_.request_stop();
  drawer_.join();
  wipe();
}

void ProgressLine::keep_drawing(const std::stop_token& stop) {
  std::unique_lock lock(screen_mutex_);
  while (!stop.stop_requested()) {
    stopped_.wait_for(lock, stop, period, [] { return false; });
    if (!stop.stop_requested()) draw();
  }
}

void ProgressLine::draw() {
  // Asked each time: a line that is as wide as the terminal would be continued on the next, and stay.
  const auto width = columns(STDERR_FILENO);
  if (!width || *width < 2) return;
  std::unique_lock lock(counts_mutex_);
  auto progress = progress_;
  lock.unlock();
  progress.elapsed = std::chrono::steady_clock::now() - began_;
  if (put(std::string(erase_line) + report::text(progress, *width - 1))) is_drawn_ = true;
}

void ProgressLine::wipe() {
  if (is_drawn_ && put(erase_line)) is_drawn_ = false;
}

void ProgressLine::begun() {
  const std::lock_guard lock(counts_mutex_);
  ++progress_.running;
}

void ProgressLine::ended(judge::Outcome outcome, bool had_begun) {
  const std::lock_guard lock(counts_mutex_);
  if (had_begun && progress_.running > 0) --progress_.running;
  switch (outcome) {
    case judge::Outcome::passed:
    case judge::Outcome::vanished:
      ++progress_.passed;
      return;
    case judge::Outcome::failed:
    case judge::Outcome::error:
      ++progress_.failed;
      return;
    case judge::Outcome::known:
      ++progress_.known;
      return;
    case judge::Outcome::skipped:
    case judge::Outcome::advice:
    case judge::Outcome::information:
    case judge::Outcome::flaky:
      ++progress_.others;
      return;
  }
}

void ProgressLine::without(const std::function<void()>& write) {
  const std::lock_guard lock(screen_mutex_);
  const bool was_drawn = is_drawn_;
  wipe();
  write();
  if (was_drawn) draw();
}

}  // namespace volley::program
