#include "cuda/engine.h"

#include "cuda/check.h"
#include "cuda/device.h"
#include "cuda/reference.h"
#include "cuda/windows.h"

namespace copperwall {

EngineResult run(EngineInput const& input, EngineOptions const& options)
{
    check(input);
    if (options.engine == Engine::reference) return run_reference(input, options);
    if (options.backend == Backend::cuda) return run_windows_cuda(input, options);
    return run_windows(input, options);
}

}  // namespace copperwall
