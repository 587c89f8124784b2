// SPDX-License-Identifier: Apache-2.0
#include "target/output_log.h"

#include <algorithm>

namespace volley::target {

void OutputLog::append(std::string_view bytes) {
  bytes_ += bytes.size();
  const auto to_head = std::min(bytes.size(), kept - head_.size());
  head_.append(bytes.substr(0, to_head));
  bytes.remove_prefix(to_head);
  if (bytes.size() > kept) bytes.remove_prefix(bytes.size() - kept);
  tail_.append(bytes);
  if (tail_.size() >= 2 * kept) tail_.erase(0, tail_.size() - kept);
}

std::string OutputLog::text() const {
  if (bytes_ <= 2 * kept) return head_ + tail_;
  const std::string left_out = std::to_string(bytes_ - 2 * kept);
  return head_ + "\n[... " + left_out + " bytes are left out ...]\n" + tail_.substr(tail_.size() - kept);
}

}  // namespace volley::target
