//! A thin owner of HDF5 identifiers: every call is checked, and HDF5's own words go into the exception.
#pragma once

#include <hdf5.h>
#include <hdf5_hl.h>

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace copperwall {

//! Throws std::runtime_error "what: HDF5's innermost message".
[[noreturn]] void throw_hdf5_error(std::string const& what);

template <class T>
T checked(T result, std::string const& what)
{
    if (result < 0) throw_hdf5_error(what);
    return result;
}

//! Closes what it holds with the function of its kind.
class Hdf5 {
public:
    using Close = herr_t (*)(hid_t);

    Hdf5() = default;
    Hdf5(hid_t id, Close close, std::string const& what) : id_(checked(id, what)), close_(close) {}
    Hdf5(Hdf5&& other) noexcept : id_(std::exchange(other.id_, -1)), close_(other.close_) {}
    Hdf5& operator=(Hdf5&& other) noexcept
    {
        std::swap(id_, other.id_);
        std::swap(close_, other.close_);
        return *this;
    }
    ~Hdf5()
    {
        if (id_ >= 0) close_(id_);
    }

    operator hid_t() const { return id_; }

private:
    hid_t id_ = -1;
    Close close_ = nullptr;
};

//! While it lives, HDF5 prints nothing of its own on stderr.
class QuietHdf5 {
public:
    QuietHdf5();
    ~QuietHdf5();
    QuietHdf5(QuietHdf5 const&) = delete;
    QuietHdf5& operator=(QuietHdf5 const&) = delete;

private:
    H5E_auto2_t print_ = nullptr;
    void* data_ = nullptr;
};

Hdf5 text_type();  //!< variable-length UTF-8
Hdf5 open_group(hid_t parent, std::string const& name);
Hdf5 open_dataset(hid_t parent, std::string const& name);
bool has_link(hid_t parent, std::string const& name);
bool has_attribute(hid_t object, std::string const& name);
std::vector<std::string> names_in(hid_t group);  //!< in the order of creation

void set_attribute(hid_t object, std::string const& name, std::string const& value);
void set_attribute(hid_t object, std::string const& name, std::vector<std::string> const& values);
void set_attribute(hid_t object, std::string const& name, std::vector<std::uint8_t> const& values);
void set_attribute(hid_t object, std::string const& name, int value);
std::string text_attribute(hid_t object, std::string const& name);
std::vector<std::string> text_attributes(hid_t object, std::string const& name);

std::vector<hsize_t> shape_of(hid_t dataset);
std::vector<double> read_numbers(hid_t dataset);
std::uint64_t read_whole_number(hid_t dataset);  //!< exact, unlike read_numbers past 2^53
std::vector<std::string> read_texts(hid_t dataset);

}  // namespace copperwall
