//! What device code says in words of its own.
#pragma once

namespace copperwall {

//! The memory that the threads of a block share, as much as the launch asks for.
__device__ inline unsigned char* shared_memory()
{
    extern __shared__ __align__(16) unsigned char memory[];
    return memory;
}

}  // namespace copperwall
