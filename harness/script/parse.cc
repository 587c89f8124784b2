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

}  // namespace

ParseResult parse(const source::Source& source) {
  Findings findings;
  ParseResult result;
  File used;
  const auto files = source.files();
  for (const auto span : files) {
    Parser parser(source, lex(source, span, findings), findings);
    result.file = parser.file();
    std::ranges::move(parser.take_skipped(), std::back_inserter(result.skipped));
    if (span != files.back()) put_behind(used, std::move(result.file));
  }
  auto own = std::exchange(result.file.scenarios, {});
  auto uses = std::exchange(result.file.uses, {});
  put_behind(used, std::move(result.file));
  result.file = std::move(used);
  result.file.scenarios = std::move(own);
  result.file.uses = std::move(uses);
  result.diagnostics = findings.take();
  return result;
}

}  // namespace volley::script
