#include "host/input/load.h"

#include "host/input/load_scenario.h"

namespace copperwall {

namespace {

namespace fs = std::filesystem;

//! The value, or every error that kept it from being read.
template <class T>
T value_or_throw(Loader const& loader, std::optional<T> value, fs::path const& file)
{
    loader.errors.throw_if_any();
    if (!value) throw InputError("cannot load " + file.string());
    return std::move(*value);
}

std::optional<MediaFile> media_of(Loader& loader)
{
    return read_media(loader, loader.tree.topologies() / "media.toml");
}

}  // namespace

ScenarioSpec load_scenario(fs::path const& file, Settings const& settings)
{
    Loader loader(file);
    return load_scenario(loader, file, command_line_settings(settings));
}

FabricSpec load_fabric(fs::path const& file)
{
    Loader loader(file);
    auto fabric = read_fabric(loader, file);
    if (fabric && has_tree(loader, file.string())) {
        if (auto const media = media_of(loader)) check_media(*fabric, *media, loader.errors);
    }
    loader.errors.throw_if_any();
    if (!fabric) throw InputError("cannot load " + file.string());
    return std::move(fabric->spec);
}

TechnologySpec load_technology(fs::path const& file)
{
    Loader loader(file);
    return value_or_throw(loader, read_technology(loader, file), file);
}

LibrarySpec load_library(fs::path const& file)
{
    Loader loader(file);
    return value_or_throw(loader, read_library(loader, file), file);
}

FileKind kind_of(fs::path const& file)
{
    Loader loader(file);
    auto const document = loader.open(file);
    loader.errors.throw_if_any();
    auto const kind = guessed_kind(document->root);
    if (kind) return *kind;
    loader.errors.add({document->file, 1, 1},
                      "this is none of our files (a fabric, technology, media, library, scenario or study); "
                      "see README.md for what each holds");
    loader.errors.throw_if_any();
    throw InputError("cannot load " + file.string());
}

void check_file(fs::path const& file)
{
    Loader loader(file);
    switch (kind_of(file)) {
        case FileKind::scenario: load_scenario(file); break;
        case FileKind::study: load_study(file); break;
        case FileKind::fabric: load_fabric(file); break;
        case FileKind::technology: load_technology(file); break;
        case FileKind::library: load_library(file); break;
        case FileKind::media: value_or_throw(loader, read_media(loader, file), file); break;
    }
}

}  // namespace copperwall
