#include "host/command/fabric_cache.h"

#include <filesystem>
#include <sstream>

namespace copperwall {
namespace {

//! Files are known by their path in the tree, places by the path as given.
bool same_name(std::string const& a, std::string const& b)
{
    return std::filesystem::path(a).filename() == std::filesystem::path(b).filename();
}

std::ostream& add(char const* what, LinkSelector const& links, std::ostream& content)
{
    return content << '\n'
                   << what << ' ' << links.tier << ' ' << links.gpu << ' ' << links.chip << ' ' << links.plane
                   << ' ' << links.planes << ' ' << links.port << ' ' << links.ports << ' '
                   << static_cast<int>(links.direction) << ' ';
}

//! All that build_fabric() reads: the files but the scenario's own and the library's, and the scenario's
//! choices.
std::string content_of(ScenarioSpec const& scenario)
{
    std::ostringstream content;
    content.precision(17);
    content << scenario.fabric.name << (scenario.lengths == Lengths::exact ? "\nexact" : "\nclass") << '\n'
            << static_cast<int>(scenario.routing) << ' ' << scenario.routing_packets << '\n'
            << scenario.lane_rate_Gbps << '\n'
            << scenario.fabric.gpus << ' ' << scenario.fabric.domains << ' ' << scenario.fabric.scale_out
            << ' ' << scenario.fallback;
    for (TierSpec const& tier : scenario.fabric.tiers)
        content << '\n'
                << tier.name << ' ' << tier.oversubscription << ' ' << tier.wire.name << ' '
                << tier.links_per_gpu;
    content << '\n'
            << scenario.simulation.seed << ' ' << scenario.job.spare_trays << ' '
            << scenario.job.lost_port_stops << ' ' << scenario.job.checkpoint_h << ' '
            << scenario.job.restart_h;
    for (SlowedSpec const& slowed : scenario.slowed) add("slowed", slowed.links, content) << slowed.rate;
    for (OutageSpec const& outage : scenario.outages)
        add("outage", outage.links, content) << outage.at_us << ' ' << outage.for_us << ' ' << outage.rate;
    for (DeadSpec const& dead : scenario.dead) add("dead", dead.links, content);
    content << static_cast<int>(scenario.reroute) << ' ' << scenario.reroute_after_us;
    for (auto const& [tier, ends] : scenario.ends) content << '\n' << tier << ' ' << ends.a << ' ' << ends.b;
    for (auto const& [path, text] : scenario.files) {
        if (same_name(path, scenario.place.file) || same_name(path, scenario.library.place.file)) continue;
        content << '\n' << path << '\n' << text;
    }
    return content.str();
}

}  // namespace

std::shared_ptr<Fabric const> FabricCache::get(ScenarioSpec const& scenario)
{
    auto& fabric = by_content_[content_of(scenario)];
    if (fabric == nullptr) {
        fabric = std::make_shared<Fabric const>(build_fabric(scenario));
        all_.push_back(fabric);
    }
    return fabric;
}

}  // namespace copperwall
