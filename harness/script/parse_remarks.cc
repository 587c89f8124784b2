// SPDX-License-Identifier: Apache-2.0
// Comments and blank lines, which belong to the step or declaration behind them, or to the one whose line they end.
#include <algorithm>
#include <iterator>

#include "script/parser.h"

namespace volley::script {
namespace {

/// Whether a blank line ends `text`.
bool ends_blank(std::string_view text) {
  const auto last = text.find_last_not_of(" \t\r\n");
  return last != text.npos && std::ranges::count(text.substr(last), '\n') > 1;
}

}  // namespace

/// The next comment that no node has yet.
std::string Parser::comment() {
  const auto text = source_.text(tokens_.comments[comment_++]);
  return std::string(text.substr(0, text.find_last_not_of(" \t\r") + 1));
}

/// Of what begins here.
Remarks Parser::remarks_before() {
  Remarks remarks;
  const auto& comments = tokens_.comments;
  const auto begin = peek().span.begin;
  const bool has_comment = comment_ < comments.size() && comments[comment_].begin < begin;
  remarks.is_parted = ends_blank(source_.bytes().substr(0, has_comment ? comments[comment_].begin : begin));
  while (comment_ < comments.size() && comments[comment_].begin < begin) remarks.before.push_back(comment());
  return remarks;
}

/// Adds the comments inside of what ends here, and the one behind it.
void Parser::complete(Remarks& remarks, bool is_block) {
  if (failed_ || at_ == 0) return;
  const auto& comments = tokens_.comments;
  const auto end = tokens_.list[at_ - 1].span.end;
  auto& inside = is_block ? remarks.at_end : remarks.before;
  while (comment_ < comments.size() && comments[comment_].begin < end) inside.push_back(comment());
  if (comment_ == comments.size()) return;
  const auto between = source_.text({end, comments[comment_].begin});
  if (between.find('\n') != between.npos) return;
  if (is_block) {
    remarks.at_end.push_back(comment());
  } else {
    remarks.behind = comment();
  }
}

}  // namespace volley::script
