// SPDX-License-Identifier: Apache-2.0
// Catch2 2.x is one header: its implementation is compiled here once for all tests.
#ifndef VOLLEY_CATCH3
#define CATCH_CONFIG_MAIN
#include <catch2/catch.hpp>
#endif
