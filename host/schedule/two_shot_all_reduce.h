//! Two-shot all-reduce: a direct reduce-scatter, then a direct all-gather.
#pragma once

#include "host/schedule/registry.h"

namespace copperwall {

//! Step 0: rank r sends chunk d to every rank d. Step 1: when all N-1 contributions to chunk r have arrived,
//! rank r sends it to all. The k-th message of rank r goes to rank r + 1 + k, so that no two meet.
//! Source: the custom all-reduce kernels of vLLM and TensorRT-LLM.
Schedule two_shot_all_reduce(CollectiveCall const& call);

//!   T = t_launch + max( 2 t_step + x_last + x_least,  t_step + t_up )              (1)
//!
//! c          largest of the N chunks of S, in 16 B units                       [B]
//! x_last     time of an exchange of c between all until the last rank is done  [ns], closed_form.h (6)
//! x_least    the same until the first rank is done, which begins the second step
//! t_up       both steps' bytes over the links upwards of a leaf                [ns], closed_form.h (5)
double two_shot_all_reduce_ns(CollectiveCall const& call, Paths const& paths);

}  // namespace copperwall
