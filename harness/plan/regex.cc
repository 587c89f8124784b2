// SPDX-License-Identifier: Apache-2.0
#include "plan/regex.h"

#include <re2/re2.h>

#include <cassert>

#include "script/regex_options.h"

namespace volley::plan {

Regex::Regex(std::string text)
    : text_(std::move(text)), compiled_(std::make_shared<const re2::RE2>(text_, script::regex_options())) {
  assert(compiled_->ok());
}

}  // namespace volley::plan
