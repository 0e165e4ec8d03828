//! What was measured on real machines, and the same simulated: shown beside a study's own cells.
#pragma once

#include <vector>

#include "host/command/cell_list.h"
#include "host/results/results.h"

namespace copperwall {

struct MeasuredWork {
    std::vector<MeasuredRow> rows;
    std::vector<CellJob> jobs;                 //!< each scenario and size once
    std::vector<std::vector<std::size_t>> of;  //!< rows that each job is to stand beside

    //! `cells[i]` is job i's; what is not done stays NaN.
    void put(std::vector<Cell> const& cells);
};

//! A row for each point of `measured`, in their order. The texts of the scenarios they name go into `files`.
//! Throws InputError where a scenario does not simulate what its series says.
MeasuredWork measured_work(std::vector<MeasuredSpec> const& measured, ExecutionOptions const& options,
                           std::map<std::string, std::string>& files);

}  // namespace copperwall
