//! What of a plan's transfers decides where packets wait.
#pragma once

#include <algorithm>
#include <vector>

#include "host/account/plan.h"

namespace copperwall {

//! Transfers that use one group of ports; fractions stand for those that were not looked at.
struct GroupTraffic {
    double transfers = 0;
    double bytes = 0;
    double crossing = 0;       //!< of transfers, those that leave their leaf
    std::vector<double> into;  //!< bytes by receiver
};

struct TrafficSample {
    GroupTraffic groups[2];  //!< kInside, kOutside
    bool fan_in = false;     //!< gpus send to many at once, so that many send to one
    bool ordered = false;    //!< of which none meet: units in switches get and send one after another
    bool random = false;     //!< sizes come from a table
    double meet = 0;         //!< gpus whose first message to another domain goes to the same gpu, the most
};

//! Calls visit(rank, transfer, weight) for transfers of a family, evenly among all, a quarter of a million at
//! most; weights, how many each stands for, add up to all. Leaves out those without a receiver.
template <class Visit>
void visit_sampled(Plan const& plan, Family const& f, Visit visit)
{
    constexpr std::uint64_t kMost = std::uint64_t{1} << 18;
    Schedule const& s = plan.schedule;
    std::uint32_t const width = f.width(s.gpus);
    std::uint64_t const all = std::uint64_t{f.count} * width;
    std::uint64_t const stride = 1 + all / kMost;
    for (std::uint64_t i = 0; i < all; i += stride) {
        auto const rank = f.first + static_cast<std::uint32_t>(i % width);
        Transfer const t =
            transfer_of(f, s.table.data(), s.gpus, rank, static_cast<std::uint32_t>(i / width));
        if (t.receiver != kNone) visit(rank, t, static_cast<double>(std::min(stride, all - i)));
    }
}

//! Looks at a quarter of a million transfers of each family at most, evenly among all.
TrafficSample sample_traffic(Plan const& plan, Fabric const& fabric);

}  // namespace copperwall
