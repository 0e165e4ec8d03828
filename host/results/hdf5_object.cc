#include "host/results/hdf5_object.h"

#include <algorithm>
#include <functional>
#include <numeric>
#include <stdexcept>

namespace copperwall {

namespace {

herr_t keep_innermost(unsigned, H5E_error2_t const* error, void* data)
{
    if (error->desc != nullptr) *static_cast<std::string*>(data) = error->desc;
    return 0;
}

std::size_t element_count(std::vector<hsize_t> const& shape)
{
    return std::accumulate(shape.begin(), shape.end(), std::size_t{1}, std::multiplies<>());
}

Hdf5 fixed_text_type(std::size_t length)
{
    Hdf5 type(H5Tcopy(H5T_C_S1), H5Tclose, "string type");
    checked(H5Tset_size(type, std::max<std::size_t>(length, 1)), "string length");
    checked(H5Tset_cset(type, H5T_CSET_UTF8), "string encoding");
    return type;
}

void write_attribute(hid_t object, std::string const& name, hid_t type, hid_t space, void const* data)
{
    Hdf5 const attribute(H5Acreate2(object, name.c_str(), type, space, H5P_DEFAULT, H5P_DEFAULT), H5Aclose,
                         name);
    checked(H5Awrite(attribute, type, data), name);
}

Hdf5 vector_space(std::size_t n)
{
    hsize_t const size = n;
    return {H5Screate_simple(1, &size, nullptr), H5Sclose, "attribute space"};
}

//! Texts that HDF5 allocated.
std::vector<std::string> take_texts(std::vector<char*>& raw, hid_t type, hid_t space)
{
    std::vector<std::string> texts;
    for (char const* text : raw) texts.emplace_back(text == nullptr ? "" : text);
    H5Dvlen_reclaim(type, space, H5P_DEFAULT, raw.data());
    return texts;
}

}  // namespace

void throw_hdf5_error(std::string const& what)
{
    std::string innermost = "unknown error";
    H5Ewalk2(H5E_DEFAULT, H5E_WALK_DOWNWARD, keep_innermost, &innermost);
    throw std::runtime_error(what + ": " + innermost);
}

QuietHdf5::QuietHdf5()
{
    H5Eget_auto2(H5E_DEFAULT, &print_, &data_);
    H5Eset_auto2(H5E_DEFAULT, nullptr, nullptr);
}

QuietHdf5::~QuietHdf5()
{
    H5Eset_auto2(H5E_DEFAULT, print_, data_);
}

Hdf5 text_type()
{
    Hdf5 type(H5Tcopy(H5T_C_S1), H5Tclose, "string type");
    checked(H5Tset_size(type, H5T_VARIABLE), "string length");
    checked(H5Tset_cset(type, H5T_CSET_UTF8), "string encoding");
    return type;
}

Hdf5 open_group(hid_t parent, std::string const& name)
{
    return {H5Gopen2(parent, name.c_str(), H5P_DEFAULT), H5Gclose, name};
}

Hdf5 open_dataset(hid_t parent, std::string const& name)
{
    return {H5Dopen2(parent, name.c_str(), H5P_DEFAULT), H5Dclose, name};
}

bool has_link(hid_t parent, std::string const& name)
{
    return H5Lexists(parent, name.c_str(), H5P_DEFAULT) > 0;
}

bool has_attribute(hid_t object, std::string const& name)
{
    return H5Aexists(object, name.c_str()) > 0;
}

std::vector<std::string> names_in(hid_t group)
{
    std::vector<std::string> names;
    auto const add = [](hid_t, char const* name, H5L_info_t const*, void* data) -> herr_t {
        static_cast<std::vector<std::string>*>(data)->push_back(name);
        return 0;
    };
    hsize_t position = 0;
    if (H5Literate(group, H5_INDEX_CRT_ORDER, H5_ITER_INC, &position, add, &names) < 0) {
        names.clear();
        position = 0;
        checked(H5Literate(group, H5_INDEX_NAME, H5_ITER_INC, &position, add, &names), "links of a group");
    }
    return names;
}

void set_attribute(hid_t object, std::string const& name, std::string const& value)
{
    Hdf5 const type = fixed_text_type(value.size());
    Hdf5 const space(H5Screate(H5S_SCALAR), H5Sclose, name);
    write_attribute(object, name, type, space, value.c_str());
}

void set_attribute(hid_t object, std::string const& name, std::vector<std::string> const& values)
{
    std::vector<char const*> raw;
    for (auto const& value : values) raw.push_back(value.c_str());
    write_attribute(object, name, text_type(), vector_space(values.size()), raw.data());
}

void set_attribute(hid_t object, std::string const& name, std::vector<std::uint8_t> const& values)
{
    write_attribute(object, name, H5T_STD_U8LE, vector_space(values.size()), values.data());
}

void set_attribute(hid_t object, std::string const& name, int value)
{
    Hdf5 const space(H5Screate(H5S_SCALAR), H5Sclose, name);
    Hdf5 const attribute(H5Acreate2(object, name.c_str(), H5T_STD_I32LE, space, H5P_DEFAULT, H5P_DEFAULT),
                         H5Aclose, name);
    checked(H5Awrite(attribute, H5T_NATIVE_INT, &value), name);
}

std::string text_attribute(hid_t object, std::string const& name)
{
    Hdf5 const attribute(H5Aopen(object, name.c_str(), H5P_DEFAULT), H5Aclose, "attribute " + name);
    Hdf5 const type(H5Aget_type(attribute), H5Tclose, name);
    if (H5Tget_class(type) != H5T_STRING || H5Tis_variable_str(type) > 0)
        throw std::runtime_error("attribute " + name + ": not a fixed-length text");
    std::string value(H5Tget_size(type), '\0');
    checked(H5Aread(attribute, type, value.data()), name);
    return value.substr(0, value.find('\0'));
}

std::vector<std::string> text_attributes(hid_t object, std::string const& name)
{
    Hdf5 const attribute(H5Aopen(object, name.c_str(), H5P_DEFAULT), H5Aclose, "attribute " + name);
    Hdf5 const space(H5Aget_space(attribute), H5Sclose, name);
    Hdf5 const type = text_type();
    std::vector<char*> raw(static_cast<std::size_t>(H5Sget_simple_extent_npoints(space)));
    checked(H5Aread(attribute, type, raw.data()), name);
    return take_texts(raw, type, space);
}

std::vector<hsize_t> shape_of(hid_t dataset)
{
    Hdf5 const space(H5Dget_space(dataset), H5Sclose, "dataset space");
    std::vector<hsize_t> shape(static_cast<std::size_t>(H5Sget_simple_extent_ndims(space)));
    H5Sget_simple_extent_dims(space, shape.data(), nullptr);
    return shape;
}

std::vector<double> read_numbers(hid_t dataset)
{
    std::vector<double> values(element_count(shape_of(dataset)));
    checked(H5Dread(dataset, H5T_NATIVE_DOUBLE, H5S_ALL, H5S_ALL, H5P_DEFAULT, values.data()),
            "read numbers");
    return values;
}

std::uint64_t read_whole_number(hid_t dataset)
{
    if (element_count(shape_of(dataset)) != 1) throw std::runtime_error("read a number: it has dimensions");
    std::uint64_t value = 0;
    checked(H5Dread(dataset, H5T_NATIVE_UINT64, H5S_ALL, H5S_ALL, H5P_DEFAULT, &value), "read a number");
    return value;
}

std::vector<std::string> read_texts(hid_t dataset)
{
    Hdf5 const space(H5Dget_space(dataset), H5Sclose, "dataset space");
    Hdf5 const type = text_type();
    std::vector<char*> raw(element_count(shape_of(dataset)));
    checked(H5Dread(dataset, type, H5S_ALL, H5S_ALL, H5P_DEFAULT, raw.data()), "read texts");
    return take_texts(raw, type, space);
}

}  // namespace copperwall
