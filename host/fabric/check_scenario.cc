#include "host/fabric/check_scenario.h"

#include <algorithm>
#include <sstream>

#include "cuda/types.h"
#include "host/fabric/tier_link.h"
#include "host/fabric/wiring.h"

namespace copperwall {

namespace {

//! Some 300 MB of fabric; 1,152 gpus with 72 links each have 165,888.
constexpr std::uint64_t kMaxDirectedLinks = 4'194'304;

class Findings {
public:
    template <class... Parts>
    void add(Place const& place, Parts const&... parts)
    {
        std::ostringstream text;
        (text << ... << parts);
        diagnostics_.push_back({place, text.str(), {}, {}});
    }

    std::vector<Diagnostic> take() { return std::move(diagnostics_); }

private:
    std::vector<Diagnostic> diagnostics_;
};

void check_wiring(FabricSpec const& fabric, Findings& findings)
{
    if (fabric.tiers.empty()) return findings.add(fabric.place, "the fabric has no tier; add [tier.NAME]");
    std::size_t leaves[2] = {0, 0};
    for (TierSpec const& tier : fabric.tiers) {
        bool const leaf = tier.above.empty();
        if (leaf) ++leaves[tier.outside ? kOutside : kInside];
        if (leaf ? tier.wiring == "single_tier" : tier.wiring == "spine" || tier.wiring == "mesh") continue;
        findings.add(fabric.place, "unknown wiring '", tier.wiring, "' of tier '", tier.name, "'; use ",
                     leaf ? "single_tier" : "spine or mesh");
    }
    if (leaves[kInside] != 1)
        findings.add(fabric.place, "the fabric has ", leaves[kInside],
                     " tiers between gpus and switches; leave one [tier.NAME]");
    if (leaves[kOutside] > 1)
        findings.add(fabric.place, "the scale-out network has ", leaves[kOutside],
                     " tiers of NICs; leave one [tier.NAME]");
    if (fabric.domains > 1 && leaves[kOutside] == 0)
        findings.add(fabric.place, fabric.domains, " domains and no network between them; add one");
}

void check_leaf(FabricSpec const& fabric, TierSpec const& tier, Findings& findings)
{
    std::uint32_t const leaf_gpus = tier.leaf_gpus == 0 ? fabric.gpus : tier.leaf_gpus;
    if (leaf_gpus < 2 || leaf_gpus > kMaxPortsPerNode)
        findings.add(fabric.place, "gpus = ", leaf_gpus, " (a switch has a port for each); use 2 to ",
                     kMaxPortsPerNode);
    if (tier.links_per_gpu == 0 || tier.links_per_gpu > kMaxPortsPerNode)
        findings.add(fabric.place, "links_per_gpu = ", tier.links_per_gpu, "; use 1 to ", kMaxPortsPerNode);
    std::uint32_t const together = tier.rail_only ? fabric.domains : fabric.gpus * fabric.domains;
    bool const joined = std::any_of(fabric.tiers.begin(), fabric.tiers.end(),
                                    [&](TierSpec const& t) { return t.above == tier.name; });
    if (tier.outside && tier.leaf_gpus != 0 && tier.leaf_gpus < together && !joined)
        findings.add(fabric.place, together, " NICs of tier '", tier.name, "' on switches of ",
                     tier.leaf_gpus, " that no spines join; add [spine.NAME] with above = \"", tier.name,
                     "\"");
    std::uint64_t const links = std::uint64_t{2} * fabric.gpus * fabric.domains * tier.links_per_gpu;
    if (links > kMaxDirectedLinks)
        findings.add(fabric.place, std::uint64_t{fabric.gpus} * fabric.domains, " gpus with ",
                     tier.links_per_gpu, " links have ", links, " directed links, and ", kMaxDirectedLinks,
                     " is the most; lower one of the two");
    if (tier.switches.chips == 0 || (!tier.outside && tier.switches.chips > tier.links_per_gpu))
        findings.add(fabric.place, tier.switches.chips, " switch chips in tier '", tier.name, "' for ",
                     tier.links_per_gpu, " links a gpu (each chip takes at least one); use 1 to ",
                     tier.links_per_gpu);
}

TierSpec const* tier_named(FabricSpec const& fabric, std::string const& name)
{
    for (TierSpec const& tier : fabric.tiers)
        if (tier.name == name) return &tier;
    return nullptr;
}

//! Spines above leaves, or cores above spines.
void check_above(FabricSpec const& fabric, TierSpec const& tier, Findings& findings)
{
    TierSpec const* below = tier_named(fabric, tier.above);
    if (below == nullptr) return;
    std::uint32_t const gpus = !tier.outside      ? fabric.gpus
                               : below->rail_only ? fabric.domains
                                                  : fabric.gpus * fabric.domains;
    bool const joined = std::any_of(fabric.tiers.begin(), fabric.tiers.end(),
                                    [&](TierSpec const& t) { return t.above == tier.name; });
    if (tier.pod_gpus != 0 && tier.pod_gpus < gpus && !joined)
        findings.add(fabric.place, "pods of '", tier.name, "' hold ", tier.pod_gpus, " of ", gpus,
                     " gpus and no cores join them; add [spine.NAME] with above = \"", tier.name, "\"");
    std::string problem;
    if (below->rail_only && tier.wiring == "mesh") {
        problem = "mesh '" + tier.name + "' above rails that are not joined; use wiring = \"spine\"";
    } else if (below->above.empty()) {
        problem = spine_problem(*below, tier, gpus);
    } else {
        TierSpec const* leaf = tier_named(fabric, below->above);
        if (leaf != nullptr && leaf->rail_only)
            problem =
                "cores '" + tier.name + "' above rails that are not joined; leave them or rail_only out";
        else if (leaf == nullptr || !leaf->above.empty())
            problem = "tier '" + tier.name + "' stands above cores; leave it out";
        else if (spine_problem(*leaf, *below, gpus).empty())
            problem = core_problem(fabric, *leaf, *below, tier);
    }
    if (!problem.empty()) findings.add(fabric.place, problem);
}

void check_trays(Place const& place, std::string const& what, std::size_t trays, std::uint32_t per_tray,
                 std::uint32_t needed, Findings& findings)
{
    std::uint64_t const room = static_cast<std::uint64_t>(trays) * per_tray;
    if (room < needed)
        findings.add(place, trays, " ", what, " trays of ", per_tray, " hold ", room, ", and the fabric has ",
                     needed, "; add trays or raise what one holds");
}

void check_rate(Place const& fabric, TierSpec const& tier, Findings& findings)
{
    double const lanes_Gbps = tier.lanes * tier.lane_rate_Gbps.value;
    double const link_Gbps = 8 * tier.link_rate_GBps.value;
    Place const& place = tier.link_rate_GBps.place.line != 0 ? tier.link_rate_GBps.place : fabric;
    if (link_Gbps > lanes_Gbps)
        findings.add(place, "link_rate_GBps = ", tier.link_rate_GBps.value, " is ", link_Gbps, " Gb/s, and ",
                     tier.lanes, " lanes of ", tier.lane_rate_Gbps.value, " Gb/s carry ", lanes_Gbps,
                     "; lower it or add lanes");
    if (!(link_Gbps > 0)) findings.add(place, "link_rate_GBps must be above 0");
}

char const* carrier_name(TechnologySpec const& technology)
{
    return technology.carrier == Carrier::optical ? "optical" : "electrical";
}

void check_fit(ScenarioSpec const& scenario, TierSpec const& tier, TechnologySpec const& a,
               TechnologySpec const& b, Findings& findings)
{
    if (a.carrier != b.carrier)
        return findings.add(scenario.place, "ends of tier '", tier.name, "' do not fit: '", a.name, "' is ",
                            carrier_name(a), ", '", b.name, "' is ", carrier_name(b),
                            "; use one carrier at both ends");
    if (a.phy_latency_ns.has_value() != b.phy_latency_ns.has_value())
        findings.add(scenario.place, "ends of tier '", tier.name, "' do not fit: of '", a.name, "' and '",
                     b.name, "' one works without SerDes, the other needs them; use one kind at both ends");
    std::string const medium = shared_medium(tier, a, b);
    if (medium.empty())
        return findings.add(scenario.place, "ends of tier '", tier.name, "' do not fit: '", a.name, "' and '",
                            b.name, "' have no medium in common; give them one in `media`");
    for (std::string const& needed : {medium, std::string("board")})
        if (!scenario.media.contains(needed))
            findings.add(scenario.place, "medium '", needed, "' is not in media.toml; add [medium.", needed,
                         "]");
}

void check_ends(ScenarioSpec const& scenario, TierSpec const& tier, Findings& findings)
{
    auto const ends = scenario.ends.find(tier.name);
    if (ends == scenario.ends.end())
        return findings.add(scenario.place, "no technology for tier '", tier.name, "'; name one in `ends`");
    if (ends->second.a == kCopperWhenYouCan) {
        if (!scenario.technologies.contains(scenario.fallback))
            findings.add(scenario.place, "tier '", tier.name,
                         "' asks for copper_when_you_can; name a fallback");
        return;
    }
    auto const a = scenario.technologies.find(ends->second.a);
    auto const b = scenario.technologies.find(ends->second.b);
    for (auto const& [found, name] : {std::pair{a, &ends->second.a}, std::pair{b, &ends->second.b}})
        if (found == scenario.technologies.end())
            findings.add(scenario.place, "unknown technology '", *name, "' in `ends` of tier '", tier.name,
                         "'; it needs a file in topologies/technologies");
    if (a != scenario.technologies.end() && b != scenario.technologies.end())
        check_fit(scenario, tier, a->second, b->second, findings);
}

}  // namespace

std::vector<Diagnostic> impossible_in(ScenarioSpec const& scenario)
{
    FabricSpec const& fabric = scenario.fabric;
    Findings findings;
    check_wiring(fabric, findings);
    for (TierSpec const& tier : fabric.tiers) {
        PlacementSpec const& at = tier.placement;
        if (!tier.above.empty()) {
            check_above(fabric, tier, findings);
        } else {
            check_leaf(fabric, tier, findings);
        }
        if (tier.above.empty() && !tier.outside) {
            std::uint32_t const gpus = tier.leaf_gpus == 0 ? fabric.gpus : tier.leaf_gpus;
            check_trays(fabric.place, "gpu", at.gpu_trays_u.size(), at.gpus_per_tray, gpus, findings);
            check_trays(fabric.place, "switch", at.switch_trays_u.size(), at.chips_per_tray,
                        tier.switches.chips, findings);
        }
        check_rate(fabric.place, tier, findings);
        check_ends(scenario, tier, findings);
    }
    if (fabric.front_end) {
        check_rate(fabric.place, *fabric.front_end, findings);
        check_ends(scenario, *fabric.front_end, findings);
    }
    return findings.take();
}

}  // namespace copperwall
