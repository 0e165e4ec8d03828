//! How far simulated times are from measured ones.
#pragma once

#include <string>
#include <vector>

#include "host/account/cell.h"
#include "host/command/row_plans.h"
#include "host/input/measured_table.h"

namespace copperwall {

//! One row of the table and what became of it.
struct Residual {
    MeasuredTableRow const* row = nullptr;
    std::string scenario;
    std::string skipped;  //!< why it was not simulated; empty: it was
    double measured_us = 0;
    double simulated_us = 0;
    double error() const { return simulated_us / measured_us - 1; }
};

//! `cells[i]` is job i's. A cell that did not run skips its rows.
std::vector<Residual> residuals_of(MeasuredTable const& table, ValidationWork const& work,
                                   std::vector<Cell> const& cells);

//! Errors by source and collective, by size, and over all; then why rows were skipped.
std::string residuals_text(std::vector<Residual> const& residuals);

//! The table with four columns more: scenario, simulated_us, error (simulated / measured - 1),
//! skipped_because.
std::string residuals_csv(MeasuredTable const& table, std::vector<Residual> const& residuals);

}  // namespace copperwall
