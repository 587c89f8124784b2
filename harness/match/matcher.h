// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "plan/expression.h"
#include "plan/item.h"

namespace volley::match {

/// No extent may exceed these: a peer that announces 4 GiB gets a verdict, not our memory.
struct Limits {
  std::uint64_t counted = 64u << 20;   ///< `bytes(N)`, length-prefixed extents and `rest`
  std::uint64_t delimited = 1u << 20;  ///< `until`, `line`, `cstring`
  /// How many messages one call of `feed` begins before it pauses: a list of millions must not keep others waiting.
  std::uint64_t messages_a_feed = UINT64_MAX;
};

enum class State : std::uint8_t { more, matched, mismatch };

enum class Cause : std::uint8_t {
  none,
  bytes,       // the byte at `offset` is not the one that is due
  constraint,  // the extent from `item_begin` on does not satisfy its ~ or where
  over_limit,  // the extent would be `needed` bytes long
  ended,       // nothing more will come, and the item is not complete
  fault,       // an expression has no value: `what`
};

struct Result {
  State state = State::more;
  Cause cause = Cause::none;
  std::uint32_t item = 0;        ///< Which item waits or does not match.
  std::uint64_t item_begin = 0;  ///< Where it begins, from the start of the pattern.
  std::uint64_t offset =
      0;  ///< matched: bytes of the whole match; mismatch: the first wrong byte; more: bytes looked at.
  std::uint64_t needed = 0;  ///< more, ended: bytes that this item still needs at least, 0 if unknown. over_limit: its
                             ///< length, one more than the limit where that cannot be known.
  std::string what;
  bool is_paused = false;  ///< more: it goes on when it is fed again, even with the same bytes.
  friend bool operator==(const Result&, const Result&) = default;
};

/// Whether the whole of `bytes` matches; if so, its named groups go into their slots.
bool apply(const plan::Regex& regex, const std::vector<std::pair<std::string, plan::Slot>>& groups,
           std::string_view bytes, std::vector<plan::Value>& slots);

class MessageReader;

/// Matches a pattern against a value: what is wrong, or nothing if it is all of the value. Offsets count from the start
/// of the value. Never pauses.
std::optional<Result> mismatch_of(std::span<const plan::Item> pattern, std::string_view value, plan::Scope& scope,
                                  Limits limits);

/// Matches a pattern against bytes that come in pieces. Pure and resumable: the result does not depend on how the
/// stream was cut, and each byte is looked at once an item. Captures go into `scope.slots` as they are complete.
class Matcher {
 public:
  /// Neither is owned; both must outlive the matcher.
  Matcher(std::span<const plan::Item> pattern, plan::Scope& scope, Limits limits = {});
  ~Matcher();
  Matcher(Matcher&&) noexcept;
  Matcher& operator=(Matcher&&) noexcept;

  /// `pending`: everything that has come since the start of the pattern, less what was dropped; it grows from call to
  /// call. `ended`: nothing more will come (end of the stream, or the end of the datagram). After `matched` or
  /// `mismatch` a matcher is done.
  State feed(std::string_view pending, bool ended) {
    // A byte that cannot end the delimiter that is waited for changes nothing: a peer may send a long line byte by
    // byte.
    const bool has_more = pending.size() != next_size_ || pending.size() >= awaited_until_;
    if (has_more || pending.back() == awaited_ || ended) return feed_and_look(pending, ended);
    next_size_ = pending.size() + 1;
    return State::more;
  }
  /// What became of what has been fed.
  Result result() const;
  Result match(std::string_view pending, bool ended) {
    feed(pending, ended);
    return result();
  }

  /// How many bytes from the start of the pattern it will not look at again: they may be dropped.
  std::uint64_t settled() const { return settled_; }
  /// Tells that `pending` now begins `count` bytes later. Precondition: not beyond `settled()`.
  void drop(std::uint64_t count);

 private:
  State feed_and_look(std::string_view pending, bool ended);

  /// What became of the current item with the bytes that are there.
  enum class Step : std::uint8_t { complete, more, stop };

  /// What is there of the current item: its bytes from `begin` on; those before it have been dropped.
  struct Window {
    std::string_view bytes;
    std::uint64_t begin = 0;
    std::uint64_t end() const { return begin + bytes.size(); }
    std::string_view from(std::uint64_t at) const { return at < end() ? bytes.substr(at - begin) : std::string_view(); }
  };

  Step feed_item(const plan::Item& item, const Window& window, bool ended);
  Step exact(std::string_view expected, const Window& window);
  Step repeated(const plan::Expression& count, std::size_t counted, std::string_view unit, const Window& window);
  Step counted(const plan::Expression& count, const Window& window);
  Step prefixed(const plan::IntegerFormat& length, const Window& window);
  Step sized(std::uint64_t header, std::uint64_t count, const Window& window);
  Step delimited(std::string_view delimiter, const Window& window);
  Step remainder(const Window& window, bool ended);
  Step message(const plan::Use& use, const Window& window, bool ended);
  Step over_limit(std::uint64_t length);
  Step finish(const plan::Item& item, std::string_view extent);
  Step fail(Cause cause, std::uint64_t offset, std::string what = {});
  Step want(std::uint64_t bytes);
  void next_item();

  std::span<const plan::Item> pattern_;
  plan::Scope* scope_;
  Limits limits_;
  std::uint32_t item_ = 0;
  std::uint64_t item_begin_ = 0;  // from the start of the pattern
  std::uint64_t looked_ = 0;      // bytes of the current item that need not be looked at again
  std::uint64_t extent_ = 0;      // of a complete item: its length with delimiter or length prefix
  std::uint64_t content_begin_ = 0, content_size_ = 0;  // of a complete item: its capture, from item_begin_
  std::optional<plan::Bytes> computed_;                 // of the current `Computed`
  std::unique_ptr<MessageReader> reader_;               // of the current `Use`
  std::optional<std::uint64_t> count_;                  // of the current item
  // While a delimiter is waited for: its last byte, and at what size of `pending` its limit has to be looked at; else
  // 0.
  std::uint64_t awaited_until_ = 0;
  std::uint64_t next_size_ = 0;  // of `pending`, if one byte more comes
  char awaited_ = 0;
  std::uint64_t settled_ = 0;
  std::uint64_t dropped_ = 0;
  Result result_;
};

}  // namespace volley::match
