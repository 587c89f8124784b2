// SPDX-License-Identifier: Apache-2.0
// One cut a run, at every place where whoever reads may have thought that a read ends.
#include <algorithm>

#include "plan/boundaries.h"
#include "vary/streams.h"
#include "vary/table.h"

namespace volley::vary {
namespace {

using CutOfStep = Run::CutOfStep;

/// The places at which the sends of a plan can be cut.
class Places {
 public:
  explicit Places(const plan::Plan& plan) : plan_(plan) {
    for (std::size_t i = 0; i < plan.steps.size(); ++i) {
      step_ = static_cast<std::uint32_t>(i);
      if (is_free_send(plan, plan.steps[i])) add(std::get<plan::Send>(plan.steps[i].action));
    }
  }
  const std::vector<CutOfStep>& between() const { return between_; }
  const std::vector<CutOfStep>& inside() const { return inside_; }

 private:
  void add(const plan::Send& send) {
    for (item_ = 0; item_ < send.items.size(); ++item_) {
      if (item_ > 0) between_.push_back(at(0));
      std::visit([this](const auto& extent) { add(extent); }, send.items[item_].extent);
    }
  }
  CutOfStep at(std::optional<std::uint64_t> offset) const { return {step_, plan::Cut{item_, offset}}; }

  /// Lines are what a text is made of.
  void add(const plan::Literal& literal) {
    const std::string_view bytes = literal.bytes;
    for (std::size_t begin = 0; begin < bytes.size();) {
      const auto end = std::min(bytes.find('\n', begin), bytes.size() - 1) + 1;
      add_piece(begin, bytes.substr(begin, end - begin));
      if (end < bytes.size()) between_.push_back(at(end));
      begin = end;
    }
  }
  /// Messages, and other values: known now, if they are made of nothing that the run finds out.
  void add(const plan::Computed& computed) {
    const auto fields = plan::boundaries(computed.value, plan_.messages);
    if (!fields) return inside_.push_back(at(std::nullopt));
    std::uint64_t begin = 0;
    for (const auto end : fields->begins) {
      between_.push_back(at(end));
      add_piece(begin, end - begin);
      begin = end;
    }
    add_piece(begin, fields->size - begin);
  }
  void add(const plan::Contents& contents) { add_piece(0, view(contents).size()); }
  void add(const auto&) { inside_.push_back(at(std::nullopt)); }

  void add_piece(std::uint64_t begin, std::uint64_t size) {
    if (size > 1) inside_.push_back(at(begin + (size + 1) / 2));
  }
  void add_piece(std::uint64_t begin, std::string_view line) {
    const bool has_end = line.size() > 2 && line.ends_with("\r\n");
    add_piece(begin, line.size() - (has_end ? 2 : 0));
    if (has_end) inside_.push_back(at(begin + line.size() - 1));
  }

  const plan::Plan& plan_;
  std::uint32_t step_ = 0;
  std::uint32_t item_ = 0;
  std::vector<CutOfStep> between_;
  std::vector<CutOfStep> inside_;
};

/// Adds the first and others at equal distances, `most` at most.
void add_spread(std::vector<Run>& runs, const std::vector<CutOfStep>& places, std::size_t most) {
  const auto count = std::min(most, places.size());
  for (std::size_t i = 0; i < count; ++i) runs.push_back({.cut = places[i * places.size() / count]});
}

}  // namespace

std::optional<plan::Plan> split(const plan::Plan& plan) {
  const Places places(plan);
  if (places.between().empty() && places.inside().empty()) return {};
  return plan;
}

Runs cuts(const plan::Plan& plan, const Limits& limits) {
  const Places places(plan);
  Runs all;
  add_spread(all.runs, places.between(), limits.split);
  add_spread(all.runs, places.inside(), limits.split - all.runs.size());
  all.left_out = places.between().size() + places.inside().size() - all.runs.size();
  return all;
}

}  // namespace volley::vary
