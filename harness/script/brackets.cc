// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "script/token.h"
#include "script/words.h"

namespace volley::script {
namespace {

using Kind = Token::Kind;

/// Pairs brackets, keeping those that are open on a stack.
class Pairs {
 public:
  Pairs(Tokens& tokens, const source::Source& source) : list_(tokens.list), source_(source), closes_(list_.size(), 0) {}

  /// For each token: the index of the bracket that closes it, or 0.
  std::vector<std::size_t> find() {
    for (std::size_t i = 0; i < list_.size(); ++i) {
      if (i > 0 && list_[i - 1].kind == Kind::newline && begins_step(i)) give_up();
      step(i);
    }
    give_up();
    return std::move(closes_);
  }

 private:
  void step(std::size_t i) {
    const auto kind = list_[i].kind;
    if (kind == Kind::left_paren || kind == Kind::use_brace || kind == Kind::left_brace) open_.push_back(i);
    if (kind == Kind::right_paren && !open_.empty() && list_[open_.back()].kind == Kind::left_paren) close(i);
    if (kind == Kind::right_brace) {
      while (!open_.empty() && list_[open_.back()].kind == Kind::left_paren) drop();
      if (!open_.empty()) close(i);
    }
  }

  void close(std::size_t by) {
    if (list_[open_.back()].kind != Kind::left_brace) closes_[open_.back()] = by;
    open_.pop_back();
  }

  void drop() {
    auto& kind = list_[open_.back()].kind;
    if (kind == Kind::left_paren) kind = Kind::unclosed_paren;
    open_.pop_back();
  }

  /// No bracket of a step reaches into another step.
  void give_up() {
    while (!open_.empty() && list_[open_.back()].kind != Kind::left_brace) drop();
  }

  bool begins_step(std::size_t i) const {
    if (list_[i].kind != Kind::word || list_[i + 1].kind == Kind::colon) return false;
    const auto word = source_.text(list_[i].span);
    return contains(step_words, word) || contains(declaration_words, word);
  }

  std::vector<Token>& list_;
  const source::Source& source_;
  std::vector<std::size_t> closes_;
  std::vector<std::size_t> open_;
};

}  // namespace

void join_bracketed_lines(Tokens& tokens, const source::Source& source) {
  const auto closes = Pairs(tokens, source).find();
  std::size_t kept = 0;
  std::size_t joined_to = 0;
  for (std::size_t i = 0; i < tokens.list.size(); ++i) {
    if (tokens.list[i].kind == Kind::newline && i < joined_to) continue;
    joined_to = std::max(joined_to, closes[i]);
    tokens.list[kept++] = tokens.list[i];
  }
  tokens.list.resize(kept);
}

}  // namespace volley::script
