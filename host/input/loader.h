//! Finds, opens and reads input files; what load.h's functions share while they work.
#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "host/input/document.h"
#include "host/input/load.h"
#include "host/input/read.h"
#include "host/input/schema_target.h"

namespace copperwall {

//! The directory that holds topologies/, found by walking up from a file, then from the current directory.
struct Tree {
    std::filesystem::path root;  //!< relative where the file was named so; empty where there is none
    explicit Tree(std::filesystem::path const& file);

    std::filesystem::path topologies() const { return root / "topologies"; }
    std::filesystem::path scale_outs() const { return topologies() / "scale_out"; }
    std::filesystem::path wires() const { return topologies() / "wire"; }
    std::filesystem::path technologies() const { return topologies() / "technologies"; }
    std::filesystem::path workloads() const { return root / "workloads"; }
    std::filesystem::path libraries() const { return workloads() / "libraries"; }
    std::filesystem::path measured() const { return workloads() / "measured"; }
};

struct Loader {
    explicit Loader(std::filesystem::path const& file) : tree(file) {}

    Tree tree;
    ErrorList errors;
    std::map<std::string, std::string> files;  //!< exact texts, by path within the tree or as given

    //! Nothing after adding why not.
    std::optional<Document> open(std::filesystem::path const& file);

    //! `name` in the folder of `from`, else in `common`; nothing after adding an error at `name.place`.
    std::optional<std::filesystem::path> find_file(Located const& name, std::filesystem::path const& from,
                                                   std::filesystem::path const& common, FileKind kind);

    //! `name`.toml in `folder`; nothing after adding an error that lists what is there.
    std::optional<std::filesystem::path> find_named(Located const& name, std::filesystem::path const& folder,
                                                    std::string const& kind);
};

//! File names without .toml in a folder, sorted.
std::vector<std::string> names_in_folder(std::filesystem::path const& folder);

//! Fills `target` (see schema_target.h) by the schema of `kind`, adding an error for everything unsound,
//! which then stays as it was. False, with one error, where the file is of another kind.
bool read_document(Loader& loader, Document const& document, FileKind kind, void* target);

//! What kind of file this is; nothing where it resembles none.
std::optional<FileKind> guessed_kind(toml::table const& root);

// One file each. Nothing where it could not be parsed; else what was sound, and errors for the rest.
std::optional<TechnologySpec> read_technology(Loader& loader, std::filesystem::path const& file);
std::optional<WireSpec> read_wire(Loader& loader, std::filesystem::path const& file);
std::optional<LibrarySpec> read_library(Loader& loader, std::filesystem::path const& file);
std::optional<MediaFile> read_media(Loader& loader, std::filesystem::path const& file);
std::optional<ValidationSpec> read_validation(Loader& loader, std::filesystem::path const& file);
std::optional<MeasuredSpec> read_measured(Loader& loader, std::filesystem::path const& file);
std::optional<ChannelSpec> read_channel(Loader& loader, std::filesystem::path const& file);
std::optional<ReliabilitySpec> read_reliability(Loader& loader, std::filesystem::path const& file);

struct LoadedFabric {
    Document document;
    FabricSpec spec;
};

//! A fabric or scale-out file. Checked too, but for its media.
std::optional<LoadedFabric> read_fabric(Loader& loader, std::filesystem::path const& file, FileKind kind);

//! Every tier's wire format: its file is read, and a spine has that of the tier below it.
void read_wires(Loader& loader, FabricSpec& fabric);

//! The formats that a scenario names instead.
void replace_wires(Loader& loader, ScenarioFile const& scenario, FabricSpec& fabric);

//! Packets are whole flits and fit what their format allows. A zero was not read: no error.
void check_wire(WireSpec const& wire, ErrorList& errors);

//! Every tier's medium is one of `media`.
void check_media(LoadedFabric const& fabric, MediaFile const& media, ErrorList& errors);

//! Trays hold every gpu and chip, links fit chips and lanes. A zero was not read: no error.
void check_fabric(LoadedFabric const& fabric, ErrorList& errors);

}  // namespace copperwall
