#include "host/schedule/expert_draw.h"

#include <numeric>

namespace copperwall {

namespace {

constexpr int kRepeats = 16;  //!< after as many in a row, draw from the rest: the odds are the same

}  // namespace

AliasTable::AliasTable(std::vector<std::uint32_t> const& weights)
    : sum_(std::accumulate(weights.begin(), weights.end(), std::uint64_t{0})), columns_(weights.size())
{
    std::vector<std::uint64_t> mass;  // of each item, in units of a column's height
    std::vector<std::uint32_t> below, above;
    for (std::uint32_t i = 0; i != weights.size(); ++i) {
        mass.push_back(std::uint64_t{weights[i]} * weights.size());
        (mass[i] < sum_ ? below : above).push_back(i);
        columns_[i] = {static_cast<std::uint32_t>(sum_), i};
    }
    while (!below.empty() && !above.empty()) {
        std::uint32_t const low = below.back(), high = above.back();
        below.pop_back();
        columns_[low] = {static_cast<std::uint32_t>(mass[low]), high};
        mass[high] -= sum_ - mass[low];
        if (mass[high] >= sum_) continue;
        above.pop_back();
        below.push_back(high);
    }
}

ExpertDraw::ExpertDraw(std::vector<std::uint32_t> const& weights)
    : weights_(weights),
      table_(weights),
      sum_(std::accumulate(weights.begin(), weights.end(), std::uint64_t{0})),
      taken_by_(weights.size())
{
}

void ExpertDraw::begin_token()
{
    ++token_;
    left_ = sum_;
}

std::uint32_t ExpertDraw::next(std::mt19937_64& random)
{
    for (int i = 0; i != kRepeats; ++i) {
        std::uint32_t const expert = table_.item(random());
        if (taken_by_[expert] != token_) return take(expert);
    }
    return take(next_of_the_rest(random()));
}

std::uint32_t ExpertDraw::take(std::uint32_t expert)
{
    taken_by_[expert] = token_;
    left_ -= weights_[expert];
    return expert;
}

std::uint32_t ExpertDraw::next_of_the_rest(std::uint64_t random)
{
    std::uint64_t point = (random >> 32) * left_ >> 32;
    std::uint32_t expert = 0;
    for (;; ++expert) {
        if (taken_by_[expert] == token_) continue;
        if (point < weights_[expert]) return expert;
        point -= weights_[expert];
    }
}

}  // namespace copperwall
