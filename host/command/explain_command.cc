#include "host/command/commands.h"
#include "host/command/exit_code.h"
#include "host/command/explain.h"

namespace copperwall {

int explain_command(ExplainOptions const& options, Terminal const& terminal)
{
    ScenarioSpec const scenario = load_scenario(options.scenario, options.settings);
    Fabric const fabric = build_fabric(scenario);
    terminal.out << (options.json ? explain_json(scenario, fabric) : explain_text(scenario, fabric));
    return kDone;
}

}  // namespace copperwall
