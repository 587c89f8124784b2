// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstddef>
#include <cstdint>
#include <optional>

namespace volley::program {

/// When to use colours: `automatic` means on a terminal, unless NO_COLOR is set or TERM is `dumb`.
enum class Colour : std::uint8_t { automatic, always, never };

/// Whether what goes to a descriptor is to be in colours.
bool in_colour(Colour colour, int descriptor);

/// The columns of the terminal behind a descriptor on which a line can be drawn again; nullopt if it is none, or knows
/// no cursor.
std::optional<std::size_t> columns(int descriptor);

}  // namespace volley::program
