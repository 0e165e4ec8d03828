#include "host/command/commands.h"
#include "host/command/execution.h"
#include "host/command/exit_code.h"
#include "host/command/interrupt.h"

namespace copperwall {

int run_command(RunOptions const& options, Terminal const& terminal)
{
    RunRecord const record(options.command_line);
    require_backend(options.execution);
    CellList const list = cells_of_run(options, terminal);
    ExecutionOptions const execution = with_backend(options.execution, list, terminal);
    Cube const cube = lay_out(list.coordinates, list.other_names);
    if (!options.output.empty()) prepare_output("-o", options.output);

    InterruptWatch const interrupt;
    auto const cells = run_with_progress(list.jobs, execution, terminal, interrupt.requested());
    std::size_t const left = unfinished(cells);

    Results const results = assemble(list, cube, cells, execution, record.finish(list, cells, execution));
    bool const written = deliver(results, options.output, write_hdf5, options.format, terminal);
    int const code = outcome(cells, execution, terminal);
    if (left == 0) return written ? code : kScenarioFailed;
    bool const by_user = interrupt.requested();
    print_error(terminal,
                std::string("error: ") + (by_user ? "interrupted" : "stopped") + " after " +
                    std::to_string(cells.size() - left) + " of " + std::to_string(cells.size()) +
                    " cells, those are kept; run again with the sizes that are left (-b, -e), or as a "
                    "study, which resumes");
    return by_user ? kInterrupted : kScenarioFailed;
}

}  // namespace copperwall
