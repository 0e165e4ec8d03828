//! What nccl-tests print: one collective of several sizes on one machine.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace copperwall {

struct NcclLogRow {
    std::int64_t bytes = 0;  //!< nccl-tests convention
    double time_us = 0;      //!< out of place
    double busbw_GBps = 0;
};

struct NcclLog {
    std::string op;           //!< as here: "all_reduce"; empty: the log names none
    std::uint32_t ranks = 0;  //!< the highest of lines "Rank N" and one; 0: there are none
    std::string device;       //!< of one of them; may be empty
    std::vector<NcclLogRow> rows;
};

//! Columns are those of the line "# size count ... time algbw busbw ...", of which the first time is out of
//! place; rows may have a tag in front that ends with a colon, as mpirun and srun give. Other lines are
//! passed over, such as what NCCL_DEBUG mixes in. Throws InputError, with its line, where there is no such
//! line, no row, or a second collective.
NcclLog read_nccl_log(std::filesystem::path const& file);

}  // namespace copperwall
