// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <set>
#include <span>
#include <string>
#include <string_view>

namespace volley::planted {

/// One thing that a server does wrong on demand: of the kind that servers in use have had.
struct Fault {
  std::string_view name;
  std::string_view what;  ///< In one line.
  /// The variation that shows it where scenarios as they are written do not. Empty: they do.
  std::string_view variation = {};
};

/// Those that one server has. A value.
class Faults {
 public:
  /// Of the faults that a protocol has, the ones named. Precondition: it has them.
  Faults(std::span<const Fault> known, std::set<std::string, std::less<>> chosen);

  /// Precondition: `name` is one that the protocol has, so that a name that was misspelt cannot go unnoticed.
  bool has(std::string_view name) const;

 private:
  std::span<const Fault> known_;
  std::set<std::string, std::less<>> chosen_;
};

}  // namespace volley::planted
