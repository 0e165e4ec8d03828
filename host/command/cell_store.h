//! The folder beside a study's output in which each finished cell is one small HDF5 file, so that nothing
//! finished is lost and several processes can share the work. A file never has its final name before it is
//! whole.
#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "host/account/batch.h"
#include "host/results/results.h"

namespace copperwall {

class CellStore {
public:
    //! The folder is `output` + ".cells". It is made with the first cell saved.
    explicit CellStore(std::filesystem::path const& output);

    std::filesystem::path const& folder() const { return folder_; }

    //! Nothing where the cell is not there, is another's, or cannot be read (then it has to run again).
    std::optional<Cell> load(CellJob const& job) const;

    void save(CellJob const& job, Cell const& cell) const;

private:
    std::filesystem::path file_of(CellJob const& job) const;

    std::filesystem::path folder_;
};

//! What the cell's result depends on: version and commit, engine, exact inputs, the collective and its size.
std::string content_hash(CellJob const& job);

//! write_hdf5() under a name that no other process uses, then a rename: for files that several may write.
void write_shared(std::filesystem::path const& file, Results const& results);

}  // namespace copperwall
