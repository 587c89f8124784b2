// SPDX-License-Identifier: Apache-2.0
#include "plan/descriptors.h"

#include <algorithm>

namespace volley::plan {
namespace {

/// A program has three pipes, a channel to its keeper with a process descriptor, and an event.
constexpr std::uint64_t of_program = 6;
/// A link has a poller of its own and two entrances; what goes through it has two sockets in it.
constexpr std::uint64_t of_link = 3;
constexpr std::uint64_t of_passage = 2;
/// More than any system has.
constexpr std::uint64_t most = std::uint64_t{1} << 40;

/// Adds up what the steps of a range hold. Blocks are nested to a bounded depth.
class Count {
 public:
  explicit Count(const Plan& plan) : plan_(plan) {}

  std::uint64_t steps(std::uint32_t begin, std::uint32_t end) {
    std::uint64_t total = 0;
    for (next_ = begin; next_ < end;) {
      const auto& action = plan_.steps[next_++].action;
      total = std::min(total + std::visit([this](const auto& step) { return this->of(step); }, action), most);
    }
    return total;
  }

 private:
  static std::uint64_t of(const Listen&) { return 1; }
  static std::uint64_t of(const Bind&) { return 1; }
  static std::uint64_t of(const Connect& step) { return step.link ? 1 + of_passage : 1; }
  static std::uint64_t of(const Link&) { return of_link; }
  static std::uint64_t of(const Accept&) { return 1; }
  static std::uint64_t of(const Start&) { return of_program; }
  std::uint64_t of(const Repeat& step) { return body(step.body); }
  std::uint64_t of(const Parallel& step) {
    const auto* count = std::get_if<Integer>(&step.count.value);
    const bool is_known = step.count.op == Op::literal && count && *count >= 0;
    const auto copies = is_known ? static_cast<std::uint64_t>(std::min(*count, Integer{1'000'000})) : 1;
    return copies * std::min(body(step.body), most / 1'000'000);
  }
  std::uint64_t of(const AnyOrder& step) {
    std::uint64_t total = 0;
    for (const auto& branch : step.branches) total += body(branch);
    return total;
  }
  std::uint64_t of(const OneOf& step) {
    std::uint64_t largest = 0;
    for (const auto& branch : step.branches) largest = std::max(largest, body(branch));
    return largest;
  }
  template <class Other>
  static std::uint64_t of(const Other&) {
    return 0;
  }

  std::uint64_t body(const Body& body) {
    const auto total = steps(body.begin, body.end);
    next_ = body.end;
    return total;
  }

  const Plan& plan_;
  std::uint32_t next_ = 0;  // step
};

}  // namespace

std::uint64_t descriptors_needed(const Plan& plan) {
  const auto end = end_of_main(plan);
  Count count(plan);
  const auto main = count.steps(0, end);
  return std::max(main, count.steps(end, static_cast<std::uint32_t>(plan.steps.size())));
}

}  // namespace volley::plan
