// SPDX-License-Identifier: Apache-2.0
// Branches that could be mistaken for one another, or never be reached.
#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "check/checker.h"

namespace volley::check {
namespace {

using script::Receive;
using source::quote;

const Receive& first_of(const script::Branch& branch) {
  return std::get<Receive>(branch.steps.front().action);
}

/// The bytes with which a pattern begins whatever comes, and whether they are all of it.
struct Beginning {
  std::string bytes;
  bool is_whole = true;

  void add(const Items& items) {
    for (const auto& item : items) {
      if (is_whole) add(item);
    }
  }
  void add(const Expression& item) {
    const auto* text = std::get_if<script::Text>(&item.node);
    const auto* hex = std::get_if<script::Hex>(&item.node);
    if (item.as || item.regex || !item.pattern.empty() || !item.where.empty()) {
      is_whole = false;
    } else if (text && item.operands.empty()) {
      bytes += text->literals.front();
    } else if (hex) {
      bytes += hex->bytes;
    } else if (std::holds_alternative<script::Group>(item.node)) {
      add(item.operands);
    } else {
      is_whole = false;
    }
  }
};

/// Whether the pattern matches whatever comes.
bool takes_all(const Items& items) {
  const auto& item = items.front();
  return items.size() == 1 && std::holds_alternative<script::Rest>(item.node) && !item.regex && item.pattern.empty() &&
         item.where.empty();
}

}  // namespace

/// `is_choice`: of a `one of`, where the first branch that matches ends the others.
void Checker::overlaps(const std::vector<script::Branch>& branches, bool is_choice) {
  for (std::size_t second = 1; second < branches.size(); ++second) {
    for (std::size_t first = 0; first < second; ++first) {
      const auto& earlier = first_of(branches[first]);
      const auto& later = first_of(branches[second]);
      if (earlier.peer.text != later.peer.text) continue;
      if (overlap(earlier, later, branches[second].steps.front().span, is_choice)) break;  // one cause, one diagnostic
    }
  }
}

/// True if there was something to tell.
bool Checker::overlap(const Receive& first, const Receive& second, Span span, bool is_choice) {
  const auto unreachable = [&](std::string what) {
    findings_.add(Rule::unreachable_branch, span, std::move(what), "branches are tried in the order written");
    return true;
  };
  const auto* earlier = std::get_if<Items>(&first.what);
  const auto* later = std::get_if<Items>(&second.what);
  if (!earlier || !later) {
    const bool is_covered =
        first.what.index() == second.what.index() ||
        (std::holds_alternative<Receive::Closed>(first.what) &&
         (std::holds_alternative<Receive::Eof>(second.what) || std::holds_alternative<Receive::Reset>(second.what)));
    return is_choice && is_covered && unreachable("this branch is never reached: an earlier one takes the same end");
  }
  const auto* peer = names_.find(first.peer.text);
  const bool is_stream = !peer || peer->kind != Binding::Kind::datagram;
  if (!std::holds_alternative<std::monostate>(first.from) || !std::holds_alternative<std::monostate>(second.from)) {
    return false;
  }
  if (is_choice && takes_all(*earlier))
    return unreachable("this branch is never reached: an earlier one takes all that comes");
  Beginning a;
  Beginning b;
  a.add(*earlier);
  b.add(*later);
  const bool are_equal = a.is_whole && b.is_whole && a.bytes == b.bytes;
  if (are_equal && is_choice) return unreachable("this branch is never reached: an earlier one takes the same bytes");
  if (are_equal || !is_stream) return false;
  if (is_choice && a.is_whole && b.bytes.starts_with(a.bytes)) {
    return unreachable(fmt::format("this branch is never reached: an earlier one takes {} already", quote(a.bytes)));
  }
  const bool is_prefix = (a.is_whole && b.bytes.starts_with(a.bytes)) || (b.is_whole && a.bytes.starts_with(b.bytes));
  if (!is_prefix) return false;
  findings_.add(Rule::prefix_branch, span, "one of two branches of a stream is the beginning of the other",
                "which of them it is cannot be told without waiting");
  return true;
}

/// In `any order` silence runs beside the other branches: none of them may be on the same peer.
void Checker::silence_beside(const std::vector<script::Branch>& branches) {
  for (const auto& branch : branches) {
    const auto& silent = first_of(branch);
    if (!std::holds_alternative<Receive::Nothing>(silent.what)) continue;
    const auto is_beside = [&](const auto& other) {
      return &other != &branch && first_of(other).peer.text == silent.peer.text;
    };
    if (std::ranges::none_of(branches, is_beside)) continue;
    findings_.add(Rule::unreachable_branch, branch.steps.front().span,
                  fmt::format("another branch waits for what {} receives: it is not silent", quote(silent.peer.text)));
  }
}

}  // namespace volley::check
