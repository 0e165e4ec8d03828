//! One-shot all-reduce: whole buffers go to all who need them in one step; for small messages.
#pragma once

#include "host/schedule/registry.h"

namespace copperwall {

//! Every rank sends all of S to every other, nearest successor first, and sums what it gets: 1 step of
//! (N-1) S. Source: the custom all-reduce kernels of vLLM and TensorRT-LLM.
Schedule one_shot_all_reduce(CollectiveCall const& call);

//!   T = t_launch + t_step + max( x, t_up )                                          (1)
//!
//! x      time of an exchange of S between all                         [ns], closed_form.h (6)
//! t_up   time of the links upwards of a leaf                          [ns], closed_form.h (5)
double one_shot_all_reduce_ns(CollectiveCall const& call, Paths const& paths);

//! The hierarchical all-reduce, where each rank sends its whole share S/L to its place in every other domain
//! at once: 3 steps instead of 4, for S/L instead of 2 S/N over a NIC. One domain, or domains of
//! one rank: as above. Of its own domain's sum it holds what pipelined_all_reduce.h says.
Schedule one_shot_rails_all_reduce(CollectiveCall const& call);

//!   T = max( T_p, t_launch + t_step + t_up )                                        (2)
//!
//! T_p    pipeline_form.h (2) of one chunk: S/L to each other rank of the domain, S/L to each other domain
//! t_up   the messages over the links upwards of a leaf                [ns], closed_form.h (5)
double one_shot_rails_all_reduce_ns(CollectiveCall const& call, Paths const& paths);

}  // namespace copperwall
