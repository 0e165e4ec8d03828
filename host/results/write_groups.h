//! The groups of a results file, one function each; write_entry calls the others in the order of the schema.
#pragma once

#include "host/results/group_writer.h"

namespace copperwall {

//! /entry and all below it.
void write_entry(hid_t root, Results const& results);

//! /entry/headline: bus bandwidth of up to eight interconnects for the first panel of the study.
void write_headline(hid_t entry, Results const& results, int& next_dimension);

//! /entry/sweep: one dimension an axis.
void write_sweep(hid_t entry, Results const& results, int& next_dimension);

//! /entry/timeline, or /entry/cells/NNNN/timeline where there are several cells.
void write_timelines(hid_t entry, Results const& results, int& next_dimension);

//! /entry/topology/HASH: every fabric once.
void write_topology(hid_t entry, Results const& results, int& next_dimension);

//! /entry/inputs and /entry/run.
void write_inputs(hid_t entry, Results const& results, int& next_dimension);
void write_run(hid_t entry, Results const& results, int& next_dimension);

//! Name of a fabric's group: 16 hexadecimal digits of a hash of all that is written of it.
std::string topology_hash(Fabric const& fabric);

//! The fabric a cell ran on; nullptr where the results do not hold it.
Fabric const* fabric_of(Results const& results, Cell const& cell);

//! The links as rows: length, latency and rate of each.
std::vector<LinkRow> link_rows(Fabric const& fabric);

//! 64-bit FNV-1a in hexadecimal: tells contents apart, no protection against forgery.
std::string fingerprint(std::string const& text);

}  // namespace copperwall
