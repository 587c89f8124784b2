// SPDX-License-Identifier: Apache-2.0
#include "engine/excerpt.h"

#include <algorithm>

namespace volley::engine {

void Gathered::add(std::string_view bytes) {
  size_ += bytes.size();
  const std::size_t room = std::min<std::size_t>(kept - head_.size(), bytes.size());
  head_ += bytes.substr(0, room);
  bytes.remove_prefix(room);
  if (bytes.size() > kept) bytes.remove_prefix(bytes.size() - kept);
  tail_ += bytes;
  if (tail_.size() > 2 * kept) tail_.erase(0, tail_.size() - kept);
}

Excerpt Gathered::finish(std::string& arena) {
  const std::size_t tail = std::min<std::size_t>(tail_.size(), kept);
  const Excerpt done{size_, static_cast<std::uint32_t>(arena.size()), static_cast<std::uint32_t>(head_.size()),
                     static_cast<std::uint32_t>(tail)};
  arena.append(head_).append(tail_, tail_.size() - tail);
  *this = Gathered();
  return done;
}

Excerpt excerpt(std::string& arena, std::string_view bytes) {
  const auto begin = static_cast<std::uint32_t>(arena.size());
  if (bytes.size() <= 2 * kept) {
    const auto head = static_cast<std::uint32_t>(std::min<std::size_t>(bytes.size(), kept));
    arena += bytes;
    return {bytes.size(), begin, head, static_cast<std::uint32_t>(bytes.size()) - head};
  }
  arena.append(bytes.substr(0, kept)).append(bytes.substr(bytes.size() - kept));
  return {bytes.size(), begin, kept, kept};
}

}  // namespace volley::engine
