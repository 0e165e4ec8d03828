#include "host/results/atomic_file.h"
#include "host/results/hdf5_image.h"
#include "host/results/version.h"
#include "host/results/write_groups.h"

namespace copperwall {

namespace {

std::string library_version()
{
    unsigned major = 0;
    unsigned minor = 0;
    unsigned release = 0;
    H5get_libversion(&major, &minor, &release);
    return std::to_string(major) + "." + std::to_string(minor) + "." + std::to_string(release);
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

}  // namespace

void write_hdf5(std::filesystem::path const& file, Results const& results)
{
    QuietHdf5 const quiet;
    write_whole(file, hdf5_image([&](hid_t root) {
                    write_root(root);
                    write_entry(root, results);
                }));
}

}  // namespace copperwall
