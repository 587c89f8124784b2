// SPDX-License-Identifier: Apache-2.0
#include "program/version.h"

namespace volley::program {

std::string_view version() {
  return VOLLEY_VERSION;
}

}  // namespace volley::program
