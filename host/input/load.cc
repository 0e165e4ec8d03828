#include "host/input/load.h"

#include "host/input/load_scenario.h"
#include "host/input/load_study.h"
#include "host/input/loader.h"

namespace copperwall {

namespace {

namespace fs = std::filesystem;

//! What `read` made of the file, or InputError with everything that is wrong.
template <class Read>
auto sound(fs::path const& file, Read read)
{
    Loader loader(file);
    auto result = read(loader);
    loader.errors.throw_if_any();
    return result;
}

void check_kind(fs::path const& file, FileKind kind)
{
    switch (kind) {
        case FileKind::scenario:
            load_scenario(file);
            break;
        case FileKind::study:
            load_study(file);
            break;
        case FileKind::fabric:
        case FileKind::scale_out:
            load_fabric(file, kind);
            break;
        case FileKind::technology:
            load_technology(file);
            break;
        case FileKind::media:
            sound(file, [&](Loader& loader) { return read_media(loader, file); });
            break;
        case FileKind::channel:
            load_channel(file);
            break;
        case FileKind::reliability:
            load_reliability(file);
            break;
        case FileKind::library:
            load_library(file);
            break;
        case FileKind::wire:
            load_wire(file);
            break;
        case FileKind::measured:
            load_measured(file);
            break;
        case FileKind::validation:
            load_validation(file);
            break;
    }
}

}  // namespace

ScenarioSpec load_scenario(fs::path const& file, Settings const& settings)
{
    return sound(
        file, [&](Loader& loader) { return read_scenario(loader, file, command_line_settings(settings)); });
}

StudySpec load_study(fs::path const& file)
{
    return sound(file, [&](Loader& loader) { return read_study(loader, file); });
}

MeasuredSpec load_measured(fs::path const& file)
{
    return sound(file, [&](Loader& loader) { return read_measured(loader, file).value_or(MeasuredSpec{}); });
}

ValidationSpec load_validation(fs::path const& file)
{
    return sound(file,
                 [&](Loader& loader) { return read_validation(loader, file).value_or(ValidationSpec{}); });
}

FabricSpec load_fabric(fs::path const& file, FileKind kind)
{
    return sound(file, [&](Loader& loader) {
        auto fabric = read_fabric(loader, file, kind);
        fs::path const media_file = loader.tree.topologies() / "media.toml";
        if (fabric && fs::exists(media_file)) {
            if (auto const media = read_media(loader, media_file))
                check_media(*fabric, *media, loader.errors);
        }
        return fabric ? std::move(fabric->spec) : FabricSpec{};
    });
}

ChannelSpec load_channel(fs::path const& file)
{
    return sound(file, [&](Loader& loader) { return read_channel(loader, file).value_or(ChannelSpec{}); });
}

ReliabilitySpec load_reliability(fs::path const& file)
{
    return sound(file,
                 [&](Loader& loader) { return read_reliability(loader, file).value_or(ReliabilitySpec{}); });
}

WireSpec load_wire(fs::path const& file)
{
    return sound(file, [&](Loader& loader) { return read_wire(loader, file).value_or(WireSpec{}); });
}

TechnologySpec load_technology(fs::path const& file)
{
    return sound(file,
                 [&](Loader& loader) { return read_technology(loader, file).value_or(TechnologySpec{}); });
}

LibrarySpec load_library(fs::path const& file)
{
    return sound(file, [&](Loader& loader) { return read_library(loader, file).value_or(LibrarySpec{}); });
}

FileKind kind_of(fs::path const& file)
{
    return sound(file, [&](Loader& loader) {
        auto const document = loader.open(file);
        auto const kind = document ? guessed_kind(document->root) : std::nullopt;
        if (document && !kind)
            loader.errors.add(
                {document->file, 1, 1},
                "no input file of Copperwall (none of its tables is known); a scenario starts with "
                "title and [fabric], a study with title and [base], others with [fabric], "
                "[scale_out], [wire], [technology], [medium.NAME], [library], [measured] or [validation]");
        return kind.value_or(FileKind::scenario);
    });
}

void check_file(fs::path const& file)
{
    check_kind(file, kind_of(file));
}

}  // namespace copperwall
