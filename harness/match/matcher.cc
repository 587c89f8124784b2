// SPDX-License-Identifier: Apache-2.0
#include "match/matcher.h"

#include <fmt/format.h>
#include <re2/re2.h>
#include <volley/byte_order.h>

#include <algorithm>
#include <cstring>
#include <vector>

#include "match/message_reader.h"

namespace volley::match {
namespace {

using plan::Integer;

std::uint64_t load_unsigned(const plan::IntegerFormat& format, std::string_view bytes) {
  return load_uint(std::as_bytes(std::span(bytes)), format.is_little ? ByteOrder::little : ByteOrder::big);
}

Integer load_integer(const plan::IntegerFormat& format, std::string_view bytes) {
  if (!format.is_signed) return Integer{load_unsigned(format, bytes)};
  return Integer{load_int(std::as_bytes(std::span(bytes)), format.is_little ? ByteOrder::little : ByteOrder::big)};
}

/// The offset of the first byte that differs; the shorter length if none does.
std::size_t first_difference(std::string_view a, std::string_view b) {
  const std::size_t common = std::min(a.size(), b.size());
  if (common == 0) return 0;
  // memcmp first: it is several times faster than a loop, and most comparisons succeed.
  if (std::memcmp(a.data(), b.data(), common) == 0) return common;
  return static_cast<std::size_t>(std::ranges::mismatch(a, b).in1 - a.begin());
}

}  // namespace

bool apply(const plan::Regex& regex, const std::vector<std::pair<std::string, plan::Slot>>& groups,
           std::string_view bytes, std::vector<plan::Value>& slots) {
  const auto& program = regex.compiled();
  std::vector<re2::StringPiece> found(static_cast<std::size_t>(program.NumberOfCapturingGroups()) + 1);
  const int wanted = groups.empty() ? 0 : static_cast<int>(found.size());
  const re2::StringPiece text(bytes.data(), bytes.size());
  if (!program.Match(text, 0, bytes.size(), re2::RE2::ANCHOR_BOTH, found.data(), wanted)) return false;
  for (const auto& [name, slot] : groups) {
    const auto& group = found[static_cast<std::size_t>(program.NamedCapturingGroups().at(name))];
    slots[slot] = plan::Bytes(group.data(), group.size());
  }
  return true;
}

Matcher::Step Matcher::fail(Cause cause, std::uint64_t offset, std::string what) {
  result_.cause = cause;
  result_.offset = item_begin_ + offset;
  result_.what = std::move(what);
  return Step::stop;
}

Matcher::Step Matcher::want(std::uint64_t bytes) {
  result_.needed = bytes;
  return Step::more;
}

Matcher::Step Matcher::over_limit(std::uint64_t length) {
  result_.needed = length;
  return fail(Cause::over_limit, 0);
}

/// Bytes known in advance: any of them that is there must be right, at once.
Matcher::Step Matcher::exact(std::string_view expected, const Window& window) {
  const auto fresh = window.from(looked_);
  const std::size_t same = first_difference(expected.substr(looked_), fresh);
  looked_ += same;
  if (looked_ == expected.size()) {
    extent_ = content_size_ = looked_;
    return Step::complete;
  }
  if (same < fresh.size()) return fail(Cause::bytes, looked_);
  return want(expected.size() - looked_);
}

/// `count` times `counted` bytes, which are those of `unit` over and over; compared without ever being written out.
Matcher::Step Matcher::repeated(const plan::Expression& count, std::size_t counted, std::string_view unit,
                                const Window& window) {
  if (!count_) {
    const auto total = plan::evaluate_size(count, counted, *scope_);
    if (!total) return fail(Cause::fault, 0, total.error().what);
    count_ = *total;
  }
  while (looked_ < *count_ && looked_ < window.end()) {
    const auto due = unit.substr(looked_ % unit.size(), *count_ - looked_);
    const auto there = window.from(looked_).substr(0, due.size());
    const std::size_t same = first_difference(due, there);
    looked_ += same;
    if (same < there.size()) return fail(Cause::bytes, looked_);
  }
  if (looked_ < *count_) return want(*count_ - looked_);
  extent_ = content_size_ = *count_;
  return Step::complete;
}

Matcher::Step Matcher::counted(const plan::Expression& count, const Window& window) {
  if (!count_) {
    const auto size = plan::evaluate_size(count, 1, *scope_);
    if (!size) return fail(Cause::fault, 0, size.error().what);
    count_ = *size;
  }
  return sized(0, *count_, window);
}

Matcher::Step Matcher::prefixed(const plan::IntegerFormat& length, const Window& window) {
  if (!count_) {
    if (window.end() < length.width) return want(length.width - window.end());
    count_ = load_unsigned(length, window.bytes.substr(0, length.width));
  }
  return sized(length.width, *count_, window);
}

Matcher::Step Matcher::sized(std::uint64_t header, std::uint64_t count, const Window& window) {
  if (count > limits_.counted) return over_limit(count);
  looked_ = std::min(window.end(), header + count);
  if (looked_ < header + count) return want(header + count - looked_);
  content_begin_ = header;
  content_size_ = count;
  extent_ = header + count;
  return Step::complete;
}

Matcher::Step Matcher::delimited(std::string_view delimiter, const Window& window) {
  const std::uint64_t from = looked_ < delimiter.size() ? 0 : looked_ - (delimiter.size() - 1);
  const auto at = window.bytes.find(delimiter, from);
  if (at == std::string_view::npos) {
    looked_ = window.end();
    awaited_ = delimiter.back();
    awaited_until_ = item_begin_ + limits_.delimited - dropped_;
    return looked_ >= limits_.delimited + delimiter.size() ? over_limit(limits_.delimited + 1) : want(0);
  }
  if (at > limits_.delimited) return over_limit(limits_.delimited + 1);
  content_size_ = at;
  extent_ = at + delimiter.size();
  return Step::complete;
}

Matcher::Step Matcher::remainder(const Window& window, bool ended) {
  looked_ = window.end();
  if (looked_ > limits_.counted) return over_limit(limits_.counted + 1);
  if (!ended) return want(0);
  extent_ = content_size_ = looked_;
  return Step::complete;
}

Matcher::Matcher(std::span<const plan::Item> pattern, plan::Scope& scope, Limits limits)
    : pattern_(pattern), scope_(&scope), limits_(limits) {}
Matcher::~Matcher() = default;
Matcher::Matcher(Matcher&&) noexcept = default;
Matcher& Matcher::operator=(Matcher&&) noexcept = default;

Matcher::Step Matcher::message(const plan::Use& use, const Window& window, bool ended) {
  if (!reader_) reader_ = std::make_unique<MessageReader>(use, *scope_, limits_);
  const auto& read = reader_->feed(window.bytes, ended);
  looked_ = window.end();
  if (read.state == MessageReader::State::more) {
    result_.what = read.what;
    result_.is_paused = read.is_paused;
    return want(read.count);
  }
  if (read.state == MessageReader::State::complete) {
    result_.what.clear();
    extent_ = content_size_ = read.count;
    return Step::complete;
  }
  result_.needed = read.count;
  return fail(read.cause, read.offset, read.what);
}

Matcher::Step Matcher::feed_item(const plan::Item& item, const Window& window, bool ended) {
  if (const auto* literal = std::get_if<plan::Literal>(&item.extent)) return exact(literal->bytes, window);
  if (const auto* file = std::get_if<plan::Contents>(&item.extent)) return exact(view(*file), window);
  if (const auto* computed = std::get_if<plan::Computed>(&item.extent)) {
    if (!computed_) {
      auto bytes = plan::evaluate_bytes(computed->value, *scope_);
      if (!bytes) return fail(Cause::fault, 0, bytes.error().what);
      computed_ = *std::move(bytes);
    }
    return exact(*computed_, window);
  }
  if (const auto* zeros = std::get_if<plan::Zeros>(&item.extent))
    return repeated(zeros->count, 1, plan::zeros(), window);
  if (const auto* repeat = std::get_if<plan::Repeated>(&item.extent))
    return repeated(repeat->count, repeat->unit.size(), repeat->unit, window);
  if (const auto* use = std::get_if<plan::Use>(&item.extent)) return message(*use, window, ended);
  if (const auto* fixed = std::get_if<plan::Fixed>(&item.extent)) return sized(0, fixed->format.width, window);
  if (const auto* count = std::get_if<plan::Counted>(&item.extent)) return counted(count->count, window);
  if (const auto* prefix = std::get_if<plan::Prefixed>(&item.extent)) return prefixed(prefix->length, window);
  if (const auto* delimiter = std::get_if<plan::Delimited>(&item.extent))
    return delimited(delimiter->delimiter, window);
  return remainder(window, ended);
}

/// A complete extent: its capture, its regular expression once, its condition.
Matcher::Step Matcher::finish(const plan::Item& item, std::string_view extent) {
  const auto content = extent.substr(content_begin_, content_size_);
  if (item.capture) {
    const auto* fixed = std::get_if<plan::Fixed>(&item.extent);
    scope_->slots[*item.capture] =
        fixed ? plan::Value(load_integer(fixed->format, content)) : plan::Value(plan::Bytes(content));
  }
  if (item.regex && !apply(*item.regex, item.groups, content, scope_->slots)) return fail(Cause::constraint, 0);
  if (!item.pattern.empty()) {
    const auto wrong = mismatch_of(item.pattern, content, *scope_, limits_);
    if (wrong) return fail(Cause::constraint, content_begin_ + wrong->offset, wrong->what);
  }
  if (!item.where) return Step::complete;
  const auto holds = plan::evaluate_condition(*item.where, *scope_);
  if (!holds) return fail(Cause::fault, 0, holds.error().what);
  return *holds ? Step::complete : fail(Cause::constraint, 0);
}

void Matcher::next_item() {
  item_begin_ += extent_;
  settled_ = item_begin_;
  ++item_;
  looked_ = extent_ = content_begin_ = content_size_ = 0;
  computed_.reset();
  reader_.reset();
  count_.reset();
}

State Matcher::feed_and_look(std::string_view pending, bool ended) {
  awaited_until_ = 0;
  next_size_ = pending.size() + 1;
  while (item_ < pattern_.size()) {
    const auto& item = pattern_[item_];
    const bool is_kept = item.capture || item.regex || item.where || !item.pattern.empty();
    result_.item = item_;
    result_.item_begin = item_begin_;
    result_.needed = 0;
    result_.is_paused = false;
    const std::uint64_t begin = std::max(dropped_, item_begin_);
    const Window window{pending.substr(begin - dropped_), begin - item_begin_};
    Step step = feed_item(item, window, ended);
    if (step == Step::complete && is_kept) step = finish(item, window.bytes);
    if (step == Step::complete) {
      next_item();
      continue;
    }
    if (step == Step::more) {
      result_.offset = item_begin_ + looked_;
      const bool is_whole =
          std::holds_alternative<plan::Delimited>(item.extent) || std::holds_alternative<plan::Use>(item.extent);
      settled_ = is_kept || is_whole ? item_begin_ : result_.offset;
      if (!ended || result_.is_paused) return State::more;
      fail(Cause::ended, window.end(), std::move(result_.what));
    }
    return result_.state = State::mismatch;
  }
  result_ = {.state = State::matched, .item = item_, .item_begin = item_begin_, .offset = item_begin_, .what = {}};
  return State::matched;
}

Result Matcher::result() const {
  auto result = result_;
  if (result.state == State::more && awaited_until_ > 0) result.offset = dropped_ + next_size_ - 1;
  return result;
}

void Matcher::drop(std::uint64_t count) {
  result_ = result();
  awaited_until_ = 0;
  dropped_ += count;
}

std::optional<Result> mismatch_of(std::span<const plan::Item> pattern, std::string_view value, plan::Scope& scope,
                                  Limits limits) {
  limits.messages_a_feed = UINT64_MAX;
  auto result = Matcher(pattern, scope, limits).match(value, true);
  if (result.state == State::matched && result.offset == value.size()) return {};
  if (result.state == State::matched) {
    result.cause = Cause::constraint;
    result.what = fmt::format("the value has {} bytes, and the pattern {}", value.size(), result.offset);
  } else if (result.what.empty()) {
    result.what = fmt::format("byte {} of the value does not match", result.offset);
  }
  return result;
}

}  // namespace volley::match
