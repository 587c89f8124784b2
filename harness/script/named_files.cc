// SPDX-License-Identifier: Apache-2.0
#include "script/parse.h"
#include "script/token.h"

namespace volley::script {
namespace {

using Kind = Token::Kind;

Tokens tokens_of(const source::Source& source) {
  Findings findings;
  return lex(source, findings);
}

/// Whether a line of the source begins so. Most files use none, and are not to be read twice to find that.
bool has_line(const source::Source& source, std::string_view word) {
  const auto text = source.bytes();
  for (auto at = text.find(word); at != text.npos; at = text.find(word, at + 1)) {
    const auto before = text.substr(0, at).find_last_not_of(" \t\r");
    if (before == text.npos || text[before] == '\n') return true;
  }
  return false;
}

bool is_word(const source::Source& source, const Token& token, std::string_view word) {
  return token.kind == Kind::word && source.text(token.span) == word;
}

}  // namespace

std::vector<NamedFile> uses_of(const source::Source& source) {
  if (!has_line(source, "use")) return {};
  const auto tokens = tokens_of(source);
  const auto& list = tokens.list;
  std::vector<NamedFile> uses;
  std::size_t depth = 0;
  for (std::size_t i = 0; i + 1 < list.size(); ++i) {
    if (list[i].kind == Kind::left_brace) ++depth;
    if (list[i].kind == Kind::right_brace && depth > 0) --depth;
    const bool begins_line = i == 0 || list[i - 1].kind == Kind::newline;
    if (depth > 0 || !begins_line || !is_word(source, list[i], "use") || list[i + 1].kind != Kind::text) continue;
    uses.push_back({tokens.strings[list[i + 1].value], list[i + 1].span});
  }
  return uses;
}

std::vector<NamedFile> contents_of(const source::Source& source) {
  if (source.bytes().find("file(") == std::string_view::npos) return {};
  const auto tokens = tokens_of(source);
  const auto& list = tokens.list;
  std::vector<NamedFile> files;
  for (std::size_t i = 0; i + 2 < list.size(); ++i) {
    const bool is_call = is_word(source, list[i], "file") && list[i + 1].kind == Kind::left_paren &&
                         list[i + 1].span.begin == list[i].span.end && list[i + 2].kind == Kind::text;
    if (is_call) files.push_back({tokens.strings[list[i + 2].value], list[i + 2].span});
  }
  return files;
}

}  // namespace volley::script
