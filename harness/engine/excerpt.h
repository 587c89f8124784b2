// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>
#include <string_view>

#include "engine/trace.h"

namespace volley::engine {

/// Gathers the first and the last `kept` bytes of what passes through it in pieces.
class Gathered {
 public:
  void add(std::string_view bytes);
  std::uint64_t size() const { return size_; }
  /// Puts what was kept into the arena, and starts anew.
  Excerpt finish(std::string& arena);

 private:
  std::uint64_t size_ = 0;
  std::string head_;
  std::string tail_;  // at most twice `kept` bytes, the last of them count
};

/// The same for bytes that are there as a whole.
Excerpt excerpt(std::string& arena, std::string_view bytes);

}  // namespace volley::engine
