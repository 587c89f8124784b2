// SPDX-License-Identifier: Apache-2.0
#include <fcntl.h>
#include <volley/open_beneath.h>
#include <volley/temp_dir.h>

#include <cerrno>
#include <filesystem>
#include <span>
#include <string>

#include "catch.h"
#include "sockets.h"

namespace volley {
namespace {

namespace fs = std::filesystem;

Descriptor directory(const std::string& path) {
  Descriptor opened(::open(path.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
  REQUIRE(opened);
  return opened;
}

}  // namespace

TEST_CASE("open_beneath opens what is below its root, and nothing that is not") {
  const auto outside = value(TempDir::make());
  const auto inside = value(TempDir::make());
  const auto root = directory(inside.path());
  const auto elsewhere = directory(outside.path());
  REQUIRE(open_beneath(elsewhere, "file", O_WRONLY | O_CREAT, 0644));
  fs::create_directory(inside.path() + "/sub");
  fs::create_symlink(outside.path(), inside.path() + "/out");
  fs::create_symlink("../sub", inside.path() + "/sub/back");
  fs::create_symlink("/proc/self/cwd", inside.path() + "/magic");
  REQUIRE(open_beneath(root, "sub/file", O_WRONLY | O_CREAT, 0600));
  struct Row {
    const char* path;
    int code;
  };
  const Row rows[] = {{"sub/file", 0},        {"./sub//file", 0},      {"sub/../sub/file", 0}, {"sub/back/file", 0},
                      {"missing", ENOENT},    {"sub/file/x", ENOTDIR}, {"", ENOENT},           {"..", EXDEV},
                      {"sub/../../x", EXDEV}, {"out/file", EXDEV},     {"magic/x", EXDEV},     {"/etc/passwd", EXDEV}};
  for (const auto& [path, code] : rows) {
    CAPTURE(path);
    const auto opened = open_beneath(root, path, O_RDONLY);
    CHECK(opened.has_value() == (code == 0));
    if (!opened) CHECK(opened.error() == Error{code, "openat2", path});
  }
}

}  // namespace volley
