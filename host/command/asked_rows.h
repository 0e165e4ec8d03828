//! What a row of a table of measured collectives asks to be simulated, by the rules for machines and
//! software.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "host/command/row_models.h"
#include "host/input/measured_table.h"

namespace copperwall {

//! One way to run a row: what is set in its machine's scenario.
struct RowCandidate {
    std::string library;
    Settings settings;
};

struct AskedRow {
    std::filesystem::path scenario;  //!< of its machine
    std::vector<RowCandidate> candidates;
    std::int64_t bytes = 0;  //!< S as nccl-tests counts it
    double measured_us = 0;  //!< as told, or from the bandwidth that is
};

//! Why a row is not simulated.
struct SkippedRow {
    std::string why;
};

//! Throws SkippedRow for a row that the rules say nothing of, or that says too little itself. `models` knows
//! the machines' domains.
AskedRow asked_row(MeasuredTableRow const& row, ValidationSpec const& rules, RowModels& models);

//! Throws InputError, at the rule's place, where one names an op or algorithm that is not there.
void check_rules(ValidationSpec const& rules);

}  // namespace copperwall
