// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstddef>
#include <string>

#include "report/case.h"

namespace volley::report {

/// Where a case stands in its files, or where it failed. Lines and columns from 1, columns in bytes; the end is that
/// of the last byte. A case that names no step has no columns: they are 0.
struct Place {
  std::string path;
  std::size_t line = 0;
  std::size_t column = 0;
  std::size_t end_line = 0;
  std::size_t end_column = 0;
  friend bool operator==(const Place&, const Place&) = default;
};

/// Of the step or item to blame; without one that of the scenario's first line.
Place place_of(const Case& one);
/// Where a piece of the case's source stands: in its own file by the name that was given, or in one that it uses.
Place place_of(const Case& one, source::Span span);

/// The one line that tells why a case is not passed; empty if it is. Clean.
std::string reason_of(const Case& one);

/// `known for unbound: answers FORMERR`; empty if the scenario knows no deviation of the server. Clean.
std::string deviation_of(const Case& one);

/// As the enumerators are called.
std::string_view name_of(judge::Outcome outcome);

}  // namespace volley::report
