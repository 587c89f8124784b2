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
  put_behind(all.targets, std::move(more.targets));
  put_behind(all.families, std::move(more.families));
}

void give_declarations(File&& from, File& to) {
  to.lets = std::move(from.lets);
  to.targets = std::move(from.targets);
  to.families = std::move(from.families);
}

}  // namespace

ParseResult parse(const source::Source& source) {
  Findings findings;
  ParseResult result;
  File used;
  for (const auto span : source.files()) {
    Parser parser(source, lex(source, span, findings), findings);
    result.file = parser.file();
    std::ranges::move(parser.take_skipped(), std::back_inserter(result.skipped));
    put_behind(used, std::move(result.file));
  }
  give_declarations(std::move(used), result.file);
  result.diagnostics = findings.take();
  return result;
}

}  // namespace volley::script
