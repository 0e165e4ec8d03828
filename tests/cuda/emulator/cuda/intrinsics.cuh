//! In place of the engine's file of this name: each emulated block has its own.
#pragma once

#include "tests/cuda/emulator/cuda_runtime.h"

namespace copperwall {

inline unsigned char* shared_memory()
{
    return emulator::this_thread().block->shared_memory.data();
}

}  // namespace copperwall
