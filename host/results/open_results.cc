#include "host/results/open_results.h"

#include "host/input/error.h"
#include "host/results/schema.h"

namespace copperwall {

namespace {

[[noreturn]] void refuse(std::filesystem::path const& file, std::string const& message)
{
    throw InputError({Diagnostic{Place{file.string(), 0, 0}, message, "", ""}});
}

//! Empty where there is none that we could have written.
std::string schema_of(hid_t file)
{
    Hdf5 const root = open_group(file, "/");
    if (!has_attribute(root, "schema")) return "";
    try {
        return text_attribute(root, "schema");
    } catch (std::exception const&) {
        return "";
    }
}

}  // namespace

Hdf5 open_results(std::filesystem::path const& file)
{
    std::error_code error;
    if (!std::filesystem::is_regular_file(file, error))
        refuse(file, "no such file; give an HDF5 file that 'copperwall run' or 'study' wrote");
    if (H5Fis_hdf5(file.c_str()) <= 0)
        refuse(file, "not an HDF5 file, or cut off; give a file that 'copperwall run' or 'study' wrote");
    hid_t const id = H5Fopen(file.c_str(), H5F_ACC_RDONLY, H5P_DEFAULT);
    if (id < 0) refuse(file, "cannot be opened (damaged, or in use by another program); write it again");
    Hdf5 opened(id, H5Fclose, file.string());
    std::string const schema = schema_of(opened);
    if (schema.empty())
        refuse(file,
               "not a Copperwall results file (no schema attribute); give a file that 'copperwall run' or "
               "'study' wrote");
    std::string const wanted = std::string(kSchemaName) + "/" + std::to_string(kSchemaMajor);
    if (schema != wanted)
        refuse(file, "schema is '" + schema + "', this version reads '" + wanted +
                         "'; use the Copperwall that wrote it");
    return opened;
}

}  // namespace copperwall
