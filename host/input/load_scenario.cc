#include "host/input/load_scenario.h"

#include <algorithm>
#include <set>

#include "cuda/types.h"
#include "host/input/suggest.h"

namespace copperwall {

namespace {

namespace fs = std::filesystem;

std::vector<std::string> tier_names(FabricSpec const& fabric)
{
    std::vector<std::string> names;
    for (auto const& tier : fabric.tiers) names.push_back(tier.name);
    return names;
}

std::string missing_ends(std::string const& tier, std::string const& fabric)
{
    return "no ends for tier '" + tier + "' of " + fabric + " (every tier's links need a technology); add " +
           tier + " = \"passive_copper\" or another";
}

void check_ends(ScenarioFile const& scenario, FabricSpec const& fabric, Document const& document,
                ErrorList& errors)
{
    auto const tiers = tier_names(fabric);
    for (auto const& [tier, place] : scenario.ends_places) {
        if (std::find(tiers.begin(), tiers.end(), tier) != tiers.end()) continue;
        errors.add(place,
                   "unknown tier '" + tier + "' in [fabric.ends] (" + fabric.name + " has " + listed(tiers) +
                       "); rename or remove it",
                   did_you_mean(tier, tiers));
    }
    auto const* written = document.root.at_path("fabric.ends").as_table();
    for (auto const& tier : tiers) {
        if (written == nullptr || written->contains(tier)) continue;
        errors.add(document.place_at("fabric.ends"), missing_ends(tier, fabric.name));
    }
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
        if (fabric.gpus != 0 && group > fabric.gpus)
            errors.add(place, written + " but " + fabric.name + " has " + std::to_string(fabric.gpus) +
                                  " gpus (a rank is a gpu); make the group smaller or take a larger fabric");
    }
}

//! What is wrong with packets of `bytes` on a tier, or "".
std::string packet_problem(std::uint32_t bytes, std::uint32_t flit, std::string const& tier)
{
    std::string const written = "'packet_bytes' = " + std::to_string(bytes);
    std::string const flits = " of " + std::to_string(flit) + " bytes";
    if (bytes % flit != 0)
        return written + " is no multiple of the flit" + flits + " on tier '" + tier +
               "' (packets are whole flits); take a multiple of " + std::to_string(flit);
    if (bytes / flit > kMaxFlitsPerPacket)
        return written + " is " + std::to_string(bytes / flit) + " flits" + flits + " (at most " +
               std::to_string(kMaxFlitsPerPacket) + "); make it smaller";
    return {};
}

void check_packet(SimulationSpec const& simulation, FabricSpec const& fabric, Document const& document,
                  ErrorList& errors)
{
    for (auto const& tier : fabric.tiers) {
        auto const flit = static_cast<std::uint32_t>(tier.wire.flit_bytes.value);
        if (flit == 0) continue;
        std::string const problem = packet_problem(simulation.packet_bytes, flit, tier.name);
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

void resolve_technologies(Loader& loader, ScenarioFile& scenario, std::optional<MediaFile> const& media)
{
    std::set<std::string> tried;
    for (auto const& [tier, ends] : scenario.ends) {
        scenario.spec.ends[tier] = {ends.a.text, ends.b.text};
        for (auto const& end : {ends.a, ends.b}) {
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
    if (library) scenario.spec.library = std::move(*library);
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

void resolve_fabric(Loader& loader, ScenarioFile& scenario, Document const& document,
                    std::optional<MediaFile> const& media)
{
    if (scenario.fabric.text.empty()) return;
    fs::path const from = fs::path(document.file).parent_path();
    auto const file = loader.find_file(scenario.fabric, from, loader.tree.topologies(), FileKind::fabric);
    auto fabric = file ? read_fabric(loader, *file) : std::nullopt;
    if (!fabric) return;
    if (media) check_media(*fabric, *media, loader.errors);
    check_ends(scenario, fabric->spec, document, loader.errors);
    check_groups(scenario.spec.collectives, fabric->spec, document, loader.errors);
    check_packet(scenario.spec.simulation, fabric->spec, document, loader.errors);
    scenario.spec.fabric = std::move(fabric->spec);
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
    scenario.spec.name = file.stem().string();
    scenario.spec.place = {document->file, 1, 1};
    if (media) scenario.spec.media = *media;
    resolve_channel(loader, scenario, *document);
    for (auto const& setting : settings) scenario.spec.settings.emplace_back(setting.key, setting.value);
    scenario.spec.files = loader.files;
    return std::move(scenario.spec);
}

}  // namespace copperwall
