//! Every backend in one call: where there is a device, a run of the window engine is repeated on it.
#pragma once

#include "cuda/device.h"
#include "tests/cuda/support/compare.h"

namespace copperwall::testing {

inline bool has_device()
{
    static bool const has = why_no_device().empty();
    return has;
}

//! run(), and on a device too; the test fails where that gives other bits.
inline EngineResult run_everywhere(EngineInput const& input, EngineOptions const& options = {})
{
    EngineResult result = run(input, options);
    if (has_device() && options.engine == Engine::windows) {
        EngineOptions on_device = options;
        on_device.backend = Backend::cuda;
        EXPECT_TRUE(equal_runs(run(input, on_device), result)) << "on the device";
    }
    return result;
}

}  // namespace copperwall::testing
