// SPDX-License-Identifier: Apache-2.0
#include "program/files_of_run.h"

#include <sys/stat.h>

#include <set>
#include <string>
#include <utility>

#include "target/instance.h"

namespace volley::program {
namespace {

/// Programs by a path, each looked up once.
class Programs {
 public:
  void add(const std::string& name, const std::string& directory) {
    if (!name.contains('/') || !known_.emplace(name, directory).second) return;
    const auto path = target::find_file(name, directory);
    struct stat status{};
    if (path && ::stat(path->c_str(), &status) == 0) files_.push_back({status.st_dev, status.st_ino});
  }
  const std::vector<ReadFile>& files() const { return files_; }

 private:
  std::set<std::pair<std::string, std::string>> known_;
  std::vector<ReadFile> files_;
};

/// The name of a recipe's program, of which only plain text can be a path; empty for a server that runs already.
std::string program_of(const plan::Recipe& recipe) {
  std::string name;
  if (recipe.argv.empty()) return name;
  for (const auto& part : recipe.argv.front().parts) {
    if (part.kind == plan::Template::Kind::text) name += part.text;
  }
  return name;
}

}  // namespace

std::vector<ReadFile> files_of_run(const Suite& suite) {
  std::vector<ReadFile> all;
  Programs programs;
  for (const auto& file : suite.files) {
    all.insert(all.end(), file.read.begin(), file.read.end());
    for (std::size_t i = 0; i < file.recipes.size(); ++i) {
      programs.add(program_of(file.recipes[i]), directory_of(file.source.path(file.targets[i].begin)));
    }
    for (const auto& plan : file.plans) {
      for (const auto& name : plan.programs) programs.add(name, directory_of(file.source.path()));
    }
  }
  all.insert(all.end(), programs.files().begin(), programs.files().end());
  return all;
}

}  // namespace volley::program
