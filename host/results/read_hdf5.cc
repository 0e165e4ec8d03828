#include <algorithm>
#include <cstdlib>
#include <limits>

#include "host/input/error.h"
#include "host/results/hdf5_object.h"
#include "host/results/open_results.h"
#include "host/results/schema.h"

namespace copperwall {

namespace {

namespace fs = std::filesystem;

//! Fills one member of every row from the dataset of that column's name.
template <class Row>
void read_column(hid_t group, Column<Row> const& column, std::vector<Row>& rows)
{
    Hdf5 const dataset = open_dataset(group, column.name);
    if (column.type == ValueType::text) {
        auto const values = read_texts(dataset);
        for (std::size_t i = 0; i != rows.size(); ++i) column.set_text(rows[i], values.at(i));
    } else {
        auto const values = read_numbers(dataset);
        for (std::size_t i = 0; i != rows.size(); ++i) column.set(rows[i], values.at(i));
    }
}

//! Figures that files of the first versions of this schema lack: bands of the energy, prices and failures.
bool may_be_absent(Output const& output)
{
    if (output.group != "sweep" || output.type != ValueType::float64) return false;
    for (char const* start :
         {"energy_always_on_low", "energy_always_on_high", "cost", "failures", "availability", "goodput"})
        if (output.name.starts_with(start)) return true;
    return false;
}

template <class Row>
void read_columns(hid_t group, std::span<Column<Row> const> columns, std::vector<Row>& rows)
{
    for (auto const& column : columns) {
        if (column.set == nullptr && column.set_text == nullptr) continue;
        if (may_be_absent(column) && !has_link(group, column.name))
            for (Row& row : rows) column.set(row, std::numeric_limits<double>::quiet_NaN());
        else
            read_column(group, column, rows);
    }
}

std::string read_text(hid_t group, std::string const& name)
{
    return read_texts(open_dataset(group, name)).at(0);
}

Axis read_axis(hid_t sweep, std::string const& name)
{
    Axis axis;
    axis.name = name;
    Hdf5 const dataset = open_dataset(sweep, name);
    Hdf5 const type(H5Dget_type(dataset), H5Tclose, name);
    if (H5Tget_class(type) == H5T_STRING) {
        axis.labels = read_texts(dataset);
    } else {
        axis.values = read_numbers(dataset);
        axis.units = text_attribute(dataset, "units");
    }
    return axis;
}

void set_asked(Cell& cell, Axis const& axis, std::size_t index)
{
    if (axis.name == "fabric") cell.fabric = axis.labels.at(index);
    if (axis.name == "interconnect") cell.interconnect = axis.labels.at(index);
    if (axis.name == "collective") cell.op = cell.collective = axis.labels.at(index);
    if (axis.name == "algorithm") cell.algorithm = axis.labels.at(index);
    if (axis.name == "library") cell.library = axis.labels.at(index);
    if (axis.name == "world_size") cell.world_size = static_cast<std::uint32_t>(axis.values.at(index));
    if (axis.name == "message_size") cell.bytes = static_cast<std::int64_t>(axis.values.at(index));
}

void read_sweep(hid_t entry, Results& results)
{
    Hdf5 const sweep = open_group(entry, "sweep");
    std::size_t cells = 1;
    for (auto const& name : text_attributes(sweep, "dimensions")) {
        results.axes.push_back(read_axis(sweep, name));
        cells *= results.axes.back().size();
    }
    results.cells.resize(cells);
    std::size_t stride = cells;
    for (auto const& axis : results.axes) {
        stride /= std::max<std::size_t>(axis.size(), 1);
        for (std::size_t i = 0; i != cells; ++i) set_asked(results.cells[i], axis, i / stride % axis.size());
    }
    read_columns(sweep, cell_columns(), results.cells);
}

void read_timeline(hid_t group, Cell& cell)
{
    std::size_t const classes = shape_of(open_dataset(group, "link_class")).at(0);
    std::vector<TimelineRow> rows(shape_of(open_dataset(group, "step")).at(0) * classes);
    read_columns(group, timeline_columns(), rows);
    for (std::size_t i = 0; i != rows.size(); ++i) {
        if (rows[i].packets == 0) continue;
        rows[i].step = static_cast<std::uint32_t>(i / classes);
        rows[i].link_class = static_cast<std::uint32_t>(i % classes);
        cell.timeline.push_back(rows[i]);
    }
}

void read_timelines(hid_t entry, Results& results)
{
    if (has_link(entry, "timeline")) read_timeline(open_group(entry, "timeline"), results.cells.at(0));
    if (!has_link(entry, "cells")) return;
    Hdf5 const cells = open_group(entry, "cells");
    for (auto const& name : names_in(cells)) {
        auto const index = static_cast<std::size_t>(std::strtoull(name.c_str(), nullptr, 10));
        read_timeline(open_group(open_group(cells, name), "timeline"), results.cells.at(index));
    }
}

void read_links(hid_t group, Fabric& fabric)
{
    Hdf5 const links = open_group(group, "links");
    std::vector<LinkRow> rows(shape_of(open_dataset(links, "link")).at(0));
    read_columns(links, link_columns(), rows);
    for (auto const& row : rows) {
        Link link;
        link.from = row.src;
        link.to = row.dst;
        link.link_class = static_cast<std::uint16_t>(row.link_class);
        fabric.network.links.push_back(link);
        fabric.lengths_m.push_back(row.length_m);
    }
}

Fabric read_fabric_group(hid_t group)
{
    std::vector<Fabric> one(1);
    read_columns(group, fabric_columns(), one);
    Fabric& fabric = one.front();
    fabric.spec.gpus = fabric.domain_gpus;
    if (fabric.domain_gpus != 0) fabric.spec.domains = fabric.network.gpus / fabric.domain_gpus;
    if (has_link(group, "notes")) fabric.notes = read_texts(open_dataset(group, "notes"));
    Hdf5 const classes = open_group(group, "link_classes");
    auto const names = read_texts(open_dataset(classes, "link_class"));
    fabric.classes.resize(names.size());
    for (std::size_t i = 0; i != names.size(); ++i) fabric.classes[i].name = names[i];
    read_columns(classes, link_class_columns(), fabric.classes);
    Hdf5 const nodes = open_group(group, "nodes");
    fabric.nodes.resize(shape_of(open_dataset(nodes, "node")).at(0));
    read_columns(nodes, node_columns(), fabric.nodes);
    read_links(group, fabric);
    return std::move(fabric);
}

//! A table of rows that stands only in files that have some.
template <class Row>
std::vector<Row> read_table(hid_t entry, std::string const& name, std::string const& dimension,
                            std::span<Column<Row> const> columns)
{
    if (!has_link(entry, name)) return {};
    Hdf5 const group = open_group(entry, name);
    std::vector<Row> rows(shape_of(open_dataset(group, dimension)).at(0));
    read_columns(group, columns, rows);
    return rows;
}

void read_inputs(hid_t entry, Results& results)
{
    Hdf5 const inputs = open_group(entry, "inputs");
    results.seed = read_whole_number(open_dataset(inputs, "seed"));
    for (auto const& name : names_in(inputs)) {
        if (name == "seed") continue;
        Hdf5 const dataset = open_dataset(inputs, name);
        results.files[text_attribute(dataset, "path")] = read_texts(dataset).at(0);
    }
}

void read_entry(hid_t file, Results& results)
{
    Hdf5 const entry = open_group(file, "entry");
    results.title = read_text(entry, "title");
    results.kind = read_text(entry, "kind");
    results.status = static_cast<CellStatus>(read_numbers(open_dataset(entry, "status")).at(0));
    if (has_link(entry, "notes")) results.notes = read_texts(open_dataset(entry, "notes"));
    read_sweep(entry, results);
    read_timelines(entry, results);
    Hdf5 const topology = open_group(entry, "topology");
    results.topologies = names_in(topology);
    for (auto const& name : results.topologies)
        results.fabrics.push_back(read_fabric_group(open_group(topology, name)));
    results.risk = read_table(entry, "risk", "fabric_built", risk_columns());
    results.reach = read_table(entry, "reach", "lane", reach_columns());
    results.measured = read_table(entry, "measured", "point", measured_columns());
    read_inputs(entry, results);
    Hdf5 const run = open_group(entry, "run");
    std::vector<RunInfo> info(1);
    read_columns(run, run_columns(), info);
    results.run = info.front();
    read_columns(run, cell_run_columns(), results.cells);
}

}  // namespace

Results read_hdf5(fs::path const& file)
{
    QuietHdf5 const quiet;
    Hdf5 const opened = open_results(file);
    Results results;
    try {
        read_entry(opened, results);
    } catch (std::exception const& error) {
        throw InputError(
            {Diagnostic{Place{file.string(), 0, 0},
                        std::string("damaged results file (") + error.what() + "); write it again", "", ""}});
    }
    return results;
}

}  // namespace copperwall
