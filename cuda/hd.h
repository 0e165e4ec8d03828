//! The only test for a compiler in the tree: CW_HD marks a function that runs on host and device; CW_COLD one
//! that runs so rarely that it must not make others larger; CW_APART one that a device calls instead of
//! having it in every place: a window runs through the kernel once, and its code has to be fetched.
#pragma once

#ifdef __CUDACC__
#define CW_HD __host__ __device__
#define CW_COLD __host__ __device__ __noinline__
#define CW_APART __host__ __device__ __noinline__
#else
#define CW_HD
#define CW_COLD __attribute__((cold, noinline))
#define CW_APART
#endif
