//! How cells are run, and how finished ones become results: what `run` and `study` share.
#pragma once

#include <atomic>
#include <chrono>
#include <string>
#include <vector>

#include "host/command/cell_list.h"
#include "host/command/commands.h"
#include "host/command/cube.h"
#include "host/command/machine.h"
#include "host/command/terminal.h"

namespace copperwall {

//! Throws InputError for --backend cuda where there is nothing to run on.
void require_backend(ExecutionOptions const& options);

//! --backend auto decided for these cells, and said why in one line.
ExecutionOptions with_backend(ExecutionOptions options, CellList const& list, Terminal const& terminal);

//! Cells that run side by side: one on each core, more on a device.
unsigned cells_at_once(ExecutionOptions const& options);

//! --threads, or one a core.
unsigned threads_of(ExecutionOptions const& options);

//! Threads of each of so many cells: they run side by side as long as there are enough.
unsigned threads_of_each(ExecutionOptions const& options, std::size_t cells);

//! --memory, or 80 % of what this machine has free.
MemoryLimit memory_limit(ExecutionOptions const& options);

//! Runs `jobs` with a progress bar; cells side by side first, threads left over go into each cell. Throws
//! InputError where a cell alone passes the memory limit.
std::vector<Cell> run_with_progress(std::vector<CellJob> jobs, ExecutionOptions const& options,
                                    Terminal const& terminal, std::atomic<bool> const& stop,
                                    CellSink const& sink = {});

//! Starts before anything is loaded and writes down what differs between runs.
class RunRecord {
public:
    explicit RunRecord(std::string command_line);
    //! `cells` as they came from run_with_progress.
    RunInfo finish(CellList const& list, std::vector<Cell> const& cells,
                   ExecutionOptions const& options) const;

private:
    RunInfo info_;
    MemoryWatch memory_;
    std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
};

//! "took 3.1 s, 6.0 CPU s, at most 120 MiB of memory".
std::string cost_text(RunInfo const& info);

//! `cells[i]` is job i's. The cube's other places stay not_run.
Results assemble(CellList const& list, Cube const& cube, std::vector<Cell> const& cells,
                 ExecutionOptions const& options, RunInfo run);

//! Cells that are not_run.
std::size_t unfinished(std::vector<Cell> const& cells);

//! Reports failed cells on err and picks the exit code of a finished run.
int outcome(std::vector<Cell> const& cells, ExecutionOptions const& options, Terminal const& terminal);

//! Writes the file, if one is asked for, by `write`, then the table; a file that cannot be written must not
//! cost the table. False after reporting that.
using WriteResults = void (*)(std::filesystem::path const&, Results const&);
bool deliver(Results const& results, std::filesystem::path const& output, WriteResults write,
             TableFormat format, Terminal const& terminal);

//! Makes the folder of `file`, throws InputError naming `option` where nothing can be written there.
void prepare_output(char const* option, std::filesystem::path const& file);

}  // namespace copperwall
