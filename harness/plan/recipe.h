// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <chrono>
#include <cstdint>
#include <set>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "plan/regex.h"

namespace volley::plan {

/// A text with places that are filled in when a target is started: `${host}`, `${port}`, `${port.NAME}`,
/// `${endpoint}`, `${endpoint.NAME}`, `${socket.NAME}`, `${dir}`.
struct Template {
  enum class Kind : std::uint8_t { text, host, port, endpoint, socket, dir };
  struct Part {
    Kind kind = Kind::text;
    std::string text;  ///< The bytes of `text`; the NAME of `port`, `endpoint` and `socket`, or empty.
    friend bool operator==(const Part&, const Part&) = default;
  };
  std::vector<Part> parts;
  friend bool operator==(const Template&, const Template&) = default;
};

/// How to start, watch and stop a server under test. It knows nothing of scenarios, so that whoever needs a running
/// server can use it.
struct Recipe {
  struct File {
    Template path;
    Template content;
    friend bool operator==(const File&, const File&) = default;
  };
  struct ReadyTcp {
    friend bool operator==(const ReadyTcp&, const ReadyTcp&) = default;
  };
  struct ReadyUdp {
    Template probe;  ///< A datagram; any that comes back shows that the program serves.
    friend bool operator==(const ReadyUdp&, const ReadyUdp&) = default;
  };
  struct ReadyOutput {
    Regex line;  ///< Must match a whole line of stdout or stderr, without its end.
    friend bool operator==(const ReadyOutput&, const ReadyOutput&) = default;
  };
  enum class Stop : std::uint8_t { term, interrupt, close_stdin };

  std::string name;
  std::vector<Template> argv;  ///< argv[0] is looked up in PATH unless it has a slash.
  std::vector<std::pair<std::string, Template>> environment;
  std::vector<File> files;
  std::variant<ReadyTcp, ReadyUdp, ReadyOutput> ready;
  std::chrono::nanoseconds within = std::chrono::seconds(5);
  Stop stop = Stop::term;
  friend bool operator==(const Recipe&, const Recipe&) = default;
};

/// The texts of a recipe that may name ports, sockets and its directory.
std::vector<const Template*> templates(const Recipe& recipe);

/// The NAMEs of its `${port.NAME}` and `${endpoint.NAME}`, and the empty one, which every target has.
std::set<std::string> port_names(const Recipe& recipe);

}  // namespace volley::plan
