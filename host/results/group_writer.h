//! Writes one group of a results file: dimension scales first, then columns over them.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "host/results/hdf5_object.h"
#include "host/results/schema.h"

namespace copperwall {

class GroupWriter {
public:
    //! Creates `name` under `parent`. `next_dimension` numbers the scales of the whole file.
    GroupWriter(hid_t parent, std::string const& name, char const* nx_class, int& next_dimension);

    hid_t id() const { return group_; }

    //! A dimension scale, named and described by the output; its own single dimension is output.name.
    void scale(Output const& output, std::vector<double> const& values);
    void scale(Output const& output, std::vector<std::string> const& labels);
    //! A dimension without labels: its positions 0 .. n-1.
    void positions(std::string const& dimension, std::size_t n, std::string const& description);

    //! A column over the dimensions in `dims` (their scales are written before), row-major; none: one value.
    void numbers(Output const& output, std::vector<std::string> const& dims,
                 std::vector<double> const& values);
    void whole_number(Output const& output, std::uint64_t value);  //!< exact, unlike numbers() past 2^53
    void texts(Output const& output, std::vector<std::string> const& dims,
               std::vector<std::string> const& values);

    //! All columns of a table of rows along one dimension, or one row alone (dims empty).
    template <class Row>
    void columns(std::span<Column<Row> const> columns, std::vector<std::string> const& dims,
                 std::vector<Row> const& rows)
    {
        for (auto const& column : columns) {
            if (column.type == ValueType::text) {
                std::vector<std::string> values;
                for (Row const& row : rows) values.push_back(column.text(row));
                texts(column, dims, values);
            } else {
                std::vector<double> values;
                for (Row const& row : rows) values.push_back(column.get(row));
                numbers(column, dims, values);
            }
        }
    }

    //! NXdata: what a viewer draws.
    void plot(std::string const& signal, std::vector<std::string> const& auxiliary,
              std::vector<std::string> const& axes) const;

private:
    void make_scale(hid_t dataset, std::string const& name);
    void describe(hid_t dataset, Output const& output) const;
    void attach(hid_t dataset, std::vector<std::string> const& dims) const;
    Hdf5 create(Output const& output, std::vector<std::string> const& dims, std::vector<hsize_t> const& shape,
                hid_t type) const;
    std::vector<hsize_t> shape(std::vector<std::string> const& dims) const;

    Hdf5 group_;
    int& next_dimension_;
    std::map<std::string, std::size_t> sizes_;
};

//! Properties that every group and file of ours is created with: order of creation kept, no times.
Hdf5 group_properties();

}  // namespace copperwall
