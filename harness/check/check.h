// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <expected>
#include <vector>

#include "script/file.h"
#include "script/parse.h"
#include "script/reach.h"
#include "source/diagnostic.h"

namespace volley::check {

/// A file in which every name is bound, every step is legal for its peer, every width fits, every regular expression
/// compiles. Only `check` makes one, so whoever holds it need not look again.
class Checked {
 public:
  const script::File& file() const { return file_; }

 private:
  explicit Checked(script::File file) : file_(std::move(file)) {}
  friend std::expected<Checked, std::vector<source::Diagnostic>> check(script::ParseResult parsed,
                                                                       const script::Reach& reach);
  script::File file_;
};

/// Checks what was parsed. Errors: the parser's diagnostics and the checker's, in order of place, at most
/// `source::max_diagnostics`; one cause gives one diagnostic. Endpoints beyond `reach` are a mistake, but for scenarios
/// that say `needs net`: those do not run where it names nobody.
std::expected<Checked, std::vector<source::Diagnostic>> check(script::ParseResult parsed,
                                                              const script::Reach& reach = {});

}  // namespace volley::check
