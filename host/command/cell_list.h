//! Every cell that a run or study asks for, loaded and checked before the first one runs.
#pragma once

#include <cstddef>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "host/account/batch.h"
#include "host/command/backend_choice.h"
#include "host/command/commands.h"
#include "host/command/cube.h"
#include "host/input/spec.h"

namespace copperwall {

struct CellList {
    std::string title;
    std::string kind;  //!< "run" or "study"
    std::vector<CellJob> jobs;
    std::vector<Coordinates> coordinates;                //!< of each job
    std::vector<std::string> other_names;                //!< of Coordinates::others
    std::vector<std::shared_ptr<Fabric const>> fabrics;  //!< each once
    std::map<std::string, std::string> files;            //!< exact inputs, --set and --vary among them
    std::vector<std::string> remarks;                    //!< to be said before anything runs
    std::vector<MeasuredSpec> measured;                  //!< to show beside the cells
    std::uint64_t seed = 0;
    ExpectedWork expected;
};

//! Says on `terminal` how far it is where that takes long, as cells_of_study() does.
CellList cells_of_run(RunOptions const& options, Terminal const& terminal);

//! The product of the axes, --vary included, over the scenario. Throws InputError with the errors of all
//! cells.
CellList cells_of_study(StudyOptions const& options, Terminal const& terminal);

}  // namespace copperwall
