#include <bit>
#include <cinttypes>
#include <cstdio>
#include <set>

#include "host/input/fnv1a.h"
#include "host/results/write_groups.h"

namespace copperwall {

namespace {

std::string hexadecimal(std::uint64_t hash)
{
    char digits[17];
    std::snprintf(digits, sizeof digits, "%016" PRIx64, hash);
    return digits;
}

//! A hash of a sequence of words; the shift brings what differs in high bits back to the low ones.
class WordHash {
public:
    void add(std::uint64_t word)
    {
        hash_ = (hash_ ^ word) * kFnvPrime;
        hash_ ^= hash_ >> 32;
    }

    void add(std::string const& text) { add(fnv1a(text)); }

    template <class Row>
    void add(std::span<Column<Row> const> columns, std::span<Row const> rows)
    {
        for (auto const& column : columns) {
            add(column.name);
            for (Row const& row : rows) {
                if (column.type == ValueType::text)
                    add(column.text(row));
                else
                    add(bits_of(column.get(row)));
            }
        }
    }

    std::uint64_t value() const { return hash_; }

private:
    static std::uint64_t bits_of(double value)
    {
        return value == value ? std::bit_cast<std::uint64_t>(value) : ~std::uint64_t{0};  // one NaN for all
    }

    std::uint64_t hash_ = kFnvBasis;
};

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
    rows.reserve(fabric.network.links.size());
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
    return hexadecimal(fnv1a(text));
}

std::string topology_hash(Fabric const& fabric)
{
    WordHash all;
    all.add<Fabric>(fabric_columns(), {&fabric, 1});
    for (LinkClass const& c : fabric.classes) all.add(c.name);
    all.add<LinkClass>(link_class_columns(), fabric.classes);
    all.add<PlacedNode>(node_columns(), fabric.nodes);
    all.add<LinkRow>(link_columns(), link_rows(fabric));
    for (std::string const& note : fabric.notes) all.add(note);
    return hexadecimal(all.value());
}

void write_topology(hid_t entry, Results const& results, int& next_dimension)
{
    GroupWriter topology(entry, "topology", "NXcollection", next_dimension);
    std::set<std::string> written;
    for (auto const& fabric : results.fabrics)
        if (written.insert(topology_hash(fabric)).second) write_fabric(topology.id(), fabric, next_dimension);
}

}  // namespace copperwall
