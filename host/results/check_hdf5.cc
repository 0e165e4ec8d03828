#include <algorithm>
#include <cmath>
#include <set>

#include "host/input/error.h"
#include "host/results/open_results.h"
#include "host/results/schema.h"

namespace copperwall {

namespace {

constexpr char const* kUnits[] = {"s", "us",     "ns", "B",  "GB/s", "Gb/s",   "W",
                                  "J", "pJ/bit", "m",  "dB", "USD",  "1/year", "1"};

//! The schema's name of a group of the file: what the results named stands in <...>.
std::string schema_group(std::string path)
{
    path.erase(0, std::string("/entry/").size());
    if (path.starts_with("cells/") && path.ends_with("/timeline")) return "timeline";
    std::string const topology = "topology/";
    if (!path.starts_with(topology)) return path;
    auto const inner = path.find('/', topology.size());
    return topology + "<hash>" + (inner == std::string::npos ? "" : path.substr(inner));
}

//! The row of a dataset; nullptr where the results named it.
Output const* row_of(std::string const& path)
{
    auto const slash = path.rfind('/');
    std::string const group = schema_group(path.substr(0, slash));
    std::string const name = path.substr(slash + 1);
    auto const found = std::find_if(outputs().begin(), outputs().end(),
                                    [&](Output const& o) { return o.group == group && o.name == name; });
    return found == outputs().end() ? nullptr : &*found;
}

//! Notes stand only where there are some; a picture, where a cell is done.
bool always_there(Output const& o)
{
    return !o.name.starts_with('<') && o.name != "notes" && o.group != "headline";
}

class Checker {
public:
    explicit Checker(hid_t file) : file_(file) {}

    std::vector<std::string> run()
    {
        walk("/entry");
        check_sweep();
        return std::move(breaches_);
    }

private:
    void breach(std::string const& path, std::string const& what) { breaches_.push_back(path + ": " + what); }

    void walk(std::string const& path)
    {
        Hdf5 const group = open_group(file_, path);
        check_group(group, path);
        check_complete(group, path);
        for (auto const& name : names_in(group)) {
            std::string const child = path + "/" + name;
            Hdf5 const object(H5Oopen(file_, child.c_str(), H5P_DEFAULT), H5Oclose, child);
            if (H5Iget_type(object) == H5I_GROUP)
                walk(child);
            else
                check_dataset(object, child);
        }
    }

    void check_group(hid_t group, std::string const& path)
    {
        if (!has_attribute(group, "NX_class")) return breach(path, "group has no NX_class");
        if (text_attribute(group, "NX_class") != "NXdata" || !has_attribute(group, "signal")) return;
        std::string const signal = text_attribute(group, "signal");
        if (!has_link(group, signal)) breach(path, "signal '" + signal + "' does not exist");
        if (!has_attribute(group, "axes")) return breach(path, "NXdata has no axes");
        for (auto const& axis : text_attributes(group, "axes"))
            if (axis != "." && !has_link(group, axis)) breach(path, "axis '" + axis + "' does not exist");
    }

    void check_complete(hid_t group, std::string const& path)
    {
        std::string const name = schema_group(path);
        for (auto const& o : outputs())
            if (o.group == name && always_there(o) && !has_link(group, o.name))
                breach(path + "/" + o.name, "missing");
    }

    void check_dataset(hid_t dataset, std::string const& path)
    {
        Hdf5 const type(H5Dget_type(dataset), H5Tclose, path);
        bool const text = H5Tget_class(type) == H5T_STRING;
        if (!has_attribute(dataset, "description") && !has_attribute(dataset, "long_name"))
            breach(path, "no description");
        if (!text) check_unit(dataset, path);
        auto const rank = shape_of(dataset).size();
        if (H5DSis_scale(dataset) > 0) return;
        for (unsigned d = 0; d != rank; ++d)
            if (H5DSget_num_scales(dataset, d) < 1)
                breach(path, "dimension " + std::to_string(d) + " has no scale");
    }

    void check_unit(hid_t dataset, std::string const& path)
    {
        if (!has_attribute(dataset, "units")) return breach(path, "no units");
        std::string const units = text_attribute(dataset, "units");
        Output const* row = row_of(path);
        if (row != nullptr && units != row->units)
            breach(path, "units '" + units + "', but the schema says '" + row->units + "'");
        else if (std::find(std::begin(kUnits), std::end(kUnits), units) == std::end(kUnits))
            breach(path, "units '" + units + "' is no short symbol of ours");
    }

    void check_sweep()
    {
        std::string const path = "/entry/sweep";
        Hdf5 const sweep = open_group(file_, path);
        if (!has_link(sweep, "status") || !has_link(sweep, "time")) return;
        auto const status = read_numbers(open_dataset(sweep, "status"));
        for (auto const& column : cell_columns()) {
            if (!has_link(sweep, column.name) || column.type == ValueType::text) continue;
            auto const values = read_numbers(open_dataset(sweep, column.name));
            if (values.size() != status.size())
                breach(path + "/" + column.name, "another shape than status");
            else if (column.type == ValueType::float64)
                check_figures(path + "/" + column.name, values, status);
            else if (!column.flags.empty())
                check_flags(path + "/" + column.name, values, flag_count(column));
        }
    }

    void check_figures(std::string const& path, std::vector<double> const& values,
                       std::vector<double> const& status)
    {
        for (std::size_t i = 0; i != values.size(); ++i) {
            bool const done = status[i] == static_cast<double>(CellStatus::done);
            if (done != std::isnan(values[i])) continue;
            return breach(path, "cell " + std::to_string(i) +
                                    (done ? " is done but has no figure" : " is not done but has a figure"));
        }
    }

    void check_flags(std::string const& path, std::vector<double> const& values, int count)
    {
        auto const wrong = std::find_if(values.begin(), values.end(), [&](double v) { return v >= count; });
        if (wrong != values.end()) breach(path, "a flag is past its meanings");
    }

    hid_t file_;
    std::vector<std::string> breaches_;
};

}  // namespace

std::vector<std::string> check_hdf5(std::filesystem::path const& file)
{
    QuietHdf5 const quiet;
    Hdf5 const opened = open_results(file);
    try {
        return Checker(opened).run();
    } catch (InputError const&) {
        throw;
    } catch (std::exception const& error) {
        return {std::string("damaged: ") + error.what()};
    }
}

}  // namespace copperwall
