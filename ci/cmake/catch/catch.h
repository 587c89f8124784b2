// SPDX-License-Identifier: Apache-2.0
#pragma once
// Catch2 by either of its two layouts, so that a test names neither.
#ifdef VOLLEY_CATCH3
#include <catch2/catch_all.hpp>
#else
#include <catch2/catch.hpp>
#endif
