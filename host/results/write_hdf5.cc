#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <stdexcept>

#include "host/results/hdf5_object.h"
#include "host/results/version.h"
#include "host/results/write_groups.h"

namespace copperwall {

namespace {

namespace fs = std::filesystem;

std::string library_version()
{
    unsigned major = 0;
    unsigned minor = 0;
    unsigned release = 0;
    H5get_libversion(&major, &minor, &release);
    return std::to_string(major) + "." + std::to_string(minor) + "." + std::to_string(release);
}

Hdf5 create_file(fs::path const& file)
{
    Hdf5 creation(H5Pcreate(H5P_FILE_CREATE), H5Pclose, "file properties");
    constexpr unsigned order = H5P_CRT_ORDER_TRACKED | H5P_CRT_ORDER_INDEXED;
    checked(H5Pset_link_creation_order(creation, order), "link order");
    checked(H5Pset_attr_creation_order(creation, order), "attribute order");
    checked(H5Pset_obj_track_times(creation, false), "object times");
    Hdf5 access(H5Pcreate(H5P_FILE_ACCESS), H5Pclose, "file access");
    checked(H5Pset_libver_bounds(access, H5F_LIBVER_V18, H5F_LIBVER_V110), "library bounds");
    return {H5Fcreate(file.c_str(), H5F_ACC_TRUNC, creation, access), H5Fclose,
            "cannot create " + file.string()};
}

void write_root(hid_t root)
{
    set_attribute(root, "NX_class", std::string("NXroot"));
    set_attribute(root, "default", std::string("entry"));
    set_attribute(root, "Conventions", std::string("CF-1.10"));
    set_attribute(root, "schema", std::string(kSchemaName) + "/" + std::to_string(kSchemaMajor));
    set_attribute(root, "creator", std::string("Copperwall"));
    set_attribute(root, "creator_version", std::string(version()));
    set_attribute(root, "_NCProperties", "version=2,hdf5=" + library_version() + ",copperwall=" + version());
}

void write_all(fs::path const& file, Results const& results)
{
    Hdf5 const root = create_file(file);
    write_root(root);
    write_entry(root, results);
    checked(H5Fflush(root, H5F_SCOPE_GLOBAL), "flush " + file.string());
}

void sync_to_disk(fs::path const& file)
{
    int const descriptor = ::open(file.c_str(), O_RDONLY);
    if (descriptor < 0 || ::fsync(descriptor) != 0) {
        if (descriptor >= 0) ::close(descriptor);
        throw std::runtime_error("cannot write " + file.string() + " to disk");
    }
    ::close(descriptor);
}

}  // namespace

void write_hdf5(fs::path const& file, Results const& results)
{
    QuietHdf5 const quiet;
    fs::path const part = file.string() + "." + std::to_string(::getpid()) + ".part";
    try {
        write_all(part, results);
        sync_to_disk(part);
        fs::rename(part, file);
    } catch (...) {
        std::error_code ignored;
        fs::remove(part, ignored);
        throw;
    }
}

}  // namespace copperwall
