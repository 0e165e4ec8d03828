//! Many cells at once, one on each core.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "host/account/cell.h"
#include "host/account/forecast.h"

namespace copperwall {

//! What running a cell will take.
struct Expectation {
    double hops = 0;    //!< packets over links, roughly
    double visits = 0;  //!< of nodes in windows, roughly
    MemoryForecast memory;
    std::string advice;    //!< how it takes less memory
    unsigned threads = 0;  //!< EngineOptions::threads of the memory
};

struct CellJob {
    std::shared_ptr<ScenarioSpec const> scenario;
    std::shared_ptr<Fabric const> fabric;
    CollectiveSpec collective;
    std::int64_t bytes = 0;
    EngineOptions options;                             //!< `stop` is replaced by that of run_cells
    bool bound_only = false;                           //!< closed forms only, nothing simulated
    std::shared_ptr<Expectation const> expected = {};  //!< where it is known already: planning takes time
};

//! Plans the cell. InputError where it cannot be planned. Of closed forms nothing is expected.
Expectation expect(CellJob const& job);

//! Called after each cell, from the thread that ran it, one call at a time.
using CellSink = std::function<void(std::size_t job, Cell const&)>;

//! The memory that cells may take together by forecast, B; 0: no limit. `what` names it in an error.
struct MemoryLimit {
    std::uint64_t bytes = 0;
    std::string what;
};

//! Cell i is job i's, whatever the number of threads; the longest expected start first. A cell that throws
//! has status failed and its reason. Once *stop is true no cell is begun and running ones end: they stay
//! not_run, reason "interrupted". stop and sink may be null. Where the last device fails, one cell has status
//! failed and its words, and no more are begun: they stay not_run.
//! Fewer cells run at once where their forecast would pass the limit with all fabrics and kept results; one
//! that passes it alone is an InputError before any runs.
std::vector<Cell> run_cells(std::vector<CellJob> const& jobs, unsigned threads,
                            std::atomic<bool> const* stop = nullptr, CellSink const& sink = {},
                            MemoryLimit const& limit = {});

}  // namespace copperwall
