#include "host/fabric/replan.h"

#include <algorithm>
#include <cmath>
#include <set>
#include <sstream>

#include "host/input/error.h"

namespace copperwall {
namespace {

constexpr std::size_t kMostPlans = 64;
constexpr std::size_t kMostRoutes = std::size_t{1} << 30;  //!< of all plans, 2 B each

//! From when to when routes go round a link.
struct Noticed {
    LinkId link = 0;
    Time from = 0;
    Time to = 0;
};

std::vector<Noticed> noticed_outages(Network const& network, Time after_fs)
{
    std::vector<Noticed> all;
    for (LinkId link = 0; link != network.links.size(); ++link) {
        std::size_t o = network.links[link].outages;
        for (; o != kNoOutage && network.outages[o].down_fs != kNever; ++o) {
            Outage const& outage = network.outages[o];
            bool const for_good = outage.up_fs == kNever;
            if (!for_good && outage.up_fs - outage.down_fs <= after_fs) continue;
            Time const from = std::max(Time{1}, outage.down_fs + after_fs);
            all.push_back({link, from, for_good ? kNever : outage.up_fs + after_fs});
        }
    }
    return all;
}

void require_few(std::size_t times, Network const& network, ScenarioSpec const& scenario)
{
    std::size_t const plan = network.switches() * network.gpus;
    std::size_t const most = std::min(kMostPlans, kMostRoutes / plan);
    if (times <= most) return;
    throw InputError(
        {Diagnostic{scenario.outages.front().place,
                    "routes would be planned anew " + std::to_string(times) + " times (here up to " +
                        std::to_string(most) + ", each with " + std::to_string(plan) +
                        " routes); let outages begin and end together, or leave "
                        "reroute_after_us out",
                    {},
                    {}}});
}

void note_replans(ScenarioSpec const& scenario, std::size_t times, std::uint64_t stuck, Fabric& fabric)
{
    std::ostringstream text;
    text << "routes are planned anew " << scenario.reroute_after_us
         << " us after links go down or come back, " << times << (times == 1 ? " time" : " times")
         << "; what waits for such a link then goes another way, at once";
    if (stuck != 0)
        text << "; " << stuck
             << " routes from a switch to a gpu find none, and what takes them waits where they end";
    fabric.notes.push_back(text.str());
}

}  // namespace

RoutePlans route_plans(ScenarioSpec const& scenario, std::vector<bool> const& dead, Fabric const& fabric)
{
    RoutePlans plans{{}, {dead}};
    if (std::isinf(scenario.reroute_after_us)) return plans;
    auto const after_fs =
        static_cast<Time>(std::llround(scenario.reroute_after_us * static_cast<double>(kFsPerUs)));
    auto const noticed = noticed_outages(fabric.network, after_fs);
    std::set<Time> times;
    for (Noticed const& n : noticed)
        for (Time const at : {n.from, n.to})
            if (at < kHorizon) times.insert(at);
    require_few(times.size(), fabric.network, scenario);
    plans.times_fs.assign(times.begin(), times.end());
    for (Time const at : times) {
        auto& now = plans.dead.emplace_back(dead);
        for (Noticed const& n : noticed)
            if (n.from <= at && at < n.to) now[n.link] = true;
    }
    return plans;
}

void plan_routes(ScenarioSpec const& scenario, std::vector<Levels> const& levels, RoutePlans const& plans,
                 Fabric& fabric)
{
    Rerouted const rerouted = reroute(levels, scenario.routing, plans.dead, fabric);
    if (rerouted.detours != 0)
        fabric.notes.push_back(
            std::to_string(rerouted.detours) +
            " routes go around dead links by others of the same plane; dead links draw the power of "
            "idle ones, and the closed form knows nothing of detours");
    if (plans.times_fs.empty()) return;
    fabric.network.replanned_fs = plans.times_fs;
    note_replans(scenario, plans.times_fs.size(), rerouted.stuck, fabric);
}

}  // namespace copperwall
