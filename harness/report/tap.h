// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstddef>
#include <string>

#include "report/case.h"

/// The Test Anything Protocol, version 14: a version line, a test point for each case, the plan at the end. What is
/// known of a case that is not passed follows it as a YAML block, whose texts are double-quoted: no bytes of a peer can
/// begin a line or end a block.
namespace volley::report {

/// The version line.
std::string tap_begin();
/// Test point `number`, from 1: `not ok` for failures and errors; skipped ones have the directive SKIP, those that are
/// advice or information TODO, which fails nothing.
std::string tap(const Case& one, std::size_t number);
/// The plan, and `Bail out!` if a signal ended the run early: its name, or empty.
std::string tap_end(std::size_t count, const std::string& interrupted_by);

}  // namespace volley::report
