// SPDX-License-Identifier: Apache-2.0
#include <utility>

#include "script/parser.h"

namespace volley::script {

void Parser::use(File& file) {
  take();
  const auto span = peek().span;
  auto path = plain_text("the path of a file as a text");
  end_of_step();
  complete(remarks_, false);
  if (!failed_) file.uses.push_back({std::move(path), span, std::move(remarks_)});
}

}  // namespace volley::script
