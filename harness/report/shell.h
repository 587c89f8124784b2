// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>
#include <string_view>

namespace volley::report {

/// One word of a shell's command line that stands for exactly these bytes: as it is where that is safe, else in single
/// quotes, else (control characters, what is not UTF-8) as `$'…'`, which bash, zsh and ksh read. Printable whatever the
/// bytes are.
std::string shell_word(std::string_view bytes);

}  // namespace volley::report
