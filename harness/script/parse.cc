// SPDX-License-Identifier: Apache-2.0
#include "script/parse.h"

#include "script/parser.h"

namespace volley::script {

ParseResult parse(const source::Source& source) {
  Findings findings;
  auto tokens = lex(source, findings);
  Parser parser(source, std::move(tokens), findings);
  ParseResult result;
  result.file = parser.file();
  result.diagnostics = findings.take();
  result.skipped = parser.take_skipped();
  return result;
}

}  // namespace volley::script
