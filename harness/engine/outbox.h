// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "plan/expression.h"
#include "plan/item.h"

namespace volley::engine {

/// What one peer still has to send, in order. Zeros and repetitions are made a chunk at a time, never written out.
class Outbox {
 public:
  bool empty() const { return first_ == sends_.size(); }

  /// Queues a message of step `step`: its values are computed now. The items must outlive the outbox. Error: a value
  /// has none.
  /// `begins`, if given, gets where each item begins in the message, and behind them where the last one ends.
  std::expected<void, plan::Fault> push(std::uint32_t step, const std::vector<plan::Item>& items,
                                        const plan::Scope& scope, std::optional<Endpoint> to,
                                        std::vector<std::uint64_t>* begins = nullptr);

  /// The next bytes of the front message, as many as fit in one chunk; empty only if the message is. Valid until the
  /// next call. A stream message of at most 64 KiB is one chunk. Precondition: not empty().
  std::string_view chunk();
  /// The next bytes, without a piece of them being parted by where a chunk ends: `count`, or all that are left if that
  /// is less. Valid until the next call. Precondition: as of chunk(); `count` is at most 32 KiB.
  std::string_view coming(std::size_t count);
  /// The whole front message, for a datagram; at most `limit` + 1 bytes of it.
  std::string_view whole(std::size_t limit);
  /// Tells that `count` bytes of the chunk are sent; true if the message is complete and gone.
  bool advance(std::size_t count);

  /// The last byte of the message queued last is urgent.
  void mark_urgent() { sends_.back().is_urgent = true; }
  bool is_urgent() const { return front().is_urgent; }
  /// The message queued last is to leave in one segment with the next.
  void mark_held() { sends_.back().is_held = true; }
  bool is_held() const { return front().is_held; }

  std::uint32_t step() const { return front().step; }
  const std::optional<Endpoint>& to() const { return front().to; }
  std::uint64_t sent() const { return front().sent; }
  std::uint64_t size() const { return front().size; }
  std::size_t count() const { return sends_.size() - first_; }
  /// What is queued now may be cut off: a step has expected that the other end goes.
  void excuse();
  /// The first message that may not be; nullopt if there is none.
  std::optional<std::uint32_t> unexcused() const;
  /// Takes over what is queued in another one, behind what is queued here.
  void append(Outbox&& other);

  void clear() {
    sends_.clear();
    first_ = 0;
    staged_.clear();
    staged_from_ = 0;
  }

 private:
  /// `count` bytes of `unit` over and over.
  struct Piece {
    std::variant<std::string_view, std::string> unit;
    std::uint64_t count = 0;
    std::string_view view() const;
  };
  struct Send {
    std::uint32_t step = 0;
    std::vector<Piece> pieces;
    std::optional<Endpoint> to;
    std::uint64_t size = 0;
    std::uint64_t sent = 0;
    bool is_urgent = false;
    bool is_excused = false;
    bool is_held = false;
  };

  const Send& front() const { return sends_[first_]; }
  void pop();
  void stage(std::size_t limit);

  // No deque: most peers have nothing to send, and one that is empty has half a KiB.
  std::vector<Send> sends_;  // from `first_` on; those before are gone
  std::size_t first_ = 0;
  std::string staged_;           // bytes from `sent` on, if the next chunk is made of several pieces
  std::size_t staged_from_ = 0;  // how many of them are sent already
};

}  // namespace volley::engine
