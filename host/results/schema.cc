#include "host/results/schema.h"

#include <algorithm>
#include <sstream>
#include <stdexcept>

namespace copperwall {
namespace {

constexpr char const* kCellStatus = "not_run done infeasible failed";

//! Outputs that are no field of a row: dimensions, labels, and what is written by hand.
std::vector<Output> single_outputs()
{
    using enum ValueType;
    return {
        {"", "title", "", "", text, "", "title of the run or study"},
        {"", "kind", "", "", text, "", "run or study"},
        {"", "status", "1", "", uint8, "run_status",
         "done; failed where a cell failed; not_run where interrupted", kCellStatus},
        {"", "notes", "", "note", text, "", "what a reader must know: approximations, assumed values"},
        {"headline", "title", "", "", text, "", "title of the picture"},
        {"headline", "message_size", "B", "message_size", int64, "message_size", "as in nccl-tests"},
        {"headline", "<interconnect>", "GB/s", "message_size", float64, "",
         "bus bandwidth of one interconnect"},
        {"headline", "bound", "GB/s", "message_size", float64, "",
         "bus bandwidth at the lower bound of the fastest interconnect shown"},
        {"sweep", "fabric", "", "fabric", text, "", "name of the fabric file"},
        {"sweep", "interconnect", "", "interconnect", text, "", "technologies of the links' ends"},
        {"sweep", "collective", "", "collective", text, "", "all_reduce, all_to_all"},
        {"sweep", "algorithm", "", "algorithm", text, "", "algorithm of the collective"},
        {"sweep", "library", "", "library", text, "", "software that runs the collective"},
        {"sweep", "world_size", "1", "world_size", int64, "gpus_of_the_fabric", "gpus of the fabric"},
        {"sweep", "message_size", "B", "message_size", int64, "message_size",
         "as in nccl-tests; all_to_all: total send buffer of a gpu"},
        {"sweep", "<axis>", "1", "<axis>", float64, "<axis>", "axis of this study"},
        {"timeline", "step", "1", "step", int64, "dependent_step", "step of the algorithm"},
        {"timeline", "link_class", "", "link_class", text, "", "class of links"},
        {"topology/<hash>", "notes", "", "note", text, "", "what a reader must know of this fabric"},
        {"topology/<hash>/link_classes", "link_class", "", "link_class", text, "", "name of the class"},
        {"inputs", "seed", "1", "", uint64, "random_seed", "seed of the run"},
        {"inputs", "<file>", "", "", text, "", "exact text of an input file; its path is an attribute"},
    };
}

template <class Columns>
void add(std::vector<Output>& all, Columns const& columns)
{
    all.insert(all.end(), columns.begin(), columns.end());
}

std::vector<Output> make_outputs()
{
    auto all = single_outputs();
    add(all, cell_columns());
    add(all, timeline_columns());
    add(all, fabric_columns());
    add(all, node_columns());
    add(all, link_columns());
    add(all, link_class_columns());
    add(all, risk_columns());
    add(all, reach_columns());
    add(all, measured_columns());
    add(all, run_columns());
    add(all, cell_run_columns());
    std::vector<std::string> groups;
    for (auto const& o : all)
        if (std::find(groups.begin(), groups.end(), o.group) == groups.end()) groups.push_back(o.group);
    auto place = [&](Output const& o) { return std::find(groups.begin(), groups.end(), o.group); };
    std::stable_sort(all.begin(), all.end(),
                     [&](Output const& a, Output const& b) { return place(a) < place(b); });
    return all;
}

char const* type_name(ValueType type)
{
    constexpr char const* names[] = {"float64", "int64", "uint64", "uint8", "text"};
    return names[static_cast<int>(type)];
}

std::vector<std::string> meanings_of(Output const& output)
{
    std::istringstream words(output.flags);
    std::vector<std::string> all;
    for (std::string word; words >> word;) all.push_back(word);
    return all;
}

void print_row(std::ostream& out, std::vector<std::string> const& row, std::vector<std::size_t> const& widths)
{
    std::string line = " ";
    for (std::size_t i = 0; i < row.size(); ++i)
        line += " " + row[i] + std::string(i < widths.size() ? widths[i] - row[i].size() + 1 : 0, ' ');
    out << line.substr(0, line.find_last_not_of(' ') + 1) << '\n';
}

std::vector<std::string> row_of(Output const& o)
{
    std::string const meanings = o.flags.empty() ? "" : " (" + o.flags + ")";
    return {o.name, o.units.empty() ? "-" : o.units, o.dims.empty() ? "-" : o.dims, type_name(o.type),
            o.description + meanings};
}

}  // namespace

std::vector<Output> const& outputs()
{
    static auto const all = make_outputs();
    return all;
}

Output const& output(std::string const& group, std::string const& name)
{
    for (auto const& o : outputs())
        if (o.group == group && o.name == name) return o;
    throw std::logic_error("the schema has no output " + group + "/" + name);
}

Output axis_output(Axis const& axis)
{
    for (auto const& o : outputs())
        if (o.group == "sweep" && o.name == axis.name && o.dims == axis.name) return o;
    auto row = output("sweep", "<axis>");
    row.name = row.dims = row.standard_name = axis.name;
    row.units = !axis.labels.empty() ? "" : axis.units.empty() ? "1" : axis.units;
    if (!axis.labels.empty()) row.type = ValueType::text;
    return row;
}

int flag_value(Output const& output, std::string const& meaning)
{
    auto const all = meanings_of(output);
    auto const found = std::find(all.begin(), all.end(), meaning);
    return found == all.end() ? -1 : static_cast<int>(found - all.begin());
}

std::string flag_meaning(Output const& output, int value)
{
    return meanings_of(output).at(static_cast<std::size_t>(value));
}

int flag_count(Output const& output)
{
    return static_cast<int>(meanings_of(output).size());
}

std::string outputs_text()
{
    std::vector<std::size_t> widths(4);
    for (auto const& o : outputs())
        for (std::size_t i = 0; i < widths.size(); ++i) widths[i] = std::max(widths[i], row_of(o)[i].size());
    std::ostringstream out;
    std::string group = "-";
    for (auto const& o : outputs()) {
        if (o.group != group)
            out << (group == "-" ? "" : "\n") << "/entry" << (o.group.empty() ? "" : "/") << o.group << '\n';
        group = o.group;
        print_row(out, row_of(o), widths);
    }
    return out.str();
}

}  // namespace copperwall
