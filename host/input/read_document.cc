// Single files of each kind, read by the schema.
#include <algorithm>
#include <array>

#include "host/input/loader.h"
#include "host/input/suggest.h"

namespace copperwall {

namespace {

constexpr std::array kKinds{FileKind::scenario,  FileKind::study,    FileKind::fabric,
                            FileKind::scale_out, FileKind::wire,     FileKind::technology,
                            FileKind::media,     FileKind::channel,  FileKind::reliability,
                            FileKind::library,   FileKind::measured, FileKind::validation};

//! The table that stands for a section: the first of a list or of named ones.
toml::table const* sample(toml::node const& node, Section const& section)
{
    if (section.repeat == Repeat::list) {
        auto const* array = node.as_array();
        return array && !array->empty() ? array->front().as_table() : nullptr;
    }
    auto const* table = node.as_table();
    if (section.repeat != Repeat::named || table == nullptr || table->empty()) return table;
    return table->cbegin()->second.as_table();
}

//! How many of the names in `table` the section knows, two tables deep.
int likeness(toml::table const& table, Section const& section, int depth = 2)
{
    int known = 0;
    for (auto const& key : section.keys) known += key.name != "*" && table.contains(key.name) ? 1 : 0;
    for (auto const& child : section.sections) {
        auto const* node = table.get(child.name);
        if (node == nullptr) continue;
        ++known;
        auto const* inside = sample(*node, child);
        if (inside != nullptr && depth > 1) known += likeness(*inside, child, depth - 1);
    }
    return known;
}

template <class Target>
std::optional<Target> read_file(Loader& loader, std::filesystem::path const& file, FileKind kind)
{
    auto const document = loader.open(file);
    Target target;
    if (!document || !read_document(loader, *document, kind, &target)) return std::nullopt;
    return target;
}

}  // namespace

std::optional<FileKind> guessed_kind(toml::table const& root)
{
    auto const better = [&](FileKind a, FileKind b) {
        return likeness(root, schema(a)) < likeness(root, schema(b));
    };
    FileKind const best = *std::max_element(kKinds.begin(), kKinds.end(), better);
    if (likeness(root, schema(best)) == 0) return std::nullopt;
    return best;
}

bool read_document(Loader& loader, Document const& document, FileKind kind, void* target)
{
    auto const guess = guessed_kind(document.root);
    bool const other = guess && *guess != kind &&
                       likeness(document.root, schema(*guess)) > 2 * likeness(document.root, schema(kind));
    if (other) {
        loader.errors.add({document.file, 1, 1}, "this is a " + kind_name(*guess) + " file (a " +
                                                     kind_name(kind) +
                                                     " file is wanted here); name another file");
        return false;
    }
    Section const& top = schema(kind);
    read_table({document, loader.errors, top}, document.root, top, "the top-level table", target);
    return true;
}

static void check_dsp_latency(TechnologySpec const& technology, ErrorList& errors)
{
    if (!technology.dsp_latency_ns) return;
    Quantity const& dsp = *technology.dsp_latency_ns;
    Quantity const& added = technology.added_latency_ns;
    if (dsp.value > added.value || dsp.low > added.low || dsp.high > added.high)
        errors.add(dsp.place,
                   "'dsp_latency_ns' is more than 'added_latency_ns', at value, low or high (it is a part of "
                   "it); correct one of the two");
}

std::optional<TechnologySpec> read_technology(Loader& loader, std::filesystem::path const& file)
{
    auto technology = read_file<TechnologySpec>(loader, file, FileKind::technology);
    if (technology) technology->name = file.stem().string();
    if (technology) check_dsp_latency(*technology, loader.errors);
    return technology;
}

std::optional<LibrarySpec> read_library(Loader& loader, std::filesystem::path const& file)
{
    auto library = read_file<LibrarySpec>(loader, file, FileKind::library);
    if (library) library->name = file.stem().string();
    return library;
}

std::optional<MediaFile> read_media(Loader& loader, std::filesystem::path const& file)
{
    return read_file<MediaFile>(loader, file, FileKind::media);
}

std::optional<ChannelSpec> read_channel(Loader& loader, std::filesystem::path const& file)
{
    return read_file<ChannelSpec>(loader, file, FileKind::channel);
}

std::optional<ReliabilitySpec> read_reliability(Loader& loader, std::filesystem::path const& file)
{
    return read_file<ReliabilitySpec>(loader, file, FileKind::reliability);
}

std::optional<WireSpec> read_wire(Loader& loader, std::filesystem::path const& file)
{
    auto wire = read_file<WireSpec>(loader, file, FileKind::wire);
    if (!wire) return wire;
    wire->name = file.stem().string();
    check_wire(*wire, loader.errors);
    return wire;
}

//! A spine has as many planes as the tier below it, and a core as its spine.
static void inherit_planes(FabricSpec& fabric)
{
    for (bool const cores : {false, true})
        for (auto& tier : fabric.tiers)
            for (auto const& below : fabric.tiers)
                if (below.name == tier.above && below.above.empty() != cores)
                    tier.links_per_gpu = below.links_per_gpu;
}

std::optional<LoadedFabric> read_fabric(Loader& loader, std::filesystem::path const& file, FileKind kind)
{
    auto document = loader.open(file);
    FabricSpec spec;
    if (!document || !read_document(loader, *document, kind, &spec)) return std::nullopt;
    spec.name = file.stem().string();
    for (auto& tier : spec.tiers) tier.outside = kind == FileKind::scale_out;
    inherit_planes(spec);
    read_wires(loader, spec);
    LoadedFabric fabric{std::move(*document), std::move(spec)};
    check_fabric(fabric, loader.errors);
    return fabric;
}

}  // namespace copperwall
