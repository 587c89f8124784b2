// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>
#include <vector>

#include "source/source.h"

namespace volley::plan {

struct Plan;

/// `target NAME = MEMBER | MEMBER`: targets that serve one protocol. A plan that uses it names it as its target, and
/// runs only when one of the members stands in its place.
struct Family {
  std::string name;
  std::vector<std::string> members;  ///< In the order of the file.
  source::Span span;                 ///< The name.
  friend bool operator==(const Family&, const Family&) = default;
};

/// The family that the plan uses, of which there is at most one; null if it uses none.
const Family* family_of(const Plan& plan, const std::vector<Family>& families);

/// The plan against one server: `target` stands wherever the family did, and reports call the case that of `server`.
Plan served_by(Plan plan, const Family& family, const std::string& target, const std::string& server);

}  // namespace volley::plan
