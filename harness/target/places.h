// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <volley/endpoint.h>
#include <volley/error.h>

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "plan/recipe.h"
#include "target/port_lease.h"

namespace volley::target {

/// What the places in a recipe's templates stand for while one instance of it runs: the host, leased ports, the
/// directory, and unix sockets in it. Movable.
class Places {
 public:
  /// Leases a port for `${port}`, whether the recipe names it or not, and one for each `${port.NAME}` in it.
  static Result<Places> lease(const plan::Recipe& recipe, IpAddress host, std::string dir);

  std::string expand(const plan::Template& text) const;
  std::vector<std::string> arguments(const plan::Recipe& recipe) const;
  /// `program_environment` with what the recipe says.
  std::vector<std::string> environment(const plan::Recipe& recipe) const;

  /// Of a named port or socket; of `${port}` if `name` is empty. Precondition: the recipe names it.
  Endpoint endpoint(std::string_view name) const;
  /// Where a connection shows that the program serves: `${port}` if the recipe names it, else its first
  /// `${socket.NAME}`.
  Endpoint main_endpoint() const;
  const std::string& dir() const { return dir_; }

 private:
  void find(const plan::Template& text);
  std::string socket_path(const std::string& name) const { return dir_ + "/" + name + ".sock"; }

  IpAddress host_;
  std::string dir_;
  std::map<std::string, PortLease, std::less<>> ports_;
  std::vector<std::string> sockets_;  ///< In the order in which the recipe names them.
  bool names_port_ = false;
};

/// What each program gets for its environment, as NAME=VALUE: our PATH, HOME and TMPDIR `dir`, LC_ALL=C, and `own`,
/// which wins.
std::vector<std::string> program_environment(const std::string& dir,
                                             const std::vector<std::pair<std::string, std::string>>& own = {});

/// PATH of this process, for looking up programs and for the programs themselves.
std::string search_path();

}  // namespace volley::target
