#include "host/command/row_models.h"

namespace copperwall {

RowModel const& RowModels::get(std::filesystem::path const& scenario, Settings const& settings)
{
    std::string const key = command_of(scenario, settings);
    auto const known = known_.find(key);
    if (known != known_.end()) return known->second;
    RowModel model;
    model.scenario = std::make_shared<ScenarioSpec const>(load_scenario(scenario, settings));
    model.fabric = fabrics_.get(*model.scenario);
    return known_.emplace(key, std::move(model)).first->second;
}

std::string command_of(std::filesystem::path const& scenario, Settings const& settings)
{
    std::string text = scenario.lexically_normal().string();
    for (auto const& [key, value] : settings) text += " --set " + key + "=" + value;
    return text;
}

}  // namespace copperwall
