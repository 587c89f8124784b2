// SPDX-License-Identifier: Apache-2.0
#include "script/parse.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "script/parser.h"

namespace volley::script {
namespace {

template <class Node>
void put_behind(std::vector<Node>& all, std::vector<Node>&& more) {
  std::ranges::move(more, std::back_inserter(all));
}

/// What a file has to give to those that use it.
void put_behind(File& all, File&& more) {
  put_behind(all.lets, std::move(more.lets));
  put_behind(all.messages, std::move(more.messages));
  put_behind(all.targets, std::move(more.targets));
  put_behind(all.families, std::move(more.families));
}

/// What a file keeps to itself.
void put_own(File& all, File&& own) {
  all.uses = std::move(own.uses);
  all.scenarios = std::move(own.scenarios);
  all.comments = std::move(own.comments);
}

}  // namespace

ParseResult parse(const source::Source& source) {
  Findings findings;
  ParseResult result;
  for (const auto span : source.files()) {
    Parser parser(source, lex(source, span, findings), findings);
    auto file = parser.file();
    std::ranges::move(parser.take_skipped(), std::back_inserter(result.skipped));
    put_behind(result.file, std::move(file));
    put_own(result.file, std::move(file));
  }
  result.diagnostics = findings.take();
  return result;
}

}  // namespace volley::script
