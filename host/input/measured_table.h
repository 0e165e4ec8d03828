//! A table of collectives measured on real machines, one row each, as CSV (RFC 4180 without line breaks in
//! fields; the first line names the columns).
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "host/input/quantity.h"

namespace copperwall {

//! Text columns are empty, numbers nothing, where the table says nothing.
struct MeasuredTableRow {
    std::string source_id;  //!< one log or table: one machine, operator and software
    std::string system;     //!< "HGX H100"
    std::string collective;
    std::string algorithm_protocol;
    std::uint32_t gpus = 0;
    std::uint32_t nodes = 0;              //!< hosts; 0: not told
    std::optional<double> message_bytes;  //!< nccl-tests convention; of dispatch and combine as its rule says
    std::optional<double> time_us;
    std::optional<double> algbw_GBps;
    std::optional<double> busbw_GBps;
    std::string text;  //!< the whole line as it stands
    Place place;
};

struct MeasuredTable {
    std::string header;  //!< the first line as it stands
    std::vector<MeasuredTableRow> rows;
};

//! Columns source_id, system, gpus, collective, message_bytes and time_us must be there; nodes,
//! algorithm_protocol, algbw_GBps and busbw_GBps may; others are left alone. Throws InputError with all
//! mistakes at once, each with line and column.
MeasuredTable read_measured_table(std::filesystem::path const& file);

}  // namespace copperwall
