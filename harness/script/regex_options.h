// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <re2/re2.h>

namespace volley::script {

/// How every regular expression of a scenario is read: bytes, not UTF-8; `.` matches a line end too, since an extent is
/// matched whole; errors are told by the caller, never logged.
inline re2::RE2::Options regex_options() {
  re2::RE2::Options options;
  options.set_encoding(re2::RE2::Options::EncodingLatin1);
  options.set_dot_nl(true);
  options.set_log_errors(false);
  return options;
}

}  // namespace volley::script
