#include <algorithm>

#include "host/account/forecast.h"
#include "host/command/explain_parts.h"
#include "host/input/size_text.h"

namespace copperwall {

MemoryForecast memory_of(Form const& form, Fabric const& fabric)
{
    return forecast_memory(form.plan, fabric, Engine::windows, 1);
}

std::string memory_part(ScenarioSpec const& scenario, Fabric const& fabric)
{
    Form const* largest = nullptr;
    MemoryForecast most;
    auto const forms = forms_of(scenario, fabric);
    for (auto const& form : forms) {
        MemoryForecast const forecast = memory_of(form, fabric);
        if (largest != nullptr && forecast.total() <= most.total()) continue;
        largest = &form;
        most = forecast;
    }
    if (largest == nullptr) return {};
    std::string const what =
        largest->collective->op + " " + largest->collective->algorithm + " " + size_text(largest->bytes);
    std::string text = format("memory forecast of the largest, %s, on one thread\n", what.c_str());
    auto const line = [&](char const* name, std::uint64_t bytes) {
        text += format("  %-42s %12s\n", name, rounded_size(bytes).c_str());
    };
    line("fabric, shared by all", memory_of(fabric));
    line("network of the engine", most.network);
    line("schedule", most.schedule);
    line("messages, links and gpus of the engine", most.engine.state);
    line("trains of packets, on wires and in queues", most.engine.trains);
    line("calendar of links to visit", most.engine.calendar);
    line("results", most.results);
    line("sum", memory_of(fabric) + most.total());
    return text;
}

}  // namespace copperwall
