//! What rows of a table of measured collectives are simulated as.
#pragma once

#include <string>
#include <vector>

#include "host/account/batch.h"
#include "host/command/commands.h"
#include "host/input/measured_table.h"

namespace copperwall {

struct RowPlan {
    std::size_t job = 0;     //!< of ValidationWork::jobs, where it is not skipped
    std::string scenario;    //!< how `run` repeats it
    std::string skipped;     //!< why not; empty: it is simulated
    double measured_us = 0;  //!< as told, or from the bandwidth that is
};

//! Cells for a table, each once however many rows measured the same.
struct ValidationWork {
    std::vector<RowPlan> rows;  //!< one a row of the table
    std::vector<CellJob> jobs;
};

//! A row that rules say nothing of is skipped; so is one that none of its software's algorithms can do.
//! Messages of very many packets get larger ones. Throws InputError for rules that name no op or algorithm.
ValidationWork plan_rows(MeasuredTable const& table, ValidationSpec const& rules,
                         ExecutionOptions const& options);

}  // namespace copperwall
