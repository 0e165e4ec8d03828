//! How rows of a table of measured collectives are simulated: what machines and software in it mean.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "host/input/quantity.h"

namespace copperwall {

//! Stands for MachineRule::generation in names of libraries.
inline std::string const kGeneration = "{generation}";

//! Patterns are those of a shell (* stands for anything), in capitals or not.
struct MachineRule {
    std::vector<std::string> systems;
    std::string generation;           //!< "{generation}" in names of libraries
    std::filesystem::path scenario;   //!< its fabric, resolved
    bool hosts_share_domain = false;  //!< several hosts are one scale-up domain, as in a rack
    std::string scale_out;            //!< network of several domains; empty: it has no NICs
    std::string skip;                 //!< why its rows are not simulated; empty: they are
    Place scenario_place;
    Place place;
};

//! Scale-up domains of a row's gpus.
enum class RowDomains : std::uint8_t { any, one, several };

//! The first whose patterns all hold. No patterns of a column: any.
struct SoftwareRule {
    std::vector<std::string> collectives;
    std::vector<std::string> algorithm_protocols;
    std::vector<std::string> systems;
    RowDomains domains = RowDomains::any;
    std::string op;
    std::vector<std::string> runs;  //!< "library/algorithm": the one with the least closed form is simulated
    bool bytes_to_others = false;   //!< message_bytes leave a gpu; else they count as nccl-tests does
    std::string skip;               //!< why its rows are not simulated; empty: they are
    Place place;
};

struct ValidationSpec {
    std::string title;
    std::int64_t peak_bytes = 0;  //!< S of rows that tell a bandwidth and neither size nor time
    std::vector<MachineRule> machines;
    std::vector<SoftwareRule> software;
    Place place;
};

}  // namespace copperwall
