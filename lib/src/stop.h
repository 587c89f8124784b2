// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <volley/error.h>

namespace volley {

/// The failing result of every `parse` here: the text stops being valid at `offset`.
inline std::unexpected<ParseError> stop(std::size_t offset, std::string_view what) {
  return std::unexpected(ParseError{offset, what});
}

}  // namespace volley
