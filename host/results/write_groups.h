//! The groups of a results file, one function each; write_entry calls the others in the order of the schema.
#pragma once

#include <map>

#include "host/results/group_writer.h"
#include "host/results/topology_hash.h"

namespace copperwall {

//! Which of the results' fabrics each cell ran on.
class FabricIndex {
public:
    explicit FabricIndex(Results const& results);

    //! By the cell's topology; nullptr where the results do not hold it.
    Fabric const* of(Cell const& cell) const;

private:
    std::map<std::string, Fabric const*> by_hash_;
};

//! /entry and all below it.
void write_entry(hid_t root, Results const& results);

//! /entry/headline: bus bandwidth of up to eight interconnects for the first panel of the study.
void write_headline(hid_t entry, Results const& results, int& next_dimension);

//! /entry/sweep: one dimension an axis.
void write_sweep(hid_t entry, Results const& results, int& next_dimension);

//! /entry/timeline, or /entry/cells/NNNN/timeline where there are several cells.
void write_timelines(hid_t entry, Results const& results, FabricIndex const& fabrics, int& next_dimension);

//! /entry/topology/HASH: every fabric once.
void write_topology(hid_t entry, Results const& results, int& next_dimension);

//! /entry/reach and /entry/measured, each where there are such rows.
void write_marks(hid_t entry, Results const& results, int& next_dimension);

//! /entry/inputs and /entry/run.
void write_inputs(hid_t entry, Results const& results, int& next_dimension);
void write_run(hid_t entry, Results const& results, int& next_dimension);

//! The links as rows: length, latency and rate of each.
std::vector<LinkRow> link_rows(Fabric const& fabric);

}  // namespace copperwall
