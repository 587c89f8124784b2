// SPDX-License-Identifier: Apache-2.0
#include "target/leftovers.h"

#include <sys/stat.h>
#include <volley/temp_dir.h>

#include <utility>

namespace volley::target {

Directory directory_at(const std::string& path) {
  struct stat status{};
  if (path.empty() || ::lstat(path.c_str(), &status) != 0 || !S_ISDIR(status.st_mode)) return {};
  return {path, status.st_dev, status.st_ino};
}

bool is_there(const Directory& directory) {
  const auto now = directory_at(directory.path);
  return !now.path.empty() && now.device == directory.device && now.inode == directory.inode;
}

Leftovers::~Leftovers() {
  for (const auto& directory : directories_) {
    if (is_there(directory)) static_cast<void>(remove_tree(directory.path));
  }
}

void Leftovers::add(Directory directory) {
  const std::lock_guard lock(mutex_);
  directories_.push_back(std::move(directory));
}

}  // namespace volley::target
