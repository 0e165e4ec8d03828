#include "host/command/commands.h"
#include "host/command/execution.h"
#include "host/command/exit_code.h"
#include "host/command/interrupt.h"
#include "host/command/residuals.h"
#include "host/results/atomic_file.h"

namespace copperwall {

int validate_command(ValidateOptions const& options, Terminal const& terminal)
{
    require_backend(options.execution);
    if (!options.output.empty()) prepare_output("-o", options.output);
    ValidationSpec const rules = load_validation(options.rules);
    MeasuredTable const table = read_measured_table(options.data);
    ValidationWork const work = plan_rows(table, rules, options.execution);

    InterruptWatch const interrupt;
    auto const cells = run_with_progress(work.jobs, options.execution, terminal, interrupt.requested());
    auto const residuals = residuals_of(table, work, cells);
    if (!options.output.empty()) {
        write_whole(options.output, residuals_csv(table, residuals));
        log(terminal, "wrote " + options.output.string());
    }
    terminal.out << residuals_text(residuals) << std::flush;
    if (unfinished(cells) != 0 && interrupt.requested()) return kInterrupted;
    return outcome(cells, options.execution, terminal);
}

}  // namespace copperwall
