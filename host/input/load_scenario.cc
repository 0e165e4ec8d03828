#include "host/input/load_scenario.h"

#include "host/input/check_buffers.h"
#include "host/input/check_job.h"
#include "host/input/resolve.h"
#include "host/input/suggest.h"

namespace copperwall {

namespace {

namespace fs = std::filesystem;

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
