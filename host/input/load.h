//! Reads, locates and validates input files. Every function throws InputError with all mistakes at once.
#pragma once

#include <filesystem>
#include <string>
#include <utility>
#include <vector>

#include "host/input/error.h"
#include "host/input/spec.h"
#include "host/input/study_spec.h"
#include "host/input/validation_spec.h"

namespace copperwall {

//! --set key=value, in the order given; the value is TOML ("72", "\"cpo\"", or a bare word taken as string).
using Settings = std::vector<std::pair<std::string, std::string>>;

//! A scenario with its fabric, technologies, media and library resolved. File names in it are taken from the
//! scenario's own folder, then from topologies/ and workloads/ of the tree it lies in.
ScenarioSpec load_scenario(std::filesystem::path const& file, Settings const& settings = {});

TechnologySpec load_technology(std::filesystem::path const& file);
ChannelSpec load_channel(std::filesystem::path const& file);
ReliabilitySpec load_reliability(std::filesystem::path const& file);
WireSpec load_wire(std::filesystem::path const& file);
LibrarySpec load_library(std::filesystem::path const& file);
StudySpec load_study(std::filesystem::path const& file);
MeasuredSpec load_measured(std::filesystem::path const& file);
ValidationSpec load_validation(std::filesystem::path const& file);

enum class FileKind {
    scenario,
    study,
    fabric,
    scale_out,
    technology,
    media,
    channel,
    reliability,
    library,
    wire,
    measured,
    validation
};

//! A fabric or scale-out file.
FabricSpec load_fabric(std::filesystem::path const& file, FileKind kind = FileKind::fabric);

//! What kind of file this is, by its first table; throws InputError where it is none.
FileKind kind_of(std::filesystem::path const& file);

//! Loads and validates a file of any kind.
void check_file(std::filesystem::path const& file);

}  // namespace copperwall
