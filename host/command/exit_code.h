//! What the program returns to its caller.
#pragma once

namespace copperwall {

enum ExitCode : int {
    kDone = 0,
    kScenarioFailed = 1,  //!< at least one cell failed, or results could not be written
    kBadInput = 2,        //!< usage, input files, values
    kInfeasible = 3,      //!< with --strict: at least one cell is infeasible
    kInterrupted = 130    //!< finished results are kept
};

}  // namespace copperwall
