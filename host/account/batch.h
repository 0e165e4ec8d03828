//! Many cells at once, one on each core.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "host/account/cell.h"

namespace copperwall {

struct CellJob {
    std::shared_ptr<ScenarioSpec const> scenario;
    std::shared_ptr<Fabric const> fabric;
    CollectiveSpec collective;
    std::int64_t bytes = 0;
    EngineOptions options;    //!< `stop` is replaced by that of run_cells
    bool bound_only = false;  //!< closed forms only, nothing simulated
};

//! Called after each cell, from the thread that ran it, one call at a time.
using CellProgress = std::function<void(std::size_t done, std::size_t total, Cell const&)>;

//! Called after each cell like CellProgress, with the number of its job: to keep the cell at once.
using CellSink = std::function<void(std::size_t job, Cell const&)>;

//! The memory that cells may take together by forecast, B; 0: no limit. `what` names it in an error.
struct MemoryLimit {
    std::uint64_t bytes = 0;
    std::string what;
};

//! Cell i is job i's, whatever the number of threads; the longest expected start first. A cell that throws
//! has status failed and its reason. Once *stop is true no cell is begun and running ones end: they stay
//! not_run, reason "interrupted". progress, stop and sink may be null.
//! Fewer cells run at once where their forecast would pass the limit with all fabrics and kept results; one
//! that passes it alone is an InputError before any runs.
std::vector<Cell> run_cells(std::vector<CellJob> const& jobs, unsigned threads, CellProgress const& progress,
                            std::atomic<bool> const* stop, CellSink const& sink = {},
                            MemoryLimit const& limit = {});

}  // namespace copperwall
