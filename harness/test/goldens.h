// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>
#include <string_view>
#include <vector>

namespace volley::test {

/// A faulty file and all that is said about it.
struct Golden {
  std::string about;
  std::string source;
  std::string rendered;
};

/// A scenario with a listener `door`, its two ends `a` and `b`, and a datagram socket `u`; `steps` begin at line 6.
inline std::string in_scenario(std::string_view steps) {
  constexpr std::string_view open =
      "scenario \"s\" {\nlisten door tcp\nconnect a tcp door\naccept b from door\nbind u udp\n";
  return std::string(open).append(steps).append("\n}\n");
}

std::vector<Golden> text_goldens();
std::vector<Golden> syntax_goldens();
std::vector<Golden> link_goldens();
std::vector<Golden> message_goldens();
std::vector<Golden> family_goldens();
/// Files that use others: `main.volley` of a directory in which stand what used_files_test.cc puts there.
std::vector<Golden> use_goldens();
std::vector<Golden> name_goldens();
std::vector<Golden> peer_goldens();
std::vector<Golden> pattern_goldens();
std::vector<Golden> value_goldens();
std::vector<Golden> block_goldens();
std::vector<Golden> socket_goldens();
std::vector<Golden> process_goldens();

}  // namespace volley::test
