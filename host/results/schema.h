//! What a results file holds: one table of outputs, from which the file is written, read and checked, the
//! csv and json columns are made, and `list outputs` is printed. A new output is one row here.
//!
//! The file is NeXus and netCDF-4 at once: every dimension has a scale in its own group, columns instead of
//! compound types, flags as uint8 with meanings, NaN where there is no figure, units as short symbols.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "host/results/results.h"

namespace copperwall {

//! Another number behind the slash breaks readers; the reader refuses it.
inline constexpr char const* kSchemaName = "copperwall-results";
inline constexpr int kSchemaMajor = 1;

enum class ValueType : std::uint8_t { float64, int64, uint64, uint8, text };

struct Output {
    std::string group;  //!< under /entry; <...> stands for a name that the results give
    std::string name;
    std::string units;  //!< "us"; "1" for counts and flags; empty for text
    std::string dims;   //!< "step link_class"; "axes": every axis of the study; empty: one value
    ValueType type = ValueType::float64;
    std::string standard_name;  //!< what plots call it; underscores for spaces
    std::string description;
    std::string flags = {};  //!< meanings of the values 0, 1, 2 ..., space between them
};

//! An output that is a field of every Row. No set: derived, not read back.
template <class Row>
struct Column : Output {
    double (*get)(Row const&) = nullptr;
    void (*set)(Row&, double) = nullptr;
    std::string (*text)(Row const&) = nullptr;
    void (*set_text)(Row&, std::string const&) = nullptr;
};

//! A directed link as the file has it.
struct LinkRow {
    std::uint32_t src = 0;
    std::uint32_t dst = 0;
    std::uint32_t link_class = 0;
    double length_m = 0;
    double latency_ns = 0;
    double rate_GBps = 0;
};

std::span<Column<Cell> const> cell_columns();      //!< group sweep
std::span<Column<Cell> const> cell_run_columns();  //!< group run: what the machine made of each cell
std::span<Column<TimelineRow> const> timeline_columns();
std::span<Column<Fabric> const> fabric_columns();  //!< group topology/<hash>
std::span<Column<PlacedNode> const> node_columns();
std::span<Column<LinkRow> const> link_columns();
std::span<Column<LinkClass> const> link_class_columns();
std::span<Column<RiskRow> const> risk_columns();
std::span<Column<ReachRow> const> reach_columns();
std::span<Column<MeasuredRow> const> measured_columns();
std::span<Column<RunInfo> const> run_columns();

//! Every output, columns or not.
std::vector<Output> const& outputs();

//! The row of that group and name; throws std::logic_error where the table has none.
Output const& output(std::string const& group, std::string const& name);

//! The row of an axis of the sweep; made up for an axis that only this study has.
Output axis_output(Axis const& axis);

//! `list outputs`: the table as text.
std::string outputs_text();

//! Position of `meaning` among the meanings of a flag; -1 where it is none of them.
int flag_value(Output const& output, std::string const& meaning);
std::string flag_meaning(Output const& output, int value);
int flag_count(Output const& output);

}  // namespace copperwall
