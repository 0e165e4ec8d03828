//! What device code says in words of its own.
#pragma once

namespace copperwall {

//! The memory that the threads of a block share, as much as the launch asks for.
__device__ inline unsigned char* shared_memory()
{
    extern __shared__ __align__(16) unsigned char memory[];
    return memory;
}

//! Of data in global memory, into the first cache.
__device__ inline void prefetch_global(void const* place)
{
    asm volatile("prefetch.global.L1 [%0];" ::"l"(place));
}

}  // namespace copperwall
