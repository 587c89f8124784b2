// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdlib>

namespace volley::planted {

/// Counts what a server gets, and ends the server at the third if it is to crash there.
class MessageCount {
 public:
  explicit MessageCount(bool crashes_at_third) : crashes_at_third_(crashes_at_third) {}
  void next() {
    if (++count_ == 3 && crashes_at_third_) std::abort();
  }

 private:
  bool crashes_at_third_;
  int count_ = 0;
};

}  // namespace volley::planted
