#include <cinttypes>
#include <cstdio>
#include <set>
#include <sstream>

#include "host/results/write_groups.h"

namespace copperwall {

namespace {

template <class Row>
void print_columns(std::ostream& out, std::span<Column<Row> const> columns, std::vector<Row> const& rows)
{
    out.precision(17);
    for (auto const& column : columns) {
        for (Row const& row : rows) {
            if (column.type == ValueType::text)
                out << column.text(row) << '\n';
            else
                out << column.get(row) << '\n';
        }
    }
}

std::vector<std::string> names_of(std::vector<LinkClass> const& classes)
{
    std::vector<std::string> names;
    for (auto const& c : classes) names.push_back(c.name);
    return names;
}

void write_fabric(hid_t topology, Fabric const& fabric, int& next_dimension)
{
    GroupWriter group(topology, topology_hash(fabric), "NXcollection", next_dimension);
    group.columns(fabric_columns(), {}, std::vector<Fabric>{fabric});
    if (!fabric.notes.empty()) {
        group.positions("note", fabric.notes.size(), "number of the note");
        group.texts(output("topology/<hash>", "notes"), {"note"}, fabric.notes);
    }
    GroupWriter classes(group.id(), "link_classes", "NXcollection", next_dimension);
    classes.scale(output("topology/<hash>/link_classes", "link_class"), names_of(fabric.classes));
    classes.columns(link_class_columns(), {"link_class"}, fabric.classes);
    GroupWriter nodes(group.id(), "nodes", "NXcollection", next_dimension);
    nodes.positions("node", fabric.nodes.size(), "number of the node, gpus first");
    nodes.columns(node_columns(), {"node"}, fabric.nodes);
    GroupWriter links(group.id(), "links", "NXcollection", next_dimension);
    auto const rows = link_rows(fabric);
    links.positions("link", rows.size(), "number of the directed link");
    links.columns(link_columns(), {"link"}, rows);
}

}  // namespace

FabricIndex::FabricIndex(Results const& results)
{
    for (auto const& fabric : results.fabrics) by_hash_[topology_hash(fabric)] = &fabric;
}

Fabric const* FabricIndex::of(Cell const& cell) const
{
    auto const found = by_hash_.find(cell.topology);
    return found == by_hash_.end() ? nullptr : found->second;
}

std::vector<LinkRow> link_rows(Fabric const& fabric)
{
    std::vector<LinkRow> rows;
    for (std::size_t i = 0; i != fabric.network.links.size(); ++i) {
        Link const& link = fabric.network.links[i];
        LinkRow row;
        row.src = link.from;
        row.dst = link.to;
        row.link_class = link.link_class;
        row.length_m = i < fabric.lengths_m.size() ? fabric.lengths_m[i] : 0;
        row.latency_ns = static_cast<double>(link.latency_fs) / static_cast<double>(kFsPerNs);
        row.rate_GBps = static_cast<double>(fabric.network.rates_Bps[link.rate]) * 1e-9;
        rows.push_back(row);
    }
    return rows;
}

std::string fingerprint(std::string const& text)
{
    std::uint64_t hash = 0xcbf29ce484222325u;
    for (unsigned char const c : text) hash = (hash ^ c) * 0x100000001b3u;
    char digits[17];
    std::snprintf(digits, sizeof digits, "%016" PRIx64, hash);
    return digits;
}

std::string topology_hash(Fabric const& fabric)
{
    std::ostringstream all;
    print_columns(all, fabric_columns(), {fabric});
    print_columns(all, link_class_columns(), fabric.classes);
    print_columns(all, node_columns(), fabric.nodes);
    print_columns(all, link_columns(), link_rows(fabric));
    for (std::string const& note : fabric.notes) all << note << '\n';
    return fingerprint(all.str());
}

void write_topology(hid_t entry, Results const& results, int& next_dimension)
{
    GroupWriter topology(entry, "topology", "NXcollection", next_dimension);
    std::set<std::string> written;
    for (auto const& fabric : results.fabrics)
        if (written.insert(topology_hash(fabric)).second) write_fabric(topology.id(), fabric, next_dimension);
}

}  // namespace copperwall
