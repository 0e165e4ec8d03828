//! The only test for a compiler in the tree: CW_HD marks a function that runs on host and device.
#pragma once

#ifdef __CUDACC__
#define CW_HD __host__ __device__
#else
#define CW_HD
#endif
