#include <stdexcept>
#include <string>

#include "cuda/check.h"

namespace copperwall {
namespace {

[[noreturn]] void fail(std::string const& problem)
{
    throw std::invalid_argument(problem);
}

void check_rate(Network const& n, std::size_t o)
{
    Outage const& outage = n.outages[o];
    if (outage.rate_after == kSameRate) return;
    if (outage.rate_after >= n.rates_Bps.size() || outage.up_fs == kNever)
        fail("network: outage " + std::to_string(o) + " ends at rate " + std::to_string(outage.rate_after) +
             " of none, or never");
}

bool lies_behind(Outage const& outage, Time up_fs)
{
    return outage.down_fs > up_fs && outage.up_fs > outage.down_fs &&
           (outage.up_fs < kHorizon || outage.up_fs == kNever);
}

//! Returns where the list that begins at `o` is closed.
std::size_t end_of_list(Network const& n, std::size_t o)
{
    Time up_fs = -1;
    for (; o != n.outages.size(); ++o) {
        Outage const& outage = n.outages[o];
        if (outage.down_fs == kNever) return o;
        if (!lies_behind(outage, up_fs))
            fail("network: outage " + std::to_string(o) + " from " + std::to_string(outage.down_fs) + " to " +
                 std::to_string(outage.up_fs) +
                 " fs does not lie behind the one before it, or ends past 2^61 fs");
        check_rate(n, o);
        up_fs = outage.up_fs;
    }
    fail("network: the last list of outages is not closed");
}

}  // namespace

void check_outages(Network const& n)
{
    std::vector<bool> begins(n.outages.size() + 1, false);
    for (std::size_t o = 0; o != n.outages.size(); o = end_of_list(n, o) + 1) begins[o] = true;
    begins[kNoOutage] = n.outages.empty() || n.outages.front().down_fs == kNever;
    if (!begins[kNoOutage]) fail("network: list 0 of outages is not empty");
    for (std::size_t l = 0; l != n.links.size(); ++l) {
        std::uint16_t const list = n.links[l].outages;
        if (list < begins.size() && begins[list]) continue;
        fail("link " + std::to_string(l) + ": no list of outages begins at " + std::to_string(list));
    }
}

}  // namespace copperwall
