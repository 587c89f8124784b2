// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <memory>
#include <string>
#include <vector>

namespace re2 {
class RE2;
}

namespace volley::plan {

/// A compiled regular expression over bytes (RE2 syntax, Latin-1: NUL and 0xFF match like any byte). A value: copies
/// share the compiled program, and two are equal if their texts are.
class Regex {
 public:
  /// `text` must compile: `check` has tried it with `compile`.
  explicit Regex(std::string text);
  const std::string& text() const { return text_; }
  const re2::RE2& compiled() const { return *compiled_; }
  friend bool operator==(const Regex& a, const Regex& b) { return a.text_ == b.text_; }

 private:
  std::string text_;
  std::shared_ptr<const re2::RE2> compiled_;
};

}  // namespace volley::plan
