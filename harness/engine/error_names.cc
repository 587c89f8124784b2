// SPDX-License-Identifier: Apache-2.0
#include "engine/error_names.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <utility>

namespace volley::engine {
namespace {

using Named = std::pair<std::string_view, int>;
// POSIX.1-2017 XSH 2.3. One name may stand for several codes where systems and address families differ.
constexpr std::array names{
    Named{"refused", ECONNREFUSED},       Named{"reset", ECONNRESET},          Named{"broken_pipe", EPIPE},
    Named{"timed_out", ETIMEDOUT},        Named{"in_use", EADDRINUSE},         Named{"not_available", EADDRNOTAVAIL},
    Named{"unreachable", ENETUNREACH},    Named{"unreachable", EHOSTUNREACH},  Named{"invalid", EINVAL},
    Named{"invalid", EAFNOSUPPORT},       Named{"too_long", EMSGSIZE},         Named{"too_long", ENAMETOOLONG},
    Named{"permission", EACCES},          Named{"permission", EPERM},          Named{"not_connected", ENOTCONN},
    Named{"not_connected", EDESTADDRREQ}, Named{"already_connected", EISCONN},
};

constexpr std::array shortage_codes{EMFILE, ENFILE, ENOMEM, ENOBUFS};
constexpr std::array system_codes{EADDRINUSE, EADDRNOTAVAIL, EACCES, EPERM, EAFNOSUPPORT};

}  // namespace

bool is_error_named(std::string_view name, int code) {
  return std::ranges::find(names, Named{name, code}) != names.end();
}

bool is_refused_by_system(int code) {
  return is_shortage(code) || std::ranges::find(system_codes, code) != system_codes.end();
}

bool is_shortage(int code) {
  return std::ranges::find(shortage_codes, code) != shortage_codes.end();
}

}  // namespace volley::engine
