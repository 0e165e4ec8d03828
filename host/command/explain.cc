#include "host/command/explain.h"

#include "host/command/explain_parts.h"

namespace copperwall {

std::string explain_text(ScenarioSpec const& scenario, Fabric const& fabric)
{
    std::string text = scenario.title + "\n\n" + fabric_part(scenario, fabric) + "\n" +
                       links_part(scenario, fabric) + "\n" + path_part(fabric) + "\n" +
                       wire_part(scenario, fabric) + "\n" + collectives_part(scenario, fabric) + "\n" +
                       memory_part(scenario, fabric) + "\n" + risk_part(scenario, fabric) + "\n" +
                       accounting_part(fabric) + "\n" + sources_part(scenario, fabric);
    for (auto const& note : fabric.notes) text += "note: " + note + "\n";
    return text;
}

}  // namespace copperwall
