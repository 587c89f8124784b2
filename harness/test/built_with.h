// SPDX-License-Identifier: Apache-2.0
#pragma once

#ifndef __has_feature
#define __has_feature(name) 0
#endif

/// The sanitizers that the tests and the program were built with: some tests ask for what these do not allow.
namespace volley::test {

#ifdef __SANITIZE_ADDRESS__
inline constexpr bool has_asan = true;
#else
inline constexpr bool has_asan = __has_feature(address_sanitizer);
#endif
#ifdef __SANITIZE_THREAD__
inline constexpr bool has_tsan = true;
#else
inline constexpr bool has_tsan = __has_feature(thread_sanitizer);
#endif
/// Known of clang only.
inline constexpr bool has_ubsan = __has_feature(undefined_behavior_sanitizer);

}  // namespace volley::test
