//! The only test for a compiler in the tree: CW_HD marks a function that runs on host and device; CW_COLD one
//! that runs so rarely that it must not make others larger.
#pragma once

#ifdef __CUDACC__
#define CW_HD __host__ __device__
#define CW_COLD __host__ __device__ __noinline__
#else
#define CW_HD
#define CW_COLD __attribute__((cold, noinline))
#endif
