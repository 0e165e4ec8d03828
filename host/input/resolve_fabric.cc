#include <algorithm>

#include "cuda/types.h"
#include "host/input/check_buffers.h"
#include "host/input/check_degraded.h"
#include "host/input/resolve.h"
#include "host/input/suggest.h"

namespace copperwall {

namespace {

namespace fs = std::filesystem;

void check_groups(std::vector<CollectiveSpec> const& collectives, FabricSpec const& fabric,
                  Document const& document, ErrorList& errors)
{
    for (std::size_t i = 0; i < collectives.size(); ++i) {
        std::uint32_t const group = collectives[i].group;
        std::string const written = "'group' = " + std::to_string(group);
        Place const place = document.place_at("collective[" + std::to_string(i) + "].group");
        if (group == 1)
            errors.add(place, written + " is one rank (a collective has at least 2); give 2 or more");
        std::uint64_t const gpus = std::uint64_t{fabric.gpus} * fabric.domains;
        if (gpus != 0 && group > gpus)
            errors.add(place, written + " but " + fabric.name + " has " + std::to_string(gpus) +
                                  " gpus (a rank is a gpu); make the group smaller or take a larger fabric");
    }
}

//! What is wrong with packets of `bytes` on a tier, or "".
std::string packet_problem(std::uint32_t bytes, std::uint32_t flit, std::uint32_t most,
                           std::string const& tier)
{
    std::string const written = "'packet_bytes' = " + std::to_string(bytes);
    std::string const flits = " of " + std::to_string(flit) + " bytes";
    if (bytes % flit != 0)
        return written + " is no multiple of the flit" + flits + " on tier '" + tier +
               "' (packets are whole flits); take a multiple of " + std::to_string(flit);
    if (bytes / flit > most)
        return written + " is " + std::to_string(bytes / flit) + " flits" + flits + " (at most " +
               std::to_string(most) + (most == kMaxFlitsPerPacket ? "" : " with acks = \"packets\"") +
               "); make it smaller";
    return {};
}

void check_packet(ScenarioSpec const& scenario, FabricSpec const& fabric, Document const& document,
                  ErrorList& errors)
{
    std::uint32_t const most = scenario.ack_packets ? kMaxFlitsPerPacket / 2 : kMaxFlitsPerPacket;
    for (auto const& tier : fabric.tiers) {
        auto const flit = static_cast<std::uint32_t>(tier.wire.flit_bytes.value);
        if (flit == 0) continue;
        std::string const problem = packet_problem(scenario.simulation.packet_bytes, flit, most, tier.name);
        if (!problem.empty()) errors.add(document.place_at("simulation.packet_bytes"), problem);
    }
}

//! Nothing to join: gpus below one leaf, or below the spines of one pod.
bool needless(FabricSpec const& fabric, TierSpec const& tier, std::uint64_t gpus)
{
    for (auto const& below : fabric.tiers) {
        if (below.name != tier.above) continue;
        if (below.above.empty()) return below.leaf_gpus == 0 || below.leaf_gpus >= gpus;
        return needless(fabric, below, gpus) || below.pod_gpus >= gpus;
    }
    return false;
}

void drop_needless(FabricSpec& fabric, std::uint64_t gpus)
{
    FabricSpec const whole = fabric;
    std::erase_if(fabric.tiers, [&](TierSpec const& tier) { return needless(whole, tier, gpus); });
}

//! Of spines: not of cores.
void set_oversubscription(FabricSpec& fabric, double oversubscription)
{
    if (oversubscription == 0) return;
    for (auto& tier : fabric.tiers)
        for (auto const& below : fabric.tiers)
            if (below.name == tier.above && below.above.empty()) tier.oversubscription = oversubscription;
}

//! A domain of as many gpus as the scenario wants; spines only where it has several leaves.
void size_domain(ScenarioFile const& scenario, Document const& document, FabricSpec& fabric,
                 ErrorList& errors)
{
    if (scenario.domain_gpus != 0) fabric.gpus = scenario.domain_gpus;
    drop_needless(fabric, fabric.gpus);
    set_oversubscription(fabric, scenario.oversubscription);
    for (auto& tier : fabric.tiers) {
        if (!tier.above.empty()) continue;
        bool const joined = std::any_of(fabric.tiers.begin(), fabric.tiers.end(),
                                        [&](TierSpec const& t) { return t.above == tier.name; });
        std::uint32_t const most =
            tier.leaf_gpus == 0
                ? static_cast<std::uint32_t>(tier.placement.gpu_trays_u.size()) * tier.placement.gpus_per_tray
                : tier.leaf_gpus;
        tier.leaf_gpus = std::min(most, fabric.gpus);
        if (tier.leaf_gpus == 0 || fabric.gpus == tier.leaf_gpus) continue;
        if (joined && fabric.gpus % tier.leaf_gpus == 0) continue;
        errors.add(document.place_at("fabric.domain_gpus"),
                   "'domain_gpus' = " + std::to_string(fabric.gpus) + " on " + fabric.name +
                       ", whose switches take " + std::to_string(most) + " gpus" +
                       (joined ? " each (domains are whole racks); take a multiple of it"
                               : " and have no spines above them; take no more"));
    }
}

//! Adds the tiers between domains.
void resolve_scale_out(Loader& loader, ScenarioFile& scenario, Document const& document,
                       std::optional<MediaFile> const& media, FabricSpec& fabric)
{
    fabric.domains = scenario.domains;
    if (scenario.scale_out.text.empty()) {
        if (scenario.domains > 1)
            loader.errors.add(document.place_at("fabric.domains"),
                              std::to_string(scenario.domains) +
                                  " domains and no network between them; add scale_out = \"NAME\", a file of "
                                  "topologies/scale_out/");
        return;
    }
    auto const file = loader.find_named(scenario.scale_out, loader.tree.scale_outs(), "scale-out network");
    auto network = file ? read_fabric(loader, *file, FileKind::scale_out) : std::nullopt;
    if (!network) return;
    if (media) check_media(*network, *media, loader.errors);
    fabric.scale_out = network->spec.name;
    fabric.front_end = network->spec.front_end;
    std::uint64_t const gpus = std::uint64_t{fabric.gpus} * fabric.domains;
    bool const apart = !network->spec.tiers.empty() && network->spec.tiers.front().rail_only;
    drop_needless(network->spec, apart ? fabric.domains : gpus);
    set_oversubscription(network->spec, scenario.scale_out_oversubscription);
    for (auto& tier : network->spec.tiers) {
        if (tier.above.empty() && scenario.scale_out_leaves != LeavesOfNics::file)
            tier.rails = scenario.scale_out_leaves == LeavesOfNics::rails;
        fabric.tiers.push_back(std::move(tier));
    }
}

void check_front_end_name(FabricSpec const& fabric, ErrorList& errors)
{
    for (auto const& tier : fabric.tiers)
        if (tier.name == kFrontEnd)
            errors.add(fabric.place, "a tier is named '" + std::string(kFrontEnd) +
                                         "', as only [front_end] of a scale-out file is; rename it");
}

}  // namespace

void resolve_fabric(Loader& loader, ScenarioFile& scenario, Document const& document,
                    std::optional<MediaFile> const& media)
{
    if (scenario.fabric.text.empty()) return;
    fs::path const from = fs::path(document.file).parent_path();
    auto const file = loader.find_file(scenario.fabric, from, loader.tree.topologies(), FileKind::fabric);
    auto fabric = file ? read_fabric(loader, *file, FileKind::fabric) : std::nullopt;
    if (!fabric) return;
    if (media) check_media(*fabric, *media, loader.errors);
    std::vector<std::string> tiers;
    for (auto const& tier : fabric->spec.tiers) tiers.push_back(tier.name);
    size_domain(scenario, document, fabric->spec, loader.errors);
    resolve_scale_out(loader, scenario, document, media, fabric->spec);
    for (auto const& tier : fabric->spec.tiers)
        if (tier.outside) tiers.push_back(tier.name);
    check_front_end_name(fabric->spec, loader.errors);
    if (fabric->spec.front_end) tiers.push_back(kFrontEnd);
    kill_planes(scenario.spec.dead_planes, document, fabric->spec, loader.errors);
    check_degraded(scenario.spec, fabric->spec, document, loader.errors);
    check_buffers(scenario.spec, document, loader.errors);
    replace_wires(loader, scenario, fabric->spec);
    check_groups(scenario.spec.collectives, fabric->spec, document, loader.errors);
    check_packet(scenario.spec, fabric->spec, document, loader.errors);
    scenario.spec.fabric = std::move(fabric->spec);
    check_ends_names(scenario, tiers, loader.errors);
    settle_ends(scenario, document, loader.errors);
}

}  // namespace copperwall
