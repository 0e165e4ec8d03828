#include "host/results/group_writer.h"

#include <algorithm>
#include <functional>
#include <numeric>

namespace copperwall {

namespace {

constexpr unsigned kOrder = H5P_CRT_ORDER_TRACKED | H5P_CRT_ORDER_INDEXED;
constexpr std::size_t kCompressFrom = 64;  //!< elements; smaller datasets stay as they are
constexpr hsize_t kChunkElements = hsize_t{1} << 17;

hid_t stored_type(ValueType type)
{
    switch (type) {
        case ValueType::int64:
            return H5T_STD_I64LE;
        case ValueType::uint64:
            return H5T_STD_U64LE;
        case ValueType::uint8:
            return H5T_STD_U8LE;
        default:
            return H5T_IEEE_F64LE;
    }
}

//! Whole trailing dimensions, and as much of the leading ones as fits.
std::vector<hsize_t> chunk_of(std::vector<hsize_t> shape)
{
    hsize_t rest = kChunkElements;
    for (auto size = shape.rbegin(); size != shape.rend(); ++size) {
        *size = std::clamp<hsize_t>(*size, 1, std::max<hsize_t>(rest, 1));
        rest /= *size;
    }
    return shape;
}

Hdf5 dataset_properties(std::vector<hsize_t> const& shape, bool compress)
{
    Hdf5 properties(H5Pcreate(H5P_DATASET_CREATE), H5Pclose, "dataset properties");
    checked(H5Pset_attr_creation_order(properties, kOrder), "attribute order");
    checked(H5Pset_obj_track_times(properties, false), "object times");
    if (compress) {
        checked(H5Pset_chunk(properties, static_cast<int>(shape.size()), chunk_of(shape).data()), "chunk");
        checked(H5Pset_shuffle(properties), "shuffle");
        checked(H5Pset_deflate(properties, 1), "deflate");
    }
    return properties;
}

Output position_output(std::string const& dimension, std::string const& description)
{
    return {"", dimension, "1", dimension, ValueType::int64, dimension, description};
}

}  // namespace

Hdf5 group_properties()
{
    Hdf5 properties(H5Pcreate(H5P_GROUP_CREATE), H5Pclose, "group properties");
    checked(H5Pset_link_creation_order(properties, kOrder), "link order");
    checked(H5Pset_attr_creation_order(properties, kOrder), "attribute order");
    checked(H5Pset_obj_track_times(properties, false), "object times");
    return properties;
}

GroupWriter::GroupWriter(hid_t parent, std::string const& name, char const* nx_class, int& next_dimension)
    : group_(H5Gcreate2(parent, name.c_str(), H5P_DEFAULT, group_properties(), H5P_DEFAULT), H5Gclose, name),
      next_dimension_(next_dimension)
{
    set_attribute(group_, "NX_class", std::string(nx_class));
}

void GroupWriter::scale(Output const& output, std::vector<double> const& values)
{
    Hdf5 const dataset = create(output, {}, {values.size()}, stored_type(output.type));
    checked(H5Dwrite(dataset, H5T_NATIVE_DOUBLE, H5S_ALL, H5S_ALL, H5P_DEFAULT, values.data()), output.name);
    make_scale(dataset, output.name);
    sizes_[output.name] = values.size();
}

void GroupWriter::scale(Output const& output, std::vector<std::string> const& labels)
{
    std::vector<char const*> raw;
    for (auto const& label : labels) raw.push_back(label.c_str());
    Hdf5 const type = text_type();
    Hdf5 const dataset = create(output, {}, {labels.size()}, type);
    checked(H5Dwrite(dataset, type, H5S_ALL, H5S_ALL, H5P_DEFAULT, raw.data()), output.name);
    make_scale(dataset, output.name);
    sizes_[output.name] = labels.size();
}

void GroupWriter::positions(std::string const& dimension, std::size_t n, std::string const& description)
{
    std::vector<double> values(n);
    std::iota(values.begin(), values.end(), 0.0);
    scale(position_output(dimension, description), values);
}

void GroupWriter::numbers(Output const& output, std::vector<std::string> const& dims,
                          std::vector<double> const& values)
{
    Hdf5 const dataset = create(output, dims, shape(dims), stored_type(output.type));
    checked(H5Dwrite(dataset, H5T_NATIVE_DOUBLE, H5S_ALL, H5S_ALL, H5P_DEFAULT, values.data()), output.name);
}

void GroupWriter::whole_number(Output const& output, std::uint64_t value)
{
    Hdf5 const dataset = create(output, {}, {}, stored_type(output.type));
    checked(H5Dwrite(dataset, H5T_NATIVE_UINT64, H5S_ALL, H5S_ALL, H5P_DEFAULT, &value), output.name);
}

void GroupWriter::texts(Output const& output, std::vector<std::string> const& dims,
                        std::vector<std::string> const& values)
{
    std::vector<char const*> raw;
    for (auto const& value : values) raw.push_back(value.c_str());
    Hdf5 const type = text_type();
    Hdf5 const dataset = create(output, dims, shape(dims), type);
    checked(H5Dwrite(dataset, type, H5S_ALL, H5S_ALL, H5P_DEFAULT, raw.data()), output.name);
}

void GroupWriter::plot(std::string const& signal, std::vector<std::string> const& auxiliary,
                       std::vector<std::string> const& axes) const
{
    set_attribute(group_, "signal", signal);
    if (!auxiliary.empty()) set_attribute(group_, "auxiliary_signals", auxiliary);
    set_attribute(group_, "axes", axes);
}

void GroupWriter::make_scale(hid_t dataset, std::string const& name)
{
    checked(H5DSset_scale(dataset, name.c_str()), name);
    set_attribute(dataset, "_Netcdf4Dimid", next_dimension_++);
}

void GroupWriter::describe(hid_t dataset, Output const& output) const
{
    if (!output.units.empty()) set_attribute(dataset, "units", output.units);
    if (!output.standard_name.empty()) set_attribute(dataset, "standard_name", output.standard_name);
    if (!output.description.empty()) set_attribute(dataset, "description", output.description);
    if (output.flags.empty()) return;
    std::vector<std::uint8_t> values(static_cast<std::size_t>(flag_count(output)));
    std::iota(values.begin(), values.end(), std::uint8_t{0});
    set_attribute(dataset, "flag_values", values);
    set_attribute(dataset, "flag_meanings", output.flags);
}

void GroupWriter::attach(hid_t dataset, std::vector<std::string> const& dims) const
{
    for (std::size_t i = 0; i != dims.size(); ++i) {
        Hdf5 const scale = open_dataset(group_, dims[i]);
        checked(H5DSattach_scale(dataset, scale, static_cast<unsigned>(i)), dims[i]);
    }
}

Hdf5 GroupWriter::create(Output const& output, std::vector<std::string> const& dims,
                         std::vector<hsize_t> const& shape, hid_t type) const
{
    Hdf5 const space(shape.empty() ? H5Screate(H5S_SCALAR)
                                   : H5Screate_simple(static_cast<int>(shape.size()), shape.data(), nullptr),
                     H5Sclose, output.name);
    std::size_t const n = std::accumulate(shape.begin(), shape.end(), std::size_t{1}, std::multiplies<>());
    bool const compress = output.type != ValueType::text && n >= kCompressFrom;
    Hdf5 dataset(H5Dcreate2(group_, output.name.c_str(), type, space, H5P_DEFAULT,
                            dataset_properties(shape, compress), H5P_DEFAULT),
                 H5Dclose, output.name);
    describe(dataset, output);
    attach(dataset, dims);
    return dataset;
}

std::vector<hsize_t> GroupWriter::shape(std::vector<std::string> const& dims) const
{
    std::vector<hsize_t> sizes;
    for (auto const& dim : dims) sizes.push_back(sizes_.at(dim));
    return sizes;
}

}  // namespace copperwall
