//! Scenarios and fabrics that rows of a measured table share.
#pragma once

#include <filesystem>
#include <map>
#include <memory>
#include <string>

#include "host/command/fabric_cache.h"
#include "host/input/load.h"

namespace copperwall {

struct RowModel {
    std::shared_ptr<ScenarioSpec const> scenario;
    std::shared_ptr<Fabric const> fabric;

    CollectiveSpec const& collective() const { return scenario->collectives.front(); }
};

class RowModels {
public:
    //! Throws InputError as load_scenario() and build_fabric() do.
    RowModel const& get(std::filesystem::path const& scenario, Settings const& settings);

private:
    std::map<std::string, RowModel> known_;
    FabricCache fabrics_;
};

//! "scenario --set key=value ...": how `run` repeats it.
std::string command_of(std::filesystem::path const& scenario, Settings const& settings);

}  // namespace copperwall
