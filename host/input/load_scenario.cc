#include "host/input/load_scenario.h"

#include <algorithm>
#include <set>

#include "cuda/types.h"
#include "host/input/check_buffers.h"
#include "host/input/check_degraded.h"
#include "host/input/check_job.h"
#include "host/input/suggest.h"

namespace copperwall {

namespace {

namespace fs = std::filesystem;

//! The tiers a scenario's fabric has, and the names of all that its files have.
struct Tiers {
    std::vector<std::string> known;
};

std::string missing_ends(std::string const& tier, std::string const& fabric)
{
    return "no ends for tier '" + tier + "' of " + fabric + " (every tier's links need a technology); add " +
           tier + " = \"passive_copper\" or another";
}

void check_ends_names(ScenarioFile const& scenario, Tiers const& tiers, ErrorList& errors)
{
    for (auto const& [tier, place] : scenario.ends_places) {
        if (tier == "all" || std::find(tiers.known.begin(), tiers.known.end(), tier) != tiers.known.end())
            continue;
        errors.add(place,
                   "unknown tier '" + tier + "' in [fabric.ends] (" + scenario.spec.fabric.name + " has " +
                       listed(tiers.known) + "); rename or remove it",
                   did_you_mean(tier, tiers.known));
    }
}

//! The ends of every tier: its own, else those for all tiers within domains, else the fabric file's.
void settle_ends(ScenarioFile& scenario, Document const& document, ErrorList& errors)
{
    std::map<std::string, LocatedEnds> settled;
    auto const all = scenario.ends.find("all");
    auto const settle = [&](TierSpec const& tier, bool within_domains) {
        auto const own = scenario.ends.find(tier.name);
        if (own != scenario.ends.end()) {
            settled[tier.name] = own->second;
        } else if (all != scenario.ends.end() && within_domains) {
            settled[tier.name] = all->second;
        } else if (!tier.technology.empty()) {
            Located const technology{tier.technology, scenario.spec.fabric.place};
            settled[tier.name] = {technology, technology};
        } else if (scenario.ends_places.count(tier.name) == 0) {
            errors.add(document.place_at("fabric.ends"), missing_ends(tier.name, scenario.spec.fabric.name));
        }
    };
    for (auto const& tier : scenario.spec.fabric.tiers) settle(tier, !tier.outside);
    if (scenario.spec.fabric.front_end) settle(*scenario.spec.fabric.front_end, false);
    scenario.ends = std::move(settled);
}

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

void check_technology_media(TechnologySpec const& technology, MediaFile const& media, ErrorList& errors)
{
    std::vector<std::string> known;
    for (auto const& [name, spec] : media) known.push_back(name);
    for (auto const& medium : technology.media) {
        if (media.count(medium) != 0) continue;
        errors.add(technology.place,
                   "unknown medium '" + medium + "' in 'media' (topologies/media.toml holds " +
                       listed(known) + "); take one of them or add a table",
                   did_you_mean(medium, known));
    }
}

//! What an end may turn out to be built with.
std::vector<Located> candidates(ScenarioFile const& scenario, Located const& end, ErrorList& errors)
{
    if (end.text != kCopperWhenYouCan) return {end};
    std::vector<Located> all;
    for (char const* copper : kCopperInOrder) all.push_back({copper, end.place});
    if (scenario.fallback.text.empty())
        errors.add(end.place,
                   "copper_when_you_can needs a technology for where no copper reaches; add fallback = "
                   "\"cpo\" or another to [fabric]");
    else
        all.push_back(scenario.fallback);
    return all;
}

void resolve_technologies(Loader& loader, ScenarioFile& scenario, std::optional<MediaFile> const& media)
{
    std::set<std::string> tried;
    scenario.spec.fallback = scenario.fallback.text;
    for (auto const& [tier, ends] : scenario.ends) {
        scenario.spec.ends[tier] = {ends.a.text, ends.b.text};
        auto both = candidates(scenario, ends.a, loader.errors);
        for (auto const& end : candidates(scenario, ends.b, loader.errors)) both.push_back(end);
        for (auto const& end : both) {
            if (!tried.insert(end.text).second) continue;
            auto const file = loader.find_named(end, loader.tree.technologies(), "technology");
            auto technology = file ? read_technology(loader, *file) : std::nullopt;
            if (!technology) continue;
            if (media) check_technology_media(*technology, *media, loader.errors);
            scenario.spec.technologies[end.text] = std::move(*technology);
        }
    }
}

void resolve_library(Loader& loader, ScenarioFile& scenario)
{
    if (scenario.library.text.empty()) return;
    auto const file = loader.find_named(scenario.library, loader.tree.libraries(), "library");
    auto library = file ? read_library(loader, *file) : std::nullopt;
    if (!library) return;
    scenario.spec.library = std::move(*library);
    if (scenario.messages_at_once != 0) scenario.spec.library.messages_at_once = scenario.messages_at_once;
}

template <class Map>
void check_name(Map const& known, std::string const& name, char const* key, Place const& place,
                ErrorList& errors)
{
    if (name.empty() || known.count(name) != 0) return;
    std::vector<std::string> names;
    for (auto const& [each, spec] : known) names.push_back(each);
    errors.add(place,
               "unknown " + std::string(key) + " '" + name + "' (topologies/channel.toml holds " +
                   listed(names) + "); take one of them or add a table",
               did_you_mean(name, names));
}

void check_channel_names(ScenarioSpec const& scenario, ChannelSpec const& channel, ErrorList& errors)
{
    for (auto const& tier : scenario.fabric.tiers) {
        check_name(channel.conductors, tier.conductor, "conductor", scenario.fabric.place, errors);
        check_name(channel.hosts, tier.host, "host", scenario.fabric.place, errors);
        check_name(channel.modulations, tier.modulation, "modulation", scenario.fabric.place, errors);
    }
    for (auto const& [name, technology] : scenario.technologies)
        check_name(channel.hosts, technology.channel_host, "channel_host", technology.place, errors);
}

//! The nominal classes; 112, 224 and 448 are other names of three of them.
void check_lane_rate(double& rate, Document const& document, ErrorList& errors)
{
    if (rate == 112 || rate == 224 || rate == 448) rate = rate / 112 * 100;
    for (double const known : {0.0, 50.0, 100.0, 200.0, 400.0})
        if (rate == known) return;
    errors.add(
        document.place_at("fabric.lane_rate_Gbps"),
        "'lane_rate_Gbps' = " + shortest(rate) +
            " is no lane rate (nominal payload classes are 50, 100, 200 and 400 Gb/s); take one of them");
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

void resolve_fabric(Loader& loader, ScenarioFile& scenario, Document const& document,
                    std::optional<MediaFile> const& media)
{
    if (scenario.fabric.text.empty()) return;
    fs::path const from = fs::path(document.file).parent_path();
    auto const file = loader.find_file(scenario.fabric, from, loader.tree.topologies(), FileKind::fabric);
    auto fabric = file ? read_fabric(loader, *file, FileKind::fabric) : std::nullopt;
    if (!fabric) return;
    if (media) check_media(*fabric, *media, loader.errors);
    Tiers tiers;
    for (auto const& tier : fabric->spec.tiers) tiers.known.push_back(tier.name);
    size_domain(scenario, document, fabric->spec, loader.errors);
    resolve_scale_out(loader, scenario, document, media, fabric->spec);
    for (auto const& tier : fabric->spec.tiers)
        if (tier.outside) tiers.known.push_back(tier.name);
    check_front_end_name(fabric->spec, loader.errors);
    if (fabric->spec.front_end) tiers.known.push_back(kFrontEnd);
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

//! Which lanes copper carries is a question of channel.toml; a tree without one has no answer to give.
void resolve_channel(Loader& loader, ScenarioFile& scenario, Document const& document)
{
    fs::path const file = loader.tree.topologies() / "channel.toml";
    if (!fs::exists(file)) return;
    auto channel = read_channel(loader, file);
    if (!channel) return;
    check_channel_names(scenario.spec, *channel, loader.errors);
    check_lane_rate(scenario.spec.lane_rate_Gbps, document, loader.errors);
    scenario.spec.channel = std::move(*channel);
}

void resolve_reliability(Loader& loader, ScenarioFile& scenario, Document const& document)
{
    auto const reliability = read_reliability(loader, loader.tree.topologies() / "reliability.toml");
    if (reliability) scenario.spec.reliability = *reliability;
    check_job(scenario.spec, document, loader.errors);
}

}  // namespace

bool has_tree(Loader& loader, std::string const& file)
{
    if (!loader.tree.root.empty()) return true;
    loader.errors.add(
        {file, 0, 0},
        "no directory above holds topologies/ (technologies, media and libraries lie there and in "
        "workloads/); move the file into such a tree, or run from inside one");
    return false;
}

ScenarioSpec read_scenario(Loader& loader, fs::path const& file, std::vector<Setting> const& settings)
{
    ScenarioFile scenario;
    auto document = loader.open(file);
    if (!document || !has_tree(loader, document->file)) return {};
    apply(*document, settings, loader.errors);
    if (!read_document(loader, *document, FileKind::scenario, &scenario)) return {};
    auto const media = read_media(loader, loader.tree.topologies() / "media.toml");
    resolve_fabric(loader, scenario, *document, media);
    resolve_technologies(loader, scenario, media);
    resolve_library(loader, scenario);
    check_turns(scenario.spec, *document, loader.errors);
    scenario.spec.name = file.stem().string();
    scenario.spec.place = {document->file, 1, 1};
    if (media) scenario.spec.media = *media;
    resolve_channel(loader, scenario, *document);
    resolve_reliability(loader, scenario, *document);
    for (auto const& setting : settings) scenario.spec.settings.emplace_back(setting.key, setting.value);
    scenario.spec.files = loader.files;
    return std::move(scenario.spec);
}

}  // namespace copperwall
