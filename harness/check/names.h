// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "check/value.h"
#include "script/parse.h"

namespace volley::check {

using source::Span;

/// What a name stands for at one step of a scenario.
struct Binding {
  enum class Kind : std::uint8_t { unknown, value, target, listener, stream, datagram, process, errors, link };
  Kind kind = Kind::unknown;
  Span span{};                ///< The name, where it is bound.
  Value value{};              ///< Of a value.
  std::size_t weight = 1;     ///< Of a let of the file: how many nodes stand in its place after it is inserted.
  bool is_family = false;     ///< A target that stands for several.
  bool is_connected = false;  ///< Of a datagram socket.
  bool is_unix = false;       ///< Of a socket.
  bool is_connector = false;  ///< Of a stream: the end that has connected.
  const script::Link* link = nullptr;       ///< Of a link, its step;
  std::optional<script::Transport> only{};  ///< and what goes through it, if it leads to a socket of ours.
  bool is_closed = false;
  bool is_shut_down = false;
  std::size_t loops = 0;      ///< How many blocks that run their steps several times stood around it.
  std::size_t parallels = 0;  ///< Of these, how many run them at once.

  bool is_peer() const { return kind >= Kind::listener; }
  bool is_socket() const { return kind >= Kind::listener && kind <= Kind::datagram; }
};

/// Names and what they stand for. A name is bound once; the names of the file are seen from every scenario.
class Names {
 public:
  explicit Names(const Names* outer = nullptr) : outer_(outer) {}

  /// Where the name was bound already, if it was; it is of an unknown kind from then on,
  /// and so is a word of the language, which the parser has told.
  std::optional<Span> bind(const std::string& name, Binding binding);
  void forget(const std::string& name) { names_.erase(name); }
  Binding* find_own(const std::string& name);
  const Binding* find(const std::string& name) const;
  /// Some of the names, for hints.
  std::vector<std::string_view> candidates() const;

 private:
  const Names* outer_;
  std::unordered_map<std::string, Binding> names_;
};

/// Names that text skipped by the parser may have bound, by the scenario in which it stands.
class Skipped {
 public:
  explicit Skipped(const script::ParseResult& parsed);
  /// `scenario` is an index into the file's; what was skipped outside of all is seen from each.
  bool contains(std::size_t scenario, const std::string& name) const;
  static constexpr std::size_t outside = static_cast<std::size_t>(-1);

 private:
  std::unordered_map<std::size_t, std::unordered_set<std::string>> names_;
  bool is_any_ = false;
};

/// The names that the steps bind, as written: captures, named groups, peers, lets.
std::vector<script::Name> names_bound_by(const script::Step& step);

/// The named groups of a regular expression that compiles, in the order of the groups; none of one that does not.
std::vector<std::string> group_names(const std::string& regex);

}  // namespace volley::check
