// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string_view>

namespace volley::engine {

/// Whether `code` is the errno that a scenario calls `name` (`fails refused`). `would_block` is none of them.
bool is_error_named(std::string_view name, int code);

/// Whether an errno tells of our own system's limits and rights, not of the peer: out of descriptors or memory, an
/// address in use or not ours, a permission.
bool is_refused_by_system(int code);

/// Whether an errno tells that descriptors or memory are out: whatever error a step expects, this answers nothing.
bool is_shortage(int code);

}  // namespace volley::engine
