//! The folder beside a study's output that keeps finished cells, so that nothing finished is lost and several
//! processes can share the work.
//!
//! A file holds the sizes of one scenario and collective; its name is a hash of their inputs and the shard
//! that wrote it. A file has a hundred datasets, so writing one takes longer than simulating a small cell:
//! changed files are written once a second or slower, and at the end. A process that is killed outright can
//! lose what it finished since then; one that is interrupted loses nothing. A file never has its name before
//! it is whole.
#pragma once

#include <chrono>
#include <filesystem>
#include <map>
#include <optional>
#include <string>

#include "host/account/batch.h"
#include "host/command/commands.h"
#include "host/results/results.h"

namespace copperwall {

class CellStore {
public:
    //! The folder is `output` + ".cells"; it is made with the first file.
    CellStore(std::filesystem::path const& output, Shard const& shard);

    std::filesystem::path const& folder() const { return folder_; }

    //! The cell as any process kept it. Nothing where it is not there or cannot be read: then it has to run.
    std::optional<Cell> load(CellJob const& job);

    //! Takes a finished cell; writes all that is new when it is time to.
    void keep(CellJob const& job, Cell const& cell);

    //! Writes all that is new. Throws std::runtime_error where that cannot be done.
    void flush();

private:
    struct Group {
        std::optional<CellJob> job;          //!< one of its jobs
        std::map<std::int64_t, Cell> cells;  //!< by bytes
        bool read = false;
        bool changed = false;
    };

    void read(std::string const& name, Group& group) const;
    void write(std::string const& name, Group const& group) const;

    std::filesystem::path folder_;
    std::string ending_;  //!< of the files this process writes
    std::map<std::string, Group> groups_;
    std::chrono::steady_clock::time_point next_flush_ = std::chrono::steady_clock::now();
};

//! What a file's cells have in common: version and commit, engine, exact inputs, the collective, not its
//! size.
std::string content_hash(CellJob const& job);

//! write_hdf5() under a name that no other process uses, then a rename: for files that several may write.
void write_shared(std::filesystem::path const& file, Results const& results);

}  // namespace copperwall
