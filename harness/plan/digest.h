// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string_view>

#include "plan/value.h"

namespace volley::plan {

Bytes sha1(std::string_view bytes);                               ///< 20 bytes, FIPS 180-4.
Bytes sha256(std::string_view bytes);                             ///< 32 bytes, FIPS 180-4.
Bytes hmac_sha1(std::string_view key, std::string_view message);  ///< 20 bytes, RFC 2104.
Bytes base64(std::string_view bytes);                             ///< RFC 4648 §4: padded, without line ends.

}  // namespace volley::plan
