// SPDX-License-Identifier: Apache-2.0
#include "engine/outbox.h"

#include <algorithm>
#include <iterator>

namespace volley::engine {
namespace {

constexpr std::size_t chunk_bytes = 64 << 10;

}  // namespace

std::string_view Outbox::Piece::view() const {
  if (const auto* owned = std::get_if<std::string>(&unit)) return *owned;
  return std::get<std::string_view>(unit);
}

std::expected<void, plan::Fault> Outbox::push(std::uint32_t step, const std::vector<plan::Item>& items,
                                              const plan::Scope& scope, std::optional<Endpoint> to,
                                              std::vector<std::uint64_t>* begins) {
  Send send{.step = step, .pieces = {}, .to = std::move(to)};
  send.pieces.reserve(items.size());
  const auto repeated = [&](std::string_view unit, const plan::Expression& count) -> std::expected<void, plan::Fault> {
    const auto size = plan::evaluate_size(count, unit.size(), scope);
    if (!size) return std::unexpected(size.error());
    send.pieces.push_back({unit, *size});
    return {};
  };
  for (const auto& item : items) {
    if (begins) begins->push_back(send.size);
    std::expected<void, plan::Fault> made;
    if (const auto* literal = std::get_if<plan::Literal>(&item.extent)) {
      send.pieces.push_back({std::string_view(literal->bytes), literal->bytes.size()});
    } else if (const auto* file = std::get_if<plan::Contents>(&item.extent)) {
      send.pieces.push_back({view(*file), view(*file).size()});
    } else if (const auto* zeros = std::get_if<plan::Zeros>(&item.extent)) {
      made = repeated(plan::zeros().substr(0, 1), zeros->count);
      if (made) send.pieces.back().unit = plan::zeros();
    } else if (const auto* repeat = std::get_if<plan::Repeated>(&item.extent)) {
      made = repeated(repeat->unit, repeat->count);
    } else if (const auto* computed = std::get_if<plan::Computed>(&item.extent)) {
      auto bytes = plan::evaluate_bytes(computed->value, scope);
      if (!bytes) return std::unexpected(bytes.error());
      const std::uint64_t size = bytes->size();
      send.pieces.push_back({*std::move(bytes), size});
    }
    if (!made) return made;
    if (send.pieces.back().count == 0) {
      send.pieces.pop_back();
    } else {
      send.size += send.pieces.back().count;
    }
  }
  if (begins) begins->push_back(send.size);
  sends_.push_back(std::move(send));
  return {};
}

/// Writes out the front message from its first unsent byte on, up to `limit` bytes.
void Outbox::stage(std::size_t limit) {
  const auto& send = front();
  staged_.clear();
  staged_from_ = 0;
  std::uint64_t skip = send.sent;
  for (const auto& piece : send.pieces) {
    std::uint64_t at = std::min(skip, piece.count);
    skip -= at;
    const auto unit = piece.view();
    while (at < piece.count && staged_.size() < limit) {
      const auto part =
          unit.substr(at % unit.size(), std::min<std::uint64_t>(piece.count - at, limit - staged_.size()));
      staged_ += part;
      at += part.size();
    }
  }
}

std::string_view Outbox::chunk() {
  const auto& send = front();
  if (send.pieces.size() == 1) {
    const auto unit = send.pieces[0].view();
    const auto at = send.sent % unit.size();
    const auto size = std::min<std::uint64_t>(unit.size() - at, send.size - send.sent);
    if (size == send.size - send.sent || size >= chunk_bytes / 2) return unit.substr(at, size);
  }
  if (staged_from_ == staged_.size()) stage(chunk_bytes);
  return std::string_view(staged_).substr(staged_from_);
}

std::string_view Outbox::coming(std::size_t count) {
  staged_.clear();
  staged_from_ = 0;
  return chunk().substr(0, count);
}

std::string_view Outbox::whole(std::size_t limit) {
  stage(limit + 1);
  return staged_;
}

void Outbox::pop() {
  ++first_;
  if (first_ == sends_.size()) return clear();
  if (first_ < sends_.size() / 2) return;
  sends_.erase(sends_.begin(), sends_.begin() + static_cast<std::ptrdiff_t>(first_));
  first_ = 0;
}

void Outbox::excuse() {
  for (auto i = first_; i < sends_.size(); ++i) sends_[i].is_excused = true;
}

std::optional<std::uint32_t> Outbox::unexcused() const {
  const auto begin = sends_.begin() + static_cast<std::ptrdiff_t>(first_);
  const auto found = std::find_if(begin, sends_.end(), [](const Send& send) { return !send.is_excused; });
  if (found == sends_.end()) return {};
  return found->step;
}

void Outbox::append(Outbox&& other) {
  const auto begin = other.sends_.begin() + static_cast<std::ptrdiff_t>(other.first_);
  sends_.insert(sends_.end(), std::make_move_iterator(begin), std::make_move_iterator(other.sends_.end()));
  other.clear();
}

bool Outbox::advance(std::size_t count) {
  auto& send = sends_[first_];
  send.sent += count;
  staged_from_ = std::min(staged_from_ + count, staged_.size());
  if (send.sent < send.size) return false;
  pop();
  staged_.clear();
  staged_from_ = 0;
  return true;
}

}  // namespace volley::engine
