// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <sys/types.h>

#include <mutex>
#include <string>
#include <vector>

namespace volley::target {

/// A directory, known by more than its name: one of that name that somebody made later is another.
struct Directory {
  std::string path;  ///< Empty: none.
  dev_t device = 0;
  ino_t inode = 0;
};

/// The directory of that path; none if it is no directory, or a link to one.
Directory directory_at(const std::string& path);

/// Whether that very directory still stands under its name.
bool is_there(const Directory& directory);

/// Directories that nobody has removed who should have: they go, links not followed, when nobody holds this any more.
/// Any thread.
class Leftovers {
 public:
  Leftovers() = default;
  Leftovers(const Leftovers&) = delete;
  Leftovers& operator=(const Leftovers&) = delete;
  ~Leftovers();

  void add(Directory directory);

 private:
  std::mutex mutex_;
  std::vector<Directory> directories_;
};

}  // namespace volley::target
