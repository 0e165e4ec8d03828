#include "host/results/hdf5_image.h"

#include <cstring>
#include <new>

namespace copperwall {

namespace {

using Operation = H5FD_file_image_op_t;

void* resize(std::size_t size, void* image)
{
    auto& bytes = *static_cast<std::vector<char>*>(image);
    try {
        bytes.resize(size);
    } catch (std::bad_alloc const&) {
        return nullptr;
    }
    return bytes.data();
}

//! HDF5's in-memory driver, working in our buffer, which outlives the file.
H5FD_file_image_callbacks_t keep_in(std::vector<char>& image)
{
    H5FD_file_image_callbacks_t callbacks = {};
    callbacks.image_malloc = [](std::size_t size, Operation, void* to) { return resize(size, to); };
    callbacks.image_realloc = [](void*, std::size_t size, Operation, void* to) { return resize(size, to); };
    callbacks.image_memcpy = [](void* to, void const* from, std::size_t size, Operation, void*) {
        return std::memcpy(to, from, size);
    };
    callbacks.image_free = [](void*, Operation, void*) -> herr_t { return 0; };
    callbacks.udata_copy = [](void* same) { return same; };
    callbacks.udata_free = [](void*) -> herr_t { return 0; };
    callbacks.udata = &image;
    return callbacks;
}

Hdf5 creation_properties()
{
    Hdf5 creation(H5Pcreate(H5P_FILE_CREATE), H5Pclose, "file properties");
    constexpr unsigned order = H5P_CRT_ORDER_TRACKED | H5P_CRT_ORDER_INDEXED;
    checked(H5Pset_link_creation_order(creation, order), "link order");
    checked(H5Pset_attr_creation_order(creation, order), "attribute order");
    checked(H5Pset_obj_track_times(creation, false), "object times");
    return creation;
}

Hdf5 access_properties(std::vector<char>& image)
{
    Hdf5 access(H5Pcreate(H5P_FILE_ACCESS), H5Pclose, "file access");
    checked(H5Pset_libver_bounds(access, H5F_LIBVER_V18, H5F_LIBVER_V110), "library bounds");
    checked(H5Pset_fclose_degree(access, H5F_CLOSE_STRONG), "closing");
    checked(H5Pset_fapl_core(access, std::size_t{1} << 20, false), "file in memory");
    auto callbacks = keep_in(image);
    checked(H5Pset_file_image_callbacks(access, &callbacks), "file in our memory");
    return access;
}

//! End of the file by its superblock of version 2, bytes 28 to 35 (HDF5 File Format Specification 3.0, II.A).
std::size_t end_of_file(std::vector<char> const& image)
{
    std::uint64_t end = 0;
    for (std::size_t i = 36; i-- > 28;) end = end << 8 | static_cast<unsigned char>(image.at(i));
    return end;
}

}  // namespace

std::vector<char> hdf5_image(std::function<void(hid_t file)> const& fill)
{
    std::vector<char> image;
    {
        Hdf5 const access = access_properties(image);
        Hdf5 file(H5Fcreate("results.h5", H5F_ACC_TRUNC, creation_properties(), access), H5Fclose,
                  "cannot create results");
        fill(file);
        checked(H5Fflush(file, H5F_SCOPE_GLOBAL), "cannot complete results");
    }
    image.resize(end_of_file(image));
    return image;
}

}  // namespace copperwall
