//! A run or a study as results: what is written to HDF5, printed as a table, read back for pictures.
#pragma once

#include <cstdint>
#include <filesystem>
#include <iosfwd>
#include <limits>
#include <map>
#include <string>
#include <vector>

#include "host/account/cell.h"
#include "host/fabric/fabric.h"

namespace copperwall {

//! What differs between two runs of the same input: /entry/run only.
struct RunInfo {
    std::string command_line;
    std::string hostname;
    std::string start_time, end_time;  //!< ISO 8601
    double wall_s = 0, cpu_s = 0;
    std::string backend;                      //!< "cpu, 2 threads"
    std::uint64_t memory_forecast_bytes = 0;  //!< of the whole run
    std::uint64_t memory_peak_bytes = 0;      //!< most that was resident, less what was before the run
};

//! One dimension of a study's cube.
struct Axis {
    std::string name;                 //!< "interconnect"
    std::vector<std::string> labels;  //!< categorical; empty where numeric
    std::vector<double> values;       //!< numeric, ascending
    std::string units;                //!< "B", "1"
    std::size_t size() const { return labels.empty() ? values.size() : labels.size(); }
};

//! What a fabric costs and how often it fails, and the same less that of the baseline: the first interconnect
//! that is done of the same fabric file, world size, gpus and setting.
struct RiskRow {
    std::string fabric, interconnect;
    std::string setting;  //!< "job.spare_trays 2", its place on further axes of the study; or empty
    std::uint32_t world_size = 0;
    std::uint32_t gpus = 0;
    std::string baseline;  //!< that first interconnect
    RiskBands risk;
    RiskBands difference;  //!< 0 for the baseline itself
    //! How many times as often as typical those of its parts would have to fail that the baseline has none
    //! of, for the goodput of both to be alike; NaN where none from a thousandth to a thousand does it.
    double break_even_failures = std::numeric_limits<double>::quiet_NaN();
};

//! Reach of one lane of copper by its loss budget: host/fabric/copper_reach.h.
struct ReachRow {
    std::string host, conductor, modulation;  //!< names of topologies/channel.toml
    double lane_rate_Gbps = 0;
    double typical_m = 0;
    double low_m = 0, high_m = 0;  //!< every loss at the end that shortens it, that lengthens it
};

//! A time measured on a machine, drawn beside the cells of the same question.
struct MeasuredRow {
    std::string collective;  //!< as Cell::collective_name()
    std::uint32_t ranks = 0;
    std::int64_t bytes = 0;
    double time_us = 0;
    std::string source;
    std::uint32_t world_size = 0;  //!< gpus of the machine's scale-up domain
    std::string machine, software, note;
    double busbw_GBps = 0;
    std::string simulated_as;  //!< fabric, interconnect, algorithm, library, scenario; empty: not simulated
    double simulated_us = std::numeric_limits<double>::quiet_NaN();  //!< NaN: not simulated
    double simulated_busbw_GBps = std::numeric_limits<double>::quiet_NaN();
};

//! cells is row-major over axes, the last axis fastest. A single run has axes too (size 1 where fixed).
//! Axes, always in this order: fabric, interconnect, collective, algorithm, library, world_size, message_size
//! (a fabric axis of size 1 still stands), then any other axis a study varies, placed before world_size.
struct Results {
    std::string title;
    std::string kind;  //!< "run" or "study"
    std::vector<Axis> axes;
    std::vector<Cell> cells;
    std::vector<Fabric> fabrics;          //!< every distinct one, stored once
    std::vector<std::string> topologies;  //!< Cell::topology of each of them, as read back
    std::vector<std::string> notes;
    std::map<std::string, std::string> files;  //!< exact inputs
    std::uint64_t seed = 0;
    std::vector<RiskRow> risk;          //!< one a fabric and interconnect; may be empty: no group in the file
    std::vector<ReachRow> reach;        //!< may be empty: no group in the file
    std::vector<MeasuredRow> measured;  //!< may be empty: no group in the file
    RunInfo run;
    CellStatus status = CellStatus::done;  //!< failed where a cell failed; not_run where interrupted
};

//! Whole or not at all (atomic_file.h). Throws std::runtime_error with path and cause; leaves no file.
void write_hdf5(std::filesystem::path const& file, Results const& results);

//! Reads back what pictures, diff and check need (axes, cells without wall times, notes, title, link
//! classes). Throws InputError for a file that is not ours, of another major schema, or truncated.
Results read_hdf5(std::filesystem::path const& file);

//! Every breach of the schema in an HDF5 file: scales, units, names, NaN against status. Empty: sound.
std::vector<std::string> check_hdf5(std::filesystem::path const& file);

enum class TableFormat { table, csv, json };

//! nccl-tests' columns, then energy, pJ/bit, bound, bound-by; one row a cell that is not not_run.
void print_table(std::ostream& out, Results const& results, TableFormat format);

}  // namespace copperwall
